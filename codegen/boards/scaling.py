"""Scaling: chooses the numbers of a conversion.

Nothing is taken on trust from here: `verify.conversion` proves whatever is chosen.
"""

from __future__ import annotations

from math import ceil, floor

from spec.conversion import Bound, Chain, Conversion
from spec.machine import Span

# What MicroPython calculates with without allocating; less than C has.
_LARGEST = 2**30 - 1
_WIDEST_SHIFT = 30


class OutOfReach(Exception):
    """The chain cannot measure the range of the input.

    Attributes:
        way_out: What to do about the upper resistor of the divider.
    """

    def __init__(self, message: str, way_out: str) -> None:
        super().__init__(message)
        self.way_out = way_out


def scale(chain: Chain, span: Span, side: Bound) -> Conversion:
    """The conversion that reads `chain` as an input with the range `span`.

    As fine as 30 bits allow; every number is rounded to the safe side.

    Raises:
        OutOfReach: There is none.
    """
    counts = plausible(chain, span)
    if counts.highest >= chain.converter.highest:
        raise OutOfReach(
            f"the highest voltage may give count {counts.highest}, and the converter's highest, "
            f"{chain.converter.highest}, says no more than 'this much or more'",
            "take a larger one",
        )
    for shift in reversed(range(_WIDEST_SHIFT)):
        made = _scaled(chain, span, side, shift, counts)
        if made.first >= made.last:
            raise OutOfReach(
                "one count stands for more than the whole range of the input",
                "take a smaller one",
            )
        if (made.last - made.first) * made.multiplier + made.offset <= _LARGEST:
            return made
    raise OutOfReach("the readings do not fit into 30 bits", "")


def plausible(chain: Chain, span: Span) -> Span:
    """The counts that a voltage in `span` can give, the errors of the chain included."""
    error = chain.converter.error_counts
    return Span(
        max(0, ceil(span.lowest / chain.most) - error), floor(span.highest / chain.least) + error
    )


def _scaled(chain: Chain, span: Span, side: Bound, shift: int, counts: Span) -> Conversion:
    error = chain.converter.error_counts
    if side is Bound.DOWN:
        # Below, a voltage may be less than nothing: that is not worth a sign.
        first = ceil(span.lowest / chain.least) + error
        last = counts.highest
        multiplier = floor(chain.least * 2**shift)
        offset = floor(chain.at_least(first) * 2**shift)
    else:
        first = max(0, ceil(span.lowest / chain.most) - error)
        last = floor(span.highest / chain.most) - error
        multiplier = ceil(chain.most * 2**shift)
        # A whole reading, less the last digit: what is shifted out counts as one.
        offset = ceil(chain.at_most(first) * 2**shift) + 2**shift - 1
        while last > first and ((last - first) * multiplier + offset) >> shift > span.highest:
            last -= 1
    return Conversion(
        side, multiplier, offset, shift, first, last, span.lowest, span.highest, counts
    )
