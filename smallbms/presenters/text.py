"""The report as plain text: for logs, files and readers without a terminal."""

from __future__ import annotations

from smallbms.presenters.lines import Line, cut, plain, wrapped
from smallbms.presenters.summary import RequirementRow, closing, details, heading, rows, sanity
from verify.verdict import Report

WIDTH = 100


def report_text(report: Report) -> str:
    """`report` in lines of at most `WIDTH` columns, in ASCII but for units and the text's own."""
    lines = [heading(report.machine), Line()]
    lines += _table(rows(report))
    lines += [Line(), *sanity(report, WIDTH), *details(report, WIDTH), Line()]
    return plain([*lines, *closing(report, WIDTH)])


def _table(table: tuple[RequirementRow, ...]) -> list[Line]:
    """One line a requirement; a sentence too long for the line is cut, a note never."""
    ids = max((len(row.id) for row in table), default=0)
    ways = max((len(row.method) for row in table), default=0)
    lines = []
    for row in table:
        first = f"{row.id:<{ids}}  {row.verdict.value:<8}  {row.method:<{ways}}  {row.seconds:>7}  "
        lines.append(Line(first + cut(row.sentence, WIDTH - len(first))))
        for note in row.notes:
            lines += wrapped(note, WIDTH, first=" " * len(first))
    return lines
