"""Measuring: the front end of a board's document, and whether the machine has inputs for it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from codegen.boards import chip, front_end
from codegen.boards.front_end import FrontEnd, FrontEndChip, Thermistor
from codegen.boards.table import Table, offer
from spec.expression import Quantity
from spec.machine import Input, Machine, Span
from spec.units import Dimension

_MOST_ERROR_MV = 500
_LONGEST_MS = 60_000
_TENTHS = Span(-1000, 2000)
_MOST_OHM = 10**8
_MILLIVOLT = Fraction(1, 1000)
_TENTH = Fraction(1, 10)
_FEWEST_POINTS = 2
_SCL, _SDA = "scl_gpio", "sda_gpio"


def front_end_of(table: Table, machine: Machine) -> FrontEnd | None:
    """The front end that `table` describes; None if something was noted."""
    before = len(table.problems)
    made = _front_end(table, machine)
    table.close()
    return made if len(table.problems) == before else None


def _front_end(table: Table, machine: Machine) -> FrontEnd | None:
    kind = table.take_member("chip", FrontEndChip)
    sda, scl = (table.take_whole(each, 0, chip.PINS - 1) for each in (_SDA, _SCL))
    address = table.take_whole("address", 0, 0x7F)
    cells = table.take_wholes("cells", 1, front_end.CELLS)
    error_mv = table.take_whole("cell_error_mv", 1, _MOST_ERROR_MV)
    oldest_ms = table.take_whole("oldest_ms", 1, _LONGEST_MS)
    thermistor = _thermistor(table.take_table("thermistor"))
    lowest = _input(table, "lowest", machine, Dimension.VOLTAGE, _MILLIVOLT)
    highest = _input(table, "highest", machine, Dimension.VOLTAGE, _MILLIVOLT)
    temperature = _input(table, "temperature", machine, Dimension.TEMPERATURE, _TENTH)
    if lowest is None or highest is None or temperature is None or thermistor is None:
        return None
    made = FrontEnd(
        kind,
        sda,
        scl,
        address,
        cells,
        error_mv,
        oldest_ms,
        thermistor,
        lowest.name,
        highest.name,
        temperature.name,
        lowest.span,
        highest.span,
    )
    _check(table, made, temperature)
    return made


def _thermistor(table: Table) -> Thermistor | None:
    first = table.take_whole("first_decicelsius", _TENTHS.lowest, _TENTHS.highest)
    apart = table.take_whole("apart_decikelvin", 1, _TENTHS.highest)
    ohm = table.take_wholes("ohm", 1, _MOST_OHM)
    table.close()
    made = Thermistor(first, apart, ohm)
    if len(ohm) < _FEWEST_POINTS or any(a <= b for a, b in pairwise(made.counts)):
        table.note("ohm", "no falling curve of two points or more", "write it from cold to hot")
        return None
    return made


def _input(
    table: Table, key: str, machine: Machine, dimension: Dimension, resolution: Fraction
) -> Input | None:
    name = table.take_text(key)
    inputs = {each.name: each for each in machine.inputs}
    if name not in inputs:
        if name:
            table.note(key, f"the machine has no input '{name}'", offer(name, inputs))
        return None
    declared = inputs[name]
    wanted = (dimension, resolution)
    type_ = declared.type
    if not isinstance(type_, Quantity) or (type_.dimension, type_.resolution) != wanted:
        unit = "1 mV" if dimension is Dimension.VOLTAGE else "0.1 °C"
        table.note(key, f"'{name}' is no {dimension.value} by {unit}")
        return None
    return declared


def _check(table: Table, made: FrontEnd, temperature: Input) -> None:
    if made.sda % 4 != 0 or made.sda > chip.LAST_I2C0:
        table.note(_SDA, f"GPIO {made.sda} is not SDA of I2C 0", "take 0, 4, 8, 12, 16 or 20")
    if made.scl % 4 != 1 or made.scl > chip.LAST_I2C0:
        table.note(_SCL, f"GPIO {made.scl} is not SCL of I2C 0", "take 1, 5, 9, 13, 17 or 21")
    if made.address not in front_end.ADDRESSES:
        table.note("address", "the chip is made for 8 and 24 only", "write the one of your part")
    if made.cells not in front_end.CONNECTIONS:
        told = "the chip is not connected so: pairs of its inputs are shorted from the last but one"
        table.note("cells", told, "write [1, 2, 5], [1, 2, 3, 5] or [1, 2, 3, 4, 5]")
    if len({*made.inputs}) != len(made.inputs):
        table.note("", "one input of the machine cannot be two things")
    if made.oldest_ms <= front_end.ROUND_MS:
        told = f"the chip measures its cells once in {front_end.ROUND_MS} ms"
        table.note("oldest_ms", told, "write more")
    for name, span in (("lowest", made.lowest_span), ("highest", made.highest_span)):
        if span.lowest > front_end.CELL_MV.lowest or span.highest < front_end.CELL_MV.highest:
            table.note(name, "the range of the input is not that of the chip, 2 V to 5 V")
        elif span.lowest < 0:
            table.note(name, "the chip measures nothing below 0 V")
    if not (
        temperature.span.lowest <= made.thermistor.first
        and made.thermistor.last <= temperature.span.highest
    ):
        table.note("thermistor", "the curve leaves the range of the input", "leave points out")
    if not made.thermistor.is_measured:
        told = "the chip measures 0.3 V to 3 V, which is 1 kohm to 100 kohm"
        table.note("thermistor.ohm", told, "leave points out")
