"""Conversion: proves that firmware's readings of voltages are what they are said to be.

By exhaustion: a converter has 4096 counts, and each is looked at, in exact fractions. Sound and
complete; there is no unknown. Whoever chose the numbers of a conversion is not believed, nor is
`spec.conversion` where it works out what a chain does: the extremes are found here anew, at the
corners, which is where they are, as a terminal's voltage rises or falls with each of the errors.

Assumed: the reference, each resistor and the converter keep the tolerances that the board states.
What a converter adds of its own (offset, nonlinearity with the jumps of RP2040-E11, noise,
quantisation) is a number of counts there, and no datasheet guarantees it. A terminal beyond the
input's declared range is not read on the safe side; far enough beyond, its counts are implausible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import product
from math import ceil, floor

from spec.conversion import Bound, Chain, Conversion
from spec.expression import Quantity
from spec.machine import Input, Span
from verify.verdict import Verdict

# What C and MicroPython calculate with: unsigned here, integers without allocation there.
C_BITS = 32
SMALL_BITS = 30


class Claim(Enum):
    """What is proved of a conversion; the value says it."""

    NO_OVERFLOW = "no number on the way leaves 30 bits, and none is below 0"
    IN_RANGE = "no reading leaves the input's range"
    MONOTONE = "a higher count never reads lower"
    SAFE = "no reading lies on the wrong side of a voltage that can give its count"
    NEAR = "every reading is within 1 of its bound, rounded to the safe side"
    PLAUSIBLE = "the plausible counts are those that the input's range can give, and no others"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to one claim.

    Attributes:
        count: The first that refutes it; None if it is proved.
        reason: What happens there.
    """

    claim: Claim
    verdict: Verdict
    count: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """An input of the machine, a voltage, and how it is measured."""

    declared: Input
    chain: Chain
    conversion: Conversion

    @property
    def counts(self) -> range:
        """All that the converter can say."""
        return range(1 << self.chain.converter.bits)

    @property
    def span(self) -> Span:
        """The range that the machine declares."""
        return self.declared.span

    @property
    def ratios(self) -> tuple[Fraction, Fraction]:
        """The voltage at the terminal for one volt at the converter, at least and at most."""
        divider = self.chain.divider
        corners = [
            1
            + divider.upper_ohm
            * (1 + upper * divider.tolerance)
            / (divider.lower_ohm * (1 + lower * divider.tolerance))
            for upper, lower in product((-1, 1), repeat=2)
        ]
        return min(corners), max(corners)

    @property
    def terminal(self) -> Terminal:
        """What a count says of the voltage at the terminal."""
        converter = self.chain.converter
        one = converter.reference / len(self.counts) / self.resolution
        corners = [
            one * ratio * (1 + sign * converter.tolerance)
            for ratio, sign in product(self.ratios, (-1, 1))
        ]
        error = converter.common_counts + converter.own_counts
        return Terminal(min(corners), max(corners), error)

    @property
    def resolution(self) -> Fraction:
        """Of the input, as the machine declares it [V]."""
        # Never that of the chain: it may have been written for another machine.
        assert isinstance(self.declared.type, Quantity)
        return self.declared.type.resolution


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a count says of the voltage at the terminal, in multiples of the resolution.

    Attributes:
        least: What one count stands for, at least; `most` at most.
        error_counts: How far a count may be off.
    """

    least: Fraction
    most: Fraction
    error_counts: int

    def lowest(self, count: int) -> Fraction:
        """The lowest voltage that may give `count` or more."""
        return max(Fraction(0), (count - self.error_counts) * self.least)

    def highest(self, count: int) -> Fraction:
        """The highest voltage that may give `count` or less."""
        return (count + self.error_counts) * self.most


def check_conversion(measured: Measured) -> tuple[Checked, ...]:
    """Every claim about the conversion of `measured`, PROVED or VIOLATED."""
    terminal = measured.terminal
    return tuple(_checked(claim, rule(measured, terminal)) for claim, rule in _RULES.items())


_Refutation = Iterator[tuple[int, str]]


def _checked(claim: Claim, refutations: _Refutation) -> Checked:
    for count, reason in refutations:
        return Checked(claim, Verdict.VIOLATED, count, reason)
    return Checked(claim, Verdict.PROVED)


def _overflows(measured: Measured, _: Terminal) -> _Refutation:
    made = measured.conversion
    for count in measured.counts:
        factor = count - made.first
        if made.first <= count <= made.last:
            way = (
                count,
                made.first,
                factor,
                made.multiplier,
                factor * made.multiplier,
                made.offset,
                factor * made.multiplier + made.offset,
                made.highest,
            )
            bad = [each for each in way if not 0 <= each < 1 << SMALL_BITS]
            if bad:
                yield count, f"{bad[0]} does not fit"
        # In C, a shift by the width or more means nothing.
        if not 0 <= made.shift < C_BITS:
            yield count, f"nothing can be shifted by {made.shift}"


def _leaves(measured: Measured, _: Terminal) -> _Refutation:
    for count in measured.counts:
        reading = measured.conversion.read(count)
        if not measured.span.lowest <= reading <= measured.span.highest:
            yield count, f"reads {reading}"


def _falls(measured: Measured, _: Terminal) -> _Refutation:
    read = measured.conversion.read
    for count in measured.counts[1:]:
        reading, before = read(count), read(count - 1)
        if reading < before:
            yield count, f"reads {reading}, and {count - 1} reads {before}"


def _unsafe(measured: Measured, terminal: Terminal) -> _Refutation:
    for count in measured.counts:
        possible = voltages(measured, terminal, count)
        if possible is None:
            continue
        lowest, highest = possible
        reading = measured.conversion.read(count)
        if measured.conversion.side is Bound.DOWN and reading > lowest:
            yield count, f"reads {reading}, and may stand for {float(lowest):.2f}"
        if measured.conversion.side is Bound.UP and reading < highest:
            yield count, f"reads {reading}, and may stand for {float(highest):.2f}"


def voltages(
    measured: Measured, terminal: Terminal, count: int
) -> tuple[Fraction, Fraction] | None:
    """The voltages within the input's range that may give `count`."""
    lowest = max(terminal.lowest(count), Fraction(measured.span.lowest))
    highest = min(terminal.highest(count), Fraction(measured.span.highest))
    return (lowest, highest) if lowest <= highest else None


def _far(measured: Measured, terminal: Terminal) -> _Refutation:
    down = measured.conversion.side is Bound.DOWN
    for count in measured.counts:
        exact = terminal.lowest(count) if down else terminal.highest(count)
        within = max(Fraction(measured.span.lowest), min(exact, Fraction(measured.span.highest)))
        rounded = floor(within) if down else ceil(within)
        reading = measured.conversion.read(count)
        if abs(reading - rounded) > 1:
            yield count, f"reads {reading} instead of {rounded}"


def _implausible(measured: Measured, terminal: Terminal) -> _Refutation:
    plausible = measured.conversion.plausible
    for count in measured.counts:
        is_plausible = plausible.lowest <= count <= plausible.highest
        if is_plausible and count == measured.chain.converter.highest:
            yield count, "is plausible, and says no more than 'this much or more'"
        elif is_plausible is not (voltages(measured, terminal, count) is not None):
            yield count, f"is{'' if is_plausible else ' not'} plausible"


_RULES: dict[Claim, Callable[[Measured, Terminal], _Refutation]] = {
    Claim.NO_OVERFLOW: _overflows,
    Claim.IN_RANGE: _leaves,
    Claim.MONOTONE: _falls,
    Claim.SAFE: _unsafe,
    Claim.NEAR: _far,
    Claim.PLAUSIBLE: _implausible,
}
