"""The all-in-one controller and its bus: whatever is wrong floats the outputs, and heals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulation.cells import (
    CHARGE,
    DROPPED,
    HEALTHY,
    LOAD,
    MEASURED_US,
    ON,
    RUNNING,
    SETTLED_US,
    UNSAFE,
    AllInOne,
)
from tests.emulation.firmware import Firmware
from tests.emulation.record import Level
from tests.emulation.smallbms import OPEN_L, PERIOD_US, SECOND_US

# A step that has begun sees nothing of a fault; the next one does, and takes its time for the bus.
AT_ONCE_US = 2 * PERIOD_US
NEVER = 10**6
# The limit for the bus, and what else a step does, as far as a slice tells.
SLICE_US = 100
LONGEST_STEP_US = 7_000 + 1_000
ROUND_NS = 250_000_000
OLDEST_NS = 600_000_000
LATENCY_NS = 20_000_000

# What is wrong with a transfer, as the harness wants it. Registers: SYS_STAT, SYS_CTRL1, CC_CFG,
# the first and the last byte of cells, and the last of the thermistor.
BROKEN: dict[str, dict[str, Any]] = {
    "nobody answers": {"nack": True},
    "the clock line is held": {"held": True},
    "the data line is held for good": {"stuck": NEVER},
    "the clock is stretched by 1 ms a byte": {"stretch_us": 1000},
    **{
        f"the CRC of register {register:#04x} is wrong": {"crc_at": register}
        for register in (0x00, 0x04, 0x0B, 0x0C, 0x15, 0x2D)
    },
}


def test_a_fault_of_the_bus_floats_the_outputs_at_once_and_heals(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        for name, fault in BROKEN.items():
            for phase in (0, 3_700):
                assert pico.high == RUNNING, name
                pico.run(phase)
                pico.fault(AT_ONCE_US, **fault)
                assert pico.high == UNSAFE, name
                assert pico.read("in.valid") == 0
                steps = pico.read("steps")
                pico.run(20 * PERIOD_US)
                assert pico.high == UNSAFE, name
                # Every step is taken, in its time.
                assert abs(pico.read("steps") - steps - 20) <= 1, name
                pico.fault(2 * AT_ONCE_US)
                assert pico.high == RUNNING, name
        assert (pico.read("late"), pico.read("fault")) == (0, 0)


def longest_step_us(pico: AllInOne, periods: int) -> float:
    """From the first thing asked of the bus to the end of the step, as the slices tell."""
    begin = pico.firmware.program.symbols["begin_us"]
    begun, steps, begun_ns, longest = pico.peek(begin.address, 4), pico.read("steps"), 0, 0
    for _ in range(periods * PERIOD_US // SLICE_US):
        pico.run(SLICE_US)
        if (now := pico.peek(begin.address, 4)) != begun:
            begun, begun_ns = now, pico.now_ns
        if (count := pico.read("steps")) != steps:
            steps = count
            # What had begun before this was watched is not counted.
            longest = max(longest, pico.now_ns - begun_ns if begun_ns else 0)
    return longest / 1000


def test_a_step_takes_eight_milliseconds_at_most_whatever_the_bus_does(
    all_in_one: Firmware,
) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        # One with the end of a round, which is confirmed.
        usual = longest_step_us(pico, 26)
        assert 4_000 <= usual <= 6_000
        for name, fault in BROKEN.items():
            pico.fault(AT_ONCE_US, **fault)
            assert longest_step_us(pico, 3) <= LONGEST_STEP_US, name
            pico.fault(AT_ONCE_US)
        assert pico.read("late") == 0


def test_writes_that_are_refused_are_noticed(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        # The end of a round is confirmed by a write.
        pico.forget()
        pico.fault(ROUND_NS / 1000 + AT_ONCE_US, nack_data=True)
        assert pico.high == UNSAFE
        pico.fault(AT_ONCE_US * 2)
        assert pico.high == RUNNING


def test_a_chip_that_was_cut_off_is_clocked_until_it_lets_go(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        for clocks in (1, 5, 9):
            pico.forget()
            pico.fault(AT_ONCE_US, stuck=clocks)
            (floated,) = pico.moments(LOAD, Level.Z_DOWN)
            pico.run(2 * PERIOD_US)
            # Nobody helped it.
            (healed,) = pico.moments(LOAD, Level.HIGH)
            assert healed - floated <= 3 * PERIOD_US * 1000
            assert pico.high == RUNNING


def test_a_slow_chip_is_waited_for(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        pico.forget()
        pico.fault(50 * PERIOD_US, stretch_us=20)
        assert pico.high == RUNNING
        assert not pico.events
        assert pico.read("late") == 0


def test_readings_that_are_too_old_are_none(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        pico.forget()
        begin = pico.now_ns
        pico.fault(SECOND_US, stale=True)
        (floated,) = pico.moments(LOAD, Level.Z_DOWN)
        # Of a round that ended just before, or nearly a round ago; a step sees its end, the next
        # one sees its age, and the outputs follow within that.
        assert OLDEST_NS - ROUND_NS <= floated - begin <= OLDEST_NS + 3 * PERIOD_US * 1000
        assert pico.moments(CHARGE, Level.Z_DOWN) == [floated]
        pico.fault(MEASURED_US)
        assert pico.high == RUNNING


def test_a_chip_that_was_reset_is_set_up_anew(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        pico.measure(AT_ONCE_US, forgets=True)
        assert pico.high == UNSAFE
        pico.run(2 * SECOND_US)
        assert pico.high == UNSAFE
        pico.run(SECOND_US)
        assert pico.high == RUNNING


def test_a_chip_that_says_that_it_is_unfit_is_not_believed(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        # DEVICE_XREADY, which stays until it is told that this was seen.
        pico.measure(AT_ONCE_US, registers=[(0x00, 0x20)])
        assert pico.high == UNSAFE
        pico.run(4 * SECOND_US)
        assert pico.high == UNSAFE
        pico.run(2 * SECOND_US)
        assert pico.high == RUNNING


def test_what_is_not_plausible_is_no_reading(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        # Cells out of the range that the chip is made for, an open wire among them.
        for voltage in (0, 1900, 5100, 6000):
            pico.measure(MEASURED_US, cells=(3300, voltage, 3300, 3300))
            assert pico.high == UNSAFE, voltage
            pico.measure(MEASURED_US, **HEALTHY)
            assert pico.high == RUNNING, voltage
        # A thermistor that is shorted, or open.
        for thermistor in (0, 8639):
            pico.measure(2 * SECOND_US + AT_ONCE_US, thermistor=thermistor)
            assert pico.high == UNSAFE, thermistor
            pico.measure(2 * SECOND_US + AT_ONCE_US, **HEALTHY)
            assert pico.high == RUNNING, thermistor


@pytest.mark.parametrize("register", [0x51, 0x59])
def test_nothing_is_read_without_the_trim_of_the_chip(all_in_one: Firmware, register: int) -> None:
    with AllInOne(all_in_one, ON, fault={"crc_at": register}) as pico:
        pico.run(SETTLED_US)
        assert pico.high == UNSAFE
        pico.fault(2 * AT_ONCE_US)
        # A chip that is set and settled needs nothing more than that.
        pico.run(MEASURED_US)
        assert pico.high == RUNNING


def test_a_failed_reading_keeps_the_load_of_a_low_battery_off(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        pico.measure(MEASURED_US, cells=(3220, 3220, 3220, 3220))
        assert pico.high == RUNNING
        pico.fault(AT_ONCE_US, nack=True)
        assert pico.high == UNSAFE
        # Read down, 3.22 V is not yet 3.2 V: nobody knows whether a cell was low (D61).
        pico.fault(AT_ONCE_US)
        assert pico.high == DROPPED
        pico.measure(MEASURED_US, **HEALTHY)
        assert pico.high == RUNNING


@pytest.mark.parametrize("fault", [{}, {"held": True}])
def test_the_remote_acts_within_twenty_milliseconds_whatever_the_bus_does(
    all_in_one: Firmware, fault: dict[str, Any]
) -> None:
    output = "bms.red_led" if fault else LOAD
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        pico.fault(5 * PERIOD_US, **fault)
        found = []
        for phase in range(8):
            pico.run(phase * PERIOD_US / 8)
            pico.forget()
            begin = pico.now_ns
            pico.wire(3 * PERIOD_US, remote_l=OPEN_L)
            (floated,) = pico.moments(output, Level.Z_DOWN)
            found.append(floated - begin)
            pico.wire(15 * PERIOD_US, **ON)
        assert max(found) < LATENCY_NS
        assert pico.read("late") == 0
