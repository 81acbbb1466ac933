"""smallbms verify, through the front door, with reports made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from smallbms.__main__ import main
from smallbms.proving import status_of
from smallbms.status import Status
from spec.machine import Machine
from tests.smallbms import samples
from verify import prover
from verify.verdict import Answer, Finding, Method, Proved, Report, Unknown, Vacuous, Violated


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


@dataclass
class Prover:
    """Stands in for the prover: answers with `report`, and remembers what was asked."""

    report: Callable[[Machine], Report] = samples.mixed
    options: prover.Options | None = None

    def verify(self, machine: Machine, *, options: prover.Options, progress: Any) -> Report:
        """What the prover's namesake does, without proving anything."""
        self.options = options
        progress(prover.Progress(0, 1, "R05"))
        return self.report(machine)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Prover:
    made = Prover()
    monkeypatch.setattr(prover, "verify", made.verify)
    return made


def only(lamp: Machine, answers: Sequence[Answer], findings: Sequence[Finding] = ()) -> Report:
    results = (samples.result(lamp, "L6", *answers),)
    return Report(lamp, results, tuple(findings), 0, 0.0, 0.0)


PROVED, UNKNOWN = Proved(Method.INDUCTION), Unknown("time ran out")
VIOLATED, VACUOUS = Violated(Method.SEARCH, None), Vacuous("never happens")


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([PROVED, PROVED], Status.HOLDS),
        ([PROVED, UNKNOWN], Status.UNDECIDED),
        ([PROVED, VIOLATED], Status.FAILS),
        ([PROVED, VACUOUS], Status.FAILS),
        ([UNKNOWN, VIOLATED], Status.FAILS),
        ([UNKNOWN, VACUOUS], Status.FAILS),
    ],
)
def test_status_of_verdicts(lamp: Machine, answers: list[Answer], status: Status) -> None:
    assert status_of(only(lamp, answers)) is status


def test_status_of_findings(lamp: Machine) -> None:
    overlap, dead, undecided = samples.mixed(lamp).findings
    proved = [PROVED, PROVED]
    assert status_of(only(lamp, proved, [overlap])) is Status.HOLDS
    assert status_of(only(lamp, proved, [dead])) is Status.FAILS
    assert status_of(only(lamp, proved, [undecided])) is Status.UNDECIDED
    assert status_of(only(lamp, proved, [replace(undecided, fails=True)])) is Status.UNDECIDED
    assert status_of(only(lamp, proved, [undecided, dead])) is Status.FAILS


def test_everything_holds(stand_in: Prover) -> None:
    stand_in.report = samples.proved
    done = verify(samples.LAMP)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert "6 requirements proved for every parameter value" in done.stdout
    assert "button implies brightness < 4 V (line 20)" in done.stdout


def test_violated(stand_in: Prover) -> None:
    done = verify(samples.LAMP)
    assert done.exit_code == 1
    assert "L2 violated: The bulb burns for less than five seconds." in done.stdout


def test_options_reach_the_prover(stand_in: Prover, tmp_path: Path) -> None:
    arguments = ["-r", "L3", "-r", "L1", "-r", "L3", "--timeout", "2.5", "--jobs", "3", "--recheck"]
    verify(samples.LAMP, *arguments, "--certificates", tmp_path / "new")
    # In the order of the text, each once.
    assert stand_in.options == prover.Options(("L1", "L3"), 2.5, 3, True, tmp_path / "new")


def test_the_defaults_are_those_of_the_prover(stand_in: Prover) -> None:
    verify(samples.LAMP)
    assert stand_in.options == prover.Options()


def test_every_file_is_written(stand_in: Prover, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("json", "junit", "sarif")}
    options = [part for name, path in files.items() for part in (f"--{name}", path)]
    done = verify(samples.LAMP, *options, "--traces", tmp_path / "a" / "traces")
    assert done.exit_code == 1
    assert json.loads(files["json"].read_bytes())["exit_status"] == 1
    assert json.loads(files["sarif"].read_bytes())["version"] == "2.1.0"
    assert files["junit"].read_bytes().startswith(b"<?xml")
    assert (tmp_path / "a" / "traces" / "test_L2_1.py").is_file()


@pytest.mark.parametrize("option", ["--json", "--junit", "--sarif"])
def test_standard_output_is_left_to_the_file_that_asks_for_it(
    stand_in: Prover, option: str
) -> None:
    done = verify(samples.LAMP, option, "-")
    assert done.stdout[0] in "{<"
    assert "Sanity battery: " in done.stderr
    assert "Sanity battery: " not in done.stdout.split("<testcase")[0]


def test_errors_of_the_text_reach_every_format(stand_in: Prover, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("json", "junit", "sarif")}
    options = [part for name, path in files.items() for part in (f"--{name}", path)]
    done = verify(samples.BROKEN, *options, "--traces", tmp_path / "traces")
    assert done.exit_code == 3
    assert stand_in.options is None
    assert "did you mean 'voltage'?" in done.stderr
    assert all("did you mean" in path.read_text(encoding="utf-8") for path in files.values())
    assert not (tmp_path / "traces").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-r", "l3"], "there is no requirement 'l3': did you mean 'L3'?"),
        (["-r", "nothing"], "there is no requirement 'nothing': known here: L1, L2, L3"),
        (["--timeout", "0"], "'0' is no number of seconds above 0"),
        (["--timeout", "-1"], "is no number of seconds above 0"),
        (["--timeout", "nan"], "is no number of seconds above 0"),
        (["--timeout", "inf"], "is no number of seconds above 0"),
        (["--timeout", "soon"], "is no number of seconds above 0"),
        (["--jobs", "0"], "--jobs"),
        (["--jobs", "many"], "--jobs"),
        (["--certificates", samples.LAMP], "this is no directory"),
        (["--traces", samples.LAMP / "below"], "this is no directory"),
        (["--json", "-", "--junit", "-"], "two outputs go to the same place"),
    ],
)
def test_wrong_use(stand_in: Prover, arguments: list[object], told: str) -> None:
    done = verify(samples.LAMP, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert stand_in.options is None


def test_a_verification_that_cannot_be_done_says_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> Report:
        raise prover.VerificationError("no second solver is installed", "install one")

    monkeypatch.setattr(prover, "verify", refuse)
    done = verify(samples.LAMP)
    assert done.exit_code == 2
    assert done.stderr == "smallbms: no second solver is installed\n    install one\n"


def test_a_run_that_does_not_replay_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Report:
        raise prover.InternalError("in step 3 the runs disagree")

    monkeypatch.setattr(prover, "verify", fail)
    done = verify(samples.LAMP)
    assert done.exit_code == 70
    assert "in step 3 the runs disagree" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_prover_itself(tmp_path: Path) -> None:
    done = verify(samples.LAMP, "--traces", tmp_path, "-r", "L1", "-r", "L2", "-r", "L3")
    assert done.exit_code == 1, done.output
    assert "1 of 3 requirements proved" in done.stdout
    assert (tmp_path / "L2.1.txt").read_text(encoding="utf-8").startswith("L2 violated: ")
