"""Showing: lines for people, on whatever stands behind a stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import click

from smallbms.presenters.lines import WIDTH, Line, plain
from smallbms.progress import is_terminal


def show(fitted: Callable[[int], Iterable[Line]], *, err: bool = False) -> None:
    """Show what `fitted` makes of a width: in colours on a terminal, else as plain text."""
    stream = sys.stderr if err else sys.stdout
    if is_terminal(stream):
        # Loaded where it is seen.
        from smallbms.presenters.terminal import show_lines  # noqa: PLC0415

        show_lines(fitted, stream)
    else:
        click.echo(plain(fitted(WIDTH)), nl=False, err=err)
