"""The debug window of a firmware: what it works with, for those who look from outside."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from tests.codegen.toolchain.interface import Member
from tests.emulation.images import Program
from tests.emulation.wiring import Watch

NAME = "firmware_window"
_LETTERS = {1: "B", 2: "H", 4: "I"}

Row = tuple[int, ...]


class Window:
    """The window of a program.

    Attributes:
        members: Its members, dotted: ``in.valid``. A row holds them in this order.
    """

    def __init__(self, program: Program) -> None:
        self.members = program.members(NAME)
        self._names = list(self.members)
        variables = self.members.values()
        self._first = min(each.address for each in variables)
        self._size = max(each.address + each.size for each in variables) - self._first
        self._layout, at = "<", self._first
        for each in variables:
            self._layout += f"{each.address - at}x{_LETTERS[each.size]}"
            at = each.address + each.size

    def watch(self) -> Watch:
        """A watch that copies it whenever a step was taken."""
        return Watch(self.members["steps"].address, self._first, self._size)

    def rows(self, copies: bytes) -> Iterator[Row]:
        """What copies of it hold, of steps that were taken: it is cleared before the first."""
        steps = self.at("steps")
        return (row for row in struct.iter_unpack(self._layout, copies) if row[steps])

    def at(self, name: str) -> int:
        """Where a row holds a member."""
        return self._names.index(name)

    def of(self, prefix: str, members: Sequence[Member]) -> list[int]:
        """Where a row holds the members of a structure in it."""
        return [self.at(f"{prefix}.{each.name}") for each in members]


def picker(places: Sequence[int]) -> Callable[[Row], Row]:
    """What gives the members of a row that it holds there; at least two of them."""
    return itemgetter(*places)


def picked(row: Row, places: Sequence[int]) -> Row:
    """What `row` holds there."""
    return tuple(row[k] for k in places)
