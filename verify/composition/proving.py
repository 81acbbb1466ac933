"""Proving: what is required of a system, on as few parts as will do.

1. A property is split into pieces, which hold together if it does (`splitting`).
2. Each piece is proved of an abstraction: the parts that it names and those between them, then
   more of them, all others cut off (`abstraction`). Sound, because the abstraction can do all that
   the system can.
3. Two abstractions that differ in the numbers of parts only are one problem (`shapes`), so that
   parts of a kind are proved once, unless something sets them apart.
4. What an abstraction breaks is looked for with as few parts of each kind as may take part, where
   a run counts once it was replayed on the whole; what is not found there is asked of the whole.

So PROVED and VIOLATED are sound; only what is left is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from spec.expression import BOOLEAN, Expression, Operation, Operator
from spec.lower import lower
from spec.machine import Always, Machine, Reachable, Requirement
from spec.system import TransitionSystem
from spec.term import Term, negation
from verify.composition.abstraction import COUNT, abstract, always
from verify.composition.groups import Evidence, Lemma, Problem, proved_apart
from verify.composition.shapes import form
from verify.composition.splitting import pieces
from verify.composition.surroundings import Surroundings
from verify.engines.portfolio import Decision, Found, Inductive, Portfolio, Undecided
from verify.engines.search import Exhausted, Scenario, Search
from verify.replay import Replayer
from verify.requirements import Key
from verify.verdict import Method

__all__ = ["Composition", "Lemma"]

# Transitions of a run that is found without much ado.
_SHORT = range(1, 4)


class Composition:
    """A flattened system and what can be said of it.

    Args:
        deadline: In `time.monotonic` seconds; nothing new is begun after it.
        jobs: Processes that may prove abstractions at a time; None to prove them in this one, and
            keep the evidence.
    """

    def __init__(self, machine: Machine, *, deadline: float, jobs: int | None = None) -> None:
        self._machine = machine
        self._deadline = deadline
        self._jobs = jobs
        self._surroundings = Surroundings(machine)
        self._everything = [each.name for each in machine.parts]

    # The whole

    @cached_property
    def system(self) -> TransitionSystem:
        """All parts."""
        return lower(self._machine)

    @cached_property
    def engines(self) -> Portfolio:
        """Engines on all parts."""
        return Portfolio(self.system, deadline=self._deadline)

    def assumed(self) -> TransitionSystem:
        """What all assumptions together speak of, and nothing else."""
        conditions = [each.expression for each in self._machine.assumptions]
        return lower(abstract(self._machine, always(conditions), self._everything))

    # As few as may take part

    @cached_property
    def fewest(self) -> dict[str, int]:
        """For each kind of which not all need take part, how few may."""
        kinds = {f"{each.family}.{COUNT}" for each in self._machine.parts}
        return {
            each.name: each.span.lowest
            for each in self._machine.parameters
            if each.name in kinds and each.span.lowest < each.span.highest
        }

    def small(self, requirements: Sequence[Requirement]) -> TransitionSystem:
        """What `requirements` depend on where the fewest parts take part."""
        return lower(abstract(self._machine, requirements, self._everything, self.fewest))

    def whole_run(self, scenario: Scenario) -> Scenario:
        """A run of the fewest parts as one of all: who takes no part does as the first does."""
        parameters, steps = scenario
        firsts = {
            each.name: f"{each.family}.1"
            for each in self._machine.parts
            if each.name != each.family
        }
        inputs = [(each.name, _twin(each.name, firsts), each) for each in self.system.inputs]
        return {**self.fewest, **parameters}, [
            {name: step.get(name, step.get(twin, each.span.lowest)) for name, twin, each in inputs}
            for step in steps
        ]

    def run_to(self, key: Key, declared: Always | Reachable) -> Found | None:
        """A run of the fewest parts that breaks what always holds, or reaches what is reachable."""
        expression = declared.expression
        system = self.small(always([expression]))
        goal = system.goals[0].term
        assert goal is not None
        if isinstance(declared, Reachable):
            goal = negation(goal)
        engines = Portfolio(system, deadline=self._deadline)
        decision = self._decided(key, engines, goal)
        return decision if isinstance(decision, Found) else None

    def short_runs(self, properties: Mapping[Key, Always]) -> dict[Key, Found]:
        """Those of `properties` that a short run of the fewest parts breaks, and such runs."""
        system = self.small(always([each.expression for each in properties.values()]))
        found: dict[Key, Found] = {}
        for key, goal in zip(properties, system.goals, strict=True):
            assert goal.term is not None
            search = Search(system, system.cone(goal.term))
            with suppress(Exhausted):
                run = search.find(negation(goal.term), depths=_SHORT, accept=self._shows(key))
                if run is not None:
                    found[key] = Found(Method.SEARCH, self.whole_run(run))
        return found

    def replayer(self, key: Key) -> Replayer:
        """Replays, on the whole, runs that are to decide the property `key`."""
        goal = next(each for each in self.system.goals if (each.requirement, each.index) == key)
        assert goal.term is not None
        assert isinstance(goal.declared, Always | Reachable)
        sought = isinstance(goal.declared, Reachable)
        return Replayer(self.system, goal.term, goal.declared.expression, sought=sought)

    def _decided(self, key: Key, engines: Portfolio, goal: Term) -> Decision:
        """What `engines` say of `goal`; a run counts only if the whole shows the same."""
        shows = self._shows(key)
        decision = next(iter(engines.decide([goal], lambda _: shows)))[1]
        if isinstance(decision, Found):
            return Found(decision.method, self.whole_run(decision.scenario))
        return decision

    def _shows(self, key: Key) -> Callable[[Scenario], bool]:
        """Whether the whole shows of the property `key` what a run of the fewest parts does."""
        replayer: list[Replayer] = []

        def shows(scenario: Scenario) -> bool:
            if not replayer:
                replayer.append(self.replayer(key))
            return replayer[0].shows(self.whole_run(scenario))

        return shows

    # What always holds

    def decide(
        self, properties: Mapping[Key, Always]
    ) -> Iterator[tuple[Key, list[Lemma] | Found | Undecided]]:
        """For each property the lemmas that prove it, a run that breaks it, or neither."""
        proofs = self.proofs(properties)
        for key, declared in properties.items():
            if key in proofs:
                yield key, proofs[key]
            else:
                yield key, self.run_to(key, declared) or self.on_whole(key, declared)

    def proofs(self, properties: Mapping[Key, Always]) -> dict[Key, list[Lemma]]:
        """The lemmas that prove those of `properties` for which abstractions will do."""
        lemmas: dict[object, Lemma] = {}
        tried: set[object] = set()
        # For each piece what proves it: at first nothing.
        proved: dict[Key, list[object]] = {}
        open_ = [
            (key, piece)
            for key, declared in properties.items()
            for piece in pieces(self._machine, declared.expression)
        ]
        for kept_by in self._surroundings.choices():
            problems: dict[object, Problem] = {}
            shapes: list[object] = []
            for _, piece in open_:
                problem = self._problem(piece, kept_by(piece))
                shapes.append(form(problem.machine))
                problems.setdefault(shapes[-1], problem)
            new = {shape: each for shape, each in problems.items() if shape not in tried}
            tried |= new.keys()
            lemmas |= proved_apart(self._machine, new, deadline=self._deadline, jobs=self._jobs)
            left = []
            for (key, piece), shape in zip(open_, shapes, strict=True):
                if shape in lemmas:
                    proved.setdefault(key, []).append(shape)
                else:
                    left.append((key, piece))
            open_ = left
        unproved = {key for key, _ in open_}
        return {
            key: [lemmas[shape] for shape in dict.fromkeys(shapes)]
            for key, shapes in proved.items()
            if key not in unproved
        }

    def _problem(self, piece: Expression, kept: frozenset[str]) -> Problem:
        return Problem(piece, kept, abstract(self._machine, always([piece]), kept))

    def reached(self, key: Key, declared: Reachable) -> list[Lemma] | Found | Undecided:
        """A run to where `declared` says, the lemmas that prove that there is none, or neither."""
        never = Always(
            Operation(Operator.NOT, (declared.expression,), BOOLEAN, declared.place), declared.place
        )
        return (
            self.run_to(key, declared)
            or self.proofs({key: never}).get(key)
            or self.on_whole(key, never)
        )

    def on_whole(self, key: Key, declared: Always) -> list[Lemma] | Found | Undecided:
        """The answer to `declared`, with all parts; a run counts if it decides `key`."""
        requirements = always([declared.expression])
        system = lower(abstract(self._machine, requirements, self._everything))
        engines = Portfolio(system, deadline=self._deadline)
        goal = system.goals[0].term
        assert goal is not None
        match self._decided(key, engines, goal):
            case Inductive() as decision:
                return [Lemma(decision.method, Evidence(engines, goal))]
            case Found() | Undecided() as decision:
                return decision


def _twin(name: str, firsts: Mapping[str, str]) -> str:
    part, _, signal = name.rpartition(".")
    return f"{firsts[part]}.{signal}" if part in firsts else name
