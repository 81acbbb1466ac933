"""Thresholds: what a comparison of readings says of the voltages at the terminals.

A reading is a bound of its terminal's voltage, so its errors move a comparison one way only, and
one of its two answers is never false. That needs nothing of the readings but what
`verify.conversion` proves, and holds whatever the parameters are. The figures are for the
parameters' defaults, and safe estimates: outside of them an answer is certain, inside of them it
depends on the errors of the parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from spec.conversion import Bound
from spec.expression import Operation, Operator
from spec.machine import Machine, Span
from verify.comparisons import (
    COMPARISONS,
    Sum,
    comparisons,
    inputs_of,
    pairs_said_equal,
    passage,
    sum_of,
)
from verify.conversion import Measured, voltages
from verify.verdict import Verdict


class Sure(Enum):
    """Which answer to a comparison is never false at the terminals."""

    YES = "yes"
    NO = "no"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Band:
    """Where the answer of one reading changes, from the lowest voltage to the highest.

    Attributes:
        yes: The plausible counts that say yes: all below a threshold, or all above it.
        lowest: Below this voltage at the terminal, the answer is certain; it is the other one
            above `highest` [resolution].
    """

    yes: Span
    lowest: Fraction
    highest: Fraction


@dataclass(frozen=True, slots=True)
class Use:
    """One comparison of the machine that reads a measured input.

    Attributes:
        text: As it is written.
        error: How far the terminals may be from where the answer that is not sure is right
            [resolution]; None if no answer is sure.
        band: None where several readings are compared, or the answer does not change.
    """

    text: str
    line: int
    inputs: tuple[str, ...]
    sure: Sure
    error: Fraction | None
    band: Band | None


@dataclass(frozen=True, slots=True)
class Tied:
    """Two inputs on one terminal, one of which has to be seen.

    Attributes:
        below: Says yes below its threshold, and `above` above its own.
        verdict: PROVED if, whatever the voltage, one of them says yes.
        margin: How far the nearest voltages lie apart at which the one and the other may say no
            [V], with the reference as it should be; not above 0 if both may at one voltage.
    """

    below: Use
    above: Use
    verdict: Verdict
    margin: Fraction


def uses(machine: Machine, measured: Sequence[Measured]) -> tuple[Use, ...]:
    """Every comparison that reads a measured input, in written order; requirements apart.

    Where one chooses among voltages (``if``), no answer is called sure.
    """
    by_name = {each.declared.name: each for each in measured}
    return tuple(
        _use(machine, each, by_name)
        for each in comparisons(machine)
        if any(name in by_name for name in inputs_of(machine, each))
    )


def check_tied(machine: Machine, measured: Sequence[Measured]) -> tuple[Tied, ...]:
    """What becomes of two inputs that a requirement puts on one terminal, by ``a == b``.

    For each such pair that one converter measures, and every two comparisons of them with
    constants of which one says yes below and the other above; for the parameters' defaults.

    A voltage v gives a count of v / ratio + common ± own. Both inputs have the same reference in
    their ratio, and the same `common`. The one says no from count n on, the other up to count m.
    Both can at a voltage v of at least (n - common - own) * ratio, the one's least, and of at most
    (m - common + own) * ratio, the other's most: at none, if the former is more. The difference is
    linear in `common`, so its least is at one of the ends.
    """
    by_name = {each.declared.name: each for each in measured}
    alone = [each for each in uses(machine, measured) if each.band is not None]
    found: list[Tied] = []
    for pair in pairs_said_equal(machine):
        for below in alone:
            for above in alone:
                if {*below.inputs, *above.inputs} == pair and pair <= by_name.keys():
                    one, other = by_name[below.inputs[0]], by_name[above.inputs[0]]
                    found.extend(_tied(below, one, above, other))
    return tuple(found)


def _tied(below: Use, one: Measured, above: Use, other: Measured) -> Iterator[Tied]:
    converter = one.chain.converter
    if below.band is None or above.band is None or converter != other.chain.converter:
        return
    yes_below, yes_above = below.band.yes, above.band.yes
    says_no_above = yes_below.lowest == one.conversion.plausible.lowest
    says_no_below = yes_above.highest == other.conversion.plausible.highest
    if not (says_no_above and says_no_below):
        return
    own = converter.own_counts
    margin = min(
        (yes_below.highest + 1 - common - own) * one.ratios[0]
        - (yes_above.lowest - 1 - common + own) * other.ratios[1]
        for common in (-converter.common_counts, converter.common_counts)
    )
    verdict = Verdict.PROVED if margin > 0 else Verdict.VIOLATED
    yield Tied(below, above, verdict, margin * converter.reference / len(one.counts))


def _use(machine: Machine, compared: Operation, by_name: Mapping[str, Measured]) -> Use:
    text, line = passage(machine, compared), compared.place.line
    inputs = tuple(name for name in inputs_of(machine, compared) if name in by_name)
    left, right = (sum_of(each, machine) for each in compared.operands)
    if left is None or right is None:
        return Use(text, line, inputs, Sure.NEITHER, None, None)
    difference = left.plus(-1, right)
    factors = {name: difference.factors[name] for name in inputs if name in difference.factors}
    sure = _sure(compared.operator, factors, by_name)
    band = None
    if len(factors) == 1 and len(difference.factors) == 1:
        band = _band(compared.operator, difference, by_name[next(iter(factors))])
    if sure is Sure.NEITHER:
        error = None
    elif band is not None:
        (factor,) = factors.values()
        threshold = Fraction(-difference.rest, factor)
        error = max(abs(edge - threshold) for edge in (band.lowest, band.highest))
    else:
        error = sum(
            (abs(factor) * _error(by_name[name]) for name, factor in factors.items()), Fraction(0)
        )
    return Use(text, line, inputs, sure, error, band)


def _sure(operator: Operator, factors: Mapping[str, int], by_name: Mapping[str, Measured]) -> Sure:
    """Read too high, a difference that is still below 0 is below 0."""
    sides = {
        (factor > 0) is (by_name[name].conversion.side is Bound.UP)
        for name, factor in factors.items()
    }
    if len(sides) != 1 or operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        return Sure.NEITHER
    too_high = sides.pop()
    below = operator in (Operator.LESS, Operator.AT_MOST)
    return Sure.YES if too_high is below else Sure.NO


def _error(measured: Measured) -> Fraction:
    """How far a reading may be from a voltage of the input's range [resolution]."""
    terminal = measured.terminal
    errors = [Fraction(0)]
    for count in measured.counts:
        within = voltages(measured, terminal, count)
        if within is not None:
            reading = measured.conversion.read(count)
            errors += [abs(reading - each) for each in within]
    return max(errors)


def _band(operator: Operator, difference: Sum, measured: Measured) -> Band | None:
    plausible = measured.conversion.plausible
    (factor,) = difference.factors.values()
    answers = [
        COMPARISONS[operator](factor * measured.conversion.read(count) + difference.rest, 0)
        for count in range(plausible.lowest, plausible.highest + 1)
    ]
    changes = [k for k in range(1, len(answers)) if answers[k] is not answers[k - 1]]
    if len(changes) != 1:
        return None
    after = plausible.lowest + changes[0]
    yes = Span(plausible.lowest, after - 1) if answers[0] else Span(after, plausible.highest)
    terminal = measured.terminal
    return Band(yes, terminal.lowest(after), terminal.highest(after - 1))
