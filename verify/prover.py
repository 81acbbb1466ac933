"""Prover: from a machine to a report on all its requirements. The way in to `verify`."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from spec.expression import Expression
from spec.lower import lower
from spec.machine import (
    Always,
    Every,
    FromAnyState,
    Independent,
    Machine,
    Reachable,
    Requirement,
    Subject,
)
from spec.system import Goal, TransitionSystem
from spec.term import TRUE, Term, negation
from verify.engines import any_state, independence, portfolio
from verify.engines.search import Scenario
from verify.evidence import certificate as certificates
from verify.evidence import sanity
from verify.evidence.margin import measure
from verify.replay import Replayer, ReplayError, from_any_state
from verify.verdict import (
    Answer,
    Certificate,
    Finding,
    Method,
    PropertyResult,
    Proved,
    Report,
    RequirementResult,
    Sanity,
    Unknown,
    Vacuous,
    Verdict,
    Violated,
    verdict,
)

InternalError = ReplayError

_SUBJECTS = {
    Subject.MODE: (Sanity.UNREACHABLE_MODE,),
    Subject.TRANSITION: (Sanity.DEAD_TRANSITION,),
    Subject.OVERLAP: (Sanity.SILENT_OVERLAP,),
}


class VerificationError(Exception):
    """The verification cannot be done as asked; `way_out` says what to do about it."""

    def __init__(self, message: str, way_out: str) -> None:
        super().__init__(message)
        self.way_out = way_out


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a verification.

    Attributes:
        only: Ids of the requirements to prove; empty for all.
        timeout: Wall time for the whole [s]; what is not decided by then is UNKNOWN.
        jobs: Processes that may work at a time.
        recheck: Say PROVED only of what z3, from text, and a second solver accept.
        certificates: Folder for the obligations as SMT-LIB 2, or None.
    """

    only: tuple[str, ...] = ()
    timeout: float = 60.0
    jobs: int = 2
    recheck: bool = False
    certificates: Path | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verification is."""

    done: int
    total: int
    doing: str


def verify(
    machine: Machine,
    *,
    options: Options | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Prove the requirements of `machine` and put the sanity questions to it.

    Raises:
        VerificationError: A second solver is asked for and none is installed, or a certificate
            cannot be written.
        InternalError: A run that was found does not replay on the reference run.
    """
    options = options or Options()
    solvers = certificates.second_solvers()
    if options.recheck and not solvers:
        raise VerificationError(
            "no second solver is installed",
            "install one: pip install 'smallbms[recheck]'",
        )
    work = _Verification(machine, options, progress)
    report = work.run()
    if options.recheck or options.certificates is not None:
        progress(Progress(work.total, work.total, "certificates"))
        report = work.certified(report, solvers if options.recheck else [])
    return report


@dataclass
class _Verification:
    machine: Machine
    options: Options
    progress: Callable[[Progress], None]
    answers: dict[tuple[str, int], Answer] = field(default_factory=dict)
    seconds: dict[tuple[str, int], float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    # Kinds of sanity questions that found something, or that ran out.
    failed: dict[Sanity, str] = field(default_factory=dict)
    undecided: set[Sanity] = field(default_factory=set)
    # For each premise or goal that can never happen, why that is certain.
    never: dict[tuple[str, int], Certificate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.system: TransitionSystem = lower(self.machine)
        self.deadline = time.monotonic() + self.options.timeout
        self.goals = [
            goal
            for goal in self.system.goals
            if not self.options.only or goal.requirement in self.options.only
        ]
        self.covers = sanity.covers(self.system)
        self.total = len(self.goals) + 1
        self._clock = time.perf_counter()

    def run(self) -> Report:
        """Everything but the certificates' check."""
        begun = time.perf_counter()
        self.progress(Progress(0, self.total, "invariants"))
        self.engines = portfolio.Portfolio(
            self.system,
            watched=[each.term for each in self.covers],
            deadline=self.deadline,
        )
        self._clock = begun
        if self._contradictory():
            for goal in self.goals:
                self._answer(
                    goal,
                    Vacuous("the assumptions contradict each other: there is no run"),
                )
            return self._report(time.perf_counter() - begun, 0.0)
        self._prove_always()
        for goal in self.goals:
            match goal.declared:
                case Reachable():
                    self._reach(goal)
                case FromAnyState():
                    self._prove_from_any_state(goal)
                case Independent():
                    self._prove_independent(goal, goal.declared)
                case Always() | Every():
                    pass
        proof_seconds = time.perf_counter() - begun
        self.progress(Progress(len(self.answers), self.total, "margins"))
        self._measure()
        self.progress(Progress(len(self.answers), self.total, "sanity battery"))
        self._ask_sanity()
        self._find_vacuous()
        # Last, because they speak of all the others.
        for goal in self.goals:
            if isinstance(goal.declared, Every):
                self._answer_every(goal, goal.declared.subject)
        return self._report(proof_seconds, time.perf_counter() - begun - proof_seconds)

    def _answer(self, goal: Goal, answer: Answer) -> None:
        now = time.perf_counter()
        key = (goal.requirement, goal.index)
        self.answers[key] = answer
        self.seconds[key] = now - self._clock
        self._clock = now
        self.progress(Progress(len(self.answers), self.total, goal.requirement))

    def _contradictory(self) -> bool:
        """Whether the assumptions leave no first step; a finding if so."""
        if self.engines.exploration.steps or not self.machine.assumptions:
            return False
        replayer = Replayer(self.system, TRUE, None, sought=True)
        first = self.engines.search(TRUE).find(TRUE, depths=range(1, 2), accept=replayer.shows)
        if first is not None:
            return False
        self.findings.append(
            Finding(
                Sanity.CONTRADICTION,
                self.machine.assumptions[0].place,
                "the assumptions contradict each other: nothing can happen at all",
                "take one of them out, or weaken it",
                fails=True,
            )
        )
        return True

    # Requirements

    def _prove_always(self) -> None:
        goals = [goal for goal in self.goals if isinstance(goal.declared, Always)]
        terms = [goal.term for goal in goals if goal.term is not None]
        replayers: dict[Term, Replayer] = {}
        for goal, term in zip(goals, terms, strict=True):
            assert isinstance(goal.declared, Always)
            replayers[term] = Replayer(self.system, term, goal.declared.expression, sought=False)
        for position, decision in self.engines.decide(terms, lambda term: replayers[term].shows):
            goal, term = goals[position], terms[position]
            self._answer(goal, self._decided(goal, decision, replayers[term]))

    def _measure(self) -> None:
        """Find the margins of what was proved of durations."""
        minimizer = certificates.Minimizer(self.engines.step, self.engines.invariants)
        for goal in self.goals:
            key = (goal.requirement, goal.index)
            answer = self.answers.get(key)
            if goal.bound is None or goal.term is None or not isinstance(answer, Proved):
                continue
            search = self.engines.search(goal.term)
            lemmas = minimizer.implying(goal.term)
            margin = measure(self.engines.step, goal, lemmas, search)
            self.answers[key] = replace(answer, margin=margin)

    def _decided(self, goal: Goal, decision: portfolio.Decision, replayer: Replayer) -> Answer:
        match decision:
            case portfolio.Found(method=method, scenario=scenario):
                return Violated(method, replayer.trace(scenario))
            case portfolio.Undecided(reason=reason):
                return Unknown(reason)
            case portfolio.Inductive(method=method, lemmas=lemmas):
                assert goal.term is not None
                return Proved(method, Certificate(lemmas, goal.term))

    def _reach(self, goal: Goal) -> None:
        assert isinstance(goal.declared, Reachable)
        assert goal.term is not None
        replayer = Replayer(self.system, goal.term, goal.declared.expression, sought=True)
        never = negation(goal.term)
        decisions = self.engines.decide([never], lambda _: replayer.shows)
        match next(iter(decisions))[1]:
            case portfolio.Found(scenario=scenario):
                self._answer(goal, Proved(Method.WITNESS, witness=replayer.trace(scenario)))
            case portfolio.Inductive(method=method):
                self._answer(goal, Violated(method, None, reason="no run ever reaches it"))
            case portfolio.Undecided(reason=reason):
                self._answer(goal, Unknown(reason))

    def _prove_from_any_state(self, goal: Goal) -> None:
        assert goal.term is not None
        found = any_state.decide(self.engines.step, goal.term)
        if found is None:
            self._answer(goal, Unknown("the solver ran out of work"))
        elif isinstance(found, Certificate):
            self._answer(goal, Proved(Method.ONE_STEP, found))
        else:
            trace = from_any_state(
                self.system, found.parameters, found.state, found.inputs, goal.term
            )
            reason = "" if not trace.truth[0] else "the state after the step is no legal one"
            self._answer(goal, Violated(Method.ONE_STEP, trace, reason=reason))

    def _prove_independent(self, goal: Goal, claim: Independent) -> None:
        if not independence.readers(self.system, claim):
            self._answer(goal, Proved(Method.SYNTAX))
            return
        composed, term, hints = independence.product(self.system, claim)
        engines = portfolio.Portfolio(composed, hints=hints, deadline=self.deadline)
        replayer = Replayer(composed, term, None, sought=False)
        match next(iter(engines.decide([term], lambda _: replayer.shows)))[1]:
            case portfolio.Inductive():
                # The certificate speaks of the product, which is not the system it is kept with.
                self._answer(goal, Proved(Method.SELF_COMPOSITION))
            case portfolio.Undecided(reason=reason):
                self._answer(goal, Unknown(reason))
            case portfolio.Found(scenario=scenario):
                self._answer(goal, self._dependent(claim, scenario))

    def _dependent(self, claim: Independent, scenario: Scenario) -> Answer:
        output = self.system.outputs[claim.output]
        traces = []
        for run in independence.two_runs(claim, scenario):
            replayer = Replayer(self.system, output, None, sought=True)
            traces.append(replayer.as_it_is(run))
        first, second = traces
        if first.steps[-1].outputs[claim.output] == second.steps[-1].outputs[claim.output]:
            raise ReplayError("two runs that were found to differ do not differ when run again")
        return Violated(Method.SELF_COMPOSITION, first, second, f"'{claim.output}' differs")

    # Sanity

    def _ask_sanity(self) -> None:
        self.findings += sanity.saturations(self.system)
        left = []
        for position, cover in enumerate(self.covers):
            if self.engines.exploration.first(position) is None:
                left.append(cover)
            elif cover.kind is Sanity.SILENT_OVERLAP:
                self._found_overlap(cover, self.engines.scenario_of(position))
        nevers = [negation(cover.term) for cover in left]
        replayers = {
            never: Replayer(self.system, cover.term, None, sought=True)
            for never, cover in zip(nevers, left, strict=True)
        }
        for position, decision in self.engines.decide(nevers, lambda never: replayers[never].shows):
            self._conclude(left[position], nevers[position], decision)

    def _conclude(self, cover: sanity.Cover, never: Term, decision: portfolio.Decision) -> None:
        overlap = cover.kind is Sanity.SILENT_OVERLAP
        match decision:
            case portfolio.Found(scenario=scenario):
                if overlap:
                    self._found_overlap(cover, scenario)
            case portfolio.Inductive(lemmas=lemmas):
                if cover.goal is not None:
                    self.never[cover.goal] = Certificate(lemmas, never)
                if not overlap and self._is_asked(cover):
                    self.failed[cover.kind] = cover.message
                    self.findings.append(
                        Finding(
                            cover.kind,
                            cover.place,
                            cover.message,
                            cover.way_out,
                            fails=True,
                        )
                    )
            case portfolio.Undecided(reason=reason):
                self.undecided.add(cover.kind)
                message = f"undecided whether this holds: {cover.message}; {reason}"
                self.findings.append(
                    Finding(
                        Sanity.UNDECIDED,
                        cover.place,
                        message,
                        "raise --timeout",
                        fails=False,
                    )
                )

    def _is_asked(self, cover: sanity.Cover) -> bool:
        """A premise of a requirement that is not asked for is none of our business."""
        if cover.goal is None:
            return True
        answer = self.answers.get(cover.goal)
        return isinstance(answer, Proved)

    def _found_overlap(self, cover: sanity.Cover, scenario: Scenario) -> None:
        self.failed[cover.kind] = cover.message
        replayer = Replayer(self.system, cover.term, None, sought=True)
        self.findings.append(
            Finding(
                cover.kind,
                cover.place,
                cover.message,
                cover.way_out,
                fails=False,
                witness=replayer.trace(scenario),
            )
        )

    def _find_vacuous(self) -> None:
        for key, why in self.never.items():
            if isinstance(self.answers.get(key), Proved):
                self.answers[key] = Vacuous("its premise never happens", why)

    def _answer_every(self, goal: Goal, subject: Subject) -> None:
        if subject is Subject.REQUIREMENT:
            self._answer(goal, self._all_others(goal))
            return
        kinds = _SUBJECTS[subject]
        failed = next((self.failed[kind] for kind in kinds if kind in self.failed), "")
        if failed:
            self._answer(goal, Violated(Method.BATTERY, None, reason=failed))
        elif self.undecided & set(kinds):
            self._answer(goal, Unknown("the sanity battery left questions open"))
        else:
            self._answer(goal, Proved(Method.BATTERY))

    def _all_others(self, goal: Goal) -> Answer:
        others = {
            key: verdict(answer)
            for key, answer in self.answers.items()
            if key[0] != goal.requirement
        }
        if self.options.only:
            return Unknown("not all requirements were asked for")
        pending = [
            each for each in self.goals if isinstance(each.declared, Every)
            and each.declared.subject is Subject.REQUIREMENT and each is not goal
        ]  # fmt: skip
        expected = {
            (each.requirement, each.index)
            for each in self.goals
            if each.requirement != goal.requirement and each not in pending
        }
        bad = sorted({key[0] for key, word in others.items() if word is not Verdict.PROVED})
        if any(others[key] in (Verdict.VIOLATED, Verdict.VACUOUS) for key in others):
            return Violated(Method.OTHERS, None, reason=f"not proved: {', '.join(bad)}")
        if bad or expected - set(others):
            return Unknown(f"not decided: {', '.join(bad)}")
        return Proved(Method.OTHERS)

    # Report

    def _report(self, proof_seconds: float, sanity_seconds: float) -> Report:
        lines = self.machine.text.splitlines()
        results = []
        for requirement in self.machine.requirements:
            if self.options.only and requirement.id not in self.options.only:
                continue
            results.append(RequirementResult(requirement, self._results(requirement, lines)))
        return Report(
            self.machine,
            tuple(results),
            tuple(sorted(self.findings, key=lambda each: each.place)),
            len(self.covers) + len(self.system.questions) + 1,
            proof_seconds,
            sanity_seconds,
        )

    def _results(self, requirement: Requirement, lines: list[str]) -> tuple[PropertyResult, ...]:
        results = []
        for index, declared in enumerate(requirement.properties):
            key = (requirement.id, index)
            shown: Expression | None = None
            if isinstance(declared, Always | Reachable | FromAnyState):
                shown = declared.expression
            results.append(
                PropertyResult(
                    requirement.id,
                    index,
                    declared,
                    _written(lines, declared.place.line),
                    self.answers[key],
                    self.seconds[key],
                    shown,
                )
            )
        return tuple(results)

    # Certificates

    def certified(self, report: Report, solvers: Sequence[str]) -> Report:
        """`report` with small certificates, written out and, by `solvers`, checked."""
        minimizer = certificates.Minimizer(self.engines.step, self.engines.invariants)
        results = []
        made: list[certificates.Script] = []
        for result in report.requirements:
            properties = []
            for each in result.properties:
                certified, scripts = self._with_certificate(each, minimizer)
                if solvers and scripts:
                    certified = self._rechecked(certified, scripts, solvers)
                made += scripts
                properties.append(certified)
            results.append(replace(result, properties=tuple(properties)))
        if self.options.certificates is not None:
            _write(self.options.certificates, made)
        return replace(report, requirements=tuple(results), rechecked_by=tuple(solvers))

    def _with_certificate(
        self, result: PropertyResult, minimizer: certificates.Minimizer
    ) -> tuple[PropertyResult, list[certificates.Script]]:
        answer = result.answer
        if not isinstance(answer, Proved | Vacuous) or answer.certificate is None:
            return result, []
        small = answer.certificate
        if not small.any_state:
            small = minimizer.certificate(small.goal)
        name = f"{result.requirement}.{result.index + 1}"
        scripts = certificates.scripts(self.system, small, name, f"{name}: {result.text}")
        return replace(result, answer=replace(answer, certificate=small)), scripts

    def _rechecked(
        self,
        result: PropertyResult,
        scripts: list[certificates.Script],
        solvers: Sequence[str],
    ) -> PropertyResult:
        left = max(1.0, self.deadline - time.monotonic())
        try:
            refused = certificates.refused_by(scripts, solvers, left)
        except subprocess.TimeoutExpired:
            refused = "a second solver did not finish in time"
        return replace(result, answer=Unknown(refused)) if refused else result


def _written(lines: list[str], line: int) -> str:
    """The property that begins in `line`, its continuation lines joined."""
    first = lines[line - 1]
    indent = len(first) - len(first.lstrip())
    text = [first.split("  #")[0].strip()]
    for following in lines[line:]:
        if not following.strip() or len(following) - len(following.lstrip()) <= indent:
            break
        text.append(following.split("  #")[0].strip())
    return " ".join(text)


def _write(folder: Path, made: Sequence[certificates.Script]) -> None:
    """All scripts into `folder`, or none."""
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as draft:
            for script in made:
                (Path(draft) / script.name).write_text(script.text, encoding="utf-8")
            for script in made:
                os.replace(Path(draft) / script.name, folder / script.name)
                written.append(folder / script.name)
    except OSError as error:
        raise VerificationError(
            f"the certificates cannot be written to {folder}: {(error.strerror or '').lower()}",
            "name another folder with --certificates",
        ) from None
