"""Words: what a register or a piece of memory holds, for all calls at once.

A pointer is no number: it is a place within a region, wherever the region lies. What is proved of
code that works on such pointers holds for every placement of the regions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import NotUnderstood

WORD = 32


@dataclass(frozen=True, slots=True)
class Pointer:
    """The address `offset` bytes behind the begin of a region; the offset is signed."""

    region: str
    offset: int

    def moved(self, distance: int) -> Pointer:
        """The address `distance` bytes on, modulo two to the 32."""
        return Pointer(self.region, _signed(self.offset + distance))

    def __str__(self) -> str:
        return f"{self.region}{self.offset:+d}"


@dataclass(frozen=True, slots=True)
class Poison:
    """Something of which nothing is known, and that may be moved about but not be used.

    Attributes:
        reason: What it is, for the one who uses it: ``an address in numbers``.
    """

    reason: str


Word = Bits | Pointer | Poison


def number(value: int) -> Bits:
    """The constant `value`, as a word."""
    return bits.constant(value, WORD)


def apply(operation: Callable[..., Bits], *operands: Word) -> Word:
    """`operation` of numbers; poison if some operand is none."""
    known = []
    for each in operands:
        if isinstance(each, Poison):
            return each
        if isinstance(each, Pointer):
            return Poison("a number made from an address")
        known.append(each)
    return operation(*known)


def add(left: Word, right: Word) -> Word:
    """``left + right``; one of them may be a pointer if the other is constant."""
    match left, right:
        case Pointer(), Bits() if (distance := bits.number_of(right)) is not None:
            return left.moved(distance)
        case Bits(), Pointer() if (distance := bits.number_of(left)) is not None:
            return right.moved(distance)
    return apply(bits.add, left, right)


def subtract(left: Word, right: Word) -> Word:
    """``left - right``; a pointer less a constant, or less another one into the same region."""
    match left, right:
        case Pointer(), Bits() if (distance := bits.number_of(right)) is not None:
            return left.moved(-distance)
        case Pointer(), Pointer() if left.region == right.region:
            return number(left.offset - right.offset)
    return apply(bits.subtract, left, right)


def choose(condition: Condition, then: Word, otherwise: Word) -> Word:
    """`then` if `condition` else `otherwise`; poison if they are no numbers, and not the same."""
    if then is otherwise:
        return then
    match then, otherwise:
        case Bits(), Bits():
            return bits.choose(condition, then, otherwise)
        case Pointer(), Pointer() if then == otherwise:
            return then
        case Poison(), _:
            return then
        case _, Poison():
            return otherwise
    return Poison("an address that depends on the way the code took")


def is_begin(held: Word | Condition, region: str) -> bool:
    """Whether `held` points to the begin of `region`, on every way."""
    return isinstance(held, Pointer) and held == Pointer(region, 0)


def used(word: Word) -> Bits:
    """`word`, which must be a number.

    Raises:
        NotUnderstood: It is not; says what it is.
    """
    match word:
        case Bits():
            return word
        case Pointer():
            raise NotUnderstood("an address used as a number")
        case Poison(reason=reason):
            raise NotUnderstood(f"the use of {reason}")


def _signed(value: int) -> int:
    half = 1 << WORD - 1
    return (value + half) % (2 * half) - half
