"""Calls: what a function is given when it is called, and what it has to have done at its end.

Assumed of the caller, as nothing in the function can show it: the objects are different ones, with
plain attributes, which hold small integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spec.machine import Span
from spec.term import is_boolean
from verify import bits
from verify.bits import Condition
from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood, Obligation, Written
from verify.translation.matching import Unmatched, match
from verify.translation.meaning import Value
from verify.translation.python.path import Path, joined, readable
from verify.translation.python.values import (
    HELD,
    MISSING,
    WIDTH,
    Integer,
    Item,
    Notes,
    Nothing,
    Object,
    Truth,
    kind,
)
from verify.translation.routine import RESULT, Access, Member, Routine, Structure


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known of a function before it is run.

    Attributes:
        parameters: Their names.
        used: The attributes of each that occur.
        place: Where it begins.
    """

    parameters: tuple[str, ...]
    used: tuple[tuple[str, ...], ...]
    place: str


class Call:
    """A call of a function that is to do what a routine says: any call at all.

    Attributes:
        arguments: In order.
    """

    def __init__(
        self, routine: Routine, signature: Signature, classes: Mapping[str, Sequence[str]]
    ) -> None:
        """Give every value a symbol.

        Args:
            routine: Names, access and order are taken from it, and nothing else.
            signature: Of the function.
            classes: The attributes that objects of each class of the module have. The one for the
                role ``state`` is called ``State``; where there is none, what is used counts.

        Raises:
            Forbidden: The function has other parameters, or they have other attributes.
            NotUnderstood: A value may be no small integer.
        """
        self._routine = routine
        self._place = signature.place
        self._members: dict[tuple[str, str], Member] = {}
        # Attributes of objects that would have none, which are nobody's concern.
        self._stand_ins: set[tuple[str, str]] = set()
        self._before: dict[str, Value] = {}
        self._names: dict[str, str] = {}
        self._access = {each.role: each.access for each in routine.structures}
        if len(signature.parameters) != len(routine.parameters):
            raise Forbidden(
                f"it has {len(signature.parameters)} parameters instead of "
                f"{len(routine.parameters)}",
                signature.place,
            )
        self.arguments = tuple(
            self._argument(each, name, used, classes)
            for each, name, used in zip(
                routine.parameters, signature.parameters, signature.used, strict=True
            )
        )

    def path(self, names: Sequence[str | int]) -> Path:
        """The way at its beginning, where the parameters are called `names`."""
        members: dict[tuple[str, str], Item] = {
            key: MISSING
            if self._access[key[0]] is Access.WRITTEN
            else Integer(self._before[member.variable].bits)
            for key, member in self._members.items()
        }
        return Path(names=dict(zip(names, self.arguments, strict=True)), members=members)

    def load(self, path: Path, owner: Item, name: str, place: str) -> Item:
        """What the attribute `name` of `owner` holds."""
        key = self._key(owner, name, place)
        return readable(path.members[key], f"{key[0]}.{name}", place)

    def store(self, path: Path, owner: Item, name: str, item: Item, place: str) -> None:
        """Let the attribute `name` of `owner` hold `item`."""
        if isinstance(owner, Object) and (owner.role, name) in self._stand_ins:
            return
        key = self._key(owner, name, place)
        if self._access[key[0]] is Access.READ:
            raise Forbidden(f"{key[0]}.{name} is written", place)
        if not isinstance(item, Integer):
            raise NotUnderstood(f"{kind(item)} in an attribute: a number belongs there", place)
        path.members[key] = item

    def evaluated(self, ends: Sequence[tuple[Path, Item]], notes: Notes) -> Evaluated:
        """What all of it comes to, given the path and the value at each return.

        Raises:
            Forbidden: Something is not written on some way, or nothing is returned.
            NotUnderstood: What is returned is not always of one kind.
        """
        end = joined([path for path, _ in ends])
        for (role, name), item in end.members.items():
            if self._access[role] is Access.WRITTEN and item is MISSING:
                raise Forbidden(f"{role}.{name} is not written on every way", self._place)
        left = {
            self._members[key].variable: item
            for key, item in end.members.items()
            if isinstance(item, Integer) and self._access[key[0]] is not Access.READ
        }
        result = end.names[RETURNED]
        named = {**left, **({RESULT: result} if isinstance(result, Integer) else {})}
        return Evaluated(
            self._names,
            self._before,
            {name: Value(item.bits, True) for name, item in left.items()},
            self._result([item for _, item in ends], end),
            (*notes.duties, *self._kept(end)),
            tuple(_within(each, HELD) for each in self._before.values()),
            {name: Written(item.origin, notes.places) for name, item in named.items()},
        )

    def _kept(self, end: Path) -> Iterator[Obligation]:
        """What is in the memory after the call is what may be in it before the next one."""
        for (role, name), item in end.members.items():
            if self._access[role] is Access.KEPT and isinstance(item, Integer):
                holds = _within(Value(item.bits, True), HELD)
                if bits.truth_of(holds) is not True:
                    text = f"{role}.{name} may be too large a number for the next call"
                    yield Obligation(holds, text, self._place)

    def _result(self, items: list[Item], end: Path) -> Value | None:
        wanted = self._routine.result
        if all(isinstance(each, Nothing) for each in items):
            return None
        if any(isinstance(each, Nothing) for each in items):
            raise Forbidden("on some way nothing is returned", self._place)
        item = readable(end.names[RETURNED], "what is returned", self._place)
        match item:
            case Integer():
                return Value(item.bits, True)
            case Truth() if wanted is None or is_boolean(wanted):
                return Value(bits.as_bits(item.condition, WIDTH), True)
        raise NotUnderstood(f"{kind(item)} is returned where a number belongs", self._place)

    def _argument(
        self,
        given: Structure | Member,
        name: str,
        used: tuple[str, ...],
        classes: Mapping[str, Sequence[str]],
    ) -> Item:
        if isinstance(given, Member):
            return Integer(self._read(given, name, name).bits)
        known = classes.get(given.role.capitalize())
        names = used if known is None else known
        try:
            # What is not used is not missing yet: it may keep its value.
            matched = match(given, names, incomplete=known is None)
        except Unmatched as error:
            raise Forbidden(str(error), self._place) from None
        self._stand_ins.update((given.role, each) for each in names if each not in matched)
        for attribute, member in matched.items():
            self._members[given.role, attribute] = member
            self._names[member.variable] = attribute
            if given.access is not Access.WRITTEN:
                self._read(member, attribute, f"{given.role}.{attribute}")
        return Object(given.role)

    def _read(self, member: Member, name: str, symbol: str) -> Value:
        """The value before the call."""
        if not HELD.lowest <= member.span.lowest <= member.span.highest <= HELD.highest:
            raise NotUnderstood(f"{symbol} may not be a small integer", self._place)
        self._names[member.variable] = name
        value = self._before[member.variable] = Value(bits.symbol(symbol, WIDTH), True)
        return value

    def _key(self, owner: Item, name: str, place: str) -> tuple[str, str]:
        if not isinstance(owner, Object):
            raise NotUnderstood(f"an attribute of {kind(owner)}", place)
        if name.startswith("__"):
            raise NotUnderstood(f"the attribute {name}", place)
        if (owner.role, name) not in self._members:
            raise Forbidden(f"{owner.role}.{name} is no member", place)
        return owner.role, name


# What is returned is kept under this name, which no local name can be.
RETURNED = ""


def _within(value: Value, span: Span) -> Condition:
    return bits.both(
        bits.signed_at_most(bits.constant(span.lowest, WIDTH), value.bits),
        bits.signed_at_most(value.bits, bits.constant(span.highest, WIDTH)),
    )
