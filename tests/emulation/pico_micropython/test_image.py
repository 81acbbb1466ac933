"""The genuine MicroPython with the smallBMS frozen in: the requirements, at terminals and pins."""

from __future__ import annotations

import pytest

from codegen.boards.status import Boot, Fault, program_of
from tests.emulation.firmware import Terminal
from tests.emulation.pico_micropython.image import Image, ImagePico
from tests.emulation.record import Changed, Expired, Level
from tests.emulation.smallbms import (
    CHARGE_ALARMS,
    DROPPED,
    NO_CHARGE,
    OFF,
    ON,
    OPEN_H,
    OPEN_L,
    PERIOD_US,
    RUNNING,
    SECOND_NS,
    SECOND_US,
    STARTED_US,
    SUPPLY_MV,
    UNSAFE,
    WARNING,
)
from tests.emulation.status import Said, parse
from tests.emulation.wiring import Converter, Wiring

WATCHDOG_US = 200_000
LEAST_WARNING_NS, MOST_WARNING_NS = 30 * SECOND_NS, 32 * SECOND_NS
WORST_LATENCY_NS = 50_000_000
# Five periods: whatever a change leads to at once has happened.
SOON_US = 50_000
SIO_GPIO_OE = 0xD000_0020
WATCHDOG_SCRATCH0 = 0x4005_800C
# From the bottom of the period to its top.
PHASES = 12


def said(pico: ImagePico) -> list[Said]:
    """All steps that lines told of, since `forget`."""
    return [each for line in pico.lines if (each := parse(line.text)) is not None]


def test_all_outputs_float_from_the_start_until_the_remote_is_confirmed(image: Image) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        changes = [each for each in pico.events if isinstance(each, Changed)]
        count = len(image.outputs)
        assert {(each.at_ns, each.level) for each in changes[:count]} == {(0, Level.Z_DOWN)}
        (began,) = {each.at_ns for each in changes[count:]}
        assert began >= SECOND_NS // 10
        assert pico.high == RUNNING
        assert pico.lines[0].text == f"# {program_of(image.machine)}"
        first = said(pico)[0]
        assert (first.time_ms, first.dt, first.boot, first.fault) == (0, 0, Boot.POWER, Fault.NONE)


def test_a_low_cell_drops_the_load_after_thirty_seconds_of_pre_alarm(image: Image) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(SECOND_US)
        pico.wire(33 * SECOND_US, pre_alarm=True, low_cell=True)
        (warned,) = pico.moments("pre_alarm_output", Level.HIGH)
        dropped = pico.moments("load_disconnect", Level.Z_DOWN)[-1]
        assert LEAST_WARNING_NS <= dropped - warned <= MOST_WARNING_NS
        assert pico.moments("pre_alarm_output", Level.Z_DOWN)[-1] == dropped
        assert pico.high == DROPPED
        # A line a second, and one for each change.
        assert len(said(pico)) >= 34
        assert {each.fault for each in said(pico)} == {Fault.NONE}
        # R14: the remote brings nothing back, and a healthy battery does.
        pico.forget()
        for _ in range(2):
            pico.wire(SECOND_US, remote_l=OPEN_L)
            assert pico.high == set()
            pico.wire(SECOND_US, remote_l=0)
            assert pico.high == DROPPED
        assert pico.moments("load_disconnect", Level.HIGH) == []
        pico.wire(SOON_US, pre_alarm=False, low_cell=False)
        assert pico.high == RUNNING


def test_the_remote_is_on_as_the_datasheet_says(image: Image) -> None:
    modes: list[tuple[dict[str, Terminal], bool]] = [
        ({"remote_l": 0, "remote_h": OPEN_H}, True),
        ({"remote_l": 3500, "remote_h": OPEN_H}, False),
        ({"remote_l": OPEN_L, "remote_h": SUPPLY_MV}, True),
        ({"remote_l": OPEN_L, "remote_h": 2900}, False),
        ({"remote_l": OPEN_L, "remote_h": 3150}, True),
        ({"remote_l": OPEN_L, "remote_h": SUPPLY_MV + 2500}, False),
        ({"remote_l": 3300, "remote_h": 3300}, True),
        ({"remote_l": 13_000, "remote_h": 13_000}, True),
    ]
    with ImagePico(image, OFF) as pico:
        pico.run(STARTED_US)
        assert pico.high == set()
        for terminals, on in modes:
            pico.wire(STARTED_US, **terminals)
            assert pico.high == (RUNNING if on else set()), terminals
            pico.wire(SOON_US, remote_l=OPEN_L, remote_h=OPEN_H)
            assert pico.high == set()


def test_alarms_and_the_loop_do_what_they_are_for(image: Image) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        for alarm in CHARGE_ALARMS:
            for level in (True, None):
                pico.wire(SOON_US, **{alarm: level})
                assert pico.high == NO_CHARGE
                pico.wire(SOON_US, **{alarm: False})
                assert pico.high == RUNNING
        for alarm in ("pre_alarm", "low_cell"):
            for level in (True, None):
                pico.wire(SOON_US, **{alarm: level})
                assert pico.high == WARNING
                pico.wire(SOON_US, **{alarm: False})
                assert pico.high == RUNNING
        for closed in (False, None):
            pico.wire(SOON_US, loop_closed=closed)
            assert pico.high == UNSAFE
            pico.wire(SOON_US, loop_closed=True)
            assert pico.high == RUNNING


def test_a_reading_that_is_not_valid_floats_everything_at_once(image: Image) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        window = pico.window()
        for wired in image.board.analogue:
            above = wired.conversion.plausible.highest + 1
            for reading in (*Converter, 4095, above):
                pico.play([Wiring(SOON_US, adc={wired.channel: reading})])
                assert pico.member(window, "in.valid") == 0, (wired.input, reading)
                assert pico.high <= UNSAFE
                pico.wire(STARTED_US, **ON)
                assert (pico.high, pico.member(window, "in.valid")) == (RUNNING, 1)


def test_readings_are_those_that_were_proved(image: Image) -> None:
    with ImagePico(image, OFF) as pico:
        pico.run(STARTED_US)
        window = pico.window()
        for k in range(60):
            counts = [(70 * k + 1000 * channel) % 4096 for channel in range(3)]
            pico.play([Wiring(2 * PERIOD_US, adc=dict(enumerate(counts)))])
            for wired in image.board.analogue:
                expected = wired.conversion.read(counts[wired.channel])
                assert pico.member(window, f"in.{wired.input}_mv") == expected


def test_every_input_reaches_its_pin_in_time(image: Image) -> None:
    changes: list[tuple[dict[str, Terminal], str]] = [
        ({"high_cell": True}, "charge_disconnect"),
        ({"high_cell": False}, "charge_disconnect"),
        ({"pre_alarm": True}, "pre_alarm_output"),
        ({"pre_alarm": False}, "pre_alarm_output"),
        ({"loop_closed": False}, "load_disconnect"),
        ({"loop_closed": True}, "load_disconnect"),
        ({"remote_l": OPEN_L}, "load_disconnect"),
    ]
    worst = 0
    with ImagePico(image, ON) as pico:
        for phase in range(PHASES):
            pico.wire(STARTED_US + phase * PERIOD_US / PHASES, **ON)
            for change, output in changes:
                pico.forget()
                changed_ns = pico.now_ns
                pico.wire(SOON_US + phase * PERIOD_US / PHASES, **change)
                (moment,) = [each.at_ns for each in pico.changes(image.outputs[output])]
                worst = max(worst, moment - changed_ns)
    print(f"from an input to its pin: {worst / 1e6:.2f} ms at worst")
    # A period at least, or the phases were none.
    assert 8_000_000 < worst < WORST_LATENCY_NS


@pytest.mark.parametrize("low_cell", [True, False])
def test_a_reset_by_the_watchdog_in_the_middle_of_the_hold_off_is_safe(
    image: Image, low_cell: bool
) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        pico.wire(5 * SECOND_US, pre_alarm=True, low_cell=True)
        assert pico.high == WARNING
        pico.forget()
        pico.play([Wiring(0, stall_us=WATCHDOG_US + SOON_US)])
        pico.wire(STARTED_US, pre_alarm=low_cell, low_cell=low_cell)
        (reset,) = [each for each in pico.events if isinstance(each, Expired)]
        floated = [each for each in pico.events if isinstance(each, Changed)][:3]
        assert {each.at_ns for each in floated} == {reset.at_ns}
        assert {each.level for each in floated} == {Level.Z_DOWN}
        assert pico.high == (DROPPED if low_cell else RUNNING)
        assert {each.boot for each in said(pico)} == {Boot.WATCHDOG}
        assert pico.peek_word(WATCHDOG_SCRATCH0) == 2
        if low_cell:
            pico.run(2 * SECOND_US)
            assert pico.moments("load_disconnect", Level.HIGH) == []


def test_a_late_step_is_told_the_time_and_counted(image: Image) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        window = pico.window()
        rows = list(
            window.rows(pico.play([Wiring(5 * PERIOD_US, stall_us=100_000)], window.watch()))
        )
        assert 100 <= max(row[window.at("in.dt_ms")] for row in rows) <= 111
        assert rows[-1][window.at("late")] == 1
        pico.run(STARTED_US)
        assert "# late 1" in [each.text for each in pico.lines]
        assert pico.high == RUNNING


# Its ticks wrap at 2**30, the timer's lower word at 2**32.
@pytest.mark.parametrize("wrap_us", [2**30, 2**32])
def test_time_goes_on_when_a_counter_wraps(image: Image, wrap_us: int) -> None:
    with ImagePico(image, ON, timer_us=wrap_us - SECOND_US) as pico:
        pico.run(STARTED_US)
        window = pico.window()
        pico.wire(SOON_US, low_cell=True)
        began_ns = pico.now_ns
        rows = list(window.rows(pico.play([Wiring(2 * SECOND_US)], window.watch())))
        told_ms = sum(row[window.at("in.dt_ms")] for row in rows)
        assert told_ms == pytest.approx((pico.now_ns - began_ns) / 1e6, abs=21)
        counted = [row[window.at("state.load_time_ms")] for row in rows]
        assert counted[-1] - counted[0] == told_ms - rows[0][window.at("in.dt_ms")]
        assert {row[window.at("late")] for row in rows} == {0}
        times = [each.time_ms for each in said(pico)]
        assert times == sorted(times)
        assert times[-1] < 3000


def test_a_bit_that_turns_over_in_the_memory_floats_everything_until_power_goes(
    image: Image,
) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        window = pico.window()
        pico.play([Wiring(SOON_US, flip={window.address("state.load"): 0x04})])
        assert pico.high == set()
        assert said(pico)[-1].fault == Fault.STATE
        pico.forget()
        # Neither time nor a reset by the watchdog heals it.
        pico.run(SECOND_US)
        pico.play([Wiring(STARTED_US, stall_us=WATCHDOG_US + SOON_US)])
        assert [type(each) for each in pico.events] == [Expired]
        assert {each.fault for each in said(pico)} == {Fault.STATE}
        assert said(pico)[-1].boot == Boot.WATCHDOG
        pico.power_cycle()
        pico.run(STARTED_US)
        assert pico.high == RUNNING


def test_a_register_that_changes_by_itself_floats_everything_until_power_goes(
    image: Image,
) -> None:
    with ImagePico(image, ON) as pico:
        pico.run(STARTED_US)
        more = pico.peek_word(SIO_GPIO_OE) | 1 << image.outputs["red_led"]
        pico.play([Wiring(SOON_US, poke={SIO_GPIO_OE: more.to_bytes(4, "little")})])
        assert pico.high == set()
        assert said(pico)[-1].fault == Fault.PINS
        pico.run(SECOND_US)
        assert pico.high == set()
