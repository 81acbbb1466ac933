"""What is wrong with a text, as text."""

from __future__ import annotations

from smallbms.presenters.lines import counted, printable
from smallbms.presenters.paths import shown_path
from smallbms.reading import Reading
from spec.language.errors import Severity, render


def diagnostics_text(reading: Reading) -> str:
    """Every diagnostic with its line, a caret and a way out; empty if there is none."""
    path = shown_path(reading.path)
    rendered = (render(each, path, reading.text) for each in reading.diagnostics)
    return "".join(
        "".join(printable(line) + "\n" for line in each.splitlines()) for each in rendered
    )


def check_text(reading: Reading) -> str:
    """The diagnostics, and one line on the whole text."""
    errors, warnings = reading.count(Severity.ERROR), reading.count(Severity.WARNING)
    found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    machine = reading.machine
    if machine is None:
        return diagnostics_text(reading) + printable(f"{shown_path(reading.path)}: {found}") + "\n"
    contents = ", ".join(
        counted(number, thing)
        for number, thing in (
            (len(machine.regions), "region"),
            (sum(len(region.modes) for region in machine.regions), "mode"),
            (sum(len(region.transitions) for region in machine.regions), "transition"),
            (len(machine.outputs), "output"),
            (len(machine.requirements), "requirement"),
        )
    )
    closing = f"{machine.name}: {machine.title}: {contents}; {found}; nothing is proved yet"
    return diagnostics_text(reading) + printable(closing) + "\n"
