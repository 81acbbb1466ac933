"""A counterexample: what was required, the run that breaks it, and how to read the two together."""

from __future__ import annotations

from collections.abc import Iterator

from smallbms.presenters.lines import Line, Tone, wrapped
from smallbms.presenters.signals import Role, Signal, differing
from smallbms.presenters.trace_table import run_table
from spec.machine import Requirement
from spec.trace import Trace
from verify.verdict import Finding, PropertyResult, RequirementResult, Sanity, Violated

# What a reader takes in on one screen; the files of --traces hold every row.
MOST_ROWS = 40

# Findings of which no outputs are right, so that the table shows some that are wrong.
_ATTEMPTED = (Sanity.CONFLICT, Sanity.TIMED_CONFLICT, Sanity.TRAP)


def violations(result: RequirementResult) -> Iterator[tuple[PropertyResult, Violated]]:
    """The properties of a requirement that are violated, with what violates them."""
    for each in result.properties:
        if isinstance(each.answer, Violated):
            yield each, each.answer


def counterexample(
    requirement: Requirement,
    result: PropertyResult,
    violated: Violated,
    width: int,
    most_rows: int | None = None,
) -> list[Line]:
    """All that is known of one violated property, as lines of at most `width` columns."""
    lines = wrapped(
        requirement.sentence,
        width,
        first=f"{requirement.id} violated: ",
        indent="    ",
        tone=Tone.BAD,
    )
    lines += wrapped(
        " ".join(result.text.split()),
        width,
        first=f"{result.declared.place}: ",
        tone=Tone.HEADING,
    )
    if violated.reason:
        lines += wrapped(violated.reason, width)
    if violated.trace is None:
        return lines
    if violated.other is None:
        return [*lines, *run_table(violated.trace, width, fails=True, most_rows=most_rows)]
    lines += _differences(violated.trace, violated.other, width)
    for heading, trace in (("first run", violated.trace), ("second run", violated.other)):
        lines += [Line(), Line(heading, Tone.HEADING)]
        lines += run_table(trace, width, fails=True, most_rows=most_rows)
    return lines


def witness(finding: Finding, trace: Trace, width: int) -> list[Line]:
    """The run that shows a finding of the sanity battery."""
    heading = f"{finding.kind.value} {finding.place}: "
    lines = wrapped(finding.message, width, first=heading, indent="    ", tone=Tone.HEADING)
    lines += run_table(trace, width, fails=False, most_rows=MOST_ROWS)
    if finding.kind in _ATTEMPTED:
        lines.append(Line(">> the outputs of the last step are one attempt; every other fails too"))
    return lines


def _differences(first: Trace, second: Trace, width: int) -> list[Line]:
    lines = []
    pairs = differing(first, second)
    for heading, is_cause in (("two runs that differ in:", True), ("and therefore in:", False)):
        lines.append(Line(heading, Tone.HEADING))
        for one, other in pairs:
            if (one.role is Role.INPUT) is is_cause:
                lines += wrapped(_difference(one, other), width, first="    ", indent="        ")
    return lines


def _difference(one: Signal, other: Signal) -> str:
    steps = [
        step
        for step, (left, right) in enumerate(zip(one.values, other.values, strict=False))
        if left != right
    ]
    start = steps[0]
    where = f"in step {start}" if len(steps) == 1 else f"in {len(steps)} steps, first in {start}"
    values = f"{one.show(start)} in the first run, {other.show(start)} in the second"
    return f"{one.name}: {values} ({where})"
