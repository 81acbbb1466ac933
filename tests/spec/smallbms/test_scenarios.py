"""A night in the cold, a rebounding cell, a flapping control: what the machines then do."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.spec.smallbms.machines import BATTERY, FOLDER
from tests.spec.smallbms.scenarios import Story, story

PROTECT = FOLDER / "receivers" / "battery_protect.machine"
CHARGE = FOLDER / "receivers" / "cyrix_li_charge.machine"
COMBINER = FOLDER / "receivers" / "cyrix_li_ct.machine"
CONTACTOR = FOLDER / "receivers" / "contactor.machine"


def battery(**settings: int) -> Story:
    """A battery in good order at 15 °C."""
    told = story(
        BATTERY, settings, lowest_cell=3300, highest_cell=3320, temperature=150, valid=True
    )
    assert not any(told.step(500).values())
    return told


def test_a_night_in_the_cold_stops_the_charge_once_and_nothing_else() -> None:
    told = battery()
    # Down to -8 °C and up again, a tenth in 5 s, shivering by three tenths.
    for tenth in [*range(150, -80, -1), *range(-80, 150)]:
        for shiver in (0, 3, -3, 1, 0):
            told.step(500, temperature=tenth + shiver)
            assert told.history[-1][1]["too_cold"] or tenth + shiver >= 50
    (_, falls), (_, clears) = told.changes("too_cold")
    assert falls
    assert not clears
    for other in ("pre_alarm", "low_cell", "high_cell", "too_hot"):
        assert told.changes(other) == []


@pytest.mark.parametrize(
    ("setting", "cold", "clear"), [(5, 49, 70), (0, -1, 20), (-20, -201, -180), (20, 199, 220)]
)
def test_a_temperature_limit_is_kept_on_both_sides_of_zero(
    setting: int, cold: int, clear: int
) -> None:
    told = story(
        BATTERY, {"coldest": setting}, lowest_cell=3300, highest_cell=3300, temperature=300, valid=1
    )
    told.step(500)
    assert not told.step(500, temperature=cold + 1)["too_cold"]
    assert told.step(500, temperature=cold)["too_cold"]
    assert told.step(500, temperature=clear - 1)["too_cold"]
    assert not told.step(500, temperature=clear)["too_cold"]
    assert not told.step(500, temperature=cold + 1)["too_cold"]


def test_a_rebounding_cell_does_not_bring_the_load_back() -> None:
    told = battery()
    for lowest in (3150, 3099, 2900, 2800, 2799):
        told.step(500, lowest_cell=lowest)
    assert [value for _, value in told.changes("pre_alarm")] == [True]
    assert [value for _, value in told.changes("low_cell")] == [True]
    # The load is off: the voltage comes back by itself, nearly to the clear level, and sags again.
    for lowest in (2950, 3050, 3120, 3199, 3100, 2700, 3199):
        assert told.step(500, lowest_cell=lowest)["low_cell"]
    ended = told.step(500, lowest_cell=3200)
    assert not ended["low_cell"]
    assert not ended["pre_alarm"]


def test_a_missing_sensor_ends_discharge_and_charge_and_is_no_temperature() -> None:
    told = battery()
    gone = told.step(500, valid=False, temperature=-500, lowest_cell=0, highest_cell=0)
    assert gone == {
        "pre_alarm": True,
        "low_cell": True,
        "high_cell": True,
        "too_cold": False,
        "too_hot": False,
    }
    # Back, and in order: at once.
    back = told.step(500, valid=True, temperature=150, lowest_cell=3300, highest_cell=3320)
    assert not any(back.values())
    # Back at half charge under load: nobody knows what happened, so until 3.2 V it counts as low.
    told.step(500, valid=False)
    assert told.step(500, valid=True, lowest_cell=3150)["low_cell"]
    assert not told.step(500, lowest_cell=3200)["low_cell"]


def test_a_reset_hides_no_alarm() -> None:
    told = story(BATTERY, lowest_cell=3000, highest_cell=3700, temperature=60, valid=False)
    assert all(told.step(0).values())
    awake = told.step(500, valid=True)
    assert awake["low_cell"]
    assert awake["high_cell"]
    assert awake["too_cold"]
    assert not awake["too_hot"]


def test_cells_out_of_balance_raise_both_alarms() -> None:
    told = battery()
    both = told.step(500, lowest_cell=2700, highest_cell=3751)
    assert both["low_cell"]
    assert both["high_cell"]
    assert told.step(500, highest_cell=3600)["high_cell"]
    assert not told.step(500, highest_cell=3599)["high_cell"]


def test_a_flapping_control_locks_a_battery_protect_out_until_the_battery_is_charged() -> None:
    told = story(PROTECT, control="high", battery=12_800)
    assert told.step(0)["contact"] == "closed"
    for _ in range(200):
        told.wait(1000, control="floating")
        told.wait(1000, control="high")
    closings = [time for time, value in told.changes("contact") if value == "closed"]
    openings = [time for time, value in told.changes("contact") if value == "open"]
    assert len(closings) == 3
    assert all(up - down >= 30_000 for up, down in zip(closings, openings, strict=False))
    assert told.wait(600_000)["locked_out"]
    # Not for what is not above the level, nor for less than 30 s.
    assert told.wait(60_000, battery=13_000)["locked_out"]
    assert told.wait(30_000, battery=13_001)["locked_out"]
    assert told.wait(500)["locked_out"] is False
    assert told.wait(500)["contact"] == "closed"


def test_at_24_v_a_lock_out_ends_above_26_v() -> None:
    told = story(PROTECT, {"nominal": 2}, control="high", battery=25_600)
    for _ in range(4):
        told.wait(40_000, control="high")
        told.wait(500, control="floating")
    assert told.step(500)["locked_out"]
    assert told.wait(60_000, battery=26_000)["locked_out"]
    assert not told.wait(31_000, battery=26_001)["locked_out"]


def test_a_cell_that_is_high_again_and_again_is_charged_in_pauses() -> None:
    told = story(CHARGE, control="high", charger_side=14_200, battery_side=2000)
    told.step(0)
    for _ in range(4 * 900):
        # Charging makes the cell high within 2 s; half a second without, and it is not.
        closed = told.history[-1][1]["contact"] == "closed"
        lasted = told.time - (told.changes("contact") or [(0, "")])[-1][0]
        told.step(500, control="floating" if closed and lasted >= 2000 else "high")
    closings = [time for time, value in told.changes("contact") if value == "closed"]
    gaps = [after - before for before, after in pairwise(closings)]
    quick = [gap for gap in gaps if gap < 60_000]
    slow = [gap for gap in gaps if gap >= 600_000]
    assert len(quick) + len(slow) == len(gaps)
    assert gaps[:3] == [*quick[:2], slow[0]]
    assert closings[0] == 3000


def test_a_charger_that_rests_is_let_go_after_an_hour() -> None:
    told = story(CHARGE, control="high", charger_side=13_800, battery_side=12_000)
    told.wait(4000)
    told.wait(3_599_500, charger_side=13_499)
    assert told.step(500)["contact"] == "closed"
    assert told.step(500)["contact"] == "open"
    assert told.wait(60_000, charger_side=13_699)["contact"] == "open"
    assert told.wait(4000, charger_side=13_700)["contact"] == "closed"


def test_an_alternator_charges_an_empty_battery_through_the_combiner() -> None:
    told = story(COMBINER, control="high", starter_side=14_200, battery_side=9000, start_assist=0)
    assert told.step(0)["contact"] == "closed"
    # Connected, the empty battery pulls the voltage down.
    assert told.step(500, starter_side=13_250, battery_side=13_190)["contact"] == "closed"
    assert told.step(500, starter_side=13_199)["contact"] == "open"
    assert told.step(500, starter_side=13_399)["contact"] == "open"
    assert told.step(500, control="floating", starter_side=14_200)["contact"] == "open"


def test_start_assist_lasts_30_s_a_press() -> None:
    told = story(COMBINER, control="high", starter_side=9000, battery_side=13_000, start_assist=0)
    told.step(0)
    assert told.step(500, start_assist=1)["assists"]
    assert told.wait(29_500)["contact"] == "closed"
    assert told.step(500)["contact"] == "open"
    assert told.wait(60_000)["contact"] == "open"
    told.step(500, start_assist=0)
    assert told.step(500, start_assist=1)["contact"] == "closed"


def test_a_contactor_is_never_slower_than_50_ms() -> None:
    told = story(CONTACTOR, control="floating", arrived=0)
    told.step(0)
    assert told.step(10, control="high")["contact"] == "open"
    assert told.step(49)["contact"] == "open"
    assert told.step(1)["contact"] == "closed"
    assert told.step(10, control="floating")["contact"] == "closed"
    assert told.step(1, arrived=1)["contact"] == "open"
    assert told.step(1, control="high")["contact"] == "closed"
