"""A monitor beside the reference run, which knows true time, in every world that is possible.

Nothing here is lowered but the monitor itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from spec.language.reader import read_text
from spec.machine import Always, Machine
from spec.reference import ReferenceRun
from tests.codegen.monitors import alone
from tests.codegen.monitors.test_claims import PUMP
from tests.codegen.monitors.test_true_time import PROPERTIES
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.interface import Batch, Row, Start

# Measured times around 2 s and 3 s, as far as the clock and the pins may be off, and further.
TOTALS_MS = [*range(1_900, 2_110, 10), *range(2_900, 3_110, 10)]
# Only a world between the extremes shows that something is exactly so.
EXACT = "always fell(on) implies not (stood(on) == 3 s)"

# Whether it rises in a step: how late the pins are then.
Late = Callable[[bool], int]


def runs(seed: int) -> list[list[dict[str, int]]]:
    """The pump is on for each of the times, in steps of any length."""
    rnd = random.Random(seed)
    found = []
    for total in TOTALS_MS:
        lengths: list[int] = []
        while total > sum(lengths):
            lengths.append(min(rnd.choice((10, 70, 100, 100, 100)), total - sum(lengths)))
        calm = rnd.choice((0, 1))
        # The step in which it falls is of the time that it stood.
        held = [{"start": int(k < len(lengths) - 1), "dt": dt} for k, dt in enumerate(lengths)]
        steps = [{"start": 0, "dt": 0}, {"start": 1, "dt": 50}, *held]
        found.append([{**step, "calm": calm, "dt": step["dt"] // 10} for step in steps])
    return found


def truths(machine: Machine, run: Sequence[dict[str, int]], slack: int, late: Late) -> list[bool]:
    """In each step, whether the property holds in the world that is given."""
    (declared,) = machine.requirements[0].properties
    assert isinstance(declared, Always)
    reference = ReferenceRun(machine, {}, [declared.expression])
    time = machine.time
    seen, was = [], 0
    for step in run:
        true_dt = step["dt"] * (time.fine_per_tick + slack)
        rises = bool(step["start"]) and not was
        was = step["start"]
        given = {**step, "true_dt": true_dt, "latency": late(rises)}
        seen.append(bool(reference.step(given)[1][0]))
    return seen


@pytest.mark.parametrize("property_", PROPERTIES)
def test_a_monitor_says_what_is_so_in_the_worst_of_all_worlds(
    property_: str, tmp_path: Path
) -> None:
    machine = read_text(PUMP.format(property_), "pump.machine")[0]
    each = alone.write(machine, tmp_path, settable=False)
    latency, slack = machine.time.latency, machine.time.drift_per_tick
    low, high = latency.lowest, latency.highest
    rnd = random.Random(1)
    violated = 0
    for run in runs(1):
        rows = [
            Row(
                tuple((step | {"on": step["start"]}).get(name, 0) for name in each.inputs),
                Start.GO_ON if number else Start.INIT,
            )
            for number, step in enumerate(run)
        ]
        found = CPython(each.code).run(Batch.of(each.code.interface, rows))
        said = [bool(result.outputs[0]) for result in found]
        longest = truths(machine, run, slack, lambda rises: low if rises else high)
        shortest = truths(machine, run, -slack, lambda rises: high if rises else low)
        between = truths(machine, run, rnd.randint(-slack, slack), lambda _: rnd.randint(low, high))
        for claim, *worlds in zip(said, longest, shortest, between, strict=True):
            assert claim <= all(worlds)
            if property_ != EXACT:
                assert claim is all(worlds)
            violated += not claim
    assert violated
