"""Views: what templates show, as text in the order of the program.

Decisions are made before, layout is the template's: a template puts these values into place and
knows nothing of terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure; `initial` is what it is before anybody sets it."""

    type: str
    name: str
    comment: str
    initial: str


@dataclass(frozen=True, slots=True)
class Named:
    """A named constant."""

    name: str
    value: str
    comment: str


@dataclass(frozen=True, slots=True)
class Values:
    """The named values of a region or signal."""

    comment: str
    members: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class RecallView:
    """See `Recall`."""

    name: str
    memory: str
    illegal: str
    safe: str
    template: Literal["recall"] = "recall"


@dataclass(frozen=True, slots=True)
class CountView:
    """See `Count`.

    Attributes:
        running: The line that tests for it, or empty.
        counted: The statement that adds up.
        full: The line that tests whether the time is beyond the most.
        stopped: The statement that makes it the most.
        may_wrap: The sum could be too large for what it is added up in, if the memory is corrupt.
    """

    comment: str
    name: str
    memory: str
    by: str
    running: str
    counted: str
    full: str
    stopped: str
    may_wrap: bool
    template: Literal["count"] = "count"


@dataclass(frozen=True, slots=True)
class DefineView:
    """See `Define`."""

    comment: str
    assignment: str
    template: Literal["define"] = "define"


@dataclass(frozen=True, slots=True)
class ForkView:
    """A question: the line, or lines, that ask it."""

    level: int
    text: str
    kind: Literal["fork"] = "fork"


@dataclass(frozen=True, slots=True)
class LeafView:
    """An answer: the mode that is entered, or empty where it stays, and why."""

    level: int
    column: int
    comments: tuple[str, ...]
    target: str
    kind: Literal["leaf"] = "leaf"


@dataclass(frozen=True, slots=True)
class EndView:
    """The end of what begins with a question."""

    level: int
    kind: Literal["end"] = "end"


@dataclass(frozen=True, slots=True)
class DecideView:
    """See `Decide`; `before` is what the mode is where it stays, or empty if it never does."""

    comment: str
    name: str
    before: str
    lines: tuple[ForkView | LeafView | EndView, ...]
    template: Literal["decide"] = "decide"


@dataclass(frozen=True, slots=True)
class StoreView:
    """See `Store`."""

    assignment: str
    template: Literal["store"] = "store"


@dataclass(frozen=True, slots=True)
class DriveView:
    """See `Drive`; where there is a test, `changed` is what it is set to if that holds."""

    comment: str
    assignment: str
    test: str = ""
    changed: str = ""
    template: Literal["drive"] = "drive"


ItemView = RecallView | CountView | DefineView | DecideView | StoreView | DriveView
