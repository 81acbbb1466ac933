"""Texts for tests: a machine around the few lines that a test is about."""

from __future__ import annotations

from spec.language.errors import Diagnostic, SpecificationError
from spec.language.reader import read_text
from spec.machine import Machine

SIGNALS = """
machine m

time
    step 1 ms .. 500 ms by 1 ms
    clock tolerance 1 %

inputs
    a : bool
    b : bool
    knob : {low, high}
    supply : 0 V .. 70 V by 1 mV
    cell : -40 °C .. 120 °C by 0.5 K

parameters
    limit : 3.5 V in 3 V .. 4 V
    wait : 2 s in 1 s .. 60 s
"""


def machine(*lines: str) -> Machine:
    """The machine with `SIGNALS` and `lines`."""
    return read_text(text(*lines), "test.machine")[0]


def text(*lines: str) -> str:
    """`SIGNALS` and `lines`; each text stands as it is."""
    return SIGNALS + "\n".join(lines)


def diagnostics(whole: str) -> tuple[Diagnostic, ...]:
    """Everything that is said about a text."""
    try:
        return read_text(whole, "test.machine")[1]
    except SpecificationError as error:
        return error.diagnostics


def told(*lines: str) -> list[str]:
    """What is said of `lines` behind `SIGNALS`: code and message, unused names left out."""
    return [
        f"{each.code.value} {each.message}"
        for each in diagnostics(text(*lines))
        if each.code.value != "SPEC506"
    ]
