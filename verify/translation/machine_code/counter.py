"""Counters: how often something happened on the way, for all calls at once."""

from __future__ import annotations

from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.equivalence import NotUnderstood

# As few as are enough for a step: every bit makes questions about counts harder.
_WIDTH = 16
_NONE = bits.constant(0, _WIDTH)


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """A count: some that depends on the way, and some `always`.

    Kept apart, so that straight code costs the solver nothing.

    Attributes:
        least: No call has less.
        most: No call has more.
    """

    depending: Bits = _NONE
    always: int = 0
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
        return Counter(self.depending, self.always + count, self.least + count, most)

    def joined(self, condition: Condition, other: Counter) -> Counter:
        """This count if `condition`, else `other`."""
        common = min(self.always, other.always)
        return Counter(
            bits.choose(condition, self._beyond(common), other._beyond(common)),
            common,
            min(self.least, other.least),
            max(self.most, other.most),
        )

    @property
    def total(self) -> Bits:
        """The count."""
        return self._beyond(0)

    def _beyond(self, common: int) -> Bits:
        return bits.add(self.depending, bits.constant(self.always - common, _WIDTH))
