"""Every runner gives the same answer, and sees what is wrong."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from unicorn import UcError

from tests.codegen.toolchain.compilers import CLANG, GCC, HOSTS, Compiler
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Batch, Code, Member, Result, Row, Start, one_run
from tests.codegen.toolchain.micropython import HeapUsedError, Unix, WebAssembly, compile_module
from tests.codegen.toolchain.programs import ProgramFailedError
from tests.codegen.toolchain.runners import all_runners
from tests.codegen.toolchain.sampled import DIMMER, LAMP, changed
from tests.codegen.toolchain.thumb import Thumb

STEP = (1, 5, 10)


def batch_of(code: Code, *rows: Row) -> Batch:
    return Batch.of(code.interface, rows)


def test_all_runners_follow_a_run_and_take_given_states(tmp_path: Path) -> None:
    rows = [
        *one_run([(1, -1, 500), (1, 0, 500), (1, 32767, 500), (0, -32768, 65535)]),
        Row(STEP, Start.GIVEN, (1, 69999)),
        Row(STEP, Start.GIVEN, (1, 70000)),
        Row(STEP, Start.GIVEN, (0, 4294967295)),
        *one_run([STEP, STEP], state=(1, 7)),
        Row(STEP, Start.INIT),
    ]
    expected = [
        Result((0, 0), (0, -2)),
        Result((1, 0), (1, 0)),
        Result((1, 500), (1, 65534)),
        Result((0, 0), (0, -65536)),
        Result((1, 70009), (1, 10)),
        Result((0, 0), (0, 10)),
        Result((0, 0), (0, 10)),
        Result((1, 17), (1, 10)),
        Result((1, 27), (1, 10)),
        Result((1, 0), (1, 10)),
    ]
    batch = batch_of(LAMP, *rows)
    for runner in all_runners(LAMP, tmp_path):
        assert runner.run(batch) == expected, runner.name


def test_all_runners_carry_the_edges_of_every_type(tmp_path: Path) -> None:
    edges = (0, 2**30 - 1, 2**30, 2**31 - 1, 2**31, 2**32 - 1)
    parameters = [(edge, slope) for edge in edges for slope in (-128, -1, 0, 127)]
    rows = [Row((edge,), Start.INIT, (), each) for edge in edges for each in parameters]
    expected = [
        Result((level,), (level, slope))
        for edge in edges
        for longest, slope in parameters
        for level in [edge if edge <= longest else 2**32 - 1]
    ]
    batch = batch_of(DIMMER, *rows)
    for runner in all_runners(DIMMER, tmp_path):
        assert runner.run(batch) == expected, runner.name


def test_long_batches_are_the_same_in_one_piece(tmp_path: Path) -> None:
    rnd = random.Random(1)
    inputs = [
        (rnd.randint(0, 1), rnd.randint(-50, 900), rnd.randint(0, 900)) for _ in range(50_000)
    ]
    batch = batch_of(LAMP, *one_run(inputs))
    reference, *others = all_runners(LAMP, tmp_path)
    expected = reference.run(batch)
    assert len(expected) == len(inputs)
    for runner in others:
        assert runner.run(batch) == expected, runner.name


def test_what_mpy_cross_made_runs_as_well(tmp_path: Path) -> None:
    (source,) = LAMP.in_language(".py")
    compiled = Code(LAMP.interface, (compile_module(source, tmp_path),))
    batch = batch_of(LAMP, *one_run([STEP] * 300))
    expected = CPython(LAMP).run(batch)
    assert Unix(compiled, tmp_path / "unix").run(batch) == expected
    assert WebAssembly(compiled, tmp_path / "webassembly").run(batch) == expected


def test_an_output_that_is_not_written_does_not_keep_its_value(tmp_path: Path) -> None:
    batch = batch_of(LAMP, *one_run([STEP] * 2))
    silent = changed(LAMP, tmp_path / "c", "out->lamp = state->mode;", "")
    silent = changed(silent, tmp_path / "python", "out.lamp = state.mode", "pass")
    assert {each.outputs[0] for each in Host(GCC, silent, tmp_path).run(batch)} == {0xAA}
    assert {each.outputs[0] for each in Thumb(silent, tmp_path).run(batch)} == {0xAA}
    with pytest.raises(TypeError):
        CPython(silent).run(batch)
    with pytest.raises(ProgramFailedError, match="TypeError"):
        Unix(silent, tmp_path / "unix").run(batch)
    with pytest.raises(ProgramFailedError, match="TypeError"):
        WebAssembly(silent, tmp_path / "webassembly").run(batch)


@pytest.mark.parametrize("compiler", HOSTS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "fault",
    [
        "state->lit_ms = (uint32_t)(INT32_MAX + (int32_t)in->dt_ms);",
        "state->lit_ms = 1u << (in->dt_ms + 30u);",
    ],
    ids=["overflow", "shift"],
)
def test_undefined_behaviour_stops_the_program(
    compiler: Compiler, fault: str, tmp_path: Path
) -> None:
    wrong = changed(
        LAMP, tmp_path / "wrong", "out->lamp = state->mode;", f"{fault} out->lamp = 1u;"
    )
    with pytest.raises(ProgramFailedError, match="exit status"):
        Host(compiler, wrong, tmp_path).run(batch_of(LAMP, *one_run([STEP])))


def test_a_write_beside_the_structs_is_seen(tmp_path: Path) -> None:
    fault = "((uint8_t *)out)[sizeof *out] = 1u; out->lamp = 1u;"
    wrong = changed(LAMP, tmp_path / "wrong", "out->lamp = state->mode;", fault)
    batch = batch_of(LAMP, *one_run([STEP]))
    with pytest.raises(ProgramFailedError, match="AddressSanitizer"):
        Host(GCC, wrong, tmp_path).run(batch)
    fault = "*(volatile uint8_t *)0x10000000u = 1u; out->lamp = 1u;"
    wrong = changed(LAMP, tmp_path / "wrong", "out->lamp = state->mode;", fault)
    with pytest.raises(UcError):
        Thumb(wrong, tmp_path).run(batch)


@pytest.mark.parametrize("where", [Unix, WebAssembly])
def test_a_step_that_allocates_memory_is_named(
    where: type[Unix] | type[WebAssembly], tmp_path: Path
) -> None:
    greedy = changed(
        LAMP,
        tmp_path / "greedy",
        "out.lamp = state.mode",
        "out.lamp = [state.mode, 0][0] if inputs.level_mv == 8 else state.mode",
    )
    batch = batch_of(LAMP, *one_run([STEP] * 300), *one_run([(1, 8, 10)]))
    assert len(where(greedy, tmp_path / "unlocked").run(batch)) == 301
    with pytest.raises(HeapUsedError, match="row 300"):
        where(greedy, tmp_path / "locked", locked=True).run(batch)


def test_a_long_integer_allocates_memory_where_small_ones_have_31_bits(tmp_path: Path) -> None:
    large = changed(LAMP, tmp_path / "large", "level_mv * 2", "level_mv + 0x3FFFFFF0")
    batch = batch_of(LAMP, *one_run([(1, 15, 10), (1, 16, 10)]))
    Unix(large, tmp_path / "unix", locked=True).run(batch)
    with pytest.raises(HeapUsedError, match="row 1"):
        WebAssembly(large, tmp_path / "webassembly", locked=True).run(batch)


def test_hidden_memory_is_refused(tmp_path: Path) -> None:
    hidden = changed(
        LAMP, tmp_path / "hidden", "state.mode = DARK\n", "state.mode = state.x = DARK\n"
    )
    with pytest.raises(ValueError, match=r"state of lamp.*'x'"):
        CPython(hidden).run(batch_of(LAMP, *one_run([STEP])))
    static = changed(
        LAMP,
        tmp_path / "static",
        "    state->mode = LAMP_DARK;\n    state",
        "    static uint32_t seen = 1u;\n    seen++;\n    state->mode = (uint8_t)seen;\n    state",
    )
    with pytest.raises(ProgramFailedError, match="a variable with an initial value"):
        Thumb(static, tmp_path)


@pytest.mark.parametrize(
    "state",
    [
        (Member("mode", "uint8_t"),),
        (Member("mode", "int8_t"), Member("lit_ms", "uint32_t")),
        (Member("mode", "uint8_t"), Member("lit_ms", "uint16_t")),
    ],
    ids=["too few", "sign", "size"],
)
@pytest.mark.parametrize("compiler", HOSTS, ids=lambda each: each.name)
def test_a_struct_that_is_not_as_listed_does_not_compile(
    compiler: Compiler, state: tuple[Member, ...], tmp_path: Path
) -> None:
    other = Code(replace(LAMP.interface, state=state), LAMP.files)
    with pytest.raises(ProgramFailedError, match=r"batch\.c"):
        Host(compiler, other, tmp_path)


def test_a_batch_refuses_what_no_machine_could_be_given() -> None:
    with pytest.raises(ValueError, match="no state before it"):
        batch_of(LAMP, Row(STEP))
    with pytest.raises(ValueError, match=r"level_mv: a value is beyond int16_t"):
        batch_of(LAMP, *one_run([(1, 32768, 0)]))
    with pytest.raises(ValueError, match="row 1"):
        batch_of(LAMP, Row(STEP, Start.INIT), Row((1, 2)))


def test_code_in_no_language_of_a_runner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"lamp has no \.c file"):
        Host(CLANG, Code(LAMP.interface, ()), tmp_path)
