"""Counters: how often something happened on the way, for all calls at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import NotUnderstood

# As few as are enough for a step: every bit makes questions about counts harder.
_WIDTH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """A count: some `always`, and a sum of parts that depend on the way.

    One part for each time that ways met, so that a question about the count is one about small
    numbers that are added.

    Attributes:
        least: No call has less.
        most: No call has more.
    """

    always: int = 0
    parts: tuple[Bits, ...] = ()
    least: int = 0
    most: int = 0

    def more(self, count: int) -> Counter:
        """`count` more.

        Raises:
            NotUnderstood: More than can be counted.
        """
        most = self.most + count
        if most >> _WIDTH:
            raise NotUnderstood(f"a function that may take more than {(1 << _WIDTH) - 1} cycles")
        return Counter(self.always + count, self.parts, self.least + count, most)

    def joined(self, condition: Condition, other: Counter) -> Counter:
        """This count if `condition`, else `other`."""
        always = min(self.always, other.always)
        common = 0
        for mine, its in zip(self.parts, other.parts, strict=False):
            if not mine.eq(its):
                break
            common += 1
        then = _sum(self.always - always, self.parts[common:])
        otherwise = _sum(other.always - always, other.parts[common:])
        part = bits.choose(condition, then, otherwise)
        parts = self.parts[:common] if bits.number_of(part) == 0 else (*self.parts[:common], part)
        return Counter(always, parts, min(self.least, other.least), max(self.most, other.most))

    @property
    def total(self) -> Bits:
        """The count."""
        return _sum(self.always, self.parts)


def _sum(number: int, parts: Sequence[Bits]) -> Bits:
    total = bits.constant(number, _WIDTH)
    for each in parts:
        total = bits.add(each, total)
    return total
