"""Readings: what firmware must make of the counts of an analogue-to-digital converter.

`verify.conversion` proves that the numbers of a conversion are safe; here is what a function that
does the arithmetic must return, for every count.
"""

from __future__ import annotations

from fractions import Fraction

from spec.conversion import Conversion
from spec.expression import Quantity
from spec.machine import Span
from spec.term import (
    Term,
    Variable,
    at_most,
    both,
    choose,
    equal,
    less,
    minus,
    number,
    plus,
    times,
)
from spec.units import Dimension
from verify.translation.routine import RESULT, Claim, Member, Routine, after, within

_COUNT = Variable("count", False)


def reading(name: str, conversion: Conversion, bits: int) -> Routine:
    """The function `name`, which makes a reading of a count of a converter with `bits`."""
    result = Variable(after(RESULT), False)
    product = times(conversion.multiplier, minus(_COUNT, number(conversion.first)))
    scaled = plus(product, number(conversion.offset))
    # Shifted right, the rest of the division is lost: it is less than one.
    lowest = times(1 << conversion.shift, result)
    shifted = both(
        at_most(lowest, scaled), less(scaled, plus(lowest, number(1 << conversion.shift)))
    )
    term = choose(
        less(_COUNT, number(conversion.first)),
        equal(result, number(conversion.lowest)),
        choose(
            less(number(conversion.last), _COUNT),
            equal(result, number(conversion.highest)),
            shifted,
        ),
    )
    return _of_count(name, bits, (Claim("the reading is the one that is proved safe", term),))


def plausible(name: str, conversion: Conversion, bits: int) -> Routine:
    """The function `name`, which says whether a voltage in the input's range can give a count."""
    return _of_count(name, bits, result=within(_COUNT, conversion.plausible))


def _of_count(
    name: str, bits: int, claims: tuple[Claim, ...] = (), result: Term | None = None
) -> Routine:
    count = Member(
        "count",
        _COUNT.name,
        Quantity(Dimension.COUNT, Fraction(1)),
        Span(0, (1 << bits) - 1),
        boolean=False,
    )
    return Routine(name, (count,), {}, result=result, claims=claims)
