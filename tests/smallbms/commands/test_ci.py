"""smallbms ci, through the front door."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from smallbms.__main__ import main
from smallbms.presenters import gate
from smallbms.validating import queries
from tests.smallbms.commands.test_validate import PUMP, changed
from tests.smallbms.golden import assert_golden

SCHEMA = json.loads((Path(gate.__file__).parent / "gate.schema.json").read_text(encoding="utf-8"))


def ci(folder: Path, *arguments: object) -> Result:
    named = [folder / "pump.machine", "--generated", folder / "generated", *arguments]
    return CliRunner().invoke(main, ["ci", *map(str, named), "--jobs", "1"])


def reported(folder: Path) -> Any:
    document = json.loads((folder / "ci.json").read_bytes())
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pump, and all that is generated of it."""
    (tmp_path / "pump.machine").write_text(PUMP, encoding="utf-8")
    arguments = ["-t", "c99", "-t", "micropython", "--monitors", "--tests"]
    made = ["generate", str(tmp_path / "pump.machine"), *arguments]
    done = CliRunner().invoke(main, [*made, "-o", str(tmp_path / "generated")])
    assert done.exit_code == 0, done.output
    return tmp_path


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_everything_holds(folder: Path) -> None:
    done = ci(folder, "--json", folder / "ci.json")
    assert done.exit_code == 0, done.output
    assert_golden("gate.txt", re.sub(r" +\d+\.\d\d s", " ? s", done.stdout))
    document = reported(folder)
    assert [each["status"] for each in document["stages"]] == [0, 0, 0, 0]
    assert {each["outcome"] for each in document["findings"]} == {"PROVED"}
    assert {each["level"] for each in document["findings"]} == {
        "c", "machine-code", "python", "bytecode",
    }  # fmt: skip
    assert [each["target"] for each in document["folders"]] == ["c99", "micropython"]


def test_a_requirement_that_is_violated_fails(folder: Path) -> None:
    changed(folder / "pump.machine", "any  -> off  when level", "on   -> off  when level")
    done = ci(folder, "--level", "c", "--json", folder / "ci.json")
    assert done.exit_code == 1
    assert "P1 VIOLATED: It never runs dry." in done.stdout
    # What was generated then is neither up to date nor equal any more.
    assert [each["status"] for each in reported(folder)["stages"]] == [1, 1, 1, 0]


def test_code_that_was_edited_is_not_up_to_date(folder: Path) -> None:
    source = folder / "generated" / "c99" / "pump.c"
    changed(source, "/* ", "/* Indeed: ")
    done = ci(folder, "--level", "c", "--json", folder / "ci.json")
    assert done.exit_code == 1
    assert f"{source}: changed since it was generated" in done.stdout
    # It does the same, and that is still proved.
    assert [each["status"] for each in reported(folder)["stages"]] == [0, 1, 0, 0]


def test_code_that_was_changed_in_meaning_fails_twice(folder: Path) -> None:
    changed(folder / "generated" / "c99" / "pump.c", "< PUMP_EMPTY", "<= PUMP_EMPTY")
    done = ci(folder, "--level", "c", "--json", folder / "ci.json")
    assert done.exit_code == 1
    assert [each["status"] for each in reported(folder)["stages"]] == [0, 1, 1, 0]
    assert "pump_step  DIFFERS" in done.stdout


def test_a_file_that_is_missing_is_not_up_to_date(folder: Path) -> None:
    (folder / "generated" / "c99" / "pump_test.c").unlink()
    done = ci(folder, "--level", "c")
    assert done.exit_code == 1
    assert "pump_test.c: missing" in done.stdout
    assert f"smallbms generate -t c99 -o {folder / 'generated' / 'c99'}" in done.stdout


def test_what_is_not_run_does_not_hold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = ci(folder, "--json", folder / "ci.json")
    assert done.exit_code == 4
    assert [each["status"] for each in reported(folder)["stages"]] == [0, 0, 4, 0]


def test_without_a_second_solver_it_does_not_hold(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "second_solvers", list)
    done = ci(folder, "--level", "c")
    assert done.exit_code == 4
    assert "none is installed: pip install 'smallbms[recheck]'" in done.stdout


def test_nothing_generated_is_wrong_use(folder: Path) -> None:
    (folder / "empty").mkdir()
    done = ci(folder, "--generated", folder / "empty")
    assert done.exit_code == 2
    assert "holds no generated code" in done.stderr
