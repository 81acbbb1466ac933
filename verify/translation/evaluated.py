"""Evaluated functions: what a level makes of code, and what keeps it from making anything of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verify.bits import Bits, Condition
from verify.translation.meaning import Value


class NotUnderstood(Exception):
    """The code is written in a way that has no meaning here; says how, and where.

    Nothing is claimed of such code.
    """

    def __init__(self, what: str, place: str = "") -> None:
        super().__init__(what)
        self.place = place


class Forbidden(Exception):
    """The code does what no controller may, whatever it is given; says what, and where."""

    def __init__(self, what: str, place: str = "") -> None:
        super().__init__(what)
        self.place = place


@dataclass(frozen=True, slots=True, eq=False)
class Obligation:
    """What must hold on the way, for the code to mean what it seems to mean.

    Attributes:
        text: What goes wrong where it does not hold, e.g. ``the sum does not fit into 32 bits``.
        place: Where in the code.
    """

    holds: Condition
    text: str
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Where in the code a value comes from.

    Attributes:
        index: In which of `places`; it depends on the call.
    """

    index: Bits
    places: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """A function, run once for all calls.

    Attributes:
        names: For each variable, what its member is called in the code.
        before: For each variable that may be read, its value before the call.
        after: For each variable that may be written, its value after the call.
        result: What is returned; None if nothing is.
        conditions: What is true of `before` by the rules of the language or the processor.
        written: For variables of `after`, if it is known, where they were written.
    """

    names: Mapping[str, str]
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    result: Value | None = None
    obligations: tuple[Obligation, ...] = ()
    conditions: tuple[Condition, ...] = ()
    written: Mapping[str, Written] = field(default_factory=dict)
