"""What generated code looks like from outside, and the batches of steps that every runner takes.

All runners read and write the same cells: signed 64-bit integers, row after row. So one batch is
encoded once, and a difference between two runners is a difference between two programs.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple, Protocol

_RANGES = {
    f"{sign}int{bits}_t": (low << (bits - 1), ((2 + low) << (bits - 1)) - 1)
    for sign, low in (("u", 0), ("", -1))
    for bits in (8, 16, 32)
}


class Member(NamedTuple):
    """A member of a struct, an attribute of a class; `ctype` is ``uint8_t`` to ``int32_t``."""

    name: str
    ctype: str

    @property
    def limits(self) -> tuple[int, int]:
        """The least and the largest value."""
        return _RANGES[self.ctype]


@dataclass(frozen=True, slots=True)
class Interface:
    """The structs of the machine `name`; a variant has parameters, others have none.

    C: ``NAME.h`` with ``struct NAME_inputs`` and so on, ``NAME_init(state)`` and
    ``NAME_step(state, in, out)``. Python: ``NAME.py`` with the classes ``Inputs`` and so on,
    ``init(state)`` and ``step(state, inputs, out)``. Parameters are a variant's last argument.
    """

    name: str
    inputs: tuple[Member, ...]
    state: tuple[Member, ...]
    outputs: tuple[Member, ...]
    parameters: tuple[Member, ...] = ()

    @property
    def row(self) -> tuple[Member, ...]:
        """What the cells of a row mean, after the first one, which is its `Start`."""
        return (*self.inputs, *self.parameters, *self.state)


@dataclass(frozen=True, slots=True)
class Code:
    """Generated files, in any languages; a runner takes those of its own.

    Attributes:
        files: Headers need not be listed: they are found beside the files that are.
    """

    interface: Interface
    files: tuple[Path, ...]

    def in_language(self, *suffixes: str) -> list[Path]:
        """The files whose names end so.

        Raises:
            ValueError: There are none.
        """
        files = [each for each in self.files if each.suffix in suffixes]
        if not files:
            raise ValueError(f"{self.interface.name} has no {' or '.join(suffixes)} file")
        return files


class Start(IntEnum):
    """The state that a step starts from."""

    GO_ON = 0  # the state after the row before
    INIT = 1  # what `init` makes
    GIVEN = 2  # the state in the row


class Row(NamedTuple):
    """One step, its values in the order of the members."""

    inputs: tuple[int, ...]
    start: Start = Start.GO_ON
    state: tuple[int, ...] = ()
    parameters: tuple[int, ...] = ()


class Result(NamedTuple):
    """What was there after one step, in the order of the members."""

    state: tuple[int, ...]
    outputs: tuple[int, ...]


def one_run(
    inputs: Iterable[tuple[int, ...]],
    *,
    state: tuple[int, ...] = (),
    parameters: tuple[int, ...] = (),
) -> list[Row]:
    """Steps that follow one another, from `state`, or from what `init` makes."""
    starts = chain([Start.GIVEN if state else Start.INIT], repeat(Start.GO_ON))
    return [
        Row(each, start, state if start is Start.GIVEN else (), parameters)
        for each, start in zip(inputs, starts, strict=False)
    ]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as cells."""

    interface: Interface
    count: int
    cells: array[int] = field(repr=False)

    @classmethod
    def of(cls, interface: Interface, rows: Sequence[Row]) -> Batch:
        """Encode `rows`.

        Raises:
            ValueError: The first row goes on from nothing, or a value does not fit its member.
        """
        if rows and rows[0].start is Start.GO_ON:
            raise ValueError("the first row has no state before it: start it with INIT or GIVEN")
        cells = array("q")
        nothing = (0,) * len(interface.state)
        width = 1 + len(interface.row)
        for number, row in enumerate(rows):
            state = row.state if row.start is Start.GIVEN else nothing
            cells.extend((row.start, *row.inputs, *row.parameters, *state))
            if len(cells) != width * (number + 1):
                raise ValueError(f"row {number}: {row} has not the members of {interface}")
        for at, member in enumerate(interface.row, start=1):
            low, high = member.limits
            column = cells[at::width]
            if column and not low <= min(column) <= max(column) <= high:
                raise ValueError(f"{member.name}: a value is beyond {member.ctype}")
        return cls(interface, len(rows), cells)

    def as_bytes(self) -> bytes:
        """The cells, little-endian."""
        if sys.byteorder != "little":
            raise NotImplementedError("the runners exchange little-endian cells")
        return self.cells.tobytes()

    def results(self, given: bytes) -> list[Result]:
        """Decode what a runner wrote: of each row the state, then the outputs."""
        cells = array("q", given)
        states = len(self.interface.state)
        width = states + len(self.interface.outputs)
        return [
            Result(tuple(cells[at : at + states]), tuple(cells[at + states : at + width]))
            for at in range(0, len(cells), width)
        ]


class Runner(Protocol):
    """Something that runs generated code; `name` is for messages."""

    @property
    def name(self) -> str:
        """Which of the runners it is, for people."""
        ...

    def run(self, batch: Batch) -> list[Result]:
        """Take every step of `batch`; one result a row.

        Outputs are spoilt before each step: one that a step did not write is an error, or differs.
        """
        ...
