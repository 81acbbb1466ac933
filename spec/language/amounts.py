"""Amounts: from written digits and unit to an exact value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from spec.expression import Quantity
from spec.language import syntax
from spec.language.errors import Code, Diagnostic, did_you_mean
from spec.units import UNITS, Dimension, shown

# Values, timers and thresholds are 32 bit integers on the target.
LARGEST = 2**31 - 1
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Value:
    """An exact number of base units, and the resolution of its last written digit."""

    number: Fraction
    dimension: Dimension
    written: Fraction


def read(amount: syntax.Amount) -> Value | Diagnostic:
    """The value of `amount`, or what is wrong with it."""
    if len(amount.digits) > _MOST_DIGITS:
        return Diagnostic(
            Code.TOO_LARGE,
            amount.place,
            f"a number of more than {_MOST_DIGITS} digits",
            "choose a larger unit",
        )
    places = len(amount.digits.partition(".")[2])
    if not amount.unit:
        return Value(Fraction(amount.digits), Dimension.COUNT, Fraction(1, 10**places))
    unit = UNITS.get(amount.unit)
    if unit is None:
        return Diagnostic(
            Code.UNKNOWN_UNIT,
            amount.place,
            f"'{amount.unit}' is no unit of this language",
            did_you_mean(amount.unit, UNITS),
        )
    return Value(Fraction(amount.digits) * unit.scale, unit.dimension, unit.scale / 10**places)


def multiples(value: Value, type_: Quantity, place: syntax.Place) -> int | Diagnostic:
    """How many resolutions of `type_` make `value`, or why that is no whole number."""
    if value.dimension is not type_.dimension:
        return Diagnostic(
            Code.UNIT_MISMATCH,
            place,
            f"this is a {value.dimension.value}, a {type_.dimension.value} is needed",
        )
    count = value.number / type_.resolution
    if count.denominator != 1:
        return Diagnostic(
            Code.TOO_FINE,
            place,
            f"{shown(value.number, value.dimension)} is no multiple of the resolution, "
            f"{shown(type_.resolution, type_.dimension)}",
            "write a multiple, or choose a finer resolution with 'by'",
        )
    if abs(count) > LARGEST:
        return Diagnostic(
            Code.TOO_LARGE,
            place,
            f"{shown(value.number, value.dimension)} is more than 2^31 times the resolution, "
            f"{shown(type_.resolution, type_.dimension)}",
            "choose a coarser resolution with 'by'",
        )
    return int(count)
