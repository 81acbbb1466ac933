"""The gate: what a pipeline asks of a specification and of the code that is kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from codegen.boards.board import Board
from codegen.generation import STEP_TARGETS
from codegen.options import Options
from smallbms.generated_folder import State, compared, is_current, recorded_in, rendered
from smallbms.proving import status_of as status_of_report
from smallbms.status import Status
from smallbms.validating.files import Examined
from smallbms.validating.folders import Code
from smallbms.validating.status import status_of as status_of_code
from spec.machine import Machine
from spec.vectors import Vector
from verify.verdict import Report, Verdict


class Stage(Enum):
    """What is asked, in order."""

    REQUIREMENTS = "requirements"
    GENERATED = "generated code"
    EQUALITY = "equality"
    SECOND_SOLVER = "second solver"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of generated code, and what each file in it is."""

    code: Code
    states: Mapping[str, State]

    @property
    def is_current(self) -> bool:
        """Whether generating once more would change nothing."""
        return is_current(self.states)


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything that was found.

    Attributes:
        solver: The one that accepted each answer about code, beside the one that gave it.
        seconds: What each stage took.
    """

    report: Report
    folders: tuple[Folder, ...]
    examined: tuple[Examined, ...]
    solver: str | None
    seconds: Mapping[Stage, float]

    def status_of(self, stage: Stage) -> Status:
        """What one stage says to the shell."""
        match stage:
            case Stage.REQUIREMENTS:
                return status_of_report(self.report)
            case Stage.GENERATED:
                current = all(each.is_current for each in self.folders)
                return Status.HOLDS if current else Status.FAILS
            case Stage.EQUALITY:
                return status_of_code(self.examined)
            case Stage.SECOND_SOLVER:
                return Status.HOLDS if self.solver else Status.UNDECIDED

    @property
    def status(self) -> Status:
        """What all of them say; a failure counts more than what is undecided."""
        said = {self.status_of(each) for each in Stage}
        worst = (Status.FAILS, Status.UNDECIDED)
        return next((each for each in worst if each in said), Status.HOLDS)


def folder_of(code: Code, machine: Machine, board: Board | None, report: Report) -> Folder:
    """What each file in the folder of `code` is, beside what would be generated now.

    Raises:
        codegen.widths.TooWide: A number of the machine does not fit into the target's.
    """
    recorded = recorded_in(code.folder)
    asked = recorded.asked if recorded else frozenset()
    settable = "settable" in asked
    options = Options(
        settable,
        "monitors" in asked,
        tuple(
            each.requirement.id
            for each in report.requirements
            if each.verdict is not Verdict.PROVED
        ),
        _vectors(machine, vary_parameters=settable) if "tests" in asked else (),
        None if code.target in STEP_TARGETS else board,
    )
    return Folder(code, compared(code.folder, rendered(machine, code.target, options)))


def _vectors(machine: Machine, *, vary_parameters: bool) -> tuple[Vector, ...]:
    # Loaded when asked for: few folders have unit tests.
    from verify.vectors import find  # noqa: PLC0415

    return find(machine, vary_parameters=vary_parameters).vectors
