"""The shipped system of a battery monitor and a smallBMS in one controller."""

from __future__ import annotations

from spec.language.reader import read, shipped
from verify.composition.verification import verify_system
from verify.verdict import Verdict

ALL_IN_ONE = shipped().with_name("all_in_one.system")


def test_every_requirement_of_the_all_in_one_is_proved() -> None:
    machine, warnings = read(ALL_IN_ONE)
    assert not warnings
    report = verify_system(machine)
    assert set(report.verdicts) == {Verdict.PROVED}
    assert not report.findings


def test_its_inputs_are_its_own_and_its_outputs_those_of_its_parts() -> None:
    machine, _ = read(ALL_IN_ONE)
    assert [each.name for each in machine.inputs] == [
        "remote_l",
        "remote_h",
        "supply",
        "lowest_cell",
        "highest_cell",
        "temperature",
        "valid",
    ]
    assert {each.name.split(".")[0] for each in machine.outputs} == {"battery", "bms"}
