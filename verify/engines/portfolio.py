"""Portfolio: all engines on one system, in the order that is cheapest on the whole.

Sampling, plain induction, lemmas on modes and flags, search, lemmas on timers, deeper search,
Spacer. Each proves or refutes soundly by itself; the order decides how long it takes, never what
is answered. Invariants are kept: what one property needed, the next may use.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from spec.execution import execute
from spec.system import StateVariable, TransitionSystem
from spec.term import Term, canonical, negation
from verify.encoding import OneStep
from verify.engines import correspondence, houdini, spacer, templates
from verify.engines.sampling import Exploration, Sampler
from verify.engines.search import Exhausted, Scenario, Search
from verify.smt import Satisfiable, negated
from verify.verdict import Method

# Steps of random exploration before anything is proved.
_SAMPLED = 2000
# Transitions (waits count as one) of the search before and after the costlier proofs.
_SHALLOW = 4
_DEEP = 16


@dataclass(frozen=True, slots=True)
class Inductive:
    """The invariants known by then, of which a part may do, imply the goal."""

    method: Method
    lemmas: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A replayed run whose last step breaks the goal."""

    method: Method
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither; `reason` says what was tried."""

    reason: str


Decision = Inductive | Found | Undecided
Accept = Callable[[Scenario], bool]


class Portfolio:
    """Engines over `system`, and what they have learnt about it.

    Args:
        watched: Conditions whose first occurrence in the exploration is of interest.
        hints: More candidates for lemmas.
        deadline: In `time.monotonic` seconds; nothing new is begun after it.
    """

    def __init__(
        self,
        system: TransitionSystem,
        *,
        watched: Sequence[Term] = (),
        hints: Sequence[Term] = (),
        deadline: float,
    ) -> None:
        self.system = system
        self._hints = tuple(hints)
        self.deadline = deadline
        self.execution = execute(system, watched)
        self.exploration: Exploration = Sampler(self.execution).explore(most=_SAMPLED)
        self.step = OneStep(system, system.state)
        self._representatives = correspondence.representatives(system)
        self._searches: dict[tuple[str, ...], Search] = {}
        first = [*templates.bounds(system.state), *correspondence.equalities(system)]
        self.invariants: list[Term] = []
        self._learn(first)
        self._number_of = canonical()

    def decide(
        self, goals: Sequence[Term], accept: Callable[[Term], Accept]
    ) -> Iterator[tuple[int, Decision]]:
        """Each goal's position and decision, as soon as it is known.

        Args:
            goals: Over the state before and the inputs of a step.
            accept: For a goal, a function that replays a run and says whether it breaks it.
        """
        open_ = dict(enumerate(goals))
        stages: list[Callable[[dict[int, Term]], Iterator[tuple[int, Decision]]]] = [
            lambda left: self._proved(left, Method.INDUCTION),
            lambda left: self._sampled(left, accept),
            lambda left: self._with_lemmas(left, self._discrete(left)),
            lambda left: self._searched(left, accept, range(1, _SHALLOW + 1)),
            lambda left: self._with_lemmas(left, self._timed(left, slack=1)),
            # Some lemmas on flags are inductive only beside those on timers.
            lambda left: self._with_lemmas(left, self._discrete(left)),
            lambda left: self._searched(left, accept, range(_SHALLOW + 1, _DEEP + 1)),
            lambda left: self._with_lemmas(left, self._timed(left, slack=2)),
            self._by_spacer,
        ]
        for stage in stages:
            if not open_:
                return
            if time.monotonic() > self.deadline:
                break
            for position, decision in stage(dict(open_)):
                del open_[position]
                yield position, decision
        late = time.monotonic() > self.deadline
        for position in open_:
            reason = "the time is up" if late else _GIVEN_UP
            yield position, Undecided(reason)

    def _proved(self, goals: dict[int, Term], method: Method) -> Iterator[tuple[int, Decision]]:
        solver = self.step.solver()
        solver.add(*(self.step.before.formula(each) for each in self.invariants))
        lemmas = tuple(self.invariants)
        for position, goal in goals.items():
            if solver.check(negated(self.step.before.formula(goal))) is Satisfiable.NO:
                yield position, Inductive(method, lemmas)

    def _sampled(
        self, goals: dict[int, Term], accept: Callable[[Term], Accept]
    ) -> Iterator[tuple[int, Decision]]:
        """Goals that the exploration broke: a short search gives a shorter run."""
        execution = execute(self.system, [negation(each) for each in goals.values()])
        broken: dict[int, int] = {}
        for index, step in enumerate(self.exploration.steps):
            seen = execution.step(step.state, step.inputs, step.parameters)[1]
            if any(seen):
                for position, failed in zip(goals, seen, strict=True):
                    if failed and position not in broken:
                        broken[position] = index
        for position, index in broken.items():
            goal = goals[position]
            found = dict(self._searched({position: goal}, accept, range(1, _DEEP + 1)))
            if position in found:
                yield position, found[position]
                continue
            scenario = self.scenario(index)
            if accept(goal)(scenario):
                yield position, Found(Method.SEARCH, scenario)

    def scenario(self, index: int) -> Scenario:
        """The explored run that ends with step `index`."""
        way = self.exploration.way_to(index)
        names = [each.name for each in self.system.inputs]
        constants = [each.name for each in self.system.parameters]
        return (
            dict(zip(constants, way[0].parameters, strict=True)),
            [dict(zip(names, step.inputs, strict=True)) for step in way],
        )

    def scenario_of(self, position: int) -> Scenario:
        """The explored run in which watched condition number `position` first holds."""
        index = self.exploration.first(position)
        assert index is not None
        return self.scenario(index)

    def _with_lemmas(
        self, goals: dict[int, Term], lemmas: Sequence[Term], method: Method = Method.HOUDINI
    ) -> Iterator[tuple[int, Decision]]:
        if self._learn(lemmas):
            yield from self._proved(goals, method)

    def _learn(self, lemmas: Sequence[Term]) -> bool:
        """Keep those of `lemmas` that are inductive with what is known; whether there are any."""
        try:
            found = houdini.strengthen(self.step, lemmas, self.invariants, deadline=self.deadline)
        except houdini.Undecided:
            return False
        self.invariants += found
        return bool(found)

    def _cone(self, goal: Term) -> list[StateVariable]:
        """The state that `goal` depends on, one variable for those that are always equal."""
        chosen = (self._representatives[each.name] for each in self.system.cone(goal))
        return list({each.name: each for each in chosen}.values())

    def _new(self, lemmas: Iterator[Term]) -> list[Term]:
        known = {self._number_of(each) for each in self.invariants}
        distinct = {self._number_of(each): each for each in lemmas}
        fresh = [term for number, term in distinct.items() if number not in known]
        return self.exploration.never_false(self.system, fresh)

    def _discrete(self, goals: dict[int, Term]) -> list[Term]:
        lemmas = (
            lemma for goal in goals.values() for lemma in templates.discrete(self._cone(goal))
        )
        return self._new(chain(self._hints, lemmas))

    def _timed(self, goals: dict[int, Term], *, slack: int) -> list[Term]:
        return self._new(
            lemma
            for goal in goals.values()
            for lemma in templates.timed(self.system, self._cone(goal), [goal], slack)
        )

    def search(self, term: Term) -> Search:
        """The search over the cone of `term`; the same one for the same cone."""
        cone = self.system.cone(term)
        key = tuple(each.name for each in cone)
        if key not in self._searches:
            self._searches[key] = Search(self.system, cone)
        return self._searches[key]

    def _searched(
        self, goals: dict[int, Term], accept: Callable[[Term], Accept], depths: range
    ) -> Iterator[tuple[int, Decision]]:
        for position, goal in goals.items():
            if time.monotonic() > self.deadline:
                return
            try:
                scenario = self.search(goal).find(
                    negation(goal), depths=depths, accept=accept(goal)
                )
            except Exhausted:
                continue
            if scenario is not None:
                yield position, Found(Method.SEARCH, scenario)

    def _by_spacer(self, goals: dict[int, Term]) -> Iterator[tuple[int, Decision]]:
        for position, goal in goals.items():
            seconds = self.deadline - time.monotonic()
            if seconds <= 0:
                return
            invariant = spacer.invariant(self.system, self.system.cone(goal), goal, seconds)
            if invariant is None:
                continue
            # Spacer is not trusted: its answer is one more candidate.
            yield from self._with_lemmas({position: goal}, [invariant], Method.SPACER)


_GIVEN_UP = (
    f"no invariant of our templates implies it, Spacer found none, and no run of up to {_DEEP} "
    "transitions breaks it"
)
