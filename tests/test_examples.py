"""What users are told to copy runs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from smallbms.__main__ import main
from tests.smallbms.commands.test_validate import PUMP, changed

_EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SPEC = "spec/controller.machine"


def _read(name: str) -> Any:
    return yaml.safe_load((_EXAMPLES / name).read_text(encoding="utf-8"))


def _commands() -> list[str]:
    workflow = _read("github-actions.yml")
    assert workflow["env"] == {"SPEC": SPEC}
    steps = [each.get("run", "") for each in workflow["jobs"]["gate"]["steps"]]
    (repository,) = _read("pre-commit-config.yaml")["repos"]
    hooks = [each["entry"] for each in repository["hooks"]]
    return [each.replace('"$SPEC"', SPEC) for each in (*steps, *hooks) if "smallbms " in each]


def _run(command: str) -> int:
    name, *arguments = shlex.split(command)
    assert name == "smallbms"
    return CliRunner().invoke(main, arguments).exit_code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's repository, laid out as the examples say."""
    (tmp_path / "spec").mkdir()
    (tmp_path / SPEC).write_text(PUMP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert _run(f"smallbms generate {SPEC} -t c99 -o generated/c99") == 0
    return tmp_path


def test_every_command_of_the_examples_runs(project: Path) -> None:
    commands = _commands()
    assert len(commands) == 3
    for each in commands:
        assert _run(each) == 0, each
    assert (project / "smallbms.json").exists()


def test_the_gate_of_the_examples_closes(project: Path) -> None:
    changed(project / "generated" / "c99" / "pump.c", "< PUMP_EMPTY", "<= PUMP_EMPTY")
    gates = [each for each in _commands() if each.startswith("smallbms ci")]
    assert len(gates) == 2
    for each in gates:
        assert _run(each) == 1, each


def test_what_the_workflow_installs_is_there() -> None:
    (installed,) = [
        each["run"]
        for each in _read("github-actions.yml")["jobs"]["gate"]["steps"]
        if each.get("run", "").startswith("pip install")
    ]
    text = (_EXAMPLES.parent / "pyproject.toml").read_text(encoding="utf-8")
    wanted = installed.partition("[")[2].partition("]")[0].split(",")
    assert sorted(wanted) == ["recheck", "validate"]
    assert all(f"\n{each} = [" in text for each in wanted)
