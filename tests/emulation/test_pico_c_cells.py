"""The all-in-one controller: its outputs follow its cells."""

from __future__ import annotations

from tests.emulation.cells import (
    CHARGE,
    DROPPED,
    HEALTHY,
    LOAD,
    MEASURED_US,
    NO_CHARGE,
    OFF,
    ON,
    RUNNING,
    SETTLED_US,
    UNSAFE,
    WARNED,
    WARNING,
    AllInOne,
)
from tests.emulation.firmware import Firmware
from tests.emulation.record import Level
from tests.emulation.smallbms import SECOND_NS, SECOND_US
from tests.emulation.status import parse

# A round of temperatures, and a bit.
TEMPERATURE_US = 2 * SECOND_US + 20_000
# How far a reading is from its cell: 50 mV, and a count and a millivolt more or less.
NEAREST_MV, FARTHEST_MV = 49, 52


def test_nothing_runs_before_the_first_valid_reading(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(2 * SECOND_US)
        assert pico.high == UNSAFE
        assert not pico.moments(LOAD, Level.HIGH)
        pico.run(SECOND_US)
        assert pico.high == RUNNING
        (started,) = pico.moments(LOAD, Level.HIGH)
        assert pico.moments(CHARGE, Level.HIGH) == [started]
        assert 2.5 * SECOND_NS <= started <= 2.6 * SECOND_NS
        assert (pico.read("late"), pico.read("fault")) == (0, 0)


def test_the_outputs_follow_every_cell_and_the_temperature(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        for at in range(4):
            for voltage, high in (
                # Just beyond each level, with what a reading may be off.
                (3101, WARNING),
                (3310, RUNNING),
                (3270, RUNNING),
                (3700, NO_CHARGE),
                (3500, RUNNING),
            ):
                volts = [3300] * 4
                volts[at] = voltage
                pico.measure(MEASURED_US, cells=tuple(volts))
                assert pico.high == high, (at, voltage)
                if voltage < 3300:
                    away = voltage - pico.read("in.lowest_cell_mv")
                else:
                    away = pico.read("in.highest_cell_mv") - voltage
                assert NEAREST_MV <= away <= FARTHEST_MV, (at, voltage)
        for celsius, high in ((0, NO_CHARGE), (25, RUNNING), (55, NO_CHARGE), (40, RUNNING)):
            pico.measure(TEMPERATURE_US, celsius=celsius)
            assert pico.high == high, celsius
            assert pico.read("in.temperature_decicelsius") == celsius * 10
        pico.measure(TEMPERATURE_US, celsius=-20)
        assert pico.high == NO_CHARGE
        said = [parse(each.text) for each in pico.lines]
        # Below zero it is told with its sign.
        assert said[-1] is not None
        assert said[-1].inputs[5] == -200
        assert (pico.read("late"), pico.read("fault")) == (0, 0)


def test_a_low_cell_is_warned_of_dropped_and_recharged(all_in_one: Firmware) -> None:
    with AllInOne(all_in_one, ON) as pico:
        pico.run(SETTLED_US)
        pico.forget()
        pico.measure(MEASURED_US, cells=(3300, 3300, 2790, 3300))
        assert pico.high == WARNING
        pico.run(31 * SECOND_US)
        assert pico.high == DROPPED
        (warned,) = pico.moments(WARNED, Level.HIGH)
        (dropped,) = pico.moments(LOAD, Level.Z_DOWN)
        assert 30.499 * SECOND_NS <= dropped - warned <= 30.53 * SECOND_NS
        # A rebound is no recharge.
        pico.measure(MEASURED_US, cells=(3240, 3240, 3240, 3240))
        assert pico.high == DROPPED
        pico.measure(MEASURED_US, **HEALTHY)
        assert pico.high == RUNNING
        pico.wire(50_000, **OFF)
        assert pico.high == set()
