"""What `smallbms generate` has to say: why nothing was written, or what was."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smallbms.generated_folder import State
from smallbms.presenters.lines import Line, counted, cut, plain, wrapped
from smallbms.presenters.scope import assumed, proved
from verify.verdict import Report, RequirementResult, Verdict

_WIDTH = 100
_UNCHANGED = "unchanged"
# What became of a file by its state before; of other states nothing is written at all.
_DONE = {
    State.CURRENT: _UNCHANGED,
    State.MISSING: "written",
    State.STALE: "written",
    State.OBSOLETE: "removed",
    State.ORPHANED: "kept",
}


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that is generated, or once was.

    Attributes:
        state: Before anything was written.
        content: What is in it now; None if it is no longer made.
    """

    path: Path
    state: State
    content: bytes | None


def unproved(report: Report) -> tuple[RequirementResult, ...]:
    """The requirements that stand against generating code."""
    return tuple(each for each in report.requirements if each.verdict is not Verdict.PROVED)


def refusal_text(report: Report, spec: Path | None) -> str:
    """Which requirements are not proved, that nothing is written, and the ways out."""
    return plain(
        [
            *_unproved(report),
            Line(f"smallbms: {_how_many(report)}: nothing is written"),
            Line(f"    {_verify(spec)} shows why; --unverified writes the code all the same"),
        ]
    )


def warning_text(report: Report, spec: Path | None) -> str:
    """What stands against the code that was written; empty if nothing does."""
    lines = _unproved(report)
    faults = sum(each.fails for each in report.findings)
    if lines:
        told = f"smallbms: warning: {_how_many(report)}: the head of each file says so"
        lines.append(Line(told))
    if faults:
        lines.append(
            Line(f"smallbms: warning: the sanity battery has {counted(faults, 'finding')}")
        )
    if lines:
        lines.append(Line(f"    {_verify(spec)} shows why"))
    if not report.requirements:
        lines.append(Line("smallbms: warning: there is no requirement, so nothing is proved"))
    return plain(lines)


def generation_text(report: Report, folder: Path, files: Sequence[GeneratedFile]) -> str:
    """What became of each file, and what was proved of the specification."""
    made = [each.content.count(b"\n") for each in files if each.content is not None]
    is_new = any(_DONE[each.state] != _UNCHANGED for each in files)
    where = f"{'written to' if is_new else 'unchanged in'} {folder}"
    seconds = report.proof_seconds + report.sanity_seconds
    return plain(
        [
            *_table(files),
            Line(f"{counted(len(made), 'file')}, {counted(sum(made), 'line')}, {where}"),
            Line(),
            *assumed(report.machine, _WIDTH),
            *wrapped(f"{proved(report)}; {seconds:.2f} s", _WIDTH, indent="    "),
        ]
    )


def _table(files: Sequence[GeneratedFile]) -> list[Line]:
    """One line a file; what is no longer made says so instead of its number of lines."""
    done = max(len(_DONE[each.state]) for each in files)
    paths = max(len(str(each.path)) for each in files)
    lines = []
    for each in files:
        note = each.state.value
        if each.content is not None:
            note = counted(each.content.count(b"\n"), "line")
        lines.append(Line(f"{_DONE[each.state]:<{done}}  {each.path!s:<{paths}}  {note}"))
    return lines


def _unproved(report: Report) -> list[Line]:
    rows = [
        f"{each.requirement.id} {each.verdict.value.lower()}: {each.requirement.sentence}"
        for each in unproved(report)
    ]
    return [Line(cut(row, _WIDTH)) for row in rows]


def _how_many(report: Report) -> str:
    total = counted(len(report.requirements), "requirement")
    number = len(unproved(report))
    return f"{number} of {total} {'is' if number == 1 else 'are'} not proved"


def _verify(spec: Path | None) -> str:
    return "smallbms verify" if spec is None else f"smallbms verify {shlex.quote(str(spec))}"
