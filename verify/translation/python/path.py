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
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.python.values import MISSING, Item, Missing, Mixed, chosen

_Key = TypeVar("_Key", bound=Hashable)


@dataclass
class Path:
    """One way, or several joined.

    Attributes:
        decisions: When it is taken: if all of them hold, in the order in which they came.
        names: What local names hold; one that is not there holds nothing.
        members: What attributes hold, by the object's role and the attribute's name.
        stack: What bytecode has pushed and not popped.
    """

    decisions: tuple[Condition, ...] = ()
    names: dict[str | int, Item] = field(default_factory=dict)
    members: dict[tuple[str, str], Item] = field(default_factory=dict)
    stack: list[Item] = field(default_factory=list)

    @property
    def condition(self) -> Condition:
        """When it is taken."""
        return bits.both(*self.decisions)

    def taken_if(self, condition: Condition) -> Path:
        """A copy that is taken if `condition` holds besides."""
        decisions = (*self.decisions, condition)
        return Path(decisions, dict(self.names), dict(self.members), list(self.stack))


def joined(paths: list[Path]) -> Path:
    """All of `paths`, of which at most one is taken, as one.

    Raises:
        NotUnderstood: Their stacks are not equally deep.
    """
    whole = paths[0]
    for each in paths[1:]:
        whole = _both(each, whole)
    return whole


def _both(one: Path, other: Path) -> Path:
    if len(one.stack) != len(other.stack):
        raise NotUnderstood("two ways meet with different stacks")
    common = 0
    for mine, its in zip(one.decisions, other.decisions, strict=False):
        if not mine.eq(its):
            break
        common += 1
    # What was decided before the two ways parted holds on both.
    here, there = (bits.both(*each.decisions[common:]) for each in (one, other))
    either = () if here.eq(bits.negation(there)) else (bits.either(here, there),)
    return Path(
        (*one.decisions[:common], *either),
        _joined(here, one.names, other.names),
        _joined(here, one.members, other.members),
        [chosen(here, *each) for each in zip(one.stack, other.stack, strict=True)],
    )


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
