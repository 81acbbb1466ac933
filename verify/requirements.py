"""Requirements: which engine answers which kind of property, and what its answer becomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from spec.machine import Always, Every, FromAnyState, Independent, Reachable, Subject
from spec.system import Goal, TransitionSystem
from spec.term import Term, negation
from verify.engines import any_state, independence, portfolio
from verify.engines.search import Scenario
from verify.evidence.battery import Battery
from verify.evidence.certificate import Minimizer, Script, scripts
from verify.evidence.margin import measure
from verify.replay import Replayer, ReplayError, from_any_state
from verify.verdict import (
    Answer,
    Certificate,
    Method,
    Proved,
    Sanity,
    Unknown,
    Vacuous,
    Verdict,
    Violated,
    verdict,
)

Key = tuple[str, int]

_SUBJECTS = {
    Subject.MODE: Sanity.UNREACHABLE_MODE,
    Subject.TRANSITION: Sanity.DEAD_TRANSITION,
    Subject.OVERLAP: Sanity.SILENT_OVERLAP,
}


@dataclass
class Requirements:
    """The goals of one system, and their answers so far.

    Attributes:
        goals: Those that are asked for.
        answered: Called with each goal as soon as it has an answer.
        answers: By requirement and property index.
        seconds: Wall time spent on each.
    """

    system: TransitionSystem
    goals: Sequence[Goal]
    engines: portfolio.Portfolio
    answered: Callable[[Goal], None]
    answers: dict[Key, Answer] = field(default_factory=dict)
    seconds: dict[Key, float] = field(default_factory=dict)
    # Where a proof is not about the system itself but about its product with a twin.
    _other_engines: dict[Key, portfolio.Portfolio] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._clock = time.perf_counter()

    def answer(self, goal: Goal, answer: Answer) -> None:
        """Note the answer to `goal`."""
        now = time.perf_counter()
        key = (goal.requirement, goal.index)
        self.answers[key] = answer
        self.seconds[key] = now - self._clock
        self._clock = now
        self.answered(goal)

    @property
    def proved(self) -> set[Key]:
        """The properties proved so far."""
        return {key for key, answer in self.answers.items() if isinstance(answer, Proved)}

    @property
    def held(self) -> set[Key]:
        """The properties that the machine satisfies, some of them because nothing asks them."""
        return {key for key, answer in self.answers.items() if isinstance(answer, Proved | Vacuous)}

    def prove(self) -> None:
        """Answer everything but the properties that speak of the sanity battery or of others."""
        self._prove_always()
        self._reach()
        for goal in self.goals:
            match goal.declared:
                case FromAnyState():
                    self._prove_from_any_state(goal)
                case Independent() as claim:
                    self._prove_independent(goal, claim)
                case Always() | Reachable() | Every():
                    pass

    def _decided(
        self, kind: type[Always | Reachable]
    ) -> Iterator[tuple[Goal, Replayer, portfolio.Decision]]:
        """The goals of one kind, as they are decided: always is refuted, reachable is shown."""
        sought = kind is Reachable
        goals: list[Goal] = []
        # Beside the replayers: two goals may well have one term.
        claims: list[Term] = []
        replayers: dict[Term, Replayer] = {}
        for goal in self.goals:
            if isinstance(goal.declared, kind) and goal.term is not None:
                goals.append(goal)
                claim = negation(goal.term) if sought else goal.term
                claims.append(claim)
                replayers[claim] = Replayer(
                    self.system, goal.term, goal.declared.expression, sought=sought
                )
        for position, decision in self.engines.decide(claims, lambda term: replayers[term].shows):
            yield goals[position], replayers[claims[position]], decision

    def _prove_always(self) -> None:
        for goal, replayer, decision in self._decided(Always):
            match decision:
                case portfolio.Found(method=method, scenario=scenario):
                    answer: Answer = Violated(method, replayer.trace(scenario))
                case portfolio.Undecided(reason=reason):
                    answer = Unknown(reason)
                case portfolio.Inductive(method=method, lemmas=lemmas):
                    assert goal.term is not None
                    answer = Proved(method, Certificate(lemmas, goal.term))
            self.answer(goal, answer)

    def _reach(self) -> None:
        for goal, replayer, decision in self._decided(Reachable):
            match decision:
                case portfolio.Found(scenario=scenario):
                    answer: Answer = Proved(Method.WITNESS, witness=replayer.trace(scenario))
                case portfolio.Inductive(method=method):
                    answer = Violated(method, None, reason="no run ever reaches it")
                case portfolio.Undecided(reason=reason):
                    answer = Unknown(reason)
            self.answer(goal, answer)

    def _prove_from_any_state(self, goal: Goal) -> None:
        assert goal.term is not None
        match any_state.decide(self.engines.step, goal.term):
            case None:
                answer: Answer = Unknown("the solver ran out of work")
            case Certificate() as certificate:
                answer = Proved(Method.ONE_STEP, certificate)
                if goal.premise is not None:
                    why = any_state.never(self.engines.step, goal.premise)
                    if why is not None:
                        answer = Vacuous("its premise never happens", why)
            case any_state.Broken() as broken:
                trace = from_any_state(
                    self.system, broken.parameters, broken.state, broken.inputs, goal.term
                )
                legal = "" if not trace.truth[0] else "the state after the step is no legal one"
                answer = Violated(Method.ONE_STEP, trace, reason=legal)
        self.answer(goal, answer)

    def _prove_independent(self, goal: Goal, claim: Independent) -> None:
        if not independence.readers(self.system, claim):
            self.answer(goal, Proved(Method.SYNTAX))
            return
        composed, term, hints = independence.product(self.system, claim)
        engines = portfolio.Portfolio(composed, hints=hints, deadline=self.engines.deadline)
        replayer = Replayer(composed, term, None, sought=False)
        match next(iter(engines.decide([term], lambda _: replayer.shows)))[1]:
            case portfolio.Inductive(lemmas=lemmas):
                self._other_engines[goal.requirement, goal.index] = engines
                answer: Answer = Proved(Method.SELF_COMPOSITION, Certificate(lemmas, term))
            case portfolio.Undecided(reason=reason):
                answer = Unknown(reason)
            case portfolio.Found(scenario=scenario):
                answer = self._dependent(claim, scenario)
        self.answer(goal, answer)

    def _dependent(self, claim: Independent, scenario: Scenario) -> Answer:
        replayer = Replayer(self.system, self.system.outputs[claim.output], None, sought=True)
        first, second = (replayer.as_it_is(run) for run in independence.two_runs(claim, scenario))
        if first.steps[-1].outputs[claim.output] == second.steps[-1].outputs[claim.output]:
            raise ReplayError("two runs that were found to differ do not differ when run again")
        return Violated(Method.SELF_COMPOSITION, first, second, f"'{claim.output}' differs")

    def measure(self) -> None:
        """Find the margins of what was proved of durations."""
        minimizer = Minimizer(self.engines.step, self.engines.invariants)
        for goal in self.goals:
            key = (goal.requirement, goal.index)
            answer = self.answers.get(key)
            if goal.bound is None or goal.term is None or not isinstance(answer, Proved):
                continue
            search = self.engines.search(goal.term)
            margin = measure(self.engines.step, goal, minimizer.implying(goal.term), search)
            if margin is not None and not margin.attained:
                # Those lemmas imply the goal, but perhaps not the sharpest bound.
                margin = measure(self.engines.step, goal, self.engines.invariants, search)
            self.answers[key] = replace(answer, margin=margin)

    def conclude(self, battery: Battery, *, all_asked: bool) -> None:
        """With the battery's answers: find vacuous properties, answer the collective ones."""
        for key, why in battery.never.items():
            if isinstance(self.answers.get(key), Proved):
                self.answers[key] = Vacuous("its premise never happens", why)
        every = [goal for goal in self.goals if isinstance(goal.declared, Every)]
        # Those that speak of all other requirements come last.
        for last in (False, True):
            for goal in every:
                assert isinstance(goal.declared, Every)
                subject = goal.declared.subject
                if (subject is Subject.REQUIREMENT) is not last:
                    continue
                if last:
                    self.answer(goal, self._all_others(goal, all_asked))
                else:
                    self.answer(goal, _by_battery(battery, _SUBJECTS[subject]))

    def _all_others(self, goal: Goal, all_asked: bool) -> Answer:
        if not all_asked:
            return Unknown("not all requirements were asked for")
        others = {
            key: verdict(answer)
            for key, answer in self.answers.items()
            if key[0] != goal.requirement
        }
        failed = {
            key[0] for key, word in others.items() if word in (Verdict.VIOLATED, Verdict.VACUOUS)
        }
        if failed:
            return Violated(
                Method.OTHERS, None, reason=f"these do not hold: {', '.join(sorted(failed))}"
            )
        undecided = {key[0] for key, word in others.items() if word is Verdict.UNKNOWN}
        if undecided:
            return Unknown(f"these are not decided: {', '.join(sorted(undecided))}")
        return Proved(Method.OTHERS)

    @property
    def collective(self) -> list[Key]:
        """The properties proved that speak of all other requirements."""
        return [
            (goal.requirement, goal.index)
            for goal in self.goals
            if isinstance(goal.declared, Every)
            and goal.declared.subject is Subject.REQUIREMENT
            and isinstance(self.answers[goal.requirement, goal.index], Proved)
        ]

    def certified(self, texts: dict[Key, str]) -> dict[Key, list[Script]]:
        """Make every certificate small; its obligations, titled by the property's text."""
        minimizers: dict[int, Minimizer] = {}
        made: dict[Key, list[Script]] = {}
        for key, answer in self.answers.items():
            if not isinstance(answer, Proved | Vacuous) or answer.certificate is None:
                continue
            engines = self._other_engines.get(key, self.engines)
            small = answer.certificate
            if not small.any_state:
                minimizer = minimizers.setdefault(
                    id(engines), Minimizer(engines.step, engines.invariants)
                )
                small = minimizer.certificate(small.goal)
            self.answers[key] = replace(answer, certificate=small)
            name = f"{key[0]}.{key[1] + 1}"
            made[key] = scripts(engines.system, small, name, f"{name}: {texts[key]}")
        return made


def _by_battery(battery: Battery, kind: Sanity) -> Answer:
    if kind in battery.failed:
        return Violated(Method.BATTERY, None, reason=battery.failed[kind])
    if kind in battery.undecided:
        return Unknown("the sanity battery left questions open")
    return Proved(Method.BATTERY)
