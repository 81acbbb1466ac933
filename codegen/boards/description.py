"""Descriptions: reads a board from its TOML file, and checks it against the machine.

All problems of a file are found in one run, except that a board with slips in its file is not
looked at any closer. That its readings are what they claim to be is for `verify.conversion`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from codegen.boards.board import Board
from codegen.boards.parts import board_of
from codegen.boards.table import Problem, Table
from codegen.boards.wiring import problems_of
from spec.machine import Machine

# A board has some forty pins.
_MOST_BYTES = 100_000


class BoardError(Exception):
    """The board cannot be used; `problems` holds all that was found.

    Attributes:
        path: Of the file, as the user gave it.
    """

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(path, self.problems)

    def __str__(self) -> str:
        """All problems as they are shown to a user."""
        return "\n".join(f"{self.path}: {each}" for each in self.problems)


def shipped() -> Path:
    """Where the board of the smallBMS is described."""
    return Path(__file__).parent / "pico.toml"


def read_board(path: Path, machine: Machine) -> Board:
    """The board in the file `path`, wired for `machine`.

    Raises:
        BoardError: The file cannot be read, or its board does not serve the machine.
    """
    text = _text_of(path)
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BoardError(str(path), [Problem("", f"this is no TOML: {error}")]) from None
    root = Table("", document, [])
    board = board_of(root, machine, str(path), text)
    if not root.problems:
        root.problems.extend(problems_of(board, machine))
    if root.problems:
        raise BoardError(str(path), root.problems)
    return board


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise BoardError(str(path), [Problem("", "this is too long to describe a board")])
        return data.decode("utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BoardError(str(path), [Problem("", f"cannot be read: {reason}")]) from None
    except UnicodeDecodeError as error:
        problem = Problem("", f"byte {data[error.start]:#04x} is no UTF-8", "save it as UTF-8")
        raise BoardError(str(path), [problem]) from None
