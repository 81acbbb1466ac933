"""Which requirement survives which fault: tables known beforehand, and what must never be said."""

from __future__ import annotations

from textwrap import dedent

import pytest

from spec.language.reader import read_text
from spec.machine import Machine
from verify.survival.survival import NONE, Survival, survive
from verify.verdict import Unknown, Verdict, Violated

HOLDS, FAILS, OPEN, IDLE = (
    Verdict.PROVED,
    Verdict.VIOLATED,
    Verdict.UNKNOWN,
    Verdict.VACUOUS,
)

LAMP = """
    machine lamp "a lamp with two wires"

    time
        step 1 ms .. 10 ms by 1 ms

    inputs
        wanted  : bool
        wire    : bool
        current : 0 A .. 9 A by 1 A

    {assume}

    faults
        {faults}

    region light
        mode dark initial, safe
        mode lit
        dark -> lit when wanted and wire
        lit -> dark when not wanted or not wire

    outputs
        shining : bool = light is lit

    requirement L1
        always {property}
"""
CUT = "cut = not wire"
HIGH = "high = current > 5 A"


def lamp(property_: str, *faults: str, assume: str = "") -> Machine:
    """The lamp of which one property is required."""
    text = dedent(LAMP).format(
        property=property_,
        faults="\n    ".join(faults),
        assume=f"assume\n    {assume}" * bool(assume),
    )
    return read_text(text, "lamp.machine")[0]


def row(survival: Survival, requirement: str = "L1") -> list[Verdict]:
    """What became of `requirement`, without a fault and with each."""
    names = [NONE, *(each.name for each in survival.faults)]
    return [survival.verdict(requirement, each) for each in names]


@pytest.mark.parametrize(
    ("property_", "expected"),
    [
        ("not wanted implies not shining", [HOLDS, HOLDS, HOLDS]),
        ("no_fault and wanted implies shining", [HOLDS, FAILS, HOLDS]),
        ("no_fault implies current <= 5 A", [HOLDS, HOLDS, FAILS]),
        ("no_fault and wanted implies shining and current <= 5 A", [HOLDS, FAILS, FAILS]),
        # Without 'no_fault' it is asked all the same what a fault does to it.
        ("wanted implies shining", [HOLDS, FAILS, HOLDS]),
        ("wanted implies not shining", [FAILS, FAILS, FAILS]),
        ("not wire implies not shining", [IDLE, HOLDS, IDLE]),
        ("cut and high implies not shining", [IDLE, IDLE, IDLE]),
        ("cut or high implies not shining or high", [IDLE, HOLDS, HOLDS]),
        ("once(high) implies current <= 9 A", [IDLE, IDLE, HOLDS]),
        # It remembers a fault that is gone.
        ("no_fault implies historically(wire)", [HOLDS, FAILS, HOLDS]),
        ("shining implies wire", [HOLDS, HOLDS, HOLDS]),
    ],
)
def test_a_table_that_is_known(property_: str, expected: list[Verdict]) -> None:
    assert row(survive(lamp(property_, CUT, HIGH))) == expected


def test_a_fault_that_is_let_in_may_come_and_go() -> None:
    """Neither absent throughout nor present throughout will do to break this."""
    gone = "no_fault implies not (wire and past(not wire) and wanted and shining)"
    survival = survive(lamp(gone, CUT, HIGH))
    assert row(survival) == [HOLDS, FAILS, HOLDS]
    (result,) = survival.outcomes["L1", "cut"].properties
    assert isinstance(result.answer, Violated)
    assert result.answer.trace is not None
    cut = [step.inputs["wire"] for step in result.answer.trace.steps]
    assert {False, True} == {bool(each) for each in cut}


def test_no_other_fault_is_in_a_run_that_breaks_something() -> None:
    survival = survive(lamp("no_fault and wanted implies shining", CUT, HIGH))
    (result,) = survival.outcomes["L1", "cut"].properties
    assert isinstance(result.answer, Violated)
    assert result.answer.trace is not None
    assert all(step.inputs["current"] <= 5 for step in result.answer.trace.steps)


def test_two_faults_are_not_let_in_together() -> None:
    both = "no_fault implies not (not wire and current > 5 A)"
    assert row(survive(lamp(both, CUT, HIGH))) == [HOLDS, HOLDS, HOLDS]


def test_where_there_is_no_run_nothing_holds() -> None:
    survival = survive(lamp("not wanted implies not shining", CUT, HIGH, assume="current > 6 A"))
    # 'high' is always present: without it there is no run at all, and 'cut' is never alone.
    assert survival.is_impossible
    assert row(survival) == [OPEN, OPEN, HOLDS]


def test_a_fault_that_is_never_alone_is_not_said_to_be_survived() -> None:
    survival = survive(lamp("not wanted implies not shining", CUT, "dead = not wire and wanted"))
    assert row(survival) == [HOLDS, HOLDS, OPEN]
    (result,) = survival.outcomes["L1", "dead"].properties
    assert isinstance(result.answer, Unknown)
    assert "never present without another" in result.answer.reason


def test_a_fault_that_cannot_happen_is_not_said_to_be_survived() -> None:
    survival = survive(lamp("not wanted implies not shining", CUT, HIGH, assume="wire"))
    assert row(survival) == [HOLDS, OPEN, HOLDS]


def test_a_fault_may_look_back() -> None:
    flicker = "flicker = not wire and past(wire)"
    survival = survive(lamp("no_fault and once(wire) implies wire", flicker))
    assert row(survival) == [HOLDS, FAILS]


def test_what_is_reachable_without_a_fault_stays_reachable() -> None:
    machine = lamp("true\n    reachable shining\n    reachable not wire", CUT)
    survival = survive(machine)
    nothing, cut = survival.outcomes["L1", NONE], survival.outcomes["L1", "cut"]
    assert [each.verdict for each in nothing.properties] == [HOLDS, HOLDS, FAILS]
    assert [each.verdict for each in cut.properties] == [HOLDS, HOLDS, HOLDS]


def test_what_says_nothing_of_runs_is_not_asked() -> None:
    machine = lamp("true\n\nrequirement L2\n    every mode is reachable", CUT)
    survival = survive(machine)
    assert (survival.untouched, [each.id for each in survival.requirements]) == (("L2",), ["L1"])


def test_other_kinds_of_properties_are_asked_too() -> None:
    machine = lamp(
        "true\n    independent shining of current\n    from any state not wire implies not shining",
        CUT,
        HIGH,
    )
    assert row(survive(machine)) == [HOLDS, HOLDS, HOLDS]
    machine = lamp("true\n    independent shining of wire", CUT, HIGH)
    assert row(survive(machine)) == [HOLDS, FAILS, HOLDS]
