"""What is possible: the values that a term may have where some of what it reads is unknown.

Intervals and three-valued logic. Sound, not exact: a condition that is said to be false is false
whatever the unknown is; one that may be either may in truth be neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Truth,
    Variable,
    parts,
)

# The least and the most that something may be; conditions are 0 or 1.
Possible = tuple[int, int]

NO: Possible = (0, 0)
YES: Possible = (1, 1)
EITHER: Possible = (0, 1)


def hull(one: Possible, other: Possible) -> Possible:
    """What may be `one` or `other`."""
    return min(one[0], other[0]), max(one[1], other[1])


def possible(
    term: Term, known: Mapping[Term, Possible], values: Mapping[str, Possible]
) -> Possible:
    """What `term` may be.

    Args:
        term: What is asked for.
        known: What its parts may be.
        values: What variables may be.
    """
    inside = [known[part] for part in parts(term)]
    match term:
        case Number(value=value) | Truth(value=value):
            return int(value), int(value)
        case Variable(name=name):
            return values[name]
        case Sum():
            (a, b), (c, d) = inside
            return a + c, b + d
        case Product(factor=factor):
            ends = [factor * each for each in inside[0]]
            return min(ends), max(ends)
        case AtMost():
            return _compared(inside[0][1] <= inside[1][0], inside[0][0] > inside[1][1])
        case Less():
            return _compared(inside[0][1] < inside[1][0], inside[0][0] >= inside[1][1])
        case Equal():
            (a, b), (c, d) = inside
            return _compared(a == b == c == d, b < c or d < a)
        case Not():
            return 1 - inside[0][1], 1 - inside[0][0]
        case And():
            return min(low for low, _ in inside), min(high for _, high in inside)
        case Or():
            return max(low for low, _ in inside), max(high for _, high in inside)
        case Choose():
            condition, then, otherwise = inside
            if condition == EITHER:
                return hull(then, otherwise)
            return then if condition == YES else otherwise
    assert_never(term)


def _compared(surely: bool, never: bool) -> Possible:
    return YES if surely else NO if never else EITHER
