"""Permissions: what may be said where.

A guard decides what the machine does next, so it sees what the machine sees; an assumption speaks
of the world outside; only a property may know what no machine can measure.
"""

from __future__ import annotations

from enum import Enum


class Where(Enum):
    """Where an expression stands."""

    GUARD = "a guard"
    OUTPUT = "an output"
    CONNECTION = "what connects parts"
    DEFINITION = "a definition"
    ASSUMPTION = "an assumption"
    FAULT = "a fault"
    PROPERTY = "a property"
    FROM_ANY_STATE = "a property from any state"


class Need(Enum):
    """What an expression may speak of, but not everywhere; in words, what that is to do."""

    OUTPUTS = "read outputs"
    MODES = "read modes"
    PAST = "look back"
    DURATION = "ask how long something has lasted"
    TRUE_TIME = "know true time"
    SIGNALS = "read outputs of parts"
    INSIDE = "look inside a part"


# A definition may say all of it; whether that is allowed is asked where the definition is used.
_ALLOWED = {
    Need.OUTPUTS: {Where.DEFINITION, Where.PROPERTY, Where.FROM_ANY_STATE},
    Need.MODES: {
        Where.DEFINITION,
        Where.GUARD,
        Where.OUTPUT,
        Where.PROPERTY,
        Where.FROM_ANY_STATE,
    },
    Need.PAST: {Where.DEFINITION, Where.ASSUMPTION, Where.FAULT, Where.PROPERTY},
    Need.DURATION: {
        Where.DEFINITION,
        Where.GUARD,
        Where.OUTPUT,
        Where.CONNECTION,
        Where.ASSUMPTION,
        Where.FAULT,
        Where.PROPERTY,
    },
    Need.TRUE_TIME: {Where.DEFINITION, Where.PROPERTY},
    Need.SIGNALS: {Where.DEFINITION, Where.CONNECTION, Where.PROPERTY, Where.FROM_ANY_STATE},
    Need.INSIDE: {Where.DEFINITION, Where.PROPERTY, Where.FROM_ANY_STATE},
}
_INSTEAD = {
    Where.GUARD: "a guard speaks of inputs, parameters and modes, and may use duration(…) and "
    "after(…)",
    Where.CONNECTION: "what connects parts speaks of their outputs and of what comes from outside, "
    "and may use duration(…)",
    Where.OUTPUT: "an output speaks of inputs, parameters and modes, and may use duration(…)",
    Where.ASSUMPTION: "an assumption speaks of the world outside: of inputs and parameters",
    Where.FAULT: "a fault is of the world outside: it speaks of inputs and parameters",
    Where.FROM_ANY_STATE: "it speaks of a single step: of inputs, parameters, modes and outputs",
}


def is_allowed(need: Need, where: Where) -> bool:
    """Whether an expression that stands in `where` may do what `need` says."""
    return where in _ALLOWED[need]


def refusal(need: Need, what: str, where: Where, through: str) -> tuple[str, str]:
    """Why `what` may not be said in `where`, and what to do instead.

    `through` is the definition that says it, or empty.
    """
    if through:
        subject = f"'{through}' speaks of '{what}'"
    elif need is Need.OUTPUTS:
        subject = f"'{what}' is an output"
    elif need is Need.MODES:
        subject = f"'{what}' is a region"
    elif need is Need.SIGNALS:
        subject = f"'{what}' is an output of a part"
    elif need is Need.INSIDE:
        subject = f"'{what}' is no output of a part"
    else:
        subject = f"'{what}' does not belong here"
    return f"{subject}: {where.value} may not {need.value}", _INSTEAD.get(where, "")
