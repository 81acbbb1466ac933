"""Conversion: from what an analogue-to-digital converter counts to what a machine reads.

A reading is a bound, not an estimate: read up it is never below the voltage at the terminal, read
down never above, whatever the tolerances of the chain do. A comparison that a reading passes is
therefore true of the terminal. Data and meaning only: `codegen` chooses the numbers of a
conversion, `verify` proves them, and neither takes the other's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from spec.machine import Span


class Bound(Enum):
    """Which side of the true value a reading lies on."""

    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Divider:
    """Two resistors: the terminal above, the converter between them, ground below.

    Attributes:
        tolerance: Of each resistor, over temperature and age, relative.
    """

    upper_ohm: int
    lower_ohm: int
    tolerance: Fraction

    @property
    def nominal(self) -> Fraction:
        """The voltage at the terminal for one volt between the resistors."""
        return Fraction(self.upper_ohm + self.lower_ohm, self.lower_ohm)

    @property
    def least(self) -> Fraction:
        """As `nominal`, with each resistor as far off as makes it small."""
        return 1 + (self.nominal - 1) * (1 - self.tolerance) / (1 + self.tolerance)

    @property
    def most(self) -> Fraction:
        """As `nominal`, with each resistor as far off as makes it large."""
        return 1 + (self.nominal - 1) * (1 + self.tolerance) / (1 - self.tolerance)


@dataclass(frozen=True, slots=True)
class Converter:
    """An analogue-to-digital converter with several channels and one reference.

    At `v` volts it counts ``v / reference * 2**bits``, give or take `common_counts` that are the
    same for all channels at about the same voltage, and `own_counts` that are not.

    Attributes:
        reference: Nominal [V].
        tolerance: Of the reference, over temperature and age, relative.
        common_counts: Offset and nonlinearity.
        own_counts: Noise, quantisation, and what stands between divider and converter.
    """

    bits: int
    reference: Fraction
    tolerance: Fraction
    common_counts: int
    own_counts: int

    @property
    def highest(self) -> int:
        """The count that says no more than "this much or more"."""
        return (1 << self.bits) - 1

    @property
    def error_counts(self) -> int:
        """How far a count may be off."""
        return self.common_counts + self.own_counts

    @property
    def least(self) -> Fraction:
        """The least that one count stands for [V]."""
        return self.reference * (1 - self.tolerance) / (1 << self.bits)

    @property
    def most(self) -> Fraction:
        """The most that one count stands for [V]."""
        return self.reference * (1 + self.tolerance) / (1 << self.bits)


@dataclass(frozen=True, slots=True)
class Chain:
    """From a terminal to a count.

    Attributes:
        resolution: Of the input that reads the terminal [V].
    """

    divider: Divider
    converter: Converter
    resolution: Fraction

    @property
    def nominal(self) -> Fraction:
        """What one count stands for at the terminal, in multiples of the resolution."""
        converter = self.converter
        return self.divider.nominal * converter.reference / (1 << converter.bits) / self.resolution

    @property
    def least(self) -> Fraction:
        """As `nominal`, at least."""
        return self.divider.least * self.converter.least / self.resolution

    @property
    def most(self) -> Fraction:
        """As `nominal`, at most."""
        return self.divider.most * self.converter.most / self.resolution

    def at_least(self, count: int) -> Fraction:
        """The lowest voltage at the terminal that may give `count` [resolution]."""
        return max(Fraction(0), (count - self.converter.error_counts) * self.least)

    def at_most(self, count: int) -> Fraction:
        """The highest voltage at the terminal that may give `count` [resolution]."""
        return (count + self.converter.error_counts) * self.most

    def bound(self, count: int, side: Bound) -> Fraction:
        """What a reading of `count` must not be on the wrong side of [resolution]."""
        return self.at_least(count) if side is Bound.DOWN else self.at_most(count)


@dataclass(frozen=True, slots=True)
class Conversion:
    """The arithmetic that firmware does: one multiplication, one addition, one shift.

    ``((count - first) * multiplier + offset) >> shift`` for counts from `first` to `last`. Below
    them a count reads `lowest`, above them `highest`. No number in it is negative.

    Attributes:
        lowest: Of the input's declared range, as `highest`.
        plausible: The counts that a voltage in that range can give; any other says that the
            reading is not valid. Never the converter's highest.
    """

    side: Bound
    multiplier: int
    offset: int
    shift: int
    first: int
    last: int
    lowest: int
    highest: int
    plausible: Span

    def read(self, count: int) -> int:
        """The reading, in multiples of the input's resolution, plausible or not."""
        if count < self.first:
            return self.lowest
        if count > self.last:
            return self.highest
        return ((count - self.first) * self.multiplier + self.offset) >> self.shift
