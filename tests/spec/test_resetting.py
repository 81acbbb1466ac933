"""A part that is reset does what one does that is switched on anew."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from spec.language.errors import SpecificationError
from spec.language.reader import read, shipped
from spec.machine import Machine, Span
from spec.reference import ReferenceRun
from spec.resetting import RESET, resettable, timed_from_power_up

STEPS = 600
RECEIVERS = sorted((shipped().parent / "receivers").glob("*.machine"))
MACHINES = [shipped(), shipped().with_name("battery.machine"), *RECEIVERS]

SYSTEM = """
system pair "two that are reset"

time
    step 1 ms .. 500 ms by 1 ms

inputs
    again : bool

parts
    one [1 .. 2] : timed.machine

{}

requirement S1
    always true
"""
TIMED = """
machine timed "it waits before it does anything"

time
    step 1 ms .. 500 ms by 1 ms

region place
    mode here initial, safe
    mode there
    here -> there when {}

outputs
    away : bool = place is there

requirement T1
    always true
"""


def standing(machine: Machine) -> Machine:
    """`machine`, whose modes are the initial ones for ever."""
    return replace(
        machine, regions=tuple(replace(each, transitions=()) for each in machine.regions)
    )


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.stem)
def test_the_step_after_a_reset_is_a_first_step(path: Path) -> None:
    machine = read(path)[0]
    assert timed_from_power_up(machine) is None
    rnd = random.Random(path.stem)
    whole, anew = ReferenceRun(resettable(machine), {}), ReferenceRun(machine, {})
    values = {each.name: each.span.lowest for each in machine.inputs}
    is_first, changes = True, set()
    for _ in range(STEPS):
        for each in machine.inputs:
            if rnd.random() < 0.2:
                choices = (each.span.lowest, each.span.highest, rnd.randint(*_ends(each.span)))
                values[each.name] = rnd.choice(choices)
        reset = rnd.random() < 0.05
        dt = rnd.choice((1, 40, 500))
        seen, _ = whole.step({**values, "dt": dt, RESET: int(reset)})
        if reset:
            anew = ReferenceRun(machine, {})
            expected, _ = ReferenceRun(standing(machine), {}).step({**values, "dt": 0})
        else:
            expected, _ = anew.step({**values, "dt": 0 if is_first else dt})
        is_first = reset
        assert (seen.modes, seen.outputs) == (expected.modes, expected.outputs)
        changes.add((*seen.modes.values(), *seen.outputs.values()))
    assert len(changes) > 1, "nothing ever happened"


def _ends(span: Span) -> tuple[int, int]:
    return span.lowest, span.highest


def system(folder: Path, how: str, guard: str) -> Machine:
    (folder / "timed.machine").write_text(TIMED.format(guard), encoding="utf-8")
    path = folder / "pair.system"
    path.write_text(SYSTEM.format(how), encoding="utf-8")
    return read(path)[0]


def test_all_of_a_kind_are_reset_together_where_that_is_connected(tmp_path: Path) -> None:
    machine = system(tmp_path, "connect\n    one.reset = again", "true")
    run = ReferenceRun(machine, {})
    modes = [run.step({"again": again, "dt": 1})[0].modes for again in (0, 1, 0)]
    assert [[*each.values()] for each in modes] == [[1, 1], [0, 0], [1, 1]]


def test_each_is_reset_by_itself_where_that_is_exposed(tmp_path: Path) -> None:
    exposed = "expose\n    one.reset\n\ndefine\n    some = any(one.reset) or again"
    machine = system(tmp_path, exposed, "true")
    assert [each.name for each in machine.inputs] == ["again", "one.1.reset", "one.2.reset"]
    run = ReferenceRun(machine, {})
    inputs = {"again": 0, "one.1.reset": 1, "one.2.reset": 0, "dt": 1}
    assert [*run.step(inputs)[0].modes.values()] == [0, 1]


def test_what_is_timed_from_power_up_cannot_be_reset(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError) as refused:
        system(tmp_path, "connect\n    one.reset = again", "after(3 s)")
    (message,) = [str(each.message) for each in refused.value.diagnostics]
    assert message == "'one' cannot be reset: 'place' asks how long it has been in its initial mode"
