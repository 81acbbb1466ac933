"""Notes: what of a watch is worth telling, before it is put in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from smallbms.watching.signals import Signal
from spec.machine import Requirement


@dataclass(frozen=True, slots=True)
class Change:
    """A signal has another value than in the line before; `before` is None in the first one."""

    signal: Signal
    before: int | None
    after: int


class Kind(Enum):
    """What a note is about.

    Attributes:
        PROGRAM: The controller said which machine it is: this one.
        OTHER: It is another one, or of another text.
        STARTED: The controller was started.
        JOINED: The watch begins while the controller is running, or has to begin anew.
        CHANGED: Inputs that are no numbers, modes, or outputs.
        VIOLATED: A requirement is violated, which was not so in the line before.
        FAULT: The self-check of the controller found something, and all outputs float.
        REMARK: The controller says something to people.
        GARBLED: A line is not understood.
        UNFIT: A line does not fit the machine.
        LOST: Lines are missing.
    """

    PROGRAM = "program"
    OTHER = "other program"
    STARTED = "started"
    JOINED = "joined"
    CHANGED = "changed"
    VIOLATED = "violated"
    FAULT = "fault"
    REMARK = "remark"
    GARBLED = "garbled"
    UNFIT = "unfit"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling.

    Attributes:
        time_ms: Since the controller's boot; None if no line tells it.
        text: In the words of the controller.
    """

    kind: Kind
    time_ms: int | None = None
    text: str = ""
    changes: tuple[Change, ...] = ()
    requirement: Requirement | None = None
