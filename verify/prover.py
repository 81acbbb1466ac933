"""Prover: from a machine to a report on all its requirements. The way in to `verify`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from spec.expression import Expression
from spec.lower import lower
from spec.machine import Always, FromAnyState, Machine, Reachable, Requirement
from spec.system import Goal
from verify.conflicts.conflicts import find_conflicts
from verify.engines.portfolio import Portfolio
from verify.evidence import recheck
from verify.evidence.battery import Battery
from verify.evidence.certificate import Script
from verify.evidence.folder import keep
from verify.replay import ReplayError
from verify.requirements import Key, Requirements
from verify.verdict import Ground, PropertyResult, Report, RequirementResult, Unknown, Vacuous

# A run that does not replay is a fault of this toolkit, whoever asked for it.
InternalError = ReplayError


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
        recheck: Say PROVED only of what z3, from text, and every second solver accept.
        certificates: Folder for the obligations as SMT-LIB 2, or None.
        margins: Also measure how near a proved bound comes; a third of the time, and no verdict
            depends on it.
    """

    only: tuple[str, ...] = ()
    timeout: float = 60.0
    jobs: int = 2
    recheck: bool = False
    certificates: Path | None = None
    margins: bool = True


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
    solvers = recheck.second_solvers() if options.recheck else []
    if options.recheck and not solvers:
        raise VerificationError(
            "no second solver is installed", "install one: pip install 'smallbms[recheck]'"
        )
    deadline = time.monotonic() + options.timeout
    begun = time.perf_counter()
    system = lower(machine)
    goals = [goal for goal in system.goals if not options.only or goal.requirement in options.only]
    done = 0

    def doing(what: str) -> None:
        progress(Progress(done, len(goals) + 1, what))

    def answered(goal: Goal) -> None:
        nonlocal done
        done += 1
        doing(goal.requirement)

    doing("invariants")
    battery = Battery(system)
    engines = Portfolio(system, watched=battery.watched, deadline=deadline)
    work = Requirements(system, goals, engines, answered)
    contradictory = battery.contradictory(engines)
    if contradictory is not False:
        # Of no run at all everything is true.
        for goal in goals:
            work.answer(
                goal,
                Vacuous("the assumptions contradict each other: there is no run")
                if contradictory
                else Unknown("undecided whether the assumptions leave any run"),
            )
        proved = time.perf_counter()
    else:
        work.prove()
        proved = time.perf_counter()
        if options.margins:
            doing("margins")
            work.measure()
        doing("sanity battery")
        battery.ask(engines, work.proved)
        work.conclude(battery, all_asked=not options.only)
    sane = time.perf_counter()
    if options.recheck or options.certificates is not None:
        doing("certificates")
        _certify(work, machine, options, solvers, deadline)
    # After the certificates: what a machine shows of its requirements rests on its proofs.
    certified = time.perf_counter()
    findings, consistency = battery.findings, None
    if contradictory is False:
        doing("conflicts")
        conflicts, consistency = find_conflicts(
            machine, only=options.only, held=work.held, deadline=deadline
        )
        findings = [*findings, *conflicts]
        if options.recheck and consistency.ground is Ground.INDUCTION:
            reason = "the induction has no certificate that a second solver could check"
            consistency = replace(consistency, ground=Ground.OPEN, reason=reason)
    return Report(
        machine,
        tuple(
            RequirementResult(requirement, tuple(_results(machine, requirement, work)))
            for requirement in machine.requirements
            if not options.only or requirement.id in options.only
        ),
        tuple(sorted(findings, key=lambda each: each.place)),
        battery.size,
        proved - begun,
        sane - proved + time.perf_counter() - certified,
        tuple(solvers),
        consistency,
    )


def _results(
    machine: Machine, requirement: Requirement, work: Requirements
) -> Iterable[PropertyResult]:
    for index, declared in enumerate(requirement.properties):
        key = (requirement.id, index)
        shown: Expression | None = None
        if isinstance(declared, Always | Reachable | FromAnyState):
            shown = declared.expression
        yield PropertyResult(
            requirement.id,
            index,
            declared,
            machine.statement(declared.place),
            work.answers[key],
            work.seconds[key],
            shown,
        )


def _certify(
    work: Requirements, machine: Machine, options: Options, solvers: list[str], deadline: float
) -> None:
    """Write the certificates, and let `solvers` check them: what they refuse is UNKNOWN."""
    texts = {
        (requirement.id, index): machine.statement(declared.place)
        for requirement in machine.requirements
        for index, declared in enumerate(requirement.properties)
    }
    made = work.certified(texts)
    scripts = [script for each in made.values() for script in each]
    if options.certificates is not None:
        write_certificates(options.certificates, scripts)
    if not solvers:
        return
    left = max(1.0, deadline - time.monotonic())
    refused = recheck.refusals(scripts, solvers, seconds=left, jobs=options.jobs)
    for key, own in made.items():
        why = next((refused[each.name] for each in own if each.name in refused), "")
        if why:
            work.answers[key] = Unknown(why)
    _withdraw(work, {key for key in made if isinstance(work.answers[key], Unknown)})


def _withdraw(work: Requirements, refused: set[Key]) -> None:
    """What was said of all other requirements does not hold once one of them is withdrawn."""
    if refused:
        ids = ", ".join(sorted({key[0] for key in refused}))
        for key in work.collective:
            work.answers[key] = Unknown(f"these are not decided: {ids}")


def write_certificates(folder: Path, made: list[Script]) -> None:
    """All of `made` into `folder`, or none.

    Raises:
        VerificationError: They cannot be written.
    """
    try:
        keep(folder, made)
    except OSError as error:
        raise VerificationError(
            f"the certificates cannot be written to {folder}: {(error.strerror or '').lower()}",
            "name another folder with --certificates",
        ) from None
