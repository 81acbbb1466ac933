"""Reading a specification for a command: the machine, or what is wrong with the text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from smallbms.refusal import Refused
from spec.language.errors import Code, Diagnostic, Severity, SpecificationError
from spec.language.reader import read, shipped
from spec.machine import Machine


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one text.

    Attributes:
        path: As the user gave it.
        machine: None if the text has errors.
        text: For showing lines; empty if the file is no text.
    """

    path: str
    machine: Machine | None
    text: str
    diagnostics: tuple[Diagnostic, ...]

    def count(self, severity: Severity) -> int:
        """How many of the diagnostics are that severe."""
        return sum(each.severity is severity for each in self.diagnostics)


def read_specification(path: Path | None) -> Reading:
    """What is written at `path`; without one, the shipped smallBMS.

    Raises:
        Refused: It is no file, or may not be read.
    """
    path = shipped() if path is None else path
    try:
        machine, warnings = read(path)
    except SpecificationError as error:
        unreadable = [each for each in error.diagnostics if each.code is Code.UNREADABLE]
        if unreadable:
            raise Refused(f"{path}: {unreadable[0].message}") from None
        return Reading(str(path), None, error.text, error.diagnostics)
    return Reading(str(path), machine, machine.text, warnings)
