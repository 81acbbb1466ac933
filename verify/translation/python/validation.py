"""Validation: from a function of MicroPython to what is known of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from verify.translation.equivalence import compare
from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood
from verify.translation.finding import Finding, Outcome
from verify.translation.routine import Routine, Structure


def found(file: str, routine: Routine, evaluate: Callable[[], Evaluated]) -> Finding:
    """What is known of the function in `file` that `evaluate` runs; whatever it does."""
    begun = time.perf_counter()
    subject = f"{PurePath(file).stem}.{routine.name}"
    try:
        finding = compare(routine, subject, evaluate())
    except NotUnderstood as error:
        finding = refused(subject, error)
    except Forbidden as error:
        finding = Finding(subject, Outcome.DIFFERS, reason=str(error), place=error.place)
    except RecursionError:
        finding = refused(subject, NotUnderstood("an expression nested so deeply", file))
    return replace(finding, seconds=time.perf_counter() - begun)


def refused(subject: str, error: NotUnderstood) -> Finding:
    """What is known of code that is not understood: nothing."""
    reason = f"not supported: {error}"
    return Finding(subject, Outcome.UNKNOWN, reason=reason, place=error.place)


def constructed(routine: Routine) -> str:
    """The class whose constructor does what the function of `routine` does; empty if none does.

    The parameters of a machine are set to their defaults where their object is made.
    """
    match routine.parameters:
        case (Structure(role=role),) if routine.name == f"{role}_init":
            return role.capitalize()
    return ""
