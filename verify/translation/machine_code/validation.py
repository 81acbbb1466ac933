"""Validation of machine code: two readings of the same bytes, which must say the same.

For ARMv6-M, a mistake in what an instruction is taken to mean would have to be made twice, by
people who know nothing of each other, to make a wrong proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

from verify.translation.equivalence import compare, given
from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood
from verify.translation.finding import Finding, Outcome
from verify.translation.machine_code import armv6m, pcode
from verify.translation.machine_code.armv6m import Run
from verify.translation.machine_code.attributes import Architecture
from verify.translation.machine_code.extrema import Extreme, least, most
from verify.translation.machine_code.image import Function, Image
from verify.translation.machine_code.layout import Layouts, structures
from verify.translation.machine_code.pcode_lift import MissingPackage
from verify.translation.matching import Unmatched
from verify.translation.routine import Routine

# What a function does, and what it takes if the reading tells.
_Reading = Callable[[Image, Function, Layouts, Routine], tuple[Evaluated, Run | None]]


def _pcode(
    image: Image, function: Function, layouts: Layouts, routine: Routine
) -> tuple[Evaluated, None]:
    return pcode.evaluate(image, function, layouts, routine), None


_READINGS: dict[Architecture, dict[str, _Reading]] = {
    Architecture.ARMV6M: {"own semantics": armv6m.evaluate, "P-code": _pcode},
    Architecture.ARMV7M: {"P-code": _pcode},
    Architecture.RV32: {"P-code": _pcode},
}


def validate(image: Image, routine: Routine, symbol: str, *, extrema: bool) -> Finding:
    """Whether the function `symbol` of `image` does what `routine` says.

    With `extrema`, a proof comes with exact figures, for ARMv6-M: how many cycles the function
    takes, at most (``cycles_worst``) and at least (``cycles_best``), memory answering at once; how
    many instructions at most (``instructions_worst``); and its stack (``stack_bytes``). What takes
    too much work to find is left out.
    """
    started = perf_counter()
    finding = _caught(symbol, lambda: _validated(image, routine, symbol, extrema))
    return replace(finding, seconds=perf_counter() - started)


def _validated(image: Image, routine: Routine, symbol: str, extrema: bool) -> Finding:
    readings = _READINGS[image.architecture]
    layouts = structures(image, routine, symbol)
    subject = _Subject(image, routine, image.function(symbol), layouts, extrema)
    findings = [_caught(symbol, partial(subject.read, each)) for each in readings.values()]
    return replace(_agreed(symbol, findings), readings=tuple(readings))


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is validated."""

    image: Image
    routine: Routine
    function: Function
    layouts: Layouts
    extrema: bool

    def read(self, reading: _Reading) -> Finding:
        """What one reading says."""
        evaluated, run = reading(self.image, self.function, self.layouts, self.routine)
        finding = compare(self.routine, self.function.name, evaluated)
        if run is None or not self.extrema or finding.outcome is not Outcome.PROVED:
            return finding
        extremes: dict[str, Extreme] = {}
        for name, find, counter in (
            ("cycles_worst", most, run.cycles),
            ("cycles_best", least, run.cycles),
            ("instructions_worst", most, run.instructions),
        ):
            # The proof stands without a figure that takes too much work.
            with suppress(NotUnderstood):
                extremes[name] = find(counter, run.assumed)
        figures = {name: each.figure for name, each in extremes.items()}
        return replace(
            finding,
            measures={**figures, "stack_bytes": run.stack_bytes},
            attained={
                name: given(self.routine, evaluated, each.values) for name, each in extremes.items()
            },
        )


def _agreed(symbol: str, findings: Sequence[Finding]) -> Finding:
    """What all of `findings` say together; no proof unless each is one."""
    said = {each.outcome for each in findings}
    if {Outcome.PROVED, Outcome.DIFFERS} <= said:
        told = "the two readings of the machine code disagree"
        return Finding(symbol, Outcome.UNKNOWN, reason=told)
    for outcome in (Outcome.DIFFERS, Outcome.UNKNOWN, Outcome.NOT_RUN):
        for each in findings:
            if each.outcome is outcome:
                return each
    queries = {
        f"{question} {index}": script
        for index, each in enumerate(findings, 1)
        for question, script in (each.queries or {}).items()
    }
    return replace(findings[0], queries=queries)


def _caught(symbol: str, find: Callable[[], Finding]) -> Finding:
    """What `find` finds, even if that is a reason to find no more."""
    try:
        return find()
    except NotUnderstood as error:
        reason = f"not supported: {error}"
        return Finding(symbol, Outcome.UNKNOWN, reason=reason, place=error.place)
    except Forbidden as error:
        return Finding(symbol, Outcome.DIFFERS, reason=str(error), place=error.place)
    except MissingPackage as error:
        return Finding(symbol, Outcome.NOT_RUN, reason=str(error))
    except Unmatched as error:
        return Finding(symbol, Outcome.DIFFERS, reason=str(error))
