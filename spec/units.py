"""Units of measurement: exact, and closed.

A quantity is an integer multiple of its resolution, and a resolution is a fraction of the base
unit of its dimension. There are no floats here and none may be added: a threshold that was
rounded once is a threshold nobody wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import gcd


class Dimension(Enum):
    """What a quantity measures; quantities of two dimensions are never compared or added."""

    VOLTAGE = "voltage"
    CURRENT = "current"
    RESISTANCE = "resistance"
    POWER = "power"
    CHARGE = "charge"
    ENERGY = "energy"
    TIME = "time"
    TEMPERATURE = "temperature"
    TEMPERATURE_DIFFERENCE = "temperature difference"
    RATIO = "ratio"
    COUNT = "number"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as the author writes it.

    Attributes:
        symbol: As written, e.g. ``mV``.
        dimension: What it measures.
        scale: Its size in base units (V, A, Ω, W, Ah, Wh, s, K; °C for temperatures; 1 for ratios).
    """

    symbol: str
    dimension: Dimension
    scale: Fraction


_PREFIXES = {
    "µ": Fraction(1, 10**6),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    "k": Fraction(1000),
    "M": Fraction(10**6),
}
_PREFIXED = {
    "V": Dimension.VOLTAGE,
    "A": Dimension.CURRENT,
    "Ω": Dimension.RESISTANCE,
    "ohm": Dimension.RESISTANCE,
    "W": Dimension.POWER,
    "Ah": Dimension.CHARGE,
    "Wh": Dimension.ENERGY,
    "s": Dimension.TIME,
    "K": Dimension.TEMPERATURE_DIFFERENCE,
}
_PLAIN = (
    Unit("min", Dimension.TIME, Fraction(60)),
    Unit("h", Dimension.TIME, Fraction(3600)),
    Unit("d", Dimension.TIME, Fraction(86400)),
    Unit("°C", Dimension.TEMPERATURE, Fraction(1)),
    Unit("degC", Dimension.TEMPERATURE, Fraction(1)),
    Unit("%", Dimension.RATIO, Fraction(1, 100)),
    Unit("ppm", Dimension.RATIO, Fraction(1, 10**6)),
)

UNITS: dict[str, Unit] = {
    prefix + symbol: Unit(prefix + symbol, dimension, scale)
    for symbol, dimension in _PREFIXED.items()
    for prefix, scale in _PREFIXES.items()
    # "ms" and "s" and "µs" are times; nobody measures in kiloseconds.
    if not (dimension is Dimension.TIME and scale > 1)
} | {unit.symbol: unit for unit in _PLAIN}

# More than any number of a text needs, whatever its unit.
_MOST_PLACES = 40
_ROUNDED_PLACES = 6

# Characters that look like those above: the signs of Unicode for ohm, micro and degree Celsius.
_SAME = str.maketrans({"\N{OHM SIGN}": "Ω", "\N{GREEK SMALL LETTER MU}": "µ", "℃": "°C"})

# The units a value is shown in, largest first; the first whose number is at least 1 is taken.
_SHOWN: dict[Dimension, tuple[str, ...]] = {
    Dimension.VOLTAGE: ("V", "mV", "µV"),
    Dimension.CURRENT: ("A", "mA", "µA"),
    Dimension.RESISTANCE: ("MΩ", "kΩ", "Ω", "mΩ"),
    Dimension.POWER: ("kW", "W", "mW"),
    Dimension.CHARGE: ("Ah", "mAh"),
    Dimension.ENERGY: ("kWh", "Wh"),
    Dimension.TIME: ("s", "ms", "µs"),
    Dimension.TEMPERATURE: ("°C",),
    Dimension.TEMPERATURE_DIFFERENCE: ("K",),
    Dimension.RATIO: ("%",),
}


def unit_of(symbol: str) -> Unit | None:
    """The unit that `symbol` is written for, if any."""
    return UNITS.get(symbol.translate(_SAME))


def units_of(dimension: Dimension) -> tuple[str, ...]:
    """The usual units of `dimension`, largest first; none for plain numbers."""
    return _SHOWN.get(dimension, ())


def decimal(value: Fraction) -> str:
    """`value` in decimal digits; exact where they end, as those of a text do, else rounded."""
    ends = (k for k in range(_MOST_PLACES) if 10**k % value.denominator == 0)
    places = next(ends, _ROUNDED_PLACES)
    digits = f"{abs(round(value * 10**places)):0{places + 1}d}"
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if value < 0 else "") + whole + ("." + part if part else "")


def shown(value: Fraction, dimension: Dimension) -> str:
    """`value`, given in base units, as a reader writes it: ``30.5 s``, ``50 ms``, ``3.5 V``."""
    if dimension is Dimension.COUNT:
        return decimal(value)
    symbols = _SHOWN[dimension]
    for symbol in symbols:
        if value and abs(value / UNITS[symbol].scale) >= 1:
            return f"{decimal(value / UNITS[symbol].scale)} {symbol}"
    symbol = symbols[0] if not value else symbols[-1]
    return f"{decimal(value / UNITS[symbol].scale)} {symbol}"


def common_resolution(first: Fraction, second: Fraction) -> Fraction:
    """The coarsest resolution of which both are multiples; both are more than 0."""
    left = first.numerator * second.denominator
    right = second.numerator * first.denominator
    return Fraction(gcd(left, right), first.denominator * second.denominator)
