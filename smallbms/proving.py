"""Proofs for commands: the report on a machine, and what it says to the shell."""

from __future__ import annotations

import gc

from smallbms.progress import shown_progress
from smallbms.refusal import Refused
from smallbms.status import Status
from spec.machine import Machine
from verify import prover
from verify.composition.verification import verify_system
from verify.survival.survival import Survival, survive
from verify.verdict import Report, Sanity, Verdict


def verified(machine: Machine, options: prover.Options) -> Report:
    """What the prover finds; it shows its progress.

    Raises:
        Refused: It cannot be done as asked.
    """
    # A run is short and its garbage has no cycles: looking for some takes a tenth of its time.
    gc.disable()
    try:
        with shown_progress() as progress:
            prove = verify_system if machine.parts else prover.verify
            return prove(machine, options=options, progress=progress)
    except prover.VerificationError as error:
        raise Refused(str(error), error.way_out) from None
    finally:
        gc.enable()


def survived(machine: Machine, options: prover.Options, faults: tuple[str, ...]) -> Survival:
    """Which requirement survives which of `faults`, or of all; it shows its progress."""
    gc.disable()
    try:
        with shown_progress() as progress:
            return survive(machine, options=options, only_faults=faults, progress=progress)
    finally:
        gc.enable()


def status_of(report: Report) -> Status:
    """What `report` says to the shell; a failure counts more than what is undecided."""
    verdicts = {each.verdict for result in report.requirements for each in result.properties}
    undecided = [each for each in report.findings if each.kind is Sanity.UNDECIDED]
    faults = [each for each in report.findings if each.fails and each not in undecided]
    if faults or verdicts & {Verdict.VIOLATED, Verdict.VACUOUS}:
        return Status.FAILS
    if undecided or Verdict.UNKNOWN in verdicts:
        return Status.UNDECIDED
    return Status.HOLDS
