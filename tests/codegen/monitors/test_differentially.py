"""In every language and on every processor, the monitor of the smallBMS finds what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from spec.language.reader import read, shipped
from tests.codegen.monitors import alone
from tests.codegen.monitors.alone import Alone
from tests.codegen.monitors.oracle import Oracle
from tests.codegen.monitors.stimuli import Stimuli
from tests.codegen.toolchain.compilers import CLANG, GCC
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Batch, Code, Result, Row, Runner, Start
from tests.codegen.toolchain.micropython import Unix, WebAssembly
from tests.codegen.toolchain.thumb import Thumb

STEPS = 24_000
STEADY = {"loop_closed": 1, "valid": 1, "remote_l": 1000}
VARIANTS = pytest.mark.parametrize("settable", [False, True], ids=["constant", "settable"])
RUNNERS: dict[str, Callable[[Code, Path], Runner]] = {
    "gcc": lambda code, folder: Host(GCC, code, folder, optimisation="-O2"),
    "clang": lambda code, folder: Host(CLANG, code, folder, optimisation="-O0"),
    "thumb": Thumb,
    "cpython": lambda code, _: CPython(code),
    "unix": lambda code, folder: Unix(code, folder / "unix", locked=True),
    "webassembly": lambda code, folder: WebAssembly(code, folder / "webassembly", locked=True),
}
# Measured times at which something is decided: the confirmation; everything in order; the hold-off
# and what is allowed beyond it; 30 s by the slowest clock and 32 s by the fastest, pins at worst.
EDGES_MS = (100, 2000, 31_600, 30_354, 31_634)
# With everything in order, and as the controller drives its outputs then.
CALM = STEADY | {"remote_h": 0, "supply": 24_000, "load_disconnect": 1, "blue_led": 1}
HELD = CALM | {"low_cell": 1, "pre_alarm": 1, "pre_alarm_output": 1, "charge_disconnect": 1}
DROPPED = HELD | {"load_disconnect": 0, "pre_alarm_output": 0, "blue_led": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("monitors")


@cache
def monitor(folder: Path, *, settable: bool) -> Alone:
    """The monitor of the smallBMS."""
    name = "settable" if settable else "constant"
    return alone.write(read(shipped())[0], folder / name, settable=settable)


def edge(each: Alone, total: int, *, drops: bool) -> Iterator[Row]:
    """A low cell is held for `total` ms of measured time; then the load drops, or does not."""
    times = [0, 500, 500, *[500] * (total // 500), *[total % 500] * (total % 500 > 0)]
    shown = [CALM, CALM, *[HELD] * (len(times) - 2)]
    shown[-1] = DROPPED if drops else HELD
    for number, (dt, values) in enumerate(zip(times, shown, strict=True)):
        given = values | {"dt": dt}
        yield Row(
            tuple(given.get(name, 0) for name in each.inputs),
            Start.GO_ON if number else Start.INIT,
            (),
            tuple(setting.default for setting in each.settings),
        )


@cache
def steps(folder: Path, *, settable: bool) -> tuple[Batch, list[Result], Oracle]:
    """Many steps with lies among them, and what is right."""
    each = monitor(folder, settable=settable)
    rows = list(Stimuli(each, 1, lies=0.3, steady=STEADY).rows(STEPS))
    for total in EDGES_MS:
        for near in (total - 1, total, total + 1):
            rows += [*edge(each, near, drops=True), *edge(each, near, drops=False)]
    oracle = Oracle(each)
    right = [oracle.take(row) for row in rows]
    return Batch.of(each.code.interface, rows), right, oracle


@VARIANTS
@pytest.mark.parametrize("name", RUNNERS)
def test_every_runner_finds_and_remembers_what_is_right(
    name: str, settable: bool, folder: Path, tmp_path: Path
) -> None:
    batch, right, _ = steps(folder, settable=settable)
    found = RUNNERS[name](monitor(folder, settable=settable).code, tmp_path).run(batch)
    wrong = (k for k, pair in enumerate(zip(right, found, strict=True)) if pair[0] != pair[1])
    at = next(wrong, None)
    assert at is None, (at, right[at], found[at])


@VARIANTS
def test_the_steps_violate_every_requirement_that_a_controller_can_violate(
    settable: bool, folder: Path
) -> None:
    _, _, oracle = steps(folder, settable=settable)
    kept = [name for name, (_, violated) in oracle.met.items() if not violated]
    # About inputs alone.
    assert kept == [("R07", 1), ("R09", 0)]


@VARIANTS
def test_a_correct_controller_is_never_accused(settable: bool, folder: Path) -> None:
    each = monitor(folder, settable=settable)
    rows = list(Stimuli(each, 2, lies=0, steady=STEADY).rows(STEPS))
    found = CPython(each.code).run(Batch.of(each.code.interface, rows))
    assert {result.outputs for result in found} == {(1,) * (len(each.requirements) + 1)}
    # It was watched where it matters: loads were dropped by a hold-off, again and again.
    load, low, enabled = (
        each.inputs.index(name) for name in ("load_disconnect", "low_cell", "valid")
    )
    drops = [
        1
        for before, row in pairwise(rows)
        if before.inputs[load] and not row.inputs[load] and row.inputs[low] and row.inputs[enabled]
    ]
    assert len(drops) > 20


@pytest.mark.parametrize(
    ("total", "drops", "violated"),
    [
        # 99 % of it less 50 ms is less than 30 s, or not.
        (30_353, True, ["r05"]),
        (30_354, True, []),
        # The hold-off and 1.1 s, which is reached here though the load runs on.
        (31_599, False, []),
        (31_600, False, ["r06"]),
    ],
)
def test_true_time_is_judged_to_the_millisecond(
    total: int, drops: bool, violated: list[str], folder: Path
) -> None:
    each = monitor(folder, settable=False)
    rows = list(edge(each, total, drops=drops))
    found = CPython(each.code).run(Batch.of(each.code.interface, rows))
    names = [member.name for member in each.code.interface.outputs]
    last = dict(zip(names, found[-1].outputs, strict=True))
    # A load that runs on with a low cell is nothing that these steps are about.
    assert [name for name in ("r05", "r06") if not last[name]] == violated
