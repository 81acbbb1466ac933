"""Each fault seeded into the generator of monitors is caught by a quick part of the tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import codegen
from tests.codegen.monitors.generator_faults import FAULTS, Fault

ROOT = Path(__file__).parent.parent.parent.parent
HERE = Path(__file__).parent.relative_to(ROOT)
QUICK = (
    "test_claims.py::test_every_goal_of_the_corpus_that_a_step_can_violate_is_judged",
    "test_claims.py::test_nothing_is_overwritten_that_a_later_store_still_reads",
    "test_true_time.py::test_every_way_to_ask_of_one_true_time_is_judged_by_its_worst_case",
    "test_true_time.py::test_nothing_is_said_of_several_true_times_or_of_past_ones",
    "test_texts.py::test_some_monitors_find_and_remember_the_same_in_c",
    "test_texts.py::test_some_monitors_find_and_remember_the_same_in_python",
)
FAILED = 1


def quick_status(folder: Path) -> int:
    """The exit status of the quick tests with the generator that is in `folder`."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    command += ["-o", f"pythonpath={folder} {ROOT}", *(str(HERE / each) for each in QUICK)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, timeout=120
    ).returncode


def changed(fault: Fault, folder: Path) -> Path:
    """A copy of the generator with `fault` in it, in `folder`."""
    (source,) = codegen.__path__
    shutil.copytree(source, folder / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "codegen" / fault.file
    text = file.read_text(encoding="utf-8")
    assert text.count(fault.passage) == 1, fault.name
    file.write_text(text.replace(fault.passage, fault.other), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def statuses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What becomes of the quick tests with each of the faults, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        folders = [changed(fault, tmp_path_factory.mktemp("fault")) for fault in FAULTS]
        found = pool.map(quick_status, folders)
        return dict(zip((fault.name for fault in FAULTS), found, strict=True))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_the_generator_is_caught(fault: Fault, statuses: dict[str, int]) -> None:
    # Neither passed, nor stopped by anything else than a test.
    assert statuses[fault.name] == FAILED


def test_the_quick_tests_pass_without_a_fault() -> None:
    (source,) = codegen.__path__
    assert quick_status(Path(source).parent) == 0
