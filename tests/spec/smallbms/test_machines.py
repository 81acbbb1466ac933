"""Every machine that ships is proved, sane, sourced, and refuses what nobody may set."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.expression import Enumeration
from spec.language.errors import SpecificationError
from spec.language.reader import read, read_text
from tests.faults.seeded import changed
from tests.spec.smallbms.machines import BATTERY, FILES, FOLDER, RECEIVERS, name
from verify import prover
from verify.verdict import Verdict

MACHINES = pytest.mark.parametrize("path", FILES, ids=name)
# Certificates of these few take as long as those of all others together.
SLOW = ("battery_protect", "cyrix_li_charge", "smallbms")


@MACHINES
def test_a_shipped_machine_is_proved_and_sane(path: Path) -> None:
    recheck = path.stem not in SLOW
    options = prover.Options(margins=False, recheck=recheck, jobs=1)
    report = prover.verify(read(path)[0], options=options)
    assert set(report.verdicts) == {Verdict.PROVED}
    assert report.findings == ()
    assert report.rechecked_by == (("cvc5", "bitwuzla") if recheck else ())


@MACHINES
def test_a_shipped_machine_is_read_without_a_warning(path: Path) -> None:
    assert read(path)[1] == ()


@MACHINES
def test_every_number_and_every_requirement_says_where_it_comes_from(path: Path) -> None:
    machine = read(path)[0]
    assert machine.time.sources
    assert all(each.sources for each in machine.inputs)
    assert all(each.sources for each in machine.parameters)
    assert all(each.sources for each in machine.assumptions)
    assert all(each.sources for each in machine.requirements)


@MACHINES
def test_every_transition_and_every_output_serves_a_requirement(path: Path) -> None:
    machine = read(path)[0]
    for region in machine.regions:
        assert all(edge.serves for edge in region.transitions)
    assert all(each.serves for each in machine.outputs)


@pytest.mark.parametrize("path", RECEIVERS, ids=name)
def test_a_receiver_is_driven_by_a_pin_that_is_high_or_floats(path: Path) -> None:
    control = next(each for each in read(path)[0].inputs if each.name == "control")
    assert isinstance(control.type, Enumeration)
    assert control.type.members == ("floating", "high")


def test_the_battery_sends_what_the_smallbms_listens_to() -> None:
    sent = {each.name: each.type for each in read(BATTERY)[0].outputs}
    heard = {each.name: each.type for each in read(FOLDER / "smallbms.machine")[0].inputs}
    assert len(sent) == 5
    assert sent.items() <= heard.items()


def test_requirements_of_different_machines_have_different_names() -> None:
    prefixes = [{each.id[0] for each in read(path)[0].requirements} for path in FILES]
    assert all(len(each) == 1 for each in prefixes)
    assert len(set().union(*prefixes)) == len(FILES)


@pytest.mark.parametrize(
    ("setting", "other"),
    [
        ("low_level : 2.80 V", "low_level : 2.81 V"),
        ("low_level : 2.80 V", "low_level : 2.59 V"),
        ("pre_alarm_level : 3.10 V", "pre_alarm_level : 3.16 V"),
        ("pre_alarm_level : 3.10 V", "pre_alarm_level : 2.84 V"),
        ("coldest : 5 °C", "coldest : -21 °C"),
        ("coldest : 5 °C", "coldest : 21 °C"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(setting: str, other: str) -> None:
    with pytest.raises(SpecificationError, match="SPEC402"):
        read_text(changed(BATTERY, [(setting, other)]), "battery.machine")
