"""What the template of the readings shows: the arithmetic of each input that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from codegen.boards.board import Analogue, Board
from codegen.layout import Atom, Binding, Group, chain
from codegen.micropython.breaking import opened
from codegen.micropython.writer import PythonWriter
from codegen.options import Options
from codegen.pico_micropython.program_view import ProgramView
from codegen.views import Named
from spec.conversion import Bound
from spec.units import Dimension, shown

# Inside of a function.
_WIDTH = 96
_SIDES = {
    Bound.UP: "Never below the voltage at the terminal",
    Bound.DOWN: "Never above the voltage at the terminal",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A test of a count, and what is read if it passes."""

    test: str
    read: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    """An input that is measured.

    Attributes:
        comment: What the reading is worth.
        reading: The function that makes a reading of a count.
        plausibility: The one that says whether the count is plausible.
        constants: Their numbers.
        limits: Where counts are too low or too high for the arithmetic.
        test: The statement that returns whether a count is plausible.
        arithmetic: The one that returns the reading of a count that is neither.
    """

    comment: str
    reading: str
    plausibility: str
    constants: tuple[Named, ...]
    limits: tuple[Limit, ...]
    test: str
    arithmetic: str


class ReadingsView(ProgramView):
    """What the template of the readings shows."""

    def __init__(self, writer: PythonWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        names = writer.names.inputs
        self.readings = [_reading(each, names[each.input]) for each in board.analogue]


def divider_of(measured: Analogue) -> str:
    """What is between the terminal and the converter."""
    divider = measured.chain.divider
    return f"{_ohm(divider.upper_ohm)} over {_ohm(divider.lower_ohm)}"


def reading(member: str) -> str:
    """The function that makes a reading for the input that is called `member`."""
    return f"read_{member}"


def plausibility(member: str) -> str:
    """The one that says whether a count of it is plausible."""
    return f"plausible_{member}"


def _ohm(value: int) -> str:
    return shown(Fraction(value), Dimension.RESISTANCE)


def _reading(wired: Analogue, member: str) -> ReadingView:
    conversion = wired.conversion
    prefix = f"_{member.upper()}"
    values = {
        "LEAST_PLAUSIBLE": conversion.plausible.lowest,
        "MOST_PLAUSIBLE": conversion.plausible.highest,
        "FIRST": conversion.first,
        "LAST": conversion.last,
        "MULTIPLIER": conversion.multiplier,
        "OFFSET": conversion.offset,
        "SHIFT": conversion.shift,
        "LOWEST": conversion.lowest,
        "HIGHEST": conversion.highest,
    }
    constants = {key: Named(f"{prefix}_{key}", str(value), "") for key, value in values.items()}
    names = {key: Atom(each.name) for key, each in constants.items()}
    count = Atom("count")
    plausible = chain(
        Binding.BOTH,
        "and",
        chain(Binding.COMPARISON, ">=", count, names["LEAST_PLAUSIBLE"]),
        chain(Binding.COMPARISON, "<=", count, names["MOST_PLAUSIBLE"]),
    )
    above = Group(chain(Binding.SUM, "-", count, names["FIRST"]))
    product = chain(Binding.PRODUCT, "*", above, names["MULTIPLIER"])
    scaled = Group(chain(Binding.SUM, "+", product, names["OFFSET"]))
    return ReadingView(
        f"{wired.input}, through {divider_of(wired)}. {_SIDES[conversion.side]}.",
        reading(member),
        plausibility(member),
        tuple(constants.values()),
        tuple(
            Limit(
                opened("if", chain(Binding.COMPARISON, operator, count, names[limit]), ":", _WIDTH),
                names[beyond].text,
            )
            for operator, limit, beyond in (("<", "FIRST", "LOWEST"), (">", "LAST", "HIGHEST"))
        ),
        opened("return", plausible, "", _WIDTH),
        opened("return", chain(Binding.SUM, ">>", scaled, names["SHIFT"]), "", _WIDTH),
    )
