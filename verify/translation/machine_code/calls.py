"""Calls: what a function finds when it is called, and what it leaves behind.

Shared by all readings of machine code. How to use it: make a `Call`, put its arguments and its
memory where the processor has them, assume what is `assumed`, and ask for `evaluated` in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.equivalence import assumptions
from verify.translation.evaluated import Evaluated, Forbidden, Obligation
from verify.translation.machine_code.layout import Layout, Layouts, Place, Scalar
from verify.translation.machine_code.memory import Memory, Region
from verify.translation.machine_code.types import Integer
from verify.translation.machine_code.word import WORD, Pointer, Word, number, used
from verify.translation.meaning import Value
from verify.translation.routine import Access, Routine

_BYTE = 8


@dataclass
class Call:
    """All calls of a function at once.

    Attributes:
        layouts: Of what it is given.
        rom: The constant byte at an absolute address, or None.
        arguments: The words of its parameters, in order.
        memory: What it can reach.
        before: For each variable that may be read, its value.
    """

    routine: Routine
    layouts: Layouts
    rom: Callable[[int], int | None]
    arguments: list[Word] = field(init=False, default_factory=list)
    memory: Memory = field(init=False)
    before: dict[str, Value] = field(init=False, default_factory=dict)
    _names: dict[str, str] = field(init=False, default_factory=dict)
    _conditions: list[Condition] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        layouts = [each for each in self.layouts.parameters if isinstance(each, Layout)]
        regions = (
            Region(
                each.structure.role,
                each.size,
                each.alignment,
                each.structure.access is not Access.READ,
            )
            for each in layouts
        )
        self.memory = Memory(regions, self.rom)
        for each in self.layouts.parameters:
            match each:
                case Scalar(name=name, member=member, type=type_):
                    value = self._given(name, member.variable, name, type_)
                    self._conditions.append(_legal(value, type_))
                    self.arguments.append(value.wide(WORD))
                case Layout(structure=structure):
                    self.arguments.append(Pointer(structure.role, 0))
                    self._define(each)

    def passed(self, registers: int) -> list[Word]:
        """The arguments that are passed in `registers`; the others are put on the stack."""
        self.memory.hand_over(self.arguments[registers:])
        return self.arguments[:registers]

    def assumed(self) -> list[Condition]:
        """What may be taken for granted of all these calls."""
        # Of what is left behind, only the width matters here.
        after = {
            place.member.variable: Value(_symbol("left", layout, place), place.type.signed)
            for layout, place in self._written()
        }
        return assumptions(
            self.routine,
            Evaluated(
                self._names,
                self.before,
                after,
                Value(number(0), False) if self.layouts.result else None,
                conditions=tuple(self._conditions),
            ),
        )

    def evaluated(
        self, memory: Memory, result: Word, obligations: tuple[Obligation, ...]
    ) -> Evaluated:
        """What is left behind, where `result` is what the register of results holds.

        Raises:
            NotUnderstood: Some of it is no number.
        """
        after = {}
        owed = list(obligations)
        for layout, place in self._written():
            left = memory.left(Pointer(layout.structure.role, place.offset), place.type.size)
            value = Value(used(left), place.type.signed)
            after[place.member.variable] = value
            what = f"{layout.structure.role}.{place.name} is set to what is neither false nor true"
            owed.append(Obligation(_legal(value, place.type), what, ""))
        returned = None
        if self.layouts.result is not None:
            returned, obligation = _returned(used(result), self.layouts.result)
            owed.append(obligation)
        return Evaluated(
            self._names, self.before, after, returned, tuple(owed), tuple(self._conditions)
        )

    def _define(self, layout: Layout) -> None:
        """Say what is in a structure: symbols, also for its padding."""
        structure = layout.structure
        read = structure.access is not Access.WRITTEN
        free = set(range(layout.size))
        for place in layout.places:
            free -= set(range(place.offset, place.offset + place.type.size))
            self._names[place.member.variable] = place.name
            at = Pointer(structure.role, place.offset)
            if read:
                name = f"{structure.role}.{place.name}"
                value = self._given(name, place.member.variable, place.name, place.type)
                if structure.trusted:
                    self._conditions.append(_legal(value, place.type))
                self.memory.define(at, value.bits)
            else:
                self.memory.define(at, _symbol("before", layout, place), readable=False)
        for offset in sorted(free) if read else ():
            padding = bits.symbol(f"{structure.role}+{offset}", _BYTE)
            self.memory.define(Pointer(structure.role, offset), padding)

    def _given(self, symbol: str, variable: str, name: str, type_: Integer) -> Value:
        self._names[variable] = name
        value = Value(bits.symbol(symbol, type_.size * _BYTE), type_.signed)
        self.before[variable] = value
        return value

    def _written(self) -> Iterator[tuple[Layout, Place]]:
        for layout in self.layouts.parameters:
            if isinstance(layout, Layout) and layout.structure.access is not Access.READ:
                yield from ((layout, place) for place in layout.places)


def unchanged(register: str, before: Bits, left: Word) -> Obligation:
    """`register`, which belongs to the caller, holds again what it held before the call.

    Raises:
        Forbidden: It does not even hold a number.
    """
    told = f"{register} is not what it was before the call"
    if not isinstance(left, Bits):
        raise Forbidden(told)
    return Obligation(bits.same(before, left), told, "")


def _returned(register: Bits, type_: Integer) -> tuple[Value, Obligation]:
    """What is returned; callers may rely on all of the register, which must say the same."""
    value = Value(bits.low(register, type_.size * _BYTE), type_.signed)
    whole = bits.same(register, value.wide(WORD))
    told = "what is returned does not fill its register, as callers may expect"
    return value, Obligation(bits.both(whole, _legal(value, type_)), told, "")


def _legal(value: Value, type_: Integer) -> Condition:
    """C's ``bool`` holds 0 or 1; all other types hold anything."""
    if not type_.truth:
        return bits.TRUE
    return bits.unsigned_at_most(value.bits, bits.constant(1, bits.width_of(value.bits)))


def _symbol(when: str, layout: Layout, place: Place) -> Bits:
    name = f"{layout.structure.role}.{place.name} {when}"
    return bits.symbol(name, place.type.size * _BYTE)
