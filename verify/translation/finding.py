"""Findings: what is known of a function of the code, and the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from spec.expression import ValueType


class Outcome(Enum):
    """What is known of a piece of code.

    Attributes:
        PROVED: It does what the transition system says: for all inputs, parameters and memory.
        DIFFERS: It does not: there is an example, or it does what no controller may.
        UNKNOWN: Not decided: it is written in a way that is not understood, or took too much work.
        NOT_RUN: Something that is needed to look at it is not there.
    """

    PROVED = "PROVED"
    DIFFERS = "DIFFERS"
    UNKNOWN = "UNKNOWN"
    NOT_RUN = "NOT RUN"


@dataclass(frozen=True, slots=True)
class Given:
    """A value before the call.

    Attributes:
        name: In the code, with the structure: ``inputs.dt_ms``.
        value: As the code reads it; of a condition 0 is false, and all else is true.
    """

    name: str
    type: ValueType
    value: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A value after the call that is not what it must be.

    Attributes:
        place: Where in the code it comes from, in this call; empty if that is not known.
    """

    name: str
    type: ValueType
    expected: int
    got: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A call that goes wrong.

    Attributes:
        given: All that the code may read.
        differences: Values after the call; none where something else is wrong.
        broken: What the code must never do, and does here; empty if it does nothing of the kind.
        place: Where in the code that is, if it is at one place.
    """

    given: tuple[Given, ...]
    differences: tuple[Difference, ...]
    broken: str
    place: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one function.

    Attributes:
        subject: The function, as its language calls it.
        reason: For UNKNOWN, NOT_RUN, and DIFFERS without an example: why.
        place: For those, where in the code; may be empty.
        example: For DIFFERS, a call; None if the code does not even compare.
        measures: Exact figures found on the way, e.g. cycles, each in words.
        attained: For some of them, by name, what is given in a call that attains the figure.
        readings: Of machine code: the independent ones, all of which a proof stands on.
        queries: The questions that were answered with no, by name, as SMT-LIB 2.
        seconds: What it took.
    """

    subject: str
    outcome: Outcome
    reason: str = ""
    place: str = ""
    example: Example | None = None
    measures: Mapping[str, int] | None = None
    attained: Mapping[str, tuple[Given, ...]] | None = None
    readings: tuple[str, ...] = ()
    queries: Mapping[str, str] | None = None
    seconds: float = 0.0
