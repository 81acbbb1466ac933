"""Each fault seeded into a generator is caught by the quick part of the tests.

What the faulty generator wrote is what is tested: a comparison with what was written before would
find any change, a fault or not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import codegen
from tests.codegen.checks import ROOT
from tests.codegen.faults import quick
from tests.codegen.faults.seeded import FAULTS, Fault

FAILED = 1


def status(generator: Path, folder: Path) -> tuple[int, str]:
    """The exit status of the quick tests with the generator in `generator`, and what they say."""
    path = os.pathsep.join(map(str, (generator, ROOT)))
    done = subprocess.run(
        [sys.executable, quick.__file__, folder],
        cwd=generator,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stderr[-2000:]


def changed(fault: Fault, folder: Path) -> Path:
    """A copy of the generators with `fault` in it, in `folder`."""
    (source,) = codegen.__path__
    shutil.copytree(source, folder / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "codegen" / fault.file
    text = file.read_text(encoding="utf-8")
    assert text.count(fault.passage) == 1, (fault.name, text.count(fault.passage))
    file.write_text(text.replace(fault.passage, fault.other), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def statuses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """What becomes of the quick tests with each of the faults, two at a time."""
    generators = [changed(fault, tmp_path_factory.mktemp("fault")) for fault in FAULTS]
    folders = [tmp_path_factory.mktemp("built") for _ in FAULTS]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(status, generators, folders)
        return dict(zip((fault.name for fault in FAULTS), found, strict=True))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_caught(fault: Fault, statuses: dict[str, tuple[int, str]]) -> None:
    # Neither passed, nor stopped by anything else than a test.
    code, said = statuses[fault.name]
    assert code == FAILED, said


def test_without_a_fault_nothing_is_caught(tmp_path: Path) -> None:
    (source,) = codegen.__path__
    code, said = status(Path(source).parent, tmp_path)
    assert code == 0, said
