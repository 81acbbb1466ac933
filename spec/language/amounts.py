"""Amounts: from written digits and unit to an exact value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from spec.expression import Quantity
from spec.language import syntax
from spec.language.errors import Code, Diagnostic, did_you_mean
from spec.place import Place
from spec.units import UNITS, Dimension, shown, unit_of, units_of

# Values, timers and thresholds are 32 bit integers on the target.
LARGEST = 2**31 - 1
_MOST_DIGITS = 18
# What people write, where the spelling alone does not lead to the unit.
_MEANT = {
    "amp": "A",
    "amps": "A",
    "c": "°C",
    "celsius": "°C",
    "day": "d",
    "days": "d",
    "deg": "°C",
    "hour": "h",
    "hours": "h",
    "hr": "h",
    "kelvin": "K",
    "min": "min",
    "minute": "min",
    "minutes": "min",
    "msec": "ms",
    "ohms": "ohm",
    "percent": "%",
    "sec": "s",
    "second": "s",
    "seconds": "s",
    "volt": "V",
    "volts": "V",
    "watt": "W",
    "watts": "W",
    "ºc": "°C",
}


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
    unit = unit_of(amount.unit)
    if unit is None:
        meant = _MEANT.get(amount.unit.casefold())
        return Diagnostic(
            Code.UNKNOWN_UNIT,
            amount.place,
            f"'{amount.unit}' is no unit of this language",
            f"did you mean '{meant}'?" if meant else did_you_mean(amount.unit, UNITS),
        )
    return Value(Fraction(amount.digits) * unit.scale, unit.dimension, unit.scale / 10**places)


def multiples(value: Value, type_: Quantity, place: Place) -> int | Diagnostic:
    """How many resolutions of `type_` make `value`, or why that is no whole number."""
    if value.dimension is not type_.dimension:
        return Diagnostic(
            Code.UNIT_MISMATCH,
            place,
            f"this is a {value.dimension.value}, a {type_.dimension.value} is needed",
            way_out_of_units(value.dimension, type_.dimension),
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
            f"{shown(value.number, value.dimension)} is 2^31 times the resolution, "
            f"{shown(type_.resolution, type_.dimension)}, or more",
            "choose a coarser resolution with 'by'",
        )
    return int(count)


def way_out_of_units(found: Dimension, needed: Dimension) -> str:
    """What to do where a value of one dimension stands in the place of another."""
    if {found, needed} == {Dimension.TEMPERATURE, Dimension.TEMPERATURE_DIFFERENCE}:
        return "write temperatures in °C, and differences of temperatures in K"
    if needed is Dimension.COUNT:
        return "a number is written without a unit"
    if found is Dimension.COUNT:
        return "write the unit behind the number"
    return f"a {needed.value} is written in {', '.join(units_of(needed))}"
