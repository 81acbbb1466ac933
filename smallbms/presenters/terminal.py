"""The report on a terminal: the words of the plain text, in colours and fitted to the width.

The only module that imports rich, and itself imported only when there is a terminal: a log must
not pay for colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from smallbms.presenters.lines import Line, Tone, printable
from smallbms.presenters.summary import TONES, closing, details, heading, rows, sanity
from verify.verdict import Report

_STYLES = {
    Tone.PLAIN: "",
    Tone.HEADING: "bold",
    Tone.QUIET: "dim",
    Tone.GOOD: "green",
    Tone.BAD: "bold red",
    Tone.DOUBT: "yellow",
}
# What a line of a counterexample needs to be read as a table.
_NARROWEST = 60


def show_report(report: Report, stream: TextIO) -> None:
    """Show `report` on the terminal behind `stream`."""
    console = Console(file=stream, highlight=False)
    width = max(console.width, _NARROWEST)
    _show(console, [heading(report.machine)])
    console.print(_table(report))
    lines = [*sanity(report, width), *details(report, width), Line(), *closing(report, width)]
    _show(console, lines)


def _show(console: Console, lines: list[Line]) -> None:
    for line in lines:
        console.print(Text(printable(line.text), _STYLES[line.tone]), soft_wrap=True)


def _table(report: Report) -> Table:
    """One line a requirement; a sentence too long for the line is cut, a margin never."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, style="dim", justify="right")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for row in rows(report):
        table.add_row(
            row.id,
            Text(row.verdict.value, _STYLES[TONES[row.verdict]]),
            row.method,
            row.seconds,
            Text(printable(row.sentence)),
        )
        for note in row.notes:
            told = Text(printable(note), "dim", no_wrap=False, overflow="fold")
            table.add_row("", "", "", "", told)
    return table


@contextmanager
def progress_bar(stream: TextIO) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the terminal behind `stream`, gone at the end; call with done, total, doing."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(file=stream), transient=True) as progress:
        task = progress.add_task("", total=None)

        def advance(done: int, total: int, doing: str) -> None:
            progress.update(task, completed=done, total=total, description=printable(doing))

        yield advance
