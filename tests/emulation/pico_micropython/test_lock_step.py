"""The genuine MicroPython in lock step with the transition system, in random weather."""

from __future__ import annotations

from itertools import islice, pairwise

from tests.codegen.machines import Written
from tests.codegen.steps import Oracle
from tests.codegen.toolchain.interface import Result, Row, Start
from tests.emulation.pico_micropython.image import Image, ImagePico
from tests.emulation.record import Changed, Expired, Level
from tests.emulation.smallbms import STARTED_US
from tests.emulation.status import parse
from tests.emulation.weather import Weather
from tests.emulation.window import picked
from tests.emulation.wiring import Wiring

STEPS = 5_000
AT_ONCE = 500


def test_every_step_is_the_one_of_the_transition_system(image: Image, written: Written) -> None:
    weather = Weather(image, seed=7).steps()
    with ImagePico(image, {}) as pico:
        pico.run(STARTED_US)
        window = pico.window()
        pico.power_cycle()
        pico.forget()
        # It takes a while until there is a window.
        copies = pico.play([Wiring(1)], window.watch())
        for _ in range(STEPS // AT_ONCE):
            copies += pico.play(list(islice(weather, AT_ONCE)), window.watch())
        rows = list(window.rows(copies))
        assert not [each for each in pico.events if isinstance(each, Expired)]
        events = [each for each in pico.events if isinstance(each, Changed)]
        lines = [each for line in pico.lines if (each := parse(line.text)) is not None]
    assert len(rows) > STEPS * 0.95
    assert [row[window.at("steps")] for row in rows] == list(range(1, len(rows) + 1))
    assert {row[window.at("fault")] for row in rows} == {0}

    interface, oracle = image.interface, Oracle(written)
    inputs = window.of("in", interface.inputs)
    state = window.of("state", interface.state)
    outputs = window.of("out", interface.outputs)
    for number, row in enumerate(rows):
        start = Start.GO_ON if number else Start.INIT
        seen = oracle.take(Row(picked(row, inputs), start))
        assert seen.result == Result(picked(row, state), picked(row, outputs)), row
    assert rows[0][window.at("in.dt_ms")] == 0
    assert max(row[window.at("in.dt_ms")] for row in rows) > 150

    driven = {each.output: each.value for each in image.board.outputs}
    for name, pin in image.outputs.items():
        high = [row[window.at(f"out.{name}")] == driven[name] for row in rows]
        changes = [b for a, b in pairwise([False, *high]) if a != b]
        assert [e.level is Level.HIGH for e in events if e.pin == pin] == changes

    told = {
        (picked(row, inputs[:-1]), row[inputs[-1]], picked(row, state), picked(row, outputs))
        for row in rows
    }
    for line in lines:
        assert (line.inputs, line.dt, line.state, line.outputs) in told
    assert len(lines) > STEPS / 200
