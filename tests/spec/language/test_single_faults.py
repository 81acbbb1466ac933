"""Faults in a text: what they may speak of, and the word that says that there is none."""

from __future__ import annotations

import pytest

from spec.language.errors import SpecificationError
from spec.language.reader import read_text
from spec.machine import NO_FAULT, Machine

LAMP = """machine lamp "a lamp"

time
    step 1 ms .. 10 ms by 1 ms

inputs
    wanted : bool
    wire   : bool

{}

outputs
    shining : bool = wanted and wire

requirement L1
    always {}
"""


def lamp(block: str, property_: str = "wanted and wire implies shining") -> Machine:
    return read_text(LAMP.format(block, property_), "lamp.machine")[0]


def messages(block: str, property_: str = "wanted and wire implies shining") -> list[str]:
    with pytest.raises(SpecificationError) as refused:
        lamp(block, property_)
    return [each.message for each in refused.value.diagnostics]


def test_a_fault_is_a_definition_and_so_is_their_absence() -> None:
    machine, warnings = read_text(
        LAMP.format('faults\n    cut = not wire "broken" source F', "no_fault or cut or wire"), ""
    )
    (fault,) = machine.faults
    assert (fault.name, fault.text, [str(each) for each in fault.sources]) == (
        "cut",
        "broken",
        ["F"],
    )
    assert [each.name for each in machine.definitions] == ["cut", NO_FAULT]
    assert not warnings


def test_nobody_needs_to_speak_of_a_fault() -> None:
    text = LAMP.format("faults\n    cut = not wire", "wanted and wire implies shining")
    assert not read_text(text, "")[1]


def test_a_text_without_faults_has_no_word_for_their_absence() -> None:
    assert messages("", "no_fault implies true") == ["'no_fault' is not declared"]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("faults\n    cut = shining", "'cut' speaks of 'shining': a fault may not read outputs"),
        ("faults\n    cut = not wires", "'wires' is not declared"),
        ("faults\n    wire = not wanted", "'wire' is declared already, in line 8"),
        (
            "define\n    no_fault = wire\nfaults\n    cut = not wire",
            "'no_fault' is declared already, in line 13",
        ),
    ],
)
def test_what_a_fault_cannot_be(block: str, expected: str) -> None:
    assert expected in messages(block)


def test_a_fault_is_a_condition() -> None:
    (message,) = messages("faults\n    cut = dt")
    assert "a condition is needed" in message
