"""The datasheet at its word contradicts itself where we say it does; as it is meant it does not."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from spec.language.reader import read
from spec.machine import Machine
from tests.verify.conflicts.test_corpus import named
from verify.prover import Options, verify
from verify.verdict import Ground, Report, Verdict

_FOLDER = Path(__file__).resolve().parents[3] / "spec" / "smallbms"
# The faults that our list of the datasheet's faults marks as mechanically detectable.
_FAULTS = {"I1", "I2", "I5", "I7", "I9", "I11", "I13"}


def machine(name: str) -> Machine:
    return read(_FOLDER / f"{name}.machine")[0]


@pytest.fixture(scope="module")
def printed() -> Report:
    return verify(machine("datasheet"), options=Options(timeout=1000, margins=False))


def test_each_printed_fault_conflicts_with_something_else(printed: Report) -> None:
    assert printed.consistency is not None
    assert printed.consistency.ground is Ground.CONFLICT
    conflicts = [named(printed.machine, each) for each in printed.findings if each.related]
    found = {name for each in conflicts for name in each & _FAULTS}
    assert found == _FAULTS
    # Each fault by itself contradicts only what is printed rightly, but for the blue LED: that
    # it goes out in 30 s less than the warning lasts is told by the sentence about the warning.
    for fault in _FAULTS - {"I7"}:
        assert any(each & _FAULTS == {fault} for each in conflicts), fault


def test_nothing_that_is_printed_rightly_conflicts(printed: Report) -> None:
    for each in printed.findings:
        if each.related:
            assert named(printed.machine, each) & _FAULTS


def test_the_situations_are_those_that_a_reader_would_name(printed: Report) -> None:
    by_fault = {
        min(named(printed.machine, each) & {"I9", "I11"}, default=""): each.witness
        for each in printed.findings
        if each.related
    }
    wired, hot = by_fault["I9"], by_fault["I11"]
    assert wired is not None
    assert wired.steps[-1].inputs["remote_h"] == wired.steps[-1].inputs["supply"]
    assert hot is not None
    celsius, fahrenheit = (hot.steps[-1].inputs[name] for name in ("celsius", "fahrenheit"))
    assert 5 * fahrenheit == 9 * celsius + 160
    assert (-20 <= celsius <= 50) is not (0 <= fahrenheit <= 120)


def test_as_it_is_meant_everything_is_proved_and_nothing_conflicts() -> None:
    report = verify(machine("datasheet_meant"), options=Options(timeout=1000, margins=False))
    assert set(report.verdicts) == {Verdict.PROVED}
    assert not report.findings
    assert report.consistency is not None
    assert report.consistency.ground is Ground.MACHINE


def test_the_two_texts_differ_in_the_faults_only() -> None:
    printed, meant = (
        machine(name).text.partition("requirement I1 ")[0].splitlines()
        for name in ("datasheet", "datasheet_meant")
    )
    changed = [
        line
        for line in difflib.unified_diff(printed, meant, lineterm="", n=0)
        if line[:1] in "+-" and line[1:2] not in ("#", "+", "-", "")
    ]
    words = {line[1:].split()[0] for line in changed}
    assert words == {"machine", "charge_disconnect", "never", "always"}
