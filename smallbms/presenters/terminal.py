"""Reports on a terminal: the words of the plain text, in colours and fitted to the width.

The only module that imports rich, and itself imported only when there is a terminal: a log must
not pay for colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from smallbms.presenters.lines import Line, Tone, printable

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


def show_lines(fitted: Callable[[int], Iterable[Line]], stream: TextIO) -> None:
    """Show what `fitted` makes of a width, on the terminal behind `stream`."""
    console = Console(file=stream, highlight=False)
    for line in fitted(max(console.width, _NARROWEST)):
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


class Screen:
    """Lines on a terminal: some for ever, and below them some that are always the newest."""

    def __init__(self, live: Live) -> None:
        self._live = live

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self._live.console.width

    def tell(self, lines: Iterable[Line]) -> None:
        """Print `lines` for ever, above the newest."""
        for line in lines:
            self._live.console.print(_styled(line), soft_wrap=True)

    def refresh(self, lines: Iterable[Line]) -> None:
        """Replace the newest lines by `lines`."""
        self._live.update(Group(*map(_styled, lines)), refresh=True)


@contextmanager
def live_screen(stream: TextIO) -> Iterator[Screen]:
    """A screen on the terminal behind `stream`; its newest lines stay there at the end."""
    console = Console(file=stream, highlight=False)
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        yield Screen(live)
