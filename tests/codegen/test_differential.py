"""One text, run in every way there is: as written, as lowered, and as code on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.language.reader import shipped
from spec.machine import Machine
from spec.reference import ReferenceRun
from spec.system import Role
from tests.codegen.checks import agree, memory_begins_alike, settings_are_checked
from tests.codegen.machines import MACHINES, VARIANTS, Written, machine, write
from tests.codegen.steps import SMALL, Oracle, some_steps
from tests.codegen.toolchain.compilers import CLANG, GCC
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Batch, Row, Runner, Start, one_run
from tests.codegen.toolchain.micropython import Unix, WebAssembly
from tests.codegen.toolchain.runners import all_runners
from tests.codegen.toolchain.thumb import Thumb

SMALLBMS_STEPS = 100_000
CORPUS_STEPS = 3_000
REFERENCE_STEPS = 3_000
# Rarest of all: a low cell that outlasts the hold-off.
LEAST_OFTEN = 50


@VARIANTS
def test_all_run_the_smallbms_alike(tmp_path: Path, settable: bool) -> None:
    written = write(machine(shipped()), tmp_path / "code", settable=settable)
    rows, wanted = some_steps(written, SMALLBMS_STEPS, seed=1)
    fired = [sum(each) for each in zip(*(seen.fired for seen in wanted), strict=True)]
    assert min(fired) >= LEAST_OFTEN
    for k, cell in enumerate(written.program.memory):
        if cell.role is Role.TIMER:
            assert any(seen.result.state[k] == cell.span.highest for seen in wanted)
    agree(all_runners(written.code, tmp_path), written, rows, wanted)


@VARIANTS
@MACHINES
def test_all_run_every_machine_alike(path: Path, settable: bool, tmp_path: Path) -> None:
    written = write(machine(path), tmp_path / "code", settable=settable)
    code = written.code
    in_c: list[Runner] = [
        Host(GCC, code, tmp_path),
        Host(CLANG, code, tmp_path, optimisation="-O0"),
        Thumb(code, tmp_path),
    ]
    agree(in_c, written, *some_steps(written, CORPUS_STEPS, seed=2))
    in_python: list[Runner] = [CPython(code), Unix(code, tmp_path / "unix", locked=True)]
    if settable:
        # It takes a moment to start, and both variants are made by the same templates.
        in_python.append(WebAssembly(code, tmp_path / "webassembly", locked=True))
    agree(in_python, written, *some_steps(written, CORPUS_STEPS, seed=2, widest=SMALL))


@MACHINES
def test_the_code_does_what_the_text_says(path: Path, tmp_path: Path) -> None:
    declared = machine(path)
    written = write(declared, tmp_path, settable=True)
    rows, _ = some_steps(written, REFERENCE_STEPS, seed=3)
    # Each row that starts anew starts at power-up: the text knows no other memory.
    rows = [each if each.start is Start.GO_ON else from_power_up(each) for each in rows]
    for k, row in enumerate(rows):
        if row.start is Start.GO_ON:
            rows[k] = row._replace(parameters=rows[k - 1].parameters)
    results = CPython(written.code).run(Batch.of(written.code.interface, rows))
    reading = Reading(declared, written)
    for row, result in zip(rows, results, strict=True):
        assert reading.outputs(row) == result.outputs


@MACHINES
def test_the_memory_begins_as_the_text_says(path: Path, tmp_path: Path) -> None:
    memory_begins_alike(write(machine(path), tmp_path, settable=False))


@MACHINES
def test_settings_are_allowed_where_the_text_allows_them(path: Path, tmp_path: Path) -> None:
    written = write(machine(path), tmp_path, settable=True)
    if written.program.settings:
        settings_are_checked(written, tmp_path)
    else:
        (source,) = written.code.in_language(".py")
        assert "parameters" not in source.read_text(encoding="utf-8")


def from_power_up(row: Row) -> Row:
    return row._replace(start=Start.INIT, state=())


@dataclass
class Reading:
    """The reference run, row after row."""

    declared: Machine
    written: Written
    run: ReferenceRun | None = None

    def outputs(self, row: Row) -> tuple[int, ...]:
        """Of the step in `row`; a run goes on with the parameters it began with."""
        program = self.written.program
        if row.start is Start.INIT or self.run is None:
            settings_ = [each.name for each in program.settings]
            parameters = dict(zip(settings_, row.parameters, strict=True))
            self.run = ReferenceRun(self.declared, parameters)
        values = {
            each.name: int(value != 0) if each.variable.boolean else value
            for each, value in zip(program.inputs, row.inputs, strict=True)
        }
        step, _ = self.run.step({**values, "true_dt": 0, "latency": 0})
        return tuple(step.outputs[each.name] for each in program.machine.outputs)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Written, list[Runner]]:
    folder = tmp_path_factory.mktemp("smallbms")
    written = write(machine(shipped()), folder, settable=True)
    return written, [CPython(written.code), Host(GCC, written.code, folder)]


ALARM = st.sampled_from((0, 0, 0, 1))
FINE = st.sampled_from((1, 1, 1, 1, 1, 0, 255))
VOLTAGE = st.sampled_from((0, 2900, 2901, 3499, 3500, 8000, 8500, 8501, 70_000))
SUPPLY = st.sampled_from((8000, 8001, 70_000))
ALARMS = st.tuples(ALARM, ALARM, ALARM, ALARM, ALARM)
LASTING = st.tuples(
    st.tuples(VOLTAGE, VOLTAGE, SUPPLY, FINE, FINE),
    ALARMS,
    st.sampled_from((1, 99, 100, 250, 499, 500)),
    st.integers(1, 130),
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(LASTING, min_size=1, max_size=8), st.sampled_from((30_500, 30_501, 60_000)))
def test_whatever_lasts_for_however_long_is_seen_alike(
    both: tuple[Written, list[Runner]],
    lasting: list[tuple[tuple[int, ...], tuple[int, ...], int, int]],
    hold_off: int,
) -> None:
    written, runners = both
    inputs = [(*power, *alarms, dt) for power, alarms, dt, steps in lasting for _ in range(steps)]
    rows = one_run(inputs, parameters=(hold_off,))
    oracle = Oracle(written)
    agree(runners, written, rows, [oracle.take(row) for row in rows])
