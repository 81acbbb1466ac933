"""Cells: the bytes of a memory, which remember what they were stored as part of."""

from __future__ import annotations

from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.machine_code.word import WORD, Pointer, Poison, Word, choose

BYTE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Byte:
    """The byte `index`, counted from the least significant, of something that was stored whole."""

    whole: Word
    index: int
    readable: bool = True

    def is_same(self, other: Byte) -> bool:
        """Whether nothing tells this byte from `other`."""
        if self.index != other.index or self.readable != other.readable:
            return False
        match self.whole, other.whole:
            case Bits(), Bits():
                return bool(self.whole.eq(other.whole))
            case Pointer(), Pointer():
                return self.whole == other.whole
        return self.whole is other.whole


class Joining:
    """Joins bytes of two memories; bytes that were stored as one stay one."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition
        self._wholes: dict[tuple[int, int], Word] = {}

    def byte(self, mine: Byte, its: Byte) -> Byte:
        """`mine` if the condition is true, else `its`."""
        readable = mine.readable and its.readable
        if mine.index == its.index and _size(mine.whole) == _size(its.whole):
            key = id(mine.whole), id(its.whole)
            if key not in self._wholes:
                self._wholes[key] = choose(self._condition, mine.whole, its.whole)
            return Byte(self._wholes[key], mine.index, readable)
        one, other = assembled([mine]), assembled([its])
        return Byte(choose(self._condition, one, other), 0, readable)


def assembled(cells: list[Byte]) -> Word:
    """What the bytes `cells` are together, the first the least significant."""
    whole = cells[0].whole
    if _size(whole) == len(cells) and all(
        each.whole is whole and each.index == index for index, each in enumerate(cells)
    ):
        return whole
    parts: list[Bits] = []
    position = 0
    while position < len(cells):
        first = cells[position]
        if isinstance(first.whole, Poison):
            return first.whole
        if isinstance(first.whole, Pointer):
            return Poison("a part of an address")
        count = 1
        while position + count < len(cells) and _follows(first, cells[position + count], count):
            count += 1
        highest = BYTE * (first.index + count) - 1
        parts.append(bits.extract(first.whole, highest, BYTE * first.index))
        position += count
    return bits.concatenate(parts[::-1])


def _follows(first: Byte, other: Byte, distance: int) -> bool:
    return other.whole is first.whole and other.index == first.index + distance


def narrowed(value: Word, size: int) -> Word:
    """The `size` least significant bytes of `value`."""
    if isinstance(value, Bits):
        return bits.low(value, size * BYTE)
    if isinstance(value, Pointer) and size * BYTE < WORD:
        return Poison("a part of an address")
    return value


def _size(whole: Word) -> int:
    """Bytes; whatever is no number is a word, and poison may be any part of one."""
    return (bits.width_of(whole) if isinstance(whole, Bits) else WORD) // BYTE
