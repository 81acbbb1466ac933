"""The C firmware and time: how soon it acts, on whatever side of a wrap, and what is late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.emulation.firmware import Firmware, Pico, Terminal
from tests.emulation.record import Level
from tests.emulation.smallbms import (
    DROPPED,
    OFF,
    ON,
    OPEN_L,
    PERIOD_US,
    RUNNING,
    SECOND_NS,
    SECOND_US,
    STARTED_US,
    SUPPLY_MV,
)
from tests.emulation.status import parse
from tests.emulation.wiring import Setting, Wiring

WORST_LATENCY_NS = 15_000_000
PHASES = 40
# So that everything is as it was before a phase.
SETTLED_US = 15 * PERIOD_US
H_TO_PLUS: dict[str, Terminal] = {**OFF, "remote_h": SUPPLY_MV}

# Every input: what was there before, what comes, and an output that has to follow at once.
AT_ONCE: dict[str, tuple[dict[str, Terminal], dict[str, Terminal], str]] = {
    "remote_l": (ON, {"remote_l": OPEN_L}, "load_disconnect"),
    "remote_h": (H_TO_PLUS, {"remote_h": 0}, "charge_disconnect"),
    "supply": (H_TO_PLUS, {"supply": SUPPLY_MV // 2}, "load_disconnect"),
    "supply implausible": (ON, {"supply": 0}, "charge_disconnect"),
    "loop_closed": (ON, {"loop_closed": False}, "load_disconnect"),
    "pre_alarm": (ON, {"pre_alarm": True}, "pre_alarm_output"),
    "low_cell": (ON, {"low_cell": True}, "pre_alarm_output"),
    "high_cell": (ON, {"high_cell": True}, "charge_disconnect"),
    "too_cold": (ON, {"too_cold": True}, "red_led"),
    "too_hot": (ON, {"too_hot": True}, "charge_disconnect"),
    "loop_closed again": ({**ON, "loop_closed": False}, {"loop_closed": True}, "load_disconnect"),
    "pre_alarm again": ({**ON, "pre_alarm": True}, {"pre_alarm": False}, "pre_alarm_output"),
    "high_cell again": ({**ON, "high_cell": True}, {"high_cell": False}, "charge_disconnect"),
}


def latencies(pico: Pico, kind: str) -> Iterator[int]:
    """How long it takes from input to pin, whenever in a period the input changes [ns]."""
    before, change, output = AT_ONCE[kind]
    pico.wire(STARTED_US, **before)
    for phase in range(PHASES):
        pico.run(phase * PERIOD_US / PHASES)
        pico.forget()
        changed_ns = pico.now_ns
        pico.wire(2 * PERIOD_US, **change)
        (followed,) = pico.changes(pico.firmware.outputs[output])
        yield followed.at_ns - changed_ns
        pico.wire(SETTLED_US, **before)


def test_every_input_reaches_its_pin_within_fifteen_milliseconds(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        for kind in AT_ONCE:
            found = list(latencies(pico, kind))
            assert max(found) < WORST_LATENCY_NS, kind
            # All phases were met: the quickest is next to at once, the slowest waits for a period.
            assert min(found) < PERIOD_US * 1000 / 4, kind
            assert max(found) > PERIOD_US * 1000 * 3 / 4, kind


@pytest.mark.parametrize(("bits", "before_s"), [(30, 15), (31, 15), (32, 0), (32, 15), (32, 30)])
def test_the_hold_off_is_as_long_across_a_wrap_of_the_timer(
    smallbms: Firmware, bits: int, before_s: int
) -> None:
    # 2 s after power comes on, and then the wrap is still `before_s` and a bit away.
    setting = Setting(timer_us=2**bits - (before_s + 2) * SECOND_US - 100_000)
    with Pico(smallbms, ON, setting) as pico:
        pico.run(2 * SECOND_US)
        pico.forget()
        pico.wire(33 * SECOND_US, low_cell=True)
        (warned,) = pico.moments("pre_alarm_output", Level.HIGH)
        (dropped,) = pico.moments("load_disconnect", Level.Z_DOWN)
        assert 30.499 * SECOND_NS <= dropped - warned <= 30.53 * SECOND_NS
        assert (pico.high, pico.read("fault"), pico.read("late")) == (DROPPED, 0, 0)
        # A line a second, and one for the alarm, one for the drop.
        assert len(pico.lines) in {34, 35}


def test_the_firmware_lives_through_the_wrap_of_its_own_counters(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        near = 2**32 - 2500
        pico.play([smallbms.poke(0, uptime_ms=near, said_ms=near)])
        steps = smallbms.window.members["steps"].address
        pico.play([Wiring(0, poke={steps: (2**32 - 100).to_bytes(4, "little")})])
        pico.forget()
        pico.run(6 * SECOND_US)
        assert pico.high == RUNNING
        said = [parse(each.text) for each in pico.lines]
        times = [each.time_ms for each in said if each is not None]
        assert len(times) in {5, 6}
        assert {(b - a) % 2**32 for a, b in pairwise(times)} <= {1000, 1010}
        assert times[0] > times[-1]


def test_time_that_the_processor_missed_counts(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.forget()
        # Every other step comes 150 ms late: less than the watchdog allows.
        pico.play([smallbms.wiring(PERIOD_US, low_cell=True)])
        pico.play([Wiring(2 * PERIOD_US, stall_us=150_000) for _ in range(200)])
        (warned,) = pico.moments("pre_alarm_output", Level.HIGH)
        (dropped,) = pico.moments("load_disconnect", Level.Z_DOWN)
        # Late by one step at most.
        assert 30.499 * SECOND_NS <= dropped - warned <= 30.7 * SECOND_NS
        assert pico.read("late") == pytest.approx(200, abs=1)
        assert any(each.text.startswith("# late ") for each in pico.lines)


def test_steps_are_a_period_apart_and_none_is_late(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        copies = pico.play([Wiring(10 * SECOND_US)], smallbms.window.watch())
        rows = list(smallbms.window.rows(copies))
        told = [row[smallbms.window.at("in.dt_ms")] for row in rows]
        assert set(told) <= {10, 11}
        assert len(rows) == pytest.approx(1000, abs=3)
        assert sum(told) == pytest.approx(10_000, abs=10)
        assert pico.read("late") == 0


def test_the_chip_is_set_up_as_the_board_says(smallbms: Firmware) -> None:
    # The serial flash: plain reads, 32-bit frames, a quarter of the system clock.
    registers = {0x1800_0000: 0x001F_0300, 0x1800_00F4: 0x0300_0218, 0x1800_0014: 4}
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        assert pico.statistics().system_hz == smallbms.board.system_hz
        assert {address: pico.peek_word(address) for address in registers} == registers
        # Nothing was driven on the way that no output is on.
        inputs = [each.gpio for each in smallbms.board.digital]
        assert set(pico.levels(*inputs)) == {Level.Z_UP}


@pytest.mark.parametrize("start_us", [0, 1, 2**31 - 15_000, 2**32 - 15_000])
def test_the_first_step_knows_of_no_time(smallbms: Firmware, start_us: int) -> None:
    with Pico(smallbms, ON, Setting(timer_us=start_us)) as pico:
        copies = pico.play([Wiring(5 * PERIOD_US)], smallbms.window.watch())
        at = smallbms.window.at("in.dt_ms")
        told = [row[at] for row in smallbms.window.rows(copies)]
        assert told[0] == 0
        assert set(told[1:]) <= {10, 11}
