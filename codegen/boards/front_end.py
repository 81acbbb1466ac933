"""Front ends: chips that measure the cells of a battery, and tell by I2C.

What is fixed in the BQ76920 is from its datasheet, TI SLUSBK2I, by the names of its registers:

* A cell's voltage is its count (VC1_HI to VC5_LO, 14 bits) times the gain, plus the offset. The
  gain is 365 uV and what ADCGAIN1 and ADCGAIN2 add (5 bits), the offset ADCOFFSET in mV, signed.
* Accuracy is stated for cells of 2 V to 5 V: 50 mV at most, over the whole temperature range.
* A thermistor hangs on 10 kohm and 3.3 V; one count of TS1 is 382 uV, of 0.3 V to 3 V.
* Each round of cells takes 250 ms, one of temperatures 2 s. The bus runs at up to 100 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from spec.machine import Span

COUNT_BITS = 14
LEAST_GAIN_UV = 365
GAIN_BITS = 5
CELL_MV = Span(2000, 5000)
CELLS = 5
# Four cells on five inputs: the pair below the last is shorted. Three: the one below that, too.
CONNECTIONS = ((1, 2, 5), (1, 2, 3, 5), (1, 2, 3, 4, 5))
BUS_HZ = 100_000
# Hold time that the bus wants of a transmitter.
HOLD_NS = 300
# Some parts are at the one address, some at the other; no others are made.
ADDRESSES = (0x08, 0x18)
ROUND_MS = 250
# All that is ever transferred in one step, at the speed of the bus, with the time to clear it.
LONGEST_TRANSFERS_MS = 7
_PULL_UP_OHM = 10_000
_SUPPLY_UV = 3_300_000
_THERMISTOR_COUNT_UV = 382
_THERMISTOR_UV = Span(300_000, 3_000_000)


class FrontEndChip(Enum):
    """What is known here; the value is its name."""

    BQ76920 = "bq76920"


@dataclass(frozen=True, slots=True)
class Thermistor:
    """What a thermistor has at some temperatures, from cold to hot, evenly apart.

    Attributes:
        first: The coldest [0.1 °C].
        apart: From one to the next [0.1 K].
        ohm: Falling.
    """

    first: int
    apart: int
    ohm: tuple[int, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """What the chip counts of each, to the nearest; falling."""
        return tuple(round(_thermistor_count(each)) for each in self.ohm)

    @property
    def last(self) -> int:
        """The hottest [0.1 °C]."""
        return self.first + self.apart * (len(self.ohm) - 1)

    @property
    def is_measured(self) -> bool:
        """Whether the chip is made for all of it."""
        uv = [_thermistor_count(each) * _THERMISTOR_COUNT_UV for each in self.ohm]
        return _THERMISTOR_UV.lowest <= min(uv) and max(uv) <= _THERMISTOR_UV.highest


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """A chip that measures cells, and the inputs of the machine that it serves.

    Attributes:
        cells: The chip's inputs that have a cell, the lowest first.
        error_mv: How far a cell's voltage may be off, over temperature and age.
        oldest_ms: Readings that are older are none.
        lowest: The input for the lowest cell, read down; `highest` for the highest, read up.
        lowest_span: Of that input [mV]; `highest_span` of the other.
    """

    chip: FrontEndChip
    sda: int
    scl: int
    address: int
    cells: tuple[int, ...]
    error_mv: int
    oldest_ms: int
    thermistor: Thermistor
    lowest: str
    highest: str
    temperature: str
    lowest_span: Span
    highest_span: Span

    @property
    def inputs(self) -> tuple[str, ...]:
        """All that it serves."""
        return (self.lowest, self.highest, self.temperature)

    @property
    def error_uv(self) -> int:
        """How far a voltage may be off, with the width of the widest count."""
        return self.error_mv * 1000 + LEAST_GAIN_UV + (1 << GAIN_BITS) - 1


def _thermistor_count(ohm: int) -> Fraction:
    return Fraction(_SUPPLY_UV * ohm, (ohm + _PULL_UP_OHM) * _THERMISTOR_COUNT_UV)
