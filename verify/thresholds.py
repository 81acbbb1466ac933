"""Thresholds: what a comparison of readings says of the voltages at the terminals.

A reading is a bound of its terminal's voltage, so its errors move a comparison one way only, and
one of its two answers is never false. That needs nothing of the readings but what
`verify.conversion` proves, and holds whatever the parameters are. The figures are for the
parameters' defaults, and safe estimates: outside of them an answer is certain, inside of them it
depends on the errors of the parts.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from spec.conversion import Bound
from spec.expression import (
    Expression,
    Kind,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    walk,
)
from spec.machine import Always, Machine, Span
from spec.units import Dimension
from verify.conversion import Measured, voltages
from verify.verdict import Verdict

_COMPARISONS: dict[Operator, Callable[[int, int], bool]] = {
    Operator.LESS: python.lt,
    Operator.AT_MOST: python.le,
    Operator.GREATER: python.gt,
    Operator.AT_LEAST: python.ge,
    Operator.EQUAL: python.eq,
    Operator.NOT_EQUAL: python.ne,
}


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


@dataclass(frozen=True, slots=True)
class _Sum:
    """Inputs with their factors, and all the rest, with the parameters' defaults."""

    factors: Mapping[str, int]
    rest: int

    def plus(self, factor: int, other: _Sum) -> _Sum:
        """This and `factor` times `other`."""
        factors = dict(self.factors)
        for name, each in other.factors.items():
            factors[name] = factors.get(name, 0) + factor * each
        kept = {name: each for name, each in factors.items() if each}
        return _Sum(kept, self.rest + factor * other.rest)


def uses(machine: Machine, measured: Sequence[Measured]) -> tuple[Use, ...]:
    """Every comparison that reads a measured input, in written order; requirements apart.

    Where one chooses among voltages (``if``), no answer is called sure.
    """
    by_name = {each.declared.name: each for each in measured}
    return tuple(
        _use(machine, each, by_name)
        for written in _written(machine)
        for each in walk(written)
        if _compares_voltages(each) and any(name in by_name for name in _read(machine, each))
    )


def check_tied(machine: Machine, measured: Sequence[Measured]) -> tuple[Tied, ...]:
    """What becomes of two inputs that a requirement puts on one terminal, by ``a == b``.

    For each such pair that one converter measures, and every two comparisons of them with
    constants of which one says yes below and the other above.

    A voltage v gives a count of v / ratio + common ± own. Both inputs have the same reference in
    their ratio, and the same `common`. The one says no from count n on, the other up to count m.
    Both can at a voltage v of at least (n - common - own) * ratio, the one's least, and of at most
    (m - common + own) * ratio, the other's most: at none, if the former is more. The difference is
    linear in `common`, so its least is at one of the ends.
    """
    by_name = {each.declared.name: each for each in measured}
    alone = [each for each in uses(machine, measured) if each.band is not None]
    found: list[Tied] = []
    for pair in _pairs(machine):
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


def _pairs(machine: Machine) -> list[set[str]]:
    """The inputs that are said to be equal, in a requirement."""
    found: list[set[str]] = []
    for requirement in machine.requirements:
        for each in requirement.properties:
            if isinstance(each, Always):
                for part in walk(each.expression):
                    match part:
                        case Operation(
                            operator=Operator.EQUAL,
                            operands=(
                                Reference(kind=Kind.INPUT, name=one),
                                Reference(kind=Kind.INPUT, name=other),
                            ),
                        ):
                            found.append({one, other})
    return found


def _written(machine: Machine) -> Iterator[Expression]:
    for definition in machine.definitions:
        yield definition.expression
    for region in machine.regions:
        for transition in region.transitions:
            yield transition.guard
    for output in machine.outputs:
        yield output.expression


def _compares_voltages(expression: Expression) -> bool:
    match expression:
        case Operation(operator=operator, operands=(left, _)) if operator in _COMPARISONS:
            return isinstance(left.type, Quantity) and left.type.dimension is Dimension.VOLTAGE
    return False


def _read(machine: Machine, expression: Expression) -> list[str]:
    """The inputs in `expression`, in written order."""
    found: list[str] = []
    for each in walk(expression):
        match each:
            case Reference(kind=Kind.INPUT, name=name):
                found.append(name)
            case Reference(kind=Kind.DEFINITION, name=name):
                found += _read(machine, machine.definition(name).expression)
    return list(dict.fromkeys(found))


def _use(machine: Machine, compared: Expression, by_name: Mapping[str, Measured]) -> Use:
    assert isinstance(compared, Operation)
    text, line = _passage(machine, compared), compared.place.line
    inputs = tuple(name for name in _read(machine, compared) if name in by_name)
    left, right = (_sum(each, machine) for each in compared.operands)
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


def _band(operator: Operator, difference: _Sum, measured: Measured) -> Band | None:
    plausible = measured.conversion.plausible
    (factor,) = difference.factors.values()
    answers = [
        _COMPARISONS[operator](factor * measured.conversion.read(count) + difference.rest, 0)
        for count in range(plausible.lowest, plausible.highest + 1)
    ]
    changes = [k for k in range(1, len(answers)) if answers[k] is not answers[k - 1]]
    if len(changes) != 1:
        return None
    after = plausible.lowest + changes[0]
    yes = Span(plausible.lowest, after - 1) if answers[0] else Span(after, plausible.highest)
    terminal = measured.terminal
    return Band(yes, terminal.lowest(after), terminal.highest(after - 1))


def _sum(expression: Expression, machine: Machine) -> _Sum | None:
    """`expression` as a sum; None if it is none."""
    match expression:
        case Literal(value=value):
            return _Sum({}, value)
        case Reference(kind=Kind.INPUT, name=name):
            return _Sum({name: 1}, 0)
        case Reference(kind=Kind.PARAMETER, name=name):
            default = next(each.default for each in machine.parameters if each.name == name)
            return _Sum({}, default)
        case Reference(kind=Kind.DEFINITION, name=name):
            return _sum(machine.definition(name).expression, machine)
        case Scaled(factor=factor, operand=operand):
            inside = _sum(operand, machine)
            return None if inside is None else _Sum({}, 0).plus(factor, inside)
        case Operation(operator=Operator.ADD | Operator.SUBTRACT, operands=(left, right)):
            one, other = _sum(left, machine), _sum(right, machine)
            sign = 1 if expression.operator is Operator.ADD else -1
            return None if one is None or other is None else one.plus(sign, other)
        case _:
            return None


def _passage(machine: Machine, expression: Expression) -> str:
    place = expression.place
    line = machine.text.splitlines()[place.line - 1]
    return " ".join(line[place.column - 1 : place.column - 1 + place.length].split())
