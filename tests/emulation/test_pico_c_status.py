"""The status line of the C firmware: what is said, when, and that it is so."""

from __future__ import annotations

from itertools import accumulate, islice

from codegen.boards.status import Boot, program_of
from spec.system import Role
from tests.codegen.machines import Written
from tests.emulation.firmware import Firmware, Pico
from tests.emulation.smallbms import ALARMS, ON, OPEN_L, PERIOD_US, SECOND_US, STARTED_US
from tests.emulation.status import Said, parse
from tests.emulation.window import picker
from tests.emulation.wiring import Wiring

A_SECOND_MS = 1000
# The 32 bytes of the FIFO are filled once a period, and a line has less than three times as many.
LONGEST_LINE_NS = 30_000_000


def told(pico: Pico) -> list[Said]:
    """What the lines say of steps."""
    return [said for line in pico.lines if (said := parse(line.text)) is not None]


def test_the_first_line_says_which_machine_it_is(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        assert pico.lines[0].text == f"# {program_of(smallbms.machine)}"
        first = told(pico)[0]
        assert (first.time_ms, first.dt, first.boot, first.fault) == (0, 0, Boot.POWER, 0)


def test_a_step_is_told_of_once_a_second_and_whenever_something_changes(
    smallbms: Firmware, written: Written
) -> None:
    alarms: dict[str, bool] = dict.fromkeys(ALARMS, False)
    weather = [smallbms.wiring(PERIOD_US, **ON)]
    for alarm in (*ALARMS, *reversed(ALARMS)):
        alarms[alarm] = not alarms[alarm]
        weather.append(smallbms.wiring(700_000, **alarms))
    weather += [
        smallbms.wiring(SECOND_US, remote_l=OPEN_L),
        smallbms.wiring(3 * SECOND_US, loop_closed=False),
        smallbms.wiring(SECOND_US, remote_l=0),
        smallbms.wiring(2 * SECOND_US, loop_closed=True, supply=30_000),
        smallbms.wiring(32 * SECOND_US, low_cell=True),
    ]
    interface, window, program = written.code.interface, smallbms.window, written.program
    # All but the time, which stands in front.
    inputs = window.of("in", interface.inputs[:-1])
    state = window.of("state", interface.state)
    outputs = window.of("out", interface.outputs)
    news = [
        *outputs,
        *(k for k, each in zip(inputs, program.inputs, strict=False) if each.variable.boolean),
        *(k for k, each in zip(state, program.memory, strict=True) if each.role is not Role.TIMER),
    ]
    with Pico(smallbms, ON) as pico:
        rows = list(window.rows(pico.play(weather, window.watch())))
        said = told(pico)
    changing, shown = picker(news), [picker(each) for each in (inputs, state, outputs)]
    times = accumulate(row[window.at("in.dt_ms")] for row in rows)
    wanted, last, last_ms = [], None, 0
    for time_ms, row in zip(times, rows, strict=True):
        if changing(row) != last or time_ms - last_ms >= A_SECOND_MS:
            last, last_ms = changing(row), time_ms
            wanted.append((time_ms, *(each(row) for each in shown)))
    found = [(each.time_ms, each.inputs, each.state, each.outputs) for each in said]
    # The last one may still be on its way.
    assert len(found) in {len(wanted), len(wanted) - 1}
    assert found == wanted[: len(found)]


def test_a_line_is_out_soon_after_what_it_tells_of(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(2 * SECOND_US)
        pico.forget()
        pico.wire(5 * PERIOD_US, high_cell=True)
        (changed,) = {each.at_ns for each in pico.events}
        (line,) = pico.lines
        assert 0 < line.at_ns - changed < LONGEST_LINE_NS


def test_lines_that_come_too_fast_are_left_out_whole(smallbms: Firmware) -> None:
    flicker = [
        smallbms.wiring(PERIOD_US, **{alarm: level})
        for _ in range(100)
        for level in (True, False)
        for alarm in ALARMS
    ]
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.forget()
        pico.play(flicker)
        pico.run(2 * SECOND_US)
        # Nothing is garbled, the line is busy, and the last thing said is how it is.
        said = told(pico)
        assert len(flicker) / 3 < len(said) < len(flicker)
        assert not any(islice(said[-1].inputs, 5, None))
        assert pico.read("late") == 0


def test_a_reset_is_told_of(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.forget()
        pico.play([Wiring(STARTED_US, stall_us=250_000)])
        assert pico.lines[0].text == f"# {program_of(smallbms.machine)}"
        assert {each.boot for each in told(pico)} == {Boot.WATCHDOG}
