"""Types of C: integers of a Cortex-M, and how they meet in an expression.

C99, 6.2.5 and 6.3.1, where char has 8 bits, short 16, int and long 32, long long 64, and all are
two's complement. Plain char, whose sign is the compiler's choice, enumerated types, whose size is,
and floating types are none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer type.

    Attributes:
        rank: C99, 6.3.1.1: types of one width may differ in it.
        boolean: ``_Bool``, into which everything but 0 goes as 1.
    """

    name: str
    width: int
    signed: bool
    rank: int
    boolean: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer to an integer, or to a structure, which is named by its tag."""

    to: Integer | str


@dataclass(frozen=True, slots=True)
class Void:
    """Of functions that return nothing."""


Type = Integer | Pointer | Void

BOOL = Integer("_Bool", 8, False, 0, boolean=True)
INT = Integer("int", 32, True, 3)
UNSIGNED_INT = Integer("unsigned int", 32, False, 3)
LONG = Integer("long", 32, True, 4)
UNSIGNED_LONG = Integer("unsigned long", 32, False, 4)
LONG_LONG = Integer("long long", 64, True, 5)
UNSIGNED_LONG_LONG = Integer("unsigned long long", 64, False, 5)

_UNSIGNED = {INT: UNSIGNED_INT, LONG: UNSIGNED_LONG, LONG_LONG: UNSIGNED_LONG_LONG}

# C99, 6.7.2, with words in alphabetical order and those left out that change nothing.
INTEGERS = {
    "_Bool": BOOL,
    "char signed": Integer("signed char", 8, True, 1),
    "char unsigned": Integer("unsigned char", 8, False, 1),
    "short": Integer("short", 16, True, 2),
    "short unsigned": Integer("unsigned short", 16, False, 2),
    "int": INT,
    "unsigned": UNSIGNED_INT,
    "long": LONG,
    "long unsigned": UNSIGNED_LONG,
    "long long": LONG_LONG,
    "long long unsigned": UNSIGNED_LONG_LONG,
}

_LITERALS = (INT, UNSIGNED_INT, LONG, UNSIGNED_LONG, LONG_LONG, UNSIGNED_LONG_LONG)
_LEAST_RANK = {"": INT.rank, "l": LONG.rank, "ll": LONG_LONG.rank}


def integer(words: list[str]) -> Integer | None:
    """The type that `words` name together; None if they name none."""
    kept = sorted(words)
    if kept != ["int"] and "char" not in kept and "int" in kept:
        kept.remove("int")
    if "signed" in kept and "char" not in kept:
        kept.remove("signed")
    return INTEGERS.get(" ".join(kept or ["int"])) if words else None


def promoted(operand: Integer) -> Integer:
    """What `operand` becomes before anything is done with it: 6.3.1.1."""
    # All that is of a lower rank fits into int.
    return operand if operand.rank >= INT.rank else INT


def common(left: Integer, right: Integer) -> Integer:
    """What both operands of an operator become: 6.3.1.8."""
    left, right = promoted(left), promoted(right)
    if left.signed == right.signed:
        return left if left.rank >= right.rank else right
    signed, unsigned = (left, right) if left.signed else (right, left)
    if unsigned.rank >= signed.rank:
        return unsigned
    if signed.width > unsigned.width:
        return signed
    return _UNSIGNED[signed]


def literal(value: int, *, decimal: bool, unsigned: bool, length: str) -> Integer | None:
    """The first type that a constant fits into: 6.4.4.1; None if it fits into none.

    Args:
        value: The constant.
        decimal: It is written in decimal.
        unsigned: There is a U behind it.
        length: The L or LL behind it, in small letters.
    """
    for each in _LITERALS:
        if each.rank < _LEAST_RANK[length] or (unsigned and each.signed):
            continue
        if decimal and not unsigned and not each.signed:
            continue
        if value < 1 << each.width - each.signed:
            return each
    return None
