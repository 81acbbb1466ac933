"""Identifiers: what generated code calls a machine's inputs, memory, outputs and settings.

The contract between a machine and those who call its code, so that generators write these names
and provers look for them. A number's name ends in its unit. Where a name is taken, or means
something to a language, a generator adds an underscore or a number at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from spec.expression import Quantity, ValueType
from spec.system import Role, StateVariable
from spec.units import UNITS, Dimension, units_of

# How units are spelt in names, where their symbols are no identifiers or say too little.
_SPELT = {
    "°C": "celsius",
    "%": "percent",
    "Ω": "ohm",
    "kΩ": "kohm",
    "mΩ": "milliohm",
    "K": "kelvin",
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "s": "s",
}
_TENTHS = {Fraction(1, 10): "deci", Fraction(1, 100): "centi", Fraction(1, 1000): "milli"}
# What a flag tells of its subject: held one step ago, ever, always, or since something else did.
_REMEMBERED = {"was": "before", "once": "once", "ever": "always", "since": "since"}
# A name that says everything is too long to be read.
_LONGEST_SUBJECT = 40


def unit_suffix(type_: ValueType) -> str:
    """What a name of that type ends in: ``_mv``, ``_ms``, ``_decicelsius``, ``_in_10ms``."""
    if not isinstance(type_, Quantity):
        return ""
    resolution, dimension = type_.resolution, type_.dimension
    if dimension is Dimension.COUNT:
        return "" if resolution == 1 else f"_in_{_fraction(resolution)}"
    fitting = [
        symbol
        for symbol, unit in UNITS.items()
        if unit.dimension is dimension and unit.scale == resolution
    ]
    if fitting:
        return f"_{_spelt(fitting[0])}"
    for symbol in units_of(dimension):
        if resolution / UNITS[symbol].scale in _TENTHS and symbol in ("°C", "K", "%"):
            return f"_{_TENTHS[resolution / UNITS[symbol].scale]}{_spelt(symbol)}"
    for symbol in units_of(dimension):
        multiple = resolution / UNITS[symbol].scale
        if multiple.denominator == 1:
            return f"_in_{multiple}{_spelt(symbol)}"
    return f"_in_{_fraction(resolution)}"


def _fraction(value: Fraction) -> str:
    return str(value).replace("/", "th_of_") if value.denominator != 1 else str(value)


def _spelt(symbol: str) -> str:
    # In small letters, a million would be a thousandth.
    if symbol.startswith("M"):
        return f"mega{_spelt(symbol[1:])}"
    return _SPELT.get(symbol, symbol.replace("µ", "u").replace("Ω", "ohm").lower())


def memory_stem(cell: StateVariable, subjects: Mapping[str, str]) -> str:
    """What a cell of the memory is called: after the region or condition it is about.

    `subjects` are those of `subject_words`.
    """
    subject = subjects[cell.subject]
    match cell.role:
        case Role.MODE:
            return subject
        case Role.FLAG:
            kind = cell.name.rpartition(".")[0].rpartition(".")[2]
            return f"{subject}_{_REMEMBERED[kind]}"
        case Role.TIMER | Role.DRIFT:
            return f"{subject}_time{unit_suffix(cell.type)}"


def subject_words(memory: Iterable[StateVariable]) -> dict[str, str]:
    """What the memory is about, as words of names; numbered where no words would do."""
    found: dict[str, str] = {}
    for cell in memory:
        words = re.sub(r"[\s.]+", "_", cell.subject)
        short = not re.search(r"\s", cell.subject) or len(words) <= _LONGEST_SUBJECT
        fits = short and re.fullmatch(r"[A-Za-z_]\w*", words)
        found.setdefault(cell.subject, words if fits else f"condition_{len(found) + 1}")
    return found
