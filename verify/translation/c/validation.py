"""Validation of C: whether a function of a source file does what its routine says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from verify.translation.c.binding import evaluate
from verify.translation.c.program import Program
from verify.translation.equivalence import compare
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.finding import Finding, Outcome
from verify.translation.matching import Unmatched
from verify.translation.routine import Routine


def validate(sources: Mapping[str, str], file: str, routine: Routine, symbol: str) -> Finding:
    """Whether the function `symbol` of `file` does what `routine` says.

    `sources` are the texts of `file` and of all headers that are its own, by name. What is read
    of a file is kept for its next function.
    """
    start = time.perf_counter()
    return replace(_found(sources, file, routine, symbol), seconds=time.perf_counter() - start)


def _found(sources: Mapping[str, str], file: str, routine: Routine, symbol: str) -> Finding:
    try:
        program = _read(tuple(sources.items()), file)
        return compare(routine, symbol, evaluate(program, routine, symbol))
    except NotUnderstood as error:
        told = f"not supported: {error}"
        return Finding(symbol, Outcome.UNKNOWN, reason=told, place=error.place)
    except Forbidden as error:
        return Finding(symbol, Outcome.DIFFERS, reason=str(error), place=error.place)
    except Unmatched as error:
        return Finding(symbol, Outcome.DIFFERS, reason=str(error))
    except RecursionError:
        return Finding(symbol, Outcome.UNKNOWN, reason="not supported: it is nested too deeply")


@lru_cache(maxsize=4)
def _read(sources: tuple[tuple[str, str], ...], file: str) -> Program:
    return Program(dict(sources), file)
