"""Verification: from a system to a report on all its requirements.

What `verify.prover` is for machines. The sanity questions about premises and outputs are asked
where the fewest parts take part, because what happens there happens; that a premise never happens
is only said where it is proved of the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from spec.expression import BOOLEAN, Expression, Operation, Operator
from spec.machine import Always, Every, FromAnyState, Independent, Machine, Reachable, Subject
from spec.system import Goal
from verify.composition.proving import Composition, Lemma
from verify.engines.portfolio import Found, Portfolio, Undecided
from verify.evidence import recheck
from verify.evidence.battery import Battery
from verify.evidence.certificate import Minimizer, Script, scripts
from verify.prover import Options, Progress, VerificationError, write_certificates
from verify.requirements import Key, Requirements
from verify.verdict import (
    Answer,
    Certificate,
    Method,
    PropertyResult,
    Proved,
    Report,
    RequirementResult,
    Sanity,
    Unknown,
    Vacuous,
    Violated,
)

# What a proof of many pieces is called: after the costliest of them.
_COSTS = (Method.INDUCTION, Method.HOUDINI, Method.SPACER)
_WITHOUT_MEANING = "the parts of a system are asked in their own texts"


def verify_system(
    machine: Machine,
    *,
    options: Options | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Prove the requirements of the flattened system `machine`.

    Raises:
        VerificationError: A second solver is asked for and none is installed, or a certificate
            cannot be written.
        InternalError: A run that was found does not replay on the reference run.
    """
    options = options or Options()
    solvers = recheck.second_solvers() if options.recheck else []
    if options.recheck and not solvers:
        raise VerificationError(
            "no second solver is installed", "install one: pip install 'smallbms[recheck]'"
        )
    deadline = time.monotonic() + options.timeout
    begun = time.perf_counter()
    work = _Work(machine, options, deadline, progress)
    work.prove()
    proved = time.perf_counter()
    work.ask()
    sane = time.perf_counter()
    if solvers or options.certificates is not None:
        work.certify(solvers)
    return Report(
        machine,
        tuple(work.results()),
        tuple(sorted(work.battery.findings, key=lambda each: each.place)),
        work.battery.size,
        proved - begun,
        sane - proved,
        tuple(solvers),
    )


@dataclass
class _Work:
    machine: Machine
    options: Options
    deadline: float
    progress: Callable[[Progress], None]
    lemmas: dict[Key, list[Lemma]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        machine, only = self.machine, self.options.only
        # A certificate is made of what only the engines that proved it know.
        certified = self.options.recheck or self.options.certificates is not None
        jobs = None if certified else self.options.jobs
        self.composition = Composition(machine, deadline=self.deadline, jobs=jobs)
        self.asked = [each for each in machine.requirements if not only or each.id in only]
        system = self.composition.small(machine.requirements)
        self.goals = [each for each in system.goals if not only or each.requirement in only]
        self.declared = {
            (requirement.id, index): property_
            for requirement in self.asked
            for index, property_ in enumerate(requirement.properties)
        }
        # What the abstraction does not ask is answered by what was declared.
        self.goals = [
            Goal(each.requirement, each.index, declared, each.term, each.premise, each.bound)
            for each in self.goals
            for declared in [self.declared[each.requirement, each.index]]
        ]
        self.battery = Battery(system)
        # Whether something can be reached is answered anyway, and with all parts.
        self.battery.covers = [
            each
            for each in self.battery.covers
            if each.goal is None or isinstance(self.declared.get(each.goal), Always)
        ]
        self._doing("invariants")
        self.engines = Portfolio(system, watched=self.battery.watched, deadline=self.deadline)
        self.work = Requirements(system, self.goals, self.engines, self._answered)

    def _doing(self, what: str) -> None:
        done = len(self.work.answers) if hasattr(self, "work") else 0
        self.progress(Progress(done, len(self.goals) + 1, what))

    def _answered(self, goal: Goal) -> None:
        self._doing(goal.requirement)

    def prove(self) -> None:
        """Answer everything but the properties that speak of others."""
        contradictory = self._contradictory()
        if contradictory is not False:
            for goal in self.goals:
                self.work.answer(
                    goal,
                    Vacuous("the assumptions contradict each other: there is no run")
                    if contradictory
                    else Unknown("undecided whether the assumptions leave any run"),
                )
            return
        goals = {(each.requirement, each.index): each for each in self.goals}
        always = {
            key: declared for key, declared in self.declared.items() if isinstance(declared, Always)
        }
        for key, found in self.composition.decide(always):
            self.work.answer(goals[key], self._always(key, found))
        for key, declared in self.declared.items():
            match declared:
                case Reachable():
                    self.work.answer(goals[key], self._reachable(key, declared))
                case FromAnyState() | Independent():
                    self._by_the_whole(goals[key])
                case Every(subject=subject) if subject is not Subject.REQUIREMENT:
                    self.work.answer(goals[key], Unknown(_WITHOUT_MEANING))
                case _:
                    pass

    def _contradictory(self) -> bool | None:
        """Whether the assumptions, all of them, leave no first step; a finding if they do."""
        if not self.machine.assumptions:
            return False
        assumed = Battery(self.composition.assumed())
        contradictory = assumed.contradictory(Portfolio(assumed.system, deadline=self.deadline))
        self.battery.findings += assumed.findings
        return contradictory

    def _always(self, key: Key, found: list[Lemma] | Found | Undecided) -> Answer:
        match found:
            case Found(method=method, scenario=scenario):
                return Violated(method, self.composition.replayer(key).trace(scenario))
            case Undecided(reason=reason):
                return Unknown(reason)
        self.lemmas[key] = found
        return Proved(method_of(found))

    def _reachable(self, key: Key, declared: Reachable) -> Answer:
        match self.composition.reached(key, declared):
            case Found(scenario=scenario):
                trace = self.composition.replayer(key).trace(scenario)
                return Proved(Method.WITNESS, witness=trace)
            case Undecided(reason=reason):
                return Unknown(reason)
            case lemmas:
                return Violated(method_of(lemmas), None, reason="no run ever reaches it")

    def _by_the_whole(self, goal: Goal) -> None:
        """What is not about single runs is asked of the flattened machine, as of any other."""
        whole = self.composition
        own = [
            each
            for each in whole.system.goals
            if (each.requirement, each.index) == (goal.requirement, goal.index)
        ]
        other = Requirements(whole.system, own, whole.engines, lambda _: None)
        other.prove()
        self.work.answer(goal, other.answers[goal.requirement, goal.index])

    # Sanity

    def ask(self) -> None:
        """Put the sanity questions, and answer what speaks of all other requirements."""
        if not self.work.answers or not self.declared:
            return
        self._doing("sanity battery")
        self.battery.ask(self.engines, self.work.proved)
        self._forget_what_more_parts_do()
        self.work.conclude(self.battery, all_asked=not self.options.only)

    def _forget_what_more_parts_do(self) -> None:
        """Drop findings about what never happens with the fewest parts, but may with more."""
        battery = self.battery
        if not self.composition.fewest:
            return
        battery.never = {key: why for key, why in battery.never.items() if self._never(key)}
        places = {self.declared[key].place for key in battery.never}
        battery.findings = [
            each
            for each in battery.findings
            if each.kind not in (Sanity.VACUOUS_PREMISE, Sanity.CONSTANT_OUTPUT)
            or each.place in places
        ]

    def _never(self, key: Key) -> bool:
        """Whether the premise of `key` never happens, however many parts there are."""
        declared = self.declared[key]
        if not isinstance(declared, Always) or not isinstance(declared.expression, Operation):
            return False
        never = Always(_negated(declared.expression.operands[0]), declared.place)
        return key in self.composition.proofs({key: never})

    # Certificates

    def certify(self, solvers: list[str]) -> None:
        """Write what proves each property; what `solvers` refuse is UNKNOWN."""
        self._doing("certificates")
        made: dict[Key, list[Script]] = {}
        for key, lemmas in self.lemmas.items():
            text = self.machine.statement(self.declared[key].place)
            for number, lemma in enumerate(lemmas, 1):
                assert lemma.evidence is not None
                engines, goal = lemma.evidence.engines, lemma.evidence.goal
                minimizer = Minimizer(engines.step, engines.invariants)
                small: Certificate = minimizer.certificate(goal)
                name = f"{key[0]}.{key[1] + 1}.{number}"
                made.setdefault(key, []).extend(
                    scripts(engines.system, small, name, f"{name}: {text}")
                )
        every = [script for each in made.values() for script in each]
        if self.options.certificates is not None:
            write_certificates(self.options.certificates, every)
        if not solvers:
            return
        left = max(1.0, self.deadline - time.monotonic())
        refused = recheck.refusals(every, solvers, seconds=left, jobs=self.options.jobs)
        for key, own in made.items():
            why = next((refused[each.name] for each in own if each.name in refused), "")
            if why:
                self.work.answers[key] = Unknown(why)
                for other in self.work.collective:
                    self.work.answers[other] = Unknown(f"these are not decided: {key[0]}")

    def results(self) -> Iterator[RequirementResult]:
        """The answers, in the order of the text."""
        for requirement in self.asked:
            yield RequirementResult(requirement, tuple(self._results(requirement.id)))

    def _results(self, id_: str) -> Iterator[PropertyResult]:
        for key, declared in self.declared.items():
            if key[0] == id_:
                shown: Expression | None = None
                if isinstance(declared, Always | Reachable | FromAnyState):
                    shown = declared.expression
                text = self.machine.statement(declared.place)
                answer, seconds = self.work.answers[key], self.work.seconds[key]
                yield PropertyResult(id_, key[1], declared, text, answer, seconds, shown)


def method_of(lemmas: Iterable[Lemma]) -> Method:
    """What a proof by `lemmas` is called."""
    methods = {each.method for each in lemmas}
    return max(methods, key=_COSTS.index, default=Method.SYNTAX)


def _negated(expression: Expression) -> Expression:
    return Operation(Operator.NOT, (expression,), BOOLEAN, expression.place)
