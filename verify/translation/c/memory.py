"""Memory: what the objects of a function hold at one point of it, for all calls at once.

An object lies nowhere: pointers know which one they point to. Of every number is known for which
calls it has been given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.c.arithmetic import Number, of_truth
from verify.translation.c.types import Integer
from verify.translation.routine import Access

# The name of the only member of a variable that is no structure.
ALONE = ""
# More than there are statements.
WRITTEN_BITS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """A variable, or a structure that the caller owns.

    Attributes:
        name: The variable's, or what the structure is called when it is spoken of.
        tag: The structure's type; empty for a variable.
        access: What may be done with the structure; None for a variable.
        depth: How many calls deep it was made.
    """

    name: str
    tag: str
    members: Mapping[str, Integer]
    access: Access | None = None
    depth: int = 0

    def said(self, member: str) -> str:
        """What a member is called when it is spoken of."""
        return f"{self.name}.{member}" if member else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """Where a pointer points: an object, or one number in it."""

    object: Object
    member: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A number that is held.

    Attributes:
        given: For which calls it has been.
        written: Where, as an index of `WRITTEN_BITS`.
    """

    number: Number
    given: Condition
    written: Bits


Slot = tuple[Object, str]


@dataclass(slots=True, eq=False)
class State:
    """What is held at one point, in the calls that come there.

    Attributes:
        path: Which calls do.
    """

    path: Condition
    held: dict[Slot, Held]

    def narrowed(self, condition: Condition) -> State:
        """The same, in those calls in which `condition` holds too."""
        return State(bits.both(self.path, condition), dict(self.held))


def merged(condition: Condition, then: State | None, otherwise: State | None) -> State | None:
    """Both: `then` in calls in which `condition` holds, `otherwise` in all others.

    None stands for a point that no call comes to. What only one of them knows has gone out of
    scope.
    """
    if then is None or otherwise is None:
        return otherwise if then is None else then
    held = {
        slot: _chosen(condition, each, otherwise.held[slot])
        for slot, each in then.held.items()
        if slot in otherwise.held
    }
    return State(bits.either(then.path, otherwise.path), held)


def joined(states: list[State]) -> State | None:
    """All of `states`, of which each call comes to one at most."""
    whole: State | None = None
    for each in reversed(states):
        whole = merged(each.path, each, whole)
    return whole


def chosen(condition: Condition, then: Number, otherwise: Number) -> Number:
    """`then` if `condition` else `otherwise`, which are of one type."""
    if then.truth is not None and otherwise.truth is not None:
        return of_truth(bits.choose_truth(condition, then.truth, otherwise.truth), then.type)
    return Number(then.type, bits.choose(condition, then.bits, otherwise.bits))


def _chosen(condition: Condition, then: Held, otherwise: Held) -> Held:
    if then is otherwise:
        return then
    return Held(
        chosen(condition, then.number, otherwise.number),
        bits.choose_truth(condition, then.given, otherwise.given),
        bits.choose(condition, then.written, otherwise.written),
    )
