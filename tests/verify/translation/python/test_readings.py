"""The readings of voltages in the MicroPython firmware are those that are proved safe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codegen.boards.board import Board
from codegen.boards.description import read_board, shipped
from codegen.generation import generate
from codegen.options import Options
from spec.language import reader
from spec.machine import Machine
from tests.verify.translation.python.levels import findings, imported, replayed
from verify.translation.finding import Outcome
from verify.translation.readings import plausible, reading

BOARDS = Path(__file__).parents[3] / "codegen" / "boards"
VARIANTS = [
    (reader.shipped(), shipped()),
    (reader.shipped(), BOARDS / "other.toml"),
    (BOARDS / "lamp.machine", BOARDS / "lamp.toml"),
]
ON_BOARDS = pytest.mark.parametrize(("path", "described"), VARIANTS)


def written(path: Path, described: Path) -> tuple[Machine, Board, str]:
    machine, _ = reader.read(path)
    board = read_board(described, machine)
    texts = generate(machine, "pico-micropython", Options(board=board))
    return machine, board, texts["readings.py"]


def members(machine: Machine, board: Board) -> dict[str, str]:
    """What each input that is measured is called in Python."""
    text = generate(machine, "micropython", Options())[f"{machine.name}.py"]
    names = vars(imported(text)["Inputs"]())
    return {
        each.input: next(name for name in names if name.startswith(each.input))
        for each in board.analogue
    }


@ON_BOARDS
def test_every_reading_is_proved_at_both_levels(path: Path, described: Path) -> None:
    machine, board, text = written(path, described)
    names = members(machine, board)
    assert names
    for each in board.analogue:
        counts = each.chain.converter.bits
        for routine in (
            reading(f"read_{names[each.input]}", each.conversion, counts),
            plausible(f"plausible_{names[each.input]}", each.conversion, counts),
        ):
            for finding in findings(text, routine).values():
                assert finding.outcome is Outcome.PROVED, finding


@ON_BOARDS
def test_they_are_those_of_the_conversion_on_cpython(path: Path, described: Path) -> None:
    machine, board, text = written(path, described)
    module = imported(text)
    for each in board.analogue:
        member = members(machine, board)[each.input]
        for count in range(-1, 1 << each.chain.converter.bits):
            within = each.conversion.plausible
            assert module[f"plausible_{member}"](count) is (
                within.lowest <= count <= within.highest
            )
            if count >= 0:
                assert module[f"read_{member}"](count) == each.conversion.read(count)


def test_another_number_is_found_with_the_count_that_shows_it() -> None:
    machine, board, text = written(*VARIANTS[0])
    measured = board.analogue[0]
    name = f"read_{members(machine, board)[measured.input]}"
    # An offset that is larger by 1 is lost where it is shifted: all that is added is even.
    for field, more in {
        "first": 1,
        "last": 1,
        "multiplier": 1,
        "offset": 4,
        "shift": 1,
        "highest": 1,
    }.items():
        number = getattr(measured.conversion, field)
        wanted = replace(measured.conversion, **{field: number + more})
        routine = reading(name, wanted, measured.chain.converter.bits)
        for finding in findings(text, routine).values():
            assert finding.outcome is Outcome.DIFFERS, field
            assert finding.example is not None
            replayed(text, routine, finding.example)
