"""Boards and their machines, and how to spoil one."""

from __future__ import annotations

from pathlib import Path

from codegen.boards.board import Board
from codegen.boards.description import read_board, shipped
from spec.language.reader import read
from spec.language.reader import shipped as shipped_machine
from spec.machine import Machine
from verify.conversion import Measured

_HERE = Path(__file__).parent
# Each board and the machine that it is for: the shipped one, another for the same machine, the one
# that measures cells, and one for another machine.
BOARDS = {
    "pico": (shipped(), shipped_machine()),
    "other": (_HERE / "other.toml", shipped_machine()),
    "all_in_one": (
        shipped().with_name("all_in_one.toml"),
        shipped_machine().with_name("all_in_one.system"),
    ),
    "lamp": (_HERE / "lamp.toml", _HERE / "lamp.machine"),
}


def machine_of(name: str) -> Machine:
    """The machine that the board `name` is for."""
    return read(BOARDS[name][1])[0]


def board_of(name: str) -> Board:
    """The board `name`."""
    return read_board(BOARDS[name][0], machine_of(name))


def text_of(name: str) -> str:
    """The file of the board `name`."""
    return BOARDS[name][0].read_text(encoding="utf-8")


def measured_by(board: Board, machine: Machine) -> tuple[Measured, ...]:
    """The inputs of `machine` that `board` measures."""
    declared = {each.name: each for each in machine.inputs}
    return tuple(
        Measured(declared[each.input], each.chain, each.conversion) for each in board.analogue
    )


def spoilt(text: str, old: str, new: str) -> str:
    """`text` with the one place that says `old` saying `new`."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)
