"""What is written by hand does what is generated: else there is nothing to compare."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from benchmarks.step import HANDWRITTEN, generated, interface_of
from tests.codegen.toolchain.compilers import GCC
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Batch, Code, Interface, Result, Row, Start

STEPS = 25_000
HOLD_OFF_MS = 30_500
WARNING, DROPPED = 2, 3

# What hand-written memory is called where it is generated.
GENERATED = {
    "remote_was_closed": "remote_closed_before",
    "remote_ms": "remote_closed_time_ms",
    "warning_ms": "load_time_ms",
}
VOLTAGES_MV = (0, 2899, 2900, 2901, 3499, 3500, 3501, 11_999, 12_500, 12_501, 70_000)
# On each side of every comparison, and beyond what is legal in memory.
POSSIBLE = {
    "remote_l_mv": VOLTAGES_MV,
    "remote_h_mv": VOLTAGES_MV,
    "supply_mv": (8_000, 12_000, 12_001, 70_000),
    "dt_ms": (0, 1, 99, 100, 101, 499, 500),
    "load": (0, 1, WARNING, WARNING, DROPPED, 4, 255),
    "load_time_ms": (0, 29_999, 30_000, 30_400, 30_499, 30_500, 30_501, 60_001, 65_535),
    "remote_closed_before": (0, 1, 255),
    "remote_closed_time_ms": (0, 1, 50, 99, 100, 101, 255),
}
# With which the loads run, and are dropped after a while.
LIKELY = {
    "remote_l_mv": (3499,),
    "supply_mv": (12_000,),
    "loop_closed": (1,),
    "valid": (255,),
    "pre_alarm": (0, 1),
    "low_cell": (0, 1, 1),
    "dt_ms": (99, 500, 500),
}
FLAGS = (0, 1, 255)

Values = dict[str, int]


def runs() -> list[Values]:
    """Inputs that follow one another: most of them stay, so that timers fill."""
    rnd = random.Random(5)
    inputs: Values = {}
    given = []
    for _ in range(STEPS):
        for name, possible in _inputs().items():
            if rnd.random() < 0.01 or name not in inputs:
                likely = LIKELY.get(name, (0,)) if rnd.random() < 0.95 else possible
                inputs[name] = rnd.choice(likely)
        given.append(dict(inputs))
    return given


def anything() -> list[tuple[Values, Values]]:
    """Inputs with memory that holds anything."""
    rnd = random.Random(18)
    given = []
    for _ in range(STEPS):
        # Half the inputs as they are when the loads run: else hardly any step is enabled.
        inputs = {
            name: rnd.choice(LIKELY.get(name, (0,)) if rnd.random() < 0.5 else possible)
            for name, possible in _inputs().items()
        }
        names = (*GENERATED.values(), "load", "charge")
        memory = {name: rnd.choice(POSSIBLE.get(name, FLAGS)) for name in names}
        given.append((inputs, memory))
    return given


def _inputs() -> dict[str, tuple[int, ...]]:
    interface = interface_of(HANDWRITTEN[0])
    return {each.name: POSSIBLE.get(each.name, FLAGS) for each in interface.inputs}


class Step:
    """The step of one source, on this machine."""

    def __init__(self, source: Path, folder: Path) -> None:
        folder.mkdir()
        self.interface = interface_of(source)
        self._host = Host(GCC, Code(self.interface, (source,)), folder)

    def run(self, given: list[tuple[Values, Values | None]]) -> list[Values]:
        """After every step: outputs, and what memory means."""
        rows = [self._row(*each) for each in given]
        rows[0] = rows[0]._replace(start=rows[0].start or Start.INIT)
        results = self._host.run(Batch.of(self.interface, rows))
        return [_meaning(self.interface, each) for each in results]

    def _row(self, inputs: Values, memory: Values | None) -> Row:
        values = tuple(inputs[each.name] for each in self.interface.inputs)
        if memory is None:
            return Row(values)
        names = (GENERATED.get(each.name, each.name) for each in self.interface.state)
        return Row(values, Start.GIVEN, tuple(memory[name] for name in names))


def _meaning(interface: Interface, result: Result) -> Values:
    names = [GENERATED.get(each.name, each.name) for each in interface.state]
    meaning = dict(zip(names, result.state, strict=True))
    # By hand, what is decided anew in every step is not remembered.
    meaning.pop("charge", None)
    # Asked for in no other mode, and about nothing beyond the hold-off.
    warning_ms = meaning.pop("load_time_ms")
    if meaning["load"] == WARNING:
        meaning["warning_ms"] = min(warning_ms, HOLD_OFF_MS)
    outputs = [each.name for each in interface.outputs]
    return meaning | dict(zip(outputs, result.outputs, strict=True))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Step:
    folder = tmp_path_factory.mktemp("generated")
    return Step(generated(folder), folder / "built")


@pytest.fixture(params=HANDWRITTEN, ids=lambda each: each.stem)
def by_hand(request: pytest.FixtureRequest, tmp_path: Path) -> Step:
    return Step(request.param, tmp_path / "built")


def test_runs_agree(expected: Step, by_hand: Step) -> None:
    given: list[tuple[Values, Values | None]] = [(each, None) for each in runs()]
    results = expected.run(given)
    assert by_hand.run(given) == results
    drops = [
        after["load"]
        for before, after in itertools.pairwise(results)
        if before["load"] == WARNING and after["load"] == DROPPED
    ]
    assert len(drops) > 10
    assert {each["red_led"] for each in results} == {0, 1}


def test_steps_from_any_memory_agree(expected: Step, by_hand: Step) -> None:
    given: list[tuple[Values, Values | None]] = list(anything())
    results = expected.run(given)
    assert by_hand.run(given) == results
    assert {each["load"] for each in results} == {0, 1, 2, 3}
    assert {each["charge_disconnect"] for each in results} == {0, 1}
