"""The functions of a generated controller, and what they must do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.system import TransitionSystem
from verify.translation.c.validation import validate
from verify.translation.finding import Finding
from verify.translation.routine import (
    Routine,
    init,
    parameters_check,
    parameters_init,
    step,
)


def routines(system: TransitionSystem, *, settable: bool) -> Iterator[Routine]:
    """All functions of the controller of `system`."""
    yield init(system)
    yield step(system, settable=settable)
    if settable and any(each.span.lowest < each.span.highest for each in system.parameters):
        yield parameters_init(system)
        yield parameters_check(system)


def written(path: Path | None = None, *, settable: bool) -> tuple[TransitionSystem, dict[str, str]]:
    """The system in the file `path`, and its files in C; the smallBMS if there is no path."""
    machine = read(path or shipped())[0]
    return lower(machine), generate(machine, "c99", Options(settable=settable))


def findings(system: TransitionSystem, files: dict[str, str], *, settable: bool) -> list[Finding]:
    """What is found of each function."""
    name = system.machine.name
    return [
        validate(files, f"{name}.c", each, f"{name}_{each.name}")
        for each in routines(system, settable=settable)
    ]
