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
from rich.text import Text

from smallbms.presenters.lines import Line, Tone, printable
from smallbms.presenters.summary import report_lines
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
    for line in report_lines(report, max(console.width, _NARROWEST)):
        console.print(_styled(line), soft_wrap=True)


def _styled(line: Line) -> Text:
    style = _STYLES[line.tone]
    if not line.toned:
        return Text(printable(line.text), style)
    before, toned, after = printable(line.text).partition(line.toned)
    return Text.assemble(before, (toned, style), after)


@contextmanager
def progress_bar(stream: TextIO) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the terminal behind `stream`, gone at the end; call with done, total, doing."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(file=stream), transient=True) as progress:
        task = progress.add_task("", total=None)

        def advance(done: int, total: int, doing: str) -> None:
            progress.update(task, completed=done, total=total, description=printable(doing))

        yield advance
