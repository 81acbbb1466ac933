"""The summary of a verification: a row a requirement, the sanity battery, and the closing words.

Plain text and terminal show the same rows and lines; this module decides what they say.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from smallbms.presenters.counterexample import MOST_ROWS, counterexample, violations, witness
from smallbms.presenters.lines import Line, Tone, counted, cut, wrapped
from smallbms.presenters.paths import shown_path
from smallbms.presenters.scope import assumed, proved
from spec.machine import Machine
from verify.verdict import (
    Finding,
    Ground,
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
)

_TONES = {
    Verdict.PROVED: Tone.GOOD,
    Verdict.VIOLATED: Tone.BAD,
    Verdict.UNKNOWN: Tone.DOUBT,
    Verdict.VACUOUS: Tone.BAD,
}


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One requirement in the table; `notes` are margins and reasons, one a line."""

    id: str
    verdict: Verdict
    method: str
    seconds: str
    sentence: str
    notes: tuple[str, ...]


def report_lines(report: Report, width: int) -> list[Line]:
    """All of `report` as lines of at most `width` columns."""
    return [
        _heading(report.machine),
        Line(),
        *_table(rows(report), width),
        Line(),
        *sanity(report, width),
        *consistency(report),
        *_details(report, width),
        Line(),
        *_closing(report, width),
    ]


def rows(report: Report) -> tuple[RequirementRow, ...]:
    """The table of requirements, in the order of the text."""
    return tuple(
        RequirementRow(
            each.requirement.id,
            each.verdict,
            methods(each),
            f"{each.seconds:.2f} s",
            each.requirement.sentence,
            tuple(dict.fromkeys(note for part in each.properties for note in _notes(part))),
        )
        for each in report.requirements
    )


def methods(result: RequirementResult) -> str:
    """How the requirement came by its verdict, each way once."""
    found = dict.fromkeys(
        method.value
        for each in result.properties
        if each.verdict is result.verdict and (method := method_of(each)) is not None
    )
    return ", ".join(found)


def method_of(result: PropertyResult) -> Method | None:
    """How one property was decided."""
    match result.answer:
        case Proved(method=method) | Violated(method=method):
            return method
        case Unknown() | Vacuous():
            return None


def _notes(result: PropertyResult) -> list[str]:
    match result.answer:
        case Proved(margin=None) | Violated():
            return []
        case Proved(margin=margin):
            return [str(margin)]
        case Unknown(reason=reason) | Vacuous(reason=reason):
            return [f"{result.declared.place}: {reason}"]


def _table(table: tuple[RequirementRow, ...], width: int) -> list[Line]:
    """One line a requirement; a sentence too long for the line is cut, a note never."""
    ids = max((len(row.id) for row in table), default=0)
    ways = max((len(row.method) for row in table), default=0)
    lines = []
    for row in table:
        first = f"{row.id:<{ids}}  {row.verdict.value:<8}  {row.method:<{ways}}  {row.seconds:>7}  "
        text = first + cut(row.sentence, width - len(first))
        lines.append(Line(text, _TONES[row.verdict], toned=row.verdict.value))
        for note in row.notes:
            lines += wrapped(note, width, first=" " * len(first), tone=Tone.QUIET)
    return lines


def _heading(machine: Machine) -> Line:
    """Which machine, and where it is written."""
    return Line(f"{machine.name}: {machine.title} ({shown_path(machine.path)})", Tone.HEADING)


def sanity(report: Report, width: int) -> list[Line]:
    """What the sanity battery asked and found."""
    asked = counted(report.checks, "question")
    if not report.findings:
        return [Line(f"Sanity battery: {asked}, nothing found", Tone.GOOD)]
    found = counted(len(report.findings), "finding")
    lines = [Line(f"Sanity battery: {asked}, {found}", Tone.HEADING)]
    for each in report.findings:
        kind, tone = _severity(each)
        path = shown_path(each.place.file or report.machine.path)
        place = f"{path}:{each.place.line}:{each.place.column}"
        text = f"{place}: {each.kind.value} {kind}{each.message}"
        lines += wrapped(text, width, first="  ", indent="      ", tone=tone)
        if each.way_out:
            lines += wrapped(each.way_out, width, first="      ")
    return lines


def consistency(report: Report) -> list[Line]:
    """Whether the requirements can hold together, and what was not looked at."""
    known = report.consistency
    if known is None:
        return []
    said, tone = _CONSISTENT[known.ground]
    if known.ground is Ground.CONFLICT:
        said = f"{known.conflicts} found" + ("" if known.all_found else "; there may be more")
    elif known.ground is Ground.OPEN:
        if known.depth:
            said = f"none found within {known.depth} transitions, undecided beyond"
        said += f": {known.reason}" if known.reason else ""
    elif known.ground is Ground.MACHINE and not _all_hold(report):
        said = "none, as this machine satisfies all that could conflict"
    if known.left_out and not (known.ground is Ground.MACHINE and _all_hold(report)):
        lines = ", ".join(str(each.place.line) for each in known.left_out)
        said += f"; what is independent was not looked at (line {lines})"
    return [Line(f"Requirement conflicts: {said}", tone)]


def _all_hold(report: Report) -> bool:
    return all(each in (Verdict.PROVED, Verdict.VACUOUS) for each in report.verdicts)


_CONSISTENT = {
    Ground.MACHINE: ("none, as this machine satisfies them all", Tone.GOOD),
    Ground.INDUCTION: ("none, as outputs that keep them are always left", Tone.GOOD),
    Ground.CONFLICT: ("", Tone.BAD),
    Ground.OPEN: ("undecided", Tone.DOUBT),
}


def _severity(finding: Finding) -> tuple[str, Tone]:
    if finding.kind is Sanity.UNDECIDED:
        return "", Tone.DOUBT
    return ("", Tone.BAD) if finding.fails else ("warning: ", Tone.DOUBT)


def _details(report: Report, width: int) -> list[Line]:
    """The counterexamples, and the runs that show findings."""
    lines = []
    for each in report.requirements:
        for result, violated in violations(each):
            lines.append(Line())
            lines += counterexample(each.requirement, result, violated, width, MOST_ROWS)
    for finding in report.findings:
        if finding.witness is not None:
            lines += [Line(), *witness(finding, finding.witness, width)]
    return lines


def _closing(report: Report, width: int) -> list[Line]:
    """What was proved, over what, and under which assumptions."""
    lines = assumed(report.machine, width)
    if report.rechecked_by:
        solvers = ", ".join(report.rechecked_by)
        lines.append(Line(f"Every certificate was also accepted by {solvers}.", Tone.QUIET))
    found = Counter(report.verdicts)
    seconds = report.proof_seconds + report.sanity_seconds
    parts = [
        proved(report),
        *_others(report, found),
        f"{counted(report.checks, 'sanity question')}; {seconds:.2f} s",
    ]
    lines += wrapped("; ".join(parts), width, indent="    ", tone=_tone(report, found))
    return lines


def _others(report: Report, found: Counter[Verdict]) -> list[str]:
    counts = [
        f"{found[word]} {word.value.lower()}"
        for word in (Verdict.VIOLATED, Verdict.VACUOUS, Verdict.UNKNOWN)
        if found[word]
    ]
    parts = [", ".join(counts)] if counts else []
    left = len(report.machine.requirements) - len(report.requirements)
    if left > 0:
        parts.append(f"{counted(left, 'other requirement')} not looked at")
    if report.findings:
        parts.append(f"{counted(len(report.findings), 'finding')} of the sanity battery")
    return parts


def _tone(report: Report, found: Counter[Verdict]) -> Tone:
    if found[Verdict.VIOLATED] or found[Verdict.VACUOUS] or any(f.fails for f in report.findings):
        return Tone.BAD
    undecided = any(each.kind is Sanity.UNDECIDED for each in report.findings)
    return Tone.DOUBT if found[Verdict.UNKNOWN] or undecided else Tone.GOOD
