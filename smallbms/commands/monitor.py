"""`smallbms monitor`: watch a controller on a serial port.

What the lines say is decided by `smallbms.watching`, how it is told by the presenters; here are
the options, the loop, and the status.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from io import RawIOBase
from math import inf
from pathlib import Path
from typing import Protocol, TextIO

import click

from codegen.boards.status import BAUD
from smallbms.commands import arguments
from smallbms.output import STANDARD_OUTPUT
from smallbms.presenters import watching
from smallbms.presenters.diagnostics import diagnostics_text
from smallbms.presenters.lines import Line, plain
from smallbms.progress import is_terminal
from smallbms.reading import read_specification
from smallbms.refusal import Refused
from smallbms.status import Status
from smallbms.watching.line import Splitter
from smallbms.watching.port import Gone, Port, opened
from smallbms.watching.watch import Watch

# How long a controller may be silent before it is told that it is: it has a line a second.
_SILENCE_S = 3
_ROUND_S = 0.25


@click.command("monitor")
@click.argument("port", metavar="PORT")
@arguments.specification
@click.option(
    "--baud", metavar="N", type=click.IntRange(min=1), default=BAUD, show_default=True,
    help="Speed of the line.",
)  # fmt: skip
@click.option(
    "--for",
    "seconds",
    type=arguments.Seconds(),
    help="Watch for so many seconds; else until Ctrl-C.",
)
@click.option(
    "--log", metavar="FILE", type=arguments.FILE, help="Append all that arrives, as it is."
)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=arguments.FILE,
    help="Write each line as JSON, as it comes.",
)
def command(  # noqa: PLR0913, PLR0917
    port: str,
    path: Path | None,
    baud: int,
    seconds: float | None,
    log: Path | None,
    json_file: Path | None,
) -> Status:
    """Watch a controller on a serial port, and judge the requirements on what it tells.

    PORT is where its status line arrives, such as /dev/ttyUSB0. Without SPEC, the smallBMS that
    this toolkit ships. FILE may be - for standard output with --json; the rest then goes to
    standard error.

    A controller tells of a step when something changes that is no number, and once a second. So
    VIOLATED is said only of what is a violation whatever happened between, true time judged by
    its worst case: in a world as it is assumed to be, no proved controller is ever accused. That
    nothing was violated is no proof. Inputs, outputs and times are those that the controller
    tells; nothing is measured at its pins.

    Exit status: 0 nothing was violated, 1 a requirement was violated or the controller reported
    a fault, 2 wrong use, 3 the specification has errors, 4 nothing was received that could be
    judged, 130 interrupted before the end of --for.
    """
    if log == STANDARD_OUTPUT:
        raise click.UsageError("--log needs a file")
    arguments.require_files(path, log, json_file)
    reading = read_specification(path)
    click.echo(diagnostics_text(reading), nl=False, err=True)
    if reading.machine is None:
        return Status.SPECIFICATION
    watch = Watch(reading.machine, baud)
    is_aside = json_file == STANDARD_OUTPUT
    stream = sys.stderr if is_aside else sys.stdout
    stop = _Stop.TIME
    with ExitStack() as open_:
        source = open_.enter_context(opened(port, baud))
        copies = _Copies(
            None if log is None else open_.enter_context(log.open("ab", buffering=0)),
            None if json_file is None else open_.enter_context(_written(json_file)),
        )
        view = open_.enter_context(_view(stream))
        view.tell(watching.heading(watch, port, baud))
        try:
            _listen(watch, source, copies, view, seconds)
        except KeyboardInterrupt:
            stop = _Stop.INTERRUPTED
        except Gone:
            stop = _Stop.GONE
    click.echo(plain(watching.ending(watch)), nl=False, file=stream)
    return _status(watch, stop, port, is_limited=seconds is not None)


class _Stop(Enum):
    """Why a watch ended."""

    TIME = "its time was over"
    INTERRUPTED = "Ctrl-C"
    GONE = "the port is gone"


class _View(Protocol):
    """Where somebody reads what is said."""

    def tell(self, lines: Iterable[Line]) -> None:
        """Say `lines`, for ever."""

    def refresh(self, lines: Iterable[Line]) -> None:
        """Replace what is shown of how things are now by `lines`, if this is a place for that."""

    @property
    def width(self) -> int:
        """How many columns there are."""


@dataclass(frozen=True, slots=True)
class _Plain:
    """A log: what is said stays."""

    stream: TextIO
    width: int = watching.WIDTH

    def tell(self, lines: Iterable[Line]) -> None:
        """Print them."""
        click.echo(plain(lines), nl=False, file=self.stream)
        # Who reads along must not wait for a full buffer.
        self.stream.flush()

    def refresh(self, lines: Iterable[Line]) -> None:
        """Nothing: what changes is told."""


@dataclass(frozen=True, slots=True)
class _Copies:
    """Where copies go of what arrives: as it is, and line by line as JSON."""

    log: RawIOBase | None
    json: TextIO | None


@contextmanager
def _view(stream: TextIO) -> Iterator[_View]:
    if not is_terminal(stream):
        yield _Plain(stream)
        return
    # Loaded where it is seen.
    from smallbms.presenters.terminal import live_screen  # noqa: PLC0415

    with live_screen(stream) as screen:
        yield screen


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    if path == STANDARD_OUTPUT:
        yield sys.stdout
        return
    with path.open("w", encoding="utf-8") as file:
        yield file


def _listen(
    watch: Watch, source: Port, copies: _Copies, view: _View, seconds: float | None
) -> None:
    """Hear the controller out: for that long, or until something ends it.

    Raises:
        Gone: The port is no longer there.
    """
    splitter = Splitter()
    begun = heard = time.monotonic()
    while True:
        now = time.monotonic()
        left = inf if seconds is None else begun + seconds - now
        if left <= 0:
            return
        arrived = source.arrived(min(left, _ROUND_S))
        if copies.log is not None:
            copies.log.write(arrived)
        steps = watch.tally.steps
        for raw in splitter.lines(arrived):
            notes = watch.take(raw)
            view.tell(
                line for each in notes for line in watching.note_lines(watch, each, view.width)
            )
            if copies.json is not None:
                copies.json.write(watching.line_json(watch, raw, notes))
                copies.json.flush()
        if watch.tally.steps > steps:
            heard = now
        elif now - heard > _SILENCE_S:
            view.tell(watching.silence(_SILENCE_S))
            heard = inf
        if arrived:
            view.refresh(watching.screen_lines(watch, view.width))


def _status(watch: Watch, stop: _Stop, port: str, *, is_limited: bool) -> Status:
    """What the watch says to the shell; what was violated counts more than how it ended.

    Raises:
        Refused: The port is gone.
    """
    if watch.fails:
        return Status.FAILS
    if stop is _Stop.GONE:
        raise Refused(f"{port}: the port is gone", "look at the cable, and watch again")
    if stop is _Stop.INTERRUPTED and is_limited:
        return Status.INTERRUPTED
    return (
        Status.HOLDS if any(each.judged for each in watch.standings.values()) else Status.UNDECIDED
    )
