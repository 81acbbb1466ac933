"""What a verdict is worth: over what it was proved, and what was taken for granted.

No presenter may call anything verified without these words.
"""

from __future__ import annotations

import re

from smallbms.presenters.lines import Line, Tone, counted, wrapped
from spec.machine import Machine
from spec.units import decimal
from verify.verdict import Report, Verdict


def extent(machine: Machine) -> str:
    """What a proof covers: ``every parameter value, every input and every step time …``."""
    step, tick = machine.time.step, machine.time.tick
    longest = tick.show(step.highest)
    if step.lowest < step.highest:
        covered = [f"every step time from {tick.show(step.lowest)} to {longest}"]
    else:
        covered = [f"steps of {longest}"]
    if machine.inputs:
        covered.insert(0, "every input")
    if any(each.span.lowest < each.span.highest for each in machine.parameters):
        covered.insert(0, "every parameter value")
    *others, last = covered
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed}, without a bound on the number of steps"


def assumptions(machine: Machine) -> tuple[str, ...]:
    """What the proofs take for granted, one clause each: the world, then the author's own."""
    time = machine.time
    clauses = ["inputs and parameters stay within their declared ranges"]
    if time.tolerance:
        percent = decimal(time.tolerance * 100)
        clauses.append(f"true time differs from measured time by at most {percent} %")
    else:
        clauses.append("measured time is true time")
    earliest, latest = time.fine.show(time.latency.lowest), time.fine.show(time.latency.highest)
    if time.latency.highest == 0:
        clauses.append("outputs reach the pins at the moment of their step")
    elif time.latency.lowest == time.latency.highest:
        clauses.append(f"outputs reach the pins {latest} after their step")
    else:
        clauses.append(f"outputs reach the pins {earliest} to {latest} after their step")
    for each in machine.assumptions:
        written = re.split(r'"|\bsource\b', machine.statement(each.place))[0].strip()
        clauses.append(f"{written} ({each.place})")
    return tuple(clauses)


def proved(report: Report) -> str:
    """How many requirements are proved, and for what."""
    total, holding = len(report.requirements), report.verdicts.count(Verdict.PROVED)
    number = counted(total, "requirement")
    if holding < total:
        number = f"{holding} of {number}"
    return f"{number} proved" + (f" for {extent(report.machine)}" if holding else "")


def assumed(machine: Machine, width: int) -> list[Line]:
    """What the proofs take for granted, in lines of at most `width` columns."""
    lines = []
    for number, clause in enumerate(assumptions(machine)):
        first = "Assumed: " if number == 0 else "         "
        lines += wrapped(clause, width, first=first, tone=Tone.QUIET)
    return lines
