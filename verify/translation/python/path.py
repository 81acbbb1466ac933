"""Paths: all that a function has done on the way to a place, and how ways are joined.

Nothing is ever split for good: where two ways meet they become one, whose values depend on the
condition under which each was taken. So a function is run once, however many ways lead through it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from verify import bits
from verify.bits import Condition
from verify.translation.equivalence import Forbidden, NotUnderstood
from verify.translation.python.values import MISSING, Item, Missing, Mixed, chosen

_Key = TypeVar("_Key", bound=Hashable)


@dataclass
class Path:
    """One way, or several joined.

    Attributes:
        condition: When it is taken.
        names: What local names hold; one that is not there holds nothing.
        members: What attributes hold, by the object's role and the attribute's name.
        stack: What bytecode has pushed and not popped.
    """

    condition: Condition = bits.TRUE
    names: dict[str | int, Item] = field(default_factory=dict)
    members: dict[tuple[str, str], Item] = field(default_factory=dict)
    stack: list[Item] = field(default_factory=list)

    def taken_if(self, condition: Condition) -> Path:
        """A copy that is taken if `condition` holds besides."""
        both = bits.both(self.condition, condition)
        return Path(both, dict(self.names), dict(self.members), list(self.stack))


def joined(paths: list[Path]) -> Path:
    """All of `paths`, of which at most one is taken, as one.

    Raises:
        NotUnderstood: Their stacks are not equally deep.
    """
    whole = paths[0]
    for each in paths[1:]:
        if len(each.stack) != len(whole.stack):
            raise NotUnderstood("two ways meet with different stacks")
        whole = Path(
            bits.either(whole.condition, each.condition),
            _joined(each.condition, each.names, whole.names),
            _joined(each.condition, each.members, whole.members),
            [
                chosen(each.condition, mine, other)
                for mine, other in zip(each.stack, whole.stack, strict=True)
            ],
        )
    return whole


def _joined(
    condition: Condition, then: dict[_Key, Item], otherwise: dict[_Key, Item]
) -> dict[_Key, Item]:
    return {
        key: chosen(condition, then.get(key, MISSING), otherwise.get(key, MISSING))
        for key in (*otherwise, *(each for each in then if each not in otherwise))
    }


def readable(item: Item, what: str, place: str) -> Item:
    """`item`, which `what` holds.

    Raises:
        Forbidden: It may hold nothing at all.
        NotUnderstood: It holds a number on one way and something else on another.
    """
    if isinstance(item, Missing):
        raise Forbidden(f"{what} is read, and on one way to here nothing has been written", place)
    if isinstance(item, Mixed):
        raise NotUnderstood(f"{what} holds values of different kinds, by the way taken", place)
    return item
