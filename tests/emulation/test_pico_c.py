"""The C firmware on an emulated Pico: the requirements, at the terminals and at the pins."""

from __future__ import annotations

import pytest

from tests.emulation.firmware import Firmware, Pico, Terminal
from tests.emulation.record import Changed, Expired, Level
from tests.emulation.smallbms import (
    ALARMS,
    CHARGE_ALARMS,
    DROPPED,
    NO_CHARGE,
    OFF,
    ON,
    OPEN_H,
    OPEN_L,
    RUNNING,
    SECOND_NS,
    SECOND_US,
    SOON_US,
    STARTED_US,
    SUPPLY_MV,
    UNSAFE,
    WARNING,
)
from tests.emulation.wiring import Converter, Wiring

WATCHDOG_US = 200_000
CONFIRMED_NS = 100_000_000
LEAST_WARNING_NS, MOST_WARNING_NS = 30 * SECOND_NS, 32 * SECOND_NS


def test_all_outputs_float_from_the_start_until_the_remote_is_confirmed(
    smallbms: Firmware,
) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        starts = [each for each in pico.events if isinstance(each, Changed)]
        assert {each.level for each in starts[:5]} == {Level.Z_DOWN}
        assert {each.at_ns for each in starts[:5]} == {0}
        (began,) = {each.at_ns for each in starts[5:]}
        assert {each.pin for each in starts[5:]} == {smallbms.outputs[name] for name in RUNNING}
        assert began >= CONFIRMED_NS
        assert pico.high == RUNNING


def test_nothing_is_fed_while_nothing_is_connected(smallbms: Firmware) -> None:
    # Counts of 0: L is at minus, so the remote is on, but no supply is no valid reading.
    with Pico(smallbms, {}) as pico:
        pico.run(2 * SECOND_US)
        assert pico.high == UNSAFE
        assert len(pico.events) == len(smallbms.outputs) + len(UNSAFE)
        assert pico.read("in.valid") == 0


def test_a_low_cell_drops_the_load_after_thirty_seconds_of_pre_alarm(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(SECOND_US)
        pico.wire(33 * SECOND_US, pre_alarm=True, low_cell=True)
        (warned,) = pico.moments("pre_alarm_output", Level.HIGH)
        dropped = pico.moments("load_disconnect", Level.Z_DOWN)[-1]
        assert LEAST_WARNING_NS <= dropped - warned <= MOST_WARNING_NS
        assert pico.moments("pre_alarm_output", Level.Z_DOWN)[-1] == dropped
        assert pico.high == DROPPED


def test_a_pre_alarm_that_goes_away_starts_its_time_again(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(SECOND_US)
        pico.wire(25 * SECOND_US, pre_alarm=True, low_cell=True)
        pico.wire(SECOND_US, pre_alarm=False, low_cell=False)
        assert pico.high == RUNNING
        pico.forget()
        pico.wire(33 * SECOND_US, low_cell=True)
        (warned,) = pico.moments("pre_alarm_output", Level.HIGH)
        (dropped,) = pico.moments("load_disconnect", Level.Z_DOWN)
        assert LEAST_WARNING_NS <= dropped - warned <= MOST_WARNING_NS


# The terminals open, L to battery minus, H to battery plus, and both connected to each other.
REMOTE_MODES: dict[str, tuple[dict[str, Terminal], bool]] = {
    "open": ({"remote_l": OPEN_L, "remote_h": OPEN_H}, False),
    "L to minus": ({"remote_l": 0, "remote_h": OPEN_H}, True),
    "L nearly to minus": ({"remote_l": 3200, "remote_h": OPEN_H}, True),
    "L not quite to minus": ({"remote_l": 3500, "remote_h": OPEN_H}, False),
    "H to plus": ({"remote_l": OPEN_L, "remote_h": SUPPLY_MV}, True),
    "H just high": ({"remote_l": OPEN_L, "remote_h": 3150}, True),
    "H not quite high": ({"remote_l": OPEN_L, "remote_h": 2900}, False),
    "H above the supply": ({"remote_l": OPEN_L, "remote_h": SUPPLY_MV + 2500}, False),
}


def test_the_remote_is_on_as_the_datasheet_says(smallbms: Firmware) -> None:
    with Pico(smallbms, OFF) as pico:
        pico.run(STARTED_US)
        for mode, (terminals, on) in REMOTE_MODES.items():
            assert pico.high == set()
            pico.forget()
            connected_ns = pico.now_ns
            pico.wire(STARTED_US, **terminals)
            assert pico.high == (RUNNING if on else set()), mode
            if on:
                # D9: only after 100 ms, and off at once.
                (began,) = {each.at_ns for each in pico.events}
                assert began - connected_ns >= CONFIRMED_NS, mode
            pico.wire(SOON_US, remote_l=OPEN_L, remote_h=OPEN_H)


@pytest.mark.parametrize("supply", [8500, 26_000, 69_000])
def test_the_remote_is_on_when_l_and_h_are_connected_at_whatever_voltage(
    smallbms: Firmware, supply: int
) -> None:
    with Pico(smallbms, {**OFF, "supply": supply}) as pico:
        pico.run(STARTED_US)
        for voltage in (*range(0, supply, supply // 20), *range(2700, 3700, 50), supply):
            pico.wire(SOON_US, remote_l=supply, remote_h=0)
            assert pico.high == set()
            pico.wire(STARTED_US, remote_l=voltage, remote_h=voltage)
            assert pico.high == RUNNING, voltage


# An alarm, and a wire that is open.
LEVELS = (True, None)


@pytest.mark.parametrize("alarm", CHARGE_ALARMS)
def test_a_charge_alarm_stops_the_chargers_alone(smallbms: Firmware, alarm: str) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        for level in LEVELS:
            pico.wire(SOON_US, **{alarm: level})
            assert pico.high == NO_CHARGE
            pico.wire(SOON_US, **{alarm: False})
            assert pico.high == RUNNING


@pytest.mark.parametrize("alarm", ["pre_alarm", "low_cell"])
def test_a_discharge_alarm_warns_and_leaves_the_chargers_alone(
    smallbms: Firmware, alarm: str
) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        for level in LEVELS:
            pico.wire(SECOND_US, **{alarm: level})
            assert pico.high == WARNING
            pico.wire(SOON_US, **{alarm: False})
            assert pico.high == RUNNING


def test_a_pre_alarm_alone_never_drops_the_load(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(40 * SECOND_US, pre_alarm=True)
        assert pico.high == WARNING


def test_an_open_loop_floats_everything_at_once(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.wire(STARTED_US, pre_alarm=True)
        for level in (False, None):
            assert pico.high == WARNING
            pico.wire(SOON_US, loop_closed=level)
            assert pico.high == UNSAFE
            pico.wire(SOON_US, loop_closed=True)
        assert pico.high == WARNING


def test_an_unplugged_battery_is_safe(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(SOON_US, loop_closed=None, **dict.fromkeys(ALARMS))
        assert pico.high == UNSAFE


def test_the_remote_brings_back_no_load_that_was_dropped(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(32 * SECOND_US, low_cell=True)
        assert pico.high == DROPPED
        pico.forget()
        for _ in range(3):
            pico.wire(SECOND_US, remote_l=OPEN_L)
            pico.wire(3 * SECOND_US, remote_l=0)
            pico.wire(SECOND_US, loop_closed=False)
            pico.wire(3 * SECOND_US, loop_closed=True)
        assert pico.moments("load_disconnect", Level.HIGH) == []
        assert pico.moments("pre_alarm_output", Level.HIGH) == []
        pico.wire(SOON_US, low_cell=False)
        assert pico.high == RUNNING


def test_toggling_the_remote_buys_no_second_hold_off(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(10 * SECOND_US, low_cell=True)
        assert pico.high == WARNING
        pico.forget()
        for _ in range(5):
            pico.wire(SOON_US, remote_l=OPEN_L)
            pico.wire(3 * SECOND_US, remote_l=0)
        assert pico.moments("load_disconnect", Level.HIGH) == []
        assert pico.high == DROPPED


@pytest.mark.parametrize("low_cell", [True, False])
def test_a_reset_by_the_watchdog_in_the_middle_of_the_hold_off_is_safe(
    smallbms: Firmware, low_cell: bool
) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(15 * SECOND_US, pre_alarm=True, low_cell=True)
        assert pico.high == WARNING
        pico.forget()
        pico.play([Wiring(0, stall_us=WATCHDOG_US + SOON_US)])
        pico.wire(STARTED_US, pre_alarm=low_cell, low_cell=low_cell)
        (reset,) = [each for each in pico.events if isinstance(each, Expired)]
        floated = [each for each in pico.events if isinstance(each, Changed)][:3]
        assert {each.at_ns for each in floated} == {reset.at_ns}
        assert pico.read("boot") == 1
        assert pico.high == (DROPPED if low_cell else RUNNING)
        pico.run(3 * SECOND_US)
        assert pico.moments("load_disconnect", Level.HIGH) == [] or not low_cell


def test_a_loss_of_power_in_the_middle_of_the_hold_off_is_safe(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(15 * SECOND_US, pre_alarm=True, low_cell=True)
        assert pico.high == WARNING
        pico.forget()
        pico.power_cycle()
        assert pico.high == set()
        pico.run(3 * SECOND_US)
        assert pico.moments("load_disconnect", Level.HIGH) == []
        assert pico.read("boot") == 0
        assert pico.high == DROPPED


@pytest.mark.parametrize("terminal", ["remote_l", "remote_h", "supply"])
def test_a_reading_that_is_not_valid_floats_everything_at_once(
    smallbms: Firmware, terminal: str
) -> None:
    (wired,) = (each for each in smallbms.board.analogue if each.input == terminal)
    implausible = (wired.chain.converter.highest, wired.conversion.plausible.highest + 1)
    readings: list[int | Converter] = [*Converter, *implausible]
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        for reading in readings:
            assert (pico.high, pico.read("in.valid")) == (RUNNING, 1)
            pico.play([Wiring(2 * SOON_US, adc={wired.channel: reading})])
            assert pico.read("in.valid") == 0
            assert pico.high <= UNSAFE
            pico.wire(STARTED_US, **ON)
        assert (pico.high, pico.read("in.valid")) == (RUNNING, 1)


def test_a_supply_below_its_range_is_not_valid(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(SOON_US, supply=7000)
        assert (pico.high, pico.read("in.valid")) == (UNSAFE, 0)
