"""A front end that cannot be what it is described as is refused, with the place and a way out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from codegen.boards.board import Board
from codegen.boards.description import BoardError, read_board
from codegen.boards.front_end import FrontEnd
from codegen.generation import generate
from codegen.options import Options
from tests.codegen.boards.samples import board_of, machine_of, spoilt, text_of

NAME = "all_in_one"
# One place that is changed, where the problem is, and what is said of it.
SLIPS = [
    ('"bq76920"', '"bq76930"', "front_end.chip", "write"),
    ("sda_gpio      = 4", "sda_gpio      = 6", "front_end.sda_gpio", "is not SDA of I2C 0"),
    ("scl_gpio      = 5", "scl_gpio      = 4", "front_end.scl_gpio", "is not SCL of I2C 0"),
    ("address       = 8", "address       = 9", "front_end.address", "8 and 24 only"),
    ("[1, 2, 3, 5] ", "[1, 2, 3, 4] ", "front_end.cells", "not connected so"),
    ("[1, 2, 3, 5] ", "[1, 2, 3, 6] ", "front_end.cells", "cannot stand here"),
    ("[1, 2, 3, 5] ", '"all" ', "front_end.cells", "cannot stand here"),
    ("oldest_ms     = 600", "oldest_ms     = 250", "front_end.oldest_ms", "once in 250 ms"),
    ('"lowest_cell"', '"lowest_sell"', "front_end.lowest", "did you mean 'lowest_cell'?"),
    ('"lowest_cell"', '"temperature"', "front_end.lowest", "is no voltage by 1 mV"),
    ('"lowest_cell"', '"highest_cell"', "front_end", "cannot be two things"),
    ('"lowest_cell"', '"supply"', "front_end.lowest", "is not that of the chip"),
    ('= "temperature"', '= "highest_cell"', "front_end.temperature", "is no temperature"),
    ("86_430, ", "", "front_end.thermistor", "leaves the range"),
    ("86_430, ", "120_000, ", "front_end.thermistor.ohm", "0.3 V to 3 V"),
    ("86_430, ", "60_000, ", "front_end.thermistor.ohm", "no falling curve"),
    ("period_ms   = 10", "period_ms   = 7", "step.period_ms", "takes 7 ms at worst"),
    ('    "battery.too_hot",\n', "", "", "nothing serves the machine's output 'battery.too_hot'"),
    ('"battery.too_hot"', '"battery.too_hut"', "unconnected", "did you mean 'battery.too_hot'?"),
    ('"battery.too_hot"', '"bms.red_led"', "unconnected", "has a pin"),
    ("tx_gpio = 0", "tx_gpio = 16", "output.bms.load_disconnect.gpio", "is in use"),
    ("sda_gpio      = 4", "sda_gpio      = 16", "output.bms.load_disconnect.gpio", "is in use"),
]


@pytest.mark.parametrize(("old", "new", "key", "message"), SLIPS)
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
    # The range of the curve is one step longer than the machine's: there is no shorter way.
    text = spoilt(text_of(NAME), old, new)
    if message == "leaves the range":
        text = spoilt(text, "first_decicelsius = -250", "first_decicelsius = -510")
    path = tmp_path / "board.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BoardError) as refused:
        read_board(path, machine_of(NAME))
    said = [str(each) for each in refused.value.problems if each.key == key]
    assert any(message in each for each in said), refused.value


def test_micropython_refuses_a_front_end() -> None:
    with pytest.raises(BoardError, match="does not serve a front end"):
        generate(machine_of(NAME), "pico-micropython", Options(board=board_of(NAME)))


def front_end_of(board: Board) -> FrontEnd:
    assert board.front_end is not None
    return board.front_end


def test_the_shipped_front_end_is_that_of_four_cells() -> None:
    made = front_end_of(board_of(NAME))
    assert made.cells == (1, 2, 3, 5)
    assert made.error_uv == 50_396
    # 10 kohm at 25 °C: half of 3.3 V.
    middle = (250 - made.thermistor.first) // made.thermistor.apart
    assert made.thermistor.ohm[middle] == 10_000
    assert made.thermistor.counts[middle] == round(Fraction(1_650_000, 382))
    assert made.thermistor.last == 950
