"""The C firmware in lock step with the transition system: what it saw, against what it did."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import pytest

from tests.codegen.machines import Written
from tests.codegen.steps import Oracle
from tests.codegen.toolchain.interface import Result, Row, Start
from tests.emulation.firmware import Firmware, Pico
from tests.emulation.record import Changed, Level, Line
from tests.emulation.smallbms import ON, PERIOD_US, STARTED_US
from tests.emulation.status import parse
from tests.emulation.weather import Weather
from tests.emulation.window import picker
from tests.emulation.wiring import Wiring

# Weather is a bit longer than a period a time.
STEPS = 46_500
LEAST_STEPS = 100_000
# As many as there are processors, so that they run side by side.
SEEDS = (1, 2)
AT_ONCE = 3_100
LEAST_OFTEN = 30
LONGEST_STALL_MS = 200
# A reading that stays for this long is there for the whole of a step at least.
LONGER_THAN_A_PERIOD_US = 10_200


@dataclass(frozen=True)
class Run:
    """What a firmware did in weather.

    Attributes:
        lasted_ns: How long power was on.
        rows: Its window after each step.
        events: What its outputs did.
    """

    lasted_ns: int
    rows: list[tuple[int, ...]]
    events: list[Changed]
    lines: list[Line]
    stack_left: int


def run(firmware: Firmware, seed: int) -> Run:
    symbols = firmware.program.symbols
    bottom, top = symbols["stack_bottom"].address, symbols["stack_top"].address
    weather = Weather(firmware, seed).steps()
    with Pico(firmware, {}) as pico:
        fresh = pico.peek(bottom, top - bottom)
        copies = b""
        for _ in range(STEPS // AT_ONCE):
            copies += pico.play(list(islice(weather, AT_ONCE)), firmware.window.watch())
        events = [each for each in pico.events if isinstance(each, Changed)]
        assert len(events) == len(pico.events)
        used = pico.peek(bottom, top - bottom)
        # Above the guard, which is written at the start.
        left = next(k for k in range(16, len(used)) if used[k] != fresh[k])
        rows = list(firmware.window.rows(copies))
        return Run(pico.now_ns, rows, events, list(pico.lines), left)


@pytest.fixture(scope="module")
def runs(smallbms: Firmware) -> list[Run]:
    with ThreadPoolExecutor(len(SEEDS)) as pool:
        return list(pool.map(lambda seed: run(smallbms, seed), SEEDS))


def test_every_step_is_the_one_of_the_transition_system(
    runs: list[Run], written: Written, smallbms: Firmware
) -> None:
    interface, window = written.code.interface, smallbms.window
    steps, fault = window.at("steps"), window.at("fault")
    inputs = picker(window.of("in", interface.inputs))
    state = picker(window.of("state", interface.state))
    outputs = picker(window.of("out", interface.outputs))
    fired: Counter[int] = Counter()
    for each in runs:
        oracle = Oracle(written)
        assert [row[steps] for row in each.rows] == list(range(1, len(each.rows) + 1))
        assert not any(row[fault] for row in each.rows)
        for number, row in enumerate(each.rows):
            start = Start.GO_ON if number else Start.INIT
            seen = oracle.take(Row(inputs(row), start))
            assert seen.result == Result(state(row), outputs(row)), row
            fired.update(k for k, count in enumerate(seen.fired) if count)
    assert sum(len(each.rows) for each in runs) >= LEAST_STEPS
    assert min(fired[k] for k in range(len(written.system.edges))) >= LEAST_OFTEN
    dts = {row[window.at("in.dt_ms")] for each in runs for row in each.rows}
    assert min(dts) == 0
    assert max(dts) > 150


def test_the_steps_are_told_of_all_the_time_that_goes_by(
    runs: list[Run], smallbms: Firmware
) -> None:
    dt = smallbms.window.at("in.dt_ms")
    for each in runs:
        told_ms = sum(row[dt] for row in each.rows)
        # Booting takes a moment, and the last stall is told of in a step that is no more.
        assert 0 <= each.lasted_ns / 1_000_000 - told_ms < LONGEST_STALL_MS


def test_the_pins_are_what_the_steps_say(runs: list[Run], smallbms: Firmware) -> None:
    window = smallbms.window
    driven = {each.output: each.value for each in smallbms.board.outputs}
    for each in runs:
        for name, pin in smallbms.outputs.items():
            high = [row[window.at(f"out.{name}")] == driven[name] for row in each.rows]
            changes = [high[0], *(b for a, b in pairwise([False, *high]) if a != b)]
            seen = [event.level is Level.HIGH for event in each.events if event.pin == pin]
            assert seen == changes


def test_every_status_line_tells_of_a_step(
    runs: list[Run], written: Written, smallbms: Firmware
) -> None:
    interface, window = written.code.interface, smallbms.window
    # The time stands in front.
    assert interface.inputs[-1].name == "dt_ms"
    shown = picker(
        [
            window.at("in.dt_ms"),
            *window.of("in", interface.inputs[:-1]),
            *window.of("state", interface.state),
            *window.of("out", interface.outputs),
            window.at("fault"),
            window.at("boot"),
        ]
    )
    for each in runs:
        rows = map(shown, each.rows)
        told = [said for line in each.lines if (said := parse(line.text)) is not None]
        for said in told:
            assert said.values in rows, said
        assert len(told) > len(each.rows) / 200


def test_the_stack_is_no_deeper_than_there_is_room(runs: list[Run]) -> None:
    # A quarter of it is left, whatever the weather.
    assert min(each.stack_left for each in runs) >= 128


def test_every_count_is_read_as_the_specification_of_the_board_says(smallbms: Firmware) -> None:
    counts = range(4096)
    board = smallbms.board
    shuffled = [random.Random(each.channel).sample(counts, len(counts)) for each in board.analogue]
    window = smallbms.window
    at = [window.at(f"in.{each.input}_mv") for each in board.analogue]
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        plays = [
            Wiring(LONGER_THAN_A_PERIOD_US, adc=dict(zip((0, 1, 2), each, strict=True)))
            for each in zip(*shuffled, strict=True)
        ]
        rows = list(smallbms.window.rows(pico.play(plays, smallbms.window.watch())))
    found = map(picker([*at, window.at("in.valid")]), rows)
    for given in zip(*shuffled, strict=True):
        conversions = [each.conversion for each in board.analogue]
        wanted = tuple(c.read(n) for c, n in zip(conversions, given, strict=True))
        valid = all(
            c.plausible.lowest <= n <= c.plausible.highest
            for c, n in zip(conversions, given, strict=True)
        )
        assert (*wanted, int(valid)) in found, given


def test_every_line_is_read_as_the_board_says(smallbms: Firmware, tmp_path: Path) -> None:
    rnd = random.Random(1)
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        for _ in range(200):
            lines = {each.input: rnd.choice((True, False, None)) for each in smallbms.board.digital}
            pico.wire(2 * PERIOD_US, **lines)
            for each in smallbms.board.digital:
                given = lines[each.input]
                assert pico.read(f"in.{each.input}") == (each.safe if given is None else given)
