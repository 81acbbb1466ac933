"""What the templates of the readings show: the arithmetic of each input that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from codegen.boards.board import Analogue, Board
from codegen.c99.writer import CWriter
from codegen.options import Options
from codegen.pico_c.program_view import ProgramView
from codegen.views import Named
from spec.conversion import Bound
from spec.units import Dimension, shown

_SIDES = {
    Bound.UP: "Never below the voltage at the terminal",
    Bound.DOWN: "Never above the voltage at the terminal",
}


@dataclass(frozen=True, slots=True)
class ReadingView:
    """An input that is measured.

    Attributes:
        comment: What the reading is worth.
        input: What the machine calls it.
        reading: The function that makes a reading of a count.
        plausibility: The one that says whether the count is plausible.
        constants: Their numbers.
        prefix: What the names of the numbers begin with.
        starts_late: Some counts are too low for the arithmetic.
        bounded_below: Some are too low to be plausible.
    """

    comment: str
    input: str
    reading: str
    plausibility: str
    constants: tuple[Named, ...]
    prefix: str
    starts_late: bool
    bounded_below: bool


class ReadingsView(ProgramView):
    """What the templates of the readings show."""

    def __init__(self, writer: CWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        names = writer.names.inputs
        self.readings = [_reading(each, names[each.input]) for each in board.analogue]


def divider_of(measured: Analogue) -> str:
    """What is between the terminal and the converter."""
    divider = measured.chain.divider
    return f"{_ohm(divider.upper_ohm)} over {_ohm(divider.lower_ohm)}"


def reading(member: str) -> str:
    """The function that makes a reading for the input that is called `member` in C."""
    return f"read_{member}"


def plausibility(member: str) -> str:
    """The one that says whether a count of it is plausible."""
    return f"plausible_{member}"


def _ohm(value: int) -> str:
    return shown(Fraction(value), Dimension.RESISTANCE)


def _reading(wired: Analogue, member: str) -> ReadingView:
    conversion = wired.conversion
    values = {
        "FIRST": conversion.first,
        "LAST": conversion.last,
        "LEAST_PLAUSIBLE": conversion.plausible.lowest,
        "MOST_PLAUSIBLE": conversion.plausible.highest,
        "MULTIPLIER": conversion.multiplier,
        "OFFSET": conversion.offset,
        "SHIFT": conversion.shift,
        "LOWEST": conversion.lowest,
        "HIGHEST": conversion.highest,
    }
    # A compiler warns of unsigned numbers that are compared with 0.
    starts_late = conversion.first > 0
    bounded_below = conversion.plausible.lowest > 0
    pointless = {"FIRST": not starts_late, "LOWEST": not starts_late}
    pointless["LEAST_PLAUSIBLE"] = not bounded_below
    prefix = member.upper()
    return ReadingView(
        f"{_SIDES[conversion.side]}, which is divided by {divider_of(wired)}.",
        wired.input,
        reading(member),
        plausibility(member),
        tuple(
            Named(f"{prefix}_{name}", f"{value}U", "")
            for name, value in values.items()
            if not pointless.get(name, False)
        ),
        prefix,
        starts_late,
        bounded_below,
    )
