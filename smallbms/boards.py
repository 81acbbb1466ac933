"""Boards for commands: the one that is asked for, proved to read its voltages on the safe side."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.boards.board import Board
from smallbms.presenters.lines import printable
from spec.machine import Machine


def board_for(path: Path | None, machine: Machine) -> Board | None:
    """The board, without a path the shipped one; None if that is wrong, which is then said.

    Raises:
        Refused: A reading is not proved.
    """
    # Loaded for firmware only.
    from codegen.boards.description import BoardError, read_board, shipped  # noqa: PLC0415
    from smallbms.readings import require_sound  # noqa: PLC0415

    board = None
    try:
        board = read_board(shipped() if path is None else path, machine)
        said = require_sound(board, machine)
    except BoardError as error:
        said = str(error).splitlines()
    for line in said:
        click.echo(printable(line), err=True)
    return board
