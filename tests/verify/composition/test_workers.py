"""Work in processes of its own: the same results, however many there are and whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from time import sleep
from typing import NoReturn

import pytest

from spec.language.reader import read
from verify.composition import workers
from verify.composition.verification import verify_system
from verify.composition.workers import done_apart
from verify.prover import Options

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.mark.parametrize("jobs", [0, 1, 2, 9])
def test_results_stand_in_the_order_of_the_pieces(jobs: int) -> None:
    def piece(number: int) -> int:
        sleep(0.01 * (4 - number))
        return number

    assert done_apart([partial(piece, k) for k in range(4)], jobs=jobs) == [0, 1, 2, 3]


def test_no_work_has_no_results() -> None:
    assert done_apart([], jobs=2) == []


def test_each_piece_has_a_process_of_its_own() -> None:
    used = done_apart([os.getpid] * 3, jobs=2)
    assert len({*used, os.getpid()}) == 4


def test_an_error_reaches_who_asked(capfd: pytest.CaptureFixture[str]) -> None:
    def wrong() -> NoReturn:
        raise ValueError("as it was")

    with pytest.raises(ValueError, match="as it was"):
        done_apart([os.getpid, wrong, os.getpid], jobs=2)
    assert not active_children()
    assert capfd.readouterr() == ("", "")


def test_what_a_process_did_not_live_to_say_is_done_again() -> None:
    here = os.getpid()

    def dying() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert done_apart([lambda: "first", dying, lambda: "last"], jobs=2) == ["first", "done", "last"]


def test_what_cannot_be_pickled_is_done_again() -> None:
    (made,) = done_apart([lambda: (each for each in "ab")], jobs=2)
    assert list(made) == ["a", "b"]


def test_an_interruption_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        done_apart([partial(sleep, 60)] * 3, jobs=2)
    assert not active_children()


def test_without_further_processes_everything_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> NoReturn:
        raise BlockingIOError

    monkeypatch.setattr("multiprocessing.context.ForkProcess.start", refused)
    assert done_apart([os.getpid] * 2, jobs=2) == [os.getpid()] * 2


@pytest.mark.parametrize("name", ["proved/two_lamps_and_a_switch", "violated/a_lamp_is_late"])
def test_verdicts_do_not_depend_on_the_number_of_processes(name: str, tmp_path: Path) -> None:
    machine = read(CORPUS / f"{name}.system")[0]
    several = [Options(jobs=1), Options(jobs=3), Options(certificates=tmp_path)]
    reports = [verify_system(machine, options=each) for each in several]
    assert len({report.verdicts for report in reports}) == 1


def test_counterexamples_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    def shown(jobs: int) -> dict[str, str]:
        # In a process of its own: what a solver finds depends on what it was asked before.
        folder = tmp_path / str(jobs)
        command = [sys.executable, "-m", "smallbms", "verify", f"--jobs={jobs}", "--traces"]
        path = str(CORPUS / "violated" / "a_lamp_is_late.system")
        done = subprocess.run([*command, str(folder), path], capture_output=True, check=False)
        assert done.returncode == 1
        assert not done.stderr
        return {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()}

    one = shown(1)
    assert one
    assert shown(3) == one
