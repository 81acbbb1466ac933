"""The committed output: what is generated now, to the byte, and what its own tests say of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.boards.description import read_board
from codegen.boards.description import shipped as shipped_board
from codegen.options import Options
from smallbms.generated_folder import State, compared, rendered
from spec.language.reader import read, shipped
from spec.machine import Machine
from tests.codegen.toolchain.compilers import HOSTS, Compiler, compile_objects, link
from tests.codegen.toolchain.programs import run
from verify.vectors import find

_GENERATED = Path(__file__).parents[1] / "generated"
_STEPS = ("c99", "micropython")
_FIRMWARE = ("pico-c", "pico-micropython")


def _options(machine: Machine, target: str) -> Options:
    if target in _FIRMWARE:
        return Options(board=read_board(shipped_board(), machine))
    return Options(monitors=True, vectors=find(machine, vary_parameters=False).vectors)


@pytest.mark.parametrize("target", [*_STEPS, *_FIRMWARE])
def test_the_committed_folder_is_what_is_generated_now(target: str) -> None:
    machine = read(shipped())[0]
    wanted = rendered(machine, target, _options(machine, target))
    states = compared(_GENERATED / target, wanted)
    differing = {name: state.value for name, state in states.items() if state is not State.CURRENT}
    assert not differing, "make generate"


def test_nothing_else_lies_beside_the_generated_folders() -> None:
    assert {each.name for each in _GENERATED.iterdir()} == {"README.md", *_STEPS, *_FIRMWARE}


@pytest.mark.parametrize("compiler", HOSTS, ids=lambda compiler: compiler.name)
def test_the_unit_tests_in_c_pass(compiler: Compiler, tmp_path: Path) -> None:
    sources = [_GENERATED / "c99" / name for name in ("smallbms.c", "smallbms_test.c")]
    objects = compile_objects(compiler, sources, tmp_path, options=compiler.checked)
    program = link(compiler, objects, tmp_path / "unit_tests", options=compiler.checked)
    assert run([program]).stdout.endswith(b" 0 failures\n")


@pytest.mark.parametrize("interpreter", [sys.executable, "micropython"])
def test_the_unit_tests_in_micropython_pass(interpreter: str, tmp_path: Path) -> None:
    for source in (_GENERATED / "micropython").glob("*.py"):
        shutil.copy(source, tmp_path)
    done = run([interpreter, "smallbms_test.py"], folder=tmp_path)
    assert done.stdout.endswith(b" 0 failures\n")


def test_the_unit_tests_notice_a_changed_limit(tmp_path: Path) -> None:
    for source in (_GENERATED / "micropython").glob("*.py"):
        shutil.copy(source, tmp_path)
    module = tmp_path / "smallbms.py"
    text = module.read_text(encoding="utf-8")
    changed = text.replace("HOLD_OFF_MS = const(30500)", "HOLD_OFF_MS = const(30501)")
    assert changed != text
    module.write_text(changed, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "smallbms_test.py"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"vector " in done.stdout
