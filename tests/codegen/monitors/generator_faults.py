"""Faults seeded into the generator of monitors, each a small change of one of its files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A change that the tests must notice.

    Attributes:
        name: What is done wrong.
        file: In the folder of the generator.
        passage: Stands there once.
        other: Stands in its place.
    """

    name: str
    file: str
    passage: str
    other: str


_WORST = "worst_case.py"
_OBSERVATION = "observation.py"
_JUDGEMENTS = "judgements.py"
_ARRANGEMENT = "arrangement.py"
_C = "c99/templates/monitor.c.jinja"
_PYTHON = "micropython/templates/monitor.py.jinja"

FAULTS = (
    Fault("the better case", _WORST, "left, most=holds", "left, most=not holds"),
    Fault("the fast clock is slow", _WORST, "rate.highest, measured", "rate.lowest, measured"),
    Fault("late pins stand longer", _WORST, "minus(times(rate.lowest", "plus(times(rate.lowest"),
    Fault("delays are added", _WORST, "highest - latency.lowest", "highest + latency.lowest"),
    Fault("the sign is forgotten", _WORST, "operand, holds=not holds", "operand, holds=holds"),
    Fault("and is taken for or", _WORST, "isinstance(term, Or)", "isinstance(term, And)"),
    Fault("at most is equal", _WORST, "at_most(right, left)", "at_most(left, right)"),
    Fault("it has a time always", _WORST, "= condition\n", "= number(1)\n"),
    Fault("nothing from any state", _OBSERVATION, "(Always, FromAnyState)):", "Always):"),
    Fault("drifts are remembered", _OBSERVATION, "None if any(map(", "None if not any(map("),
    Fault("what was is false", _OBSERVATION, "is FALSE and not", "is FALSE or not"),
    Fault("one memory is enough", _OBSERVATION, "found.update(new)", "found.update(new[:1])"),
    Fault("claims read too late", _ARRANGEMENT, "            *self.roots,\n", ""),
    Fault("stores in any order", _ARRANGEMENT, "if each is not store", "if not store"),
    Fault("the verdict of others", _JUDGEMENTS, "requirement.id == id_", "requirement.id != id_"),
    Fault("some may fail", _JUDGEMENTS, "everything = both(", "everything = both() or both("),
    Fault("C begins with 0", _C, "= {{ each.initial }};", "= 0;"),
    Fault("C judges once less", _C, "in view.judgements", "in view.judgements[1:]"),
    Fault(
        "Python begins with 0",
        _PYTHON,
        " monitor.{{ each.name }} = {{ each.initial }}",
        " monitor.{{ each.name }} = 0",
    ),
    Fault("Python judges once less", _PYTHON, "in view.judgements", "in view.judgements[1:]"),
)
