"""The status line of the C firmware, as `smallbms monitor` understands it."""

from __future__ import annotations

from itertools import islice

from smallbms.watching.note import Kind
from smallbms.watching.watch import Watch
from tests.emulation.firmware import Firmware, Pico
from tests.emulation.smallbms import ALARMS, ON, PERIOD_US, SECOND_US
from tests.emulation.weather import Weather

STEPS = 4_000


def watched(firmware: Firmware, pico: Pico) -> tuple[Watch, set[Kind]]:
    watch = Watch(firmware.machine)
    told = {note.kind for line in pico.lines for note in watch.take(line.text.encode())}
    return watch, told


def test_whoever_watches_it_accuses_nobody_whatever_the_weather(smallbms: Firmware) -> None:
    with Pico(smallbms, {}) as pico:
        pico.play(list(islice(Weather(smallbms, 3).steps(), STEPS)))
        watch, told = watched(smallbms, pico)
    assert not watch.fails
    assert told == {Kind.PROGRAM, Kind.STARTED, Kind.CHANGED, Kind.REMARK}
    judged = [id_ for id_, each in watch.standings.items() if each.judged]
    assert len(judged) >= len(watch.standings) - 1


def test_nor_where_lines_are_left_out(smallbms: Firmware) -> None:
    flicker = [
        smallbms.wiring(PERIOD_US, **{alarm: level})
        for _ in range(20)
        for level in (True, False)
        for alarm in ALARMS
    ]
    with Pico(smallbms, ON) as pico:
        pico.run(SECOND_US)
        pico.play(flicker)
        pico.run(2 * SECOND_US)
        watch, told = watched(smallbms, pico)
    assert not watch.fails
    assert told == {Kind.PROGRAM, Kind.STARTED, Kind.CHANGED}
