"""smallbms doctor, through the front door."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smallbms.__main__ import main
from smallbms.commands import doctor

CHECKOUT = Path(__file__).parents[3]


def examine() -> Result:
    return CliRunner().invoke(main, ["doctor"])


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    installed = metadata.version

    def version(name: str) -> str:
        if name in names:
            raise metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr(metadata, "version", version)


def test_everything_needed_is_there() -> None:
    done = examine()
    assert done.exit_code == 0
    assert f"z3-solver    {metadata.version('z3-solver')}" in done.stdout
    assert done.stdout.endswith("Everything that every command needs is there.\n")


def test_a_missing_package_is_named_with_its_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "z3-solver")
    done = examine()
    assert done.exit_code == 1
    assert "missing  finds proofs and counterexamples: pip install 'z3-solver" in done.stdout


def test_a_missing_option_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "cvc5")
    monkeypatch.setenv("PATH", "")
    done = examine()
    assert done.exit_code == 0
    assert "checks certificates (verify --recheck): pip install 'smallbms[recheck]'" in done.stdout
    assert "compiles the firmware: apt install gcc-arm-none-eabi" in done.stdout


def test_a_package_that_is_too_old_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "4.9.0")
    done = examine()
    assert done.exit_code == 1
    assert "4.9.0, too old" in done.stdout


def test_a_program_says_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "cppcheck"
    program.write_text("#!/bin/sh\necho Cppcheck 2.13.0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "cppcheck                 2.13.0" in examine().stdout


def test_a_program_that_does_not_run_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "cppcheck"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "missing" in next(line for line in examine().stdout.splitlines() if "cppcheck" in line)


def test_every_declared_dependency_is_looked_for_and_explained() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)["project"]
    names = [each.partition(">")[0] for each in declared["dependencies"]]
    assert [each.name for each in doctor.needed_parts()] == names
    assert sorted(names) == sorted(doctor.PURPOSES)
    recheck = [each.partition(">")[0] for each in declared["optional-dependencies"]["recheck"]]
    assert set(recheck) <= {each.name for each in doctor.OPTIONAL}


def test_the_programs_of_make_test_are_looked_for() -> None:
    text = (CHECKOUT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    listed = re.search(r"^PROGRAMS := (.*)$", text, re.MULTILINE)
    assert listed is not None
    programs = {each.partition(":")[0] for each in listed[1].split()}
    # npm installs what node runs.
    assert programs - {"npm"} == {each.name for each in doctor.OPTIONAL if each.program}
