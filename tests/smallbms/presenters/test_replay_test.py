"""The pytest files of --traces are run, as their reader would run them."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from smallbms.presenters.counterexample_files import counterexample_files
from smallbms.presenters.replay_test import replay_test
from spec.language.reader import read, shipped
from spec.machine import Always, Machine
from spec.reference import replay
from tests.smallbms import samples
from verify.verdict import Unknown

CHECKOUT = Path(__file__).parents[3]


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "--rootdir", str(folder), str(folder)],
        cwd=folder,
        env={"PYTHONPATH": str(CHECKOUT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The files of --traces on a copy of the stair light, one folder below it."""
    specification = tmp_path / "lamp.machine"
    shutil.copy(samples.LAMP, specification)
    machine = replace(samples.lamp(), path=str(specification))
    folder = tmp_path / "traces"
    folder.mkdir()
    for path, content in counterexample_files(samples.mixed(machine), folder).items():
        path.write_bytes(content)
    return folder


def test_every_counterexample_has_its_files(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == [
        "L2.1.itf.json", "L2.1.txt", "L2.1.vcd",
        "L3.1.itf.json", "L3.1.second.itf.json", "L3.1.second.vcd", "L3.1.txt", "L3.1.vcd",
        "L4.1.itf.json", "L4.1.txt", "L4.1.vcd",
        "test_L2_1.py", "test_L3_1.py", "test_L4_1.py",
    ]  # fmt: skip


def test_the_violations_replay(written: Path) -> None:
    done = run_pytest(written)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_tests_fail_once_the_specification_is_mended(written: Path) -> None:
    specification = written.parent / "lamp.machine"
    text = specification.read_text(encoding="utf-8")
    mended = text.replace("bright when lamp is lit else dark", "dark when lamp is lit else dark")
    specification.write_text(mended, encoding="utf-8")
    done = run_pytest(written)
    assert "3 failed" in done.stdout, done.stdout


def test_the_files_are_laid_out_as_formatters_do(written: Path) -> None:
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "format", "--isolated", "--no-cache", "--diff", str(written)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_shipped_specification_is_found_where_it_is_installed(tmp_path: Path) -> None:
    machine, _ = read(shipped())
    declared = next(each for each in machine.requirements if isinstance(each.properties[0], Always))
    result = samples.result(machine, declared.id, *[Unknown("")] * len(declared.properties))
    quiet = {each.name: each.span.lowest for each in machine.inputs}
    trace = replay(machine, {}, [{**quiet, "dt": 0, "true_dt": 0, "latency": 0}])
    text = replay_test(declared, result.properties[0], trace, None, tmp_path).decode()
    assert "SPECIFICATION = shipped()" in text
    assert str(shipped()) not in text


def test_a_recorded_run_replays_where_no_property_can_be_asked(tmp_path: Path) -> None:
    specification = tmp_path / "lamp.machine"
    shutil.copy(samples.LAMP, specification)
    machine = replace(samples.lamp(), path=str(specification))
    result = samples.result(machine, "L6", Unknown(""), Unknown(""))
    trace = samples.with_button(machine, 1)
    content = replay_test(result.requirement, result.properties[0], trace, None, tmp_path)
    (tmp_path / "test_L6_1.py").write_bytes(content)
    done = run_pytest(tmp_path)
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("sentence", ['It says """stop"""', "back\\slash \\N{x}", 'ends in "'])
def test_any_sentence_may_stand_in_the_docstring(lamp: Machine, sentence: str) -> None:
    requirement = replace(samples.requirement(lamp, "L2"), sentence=sentence)
    result = samples.result(lamp, "L2", Unknown("")).properties[0]
    trace = samples.burns_too_long(lamp)
    module = ast.parse(replay_test(requirement, result, trace, None, Path()))
    assert sentence in (ast.get_docstring(module) or "")
