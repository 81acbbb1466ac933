"""`smallbms faults`: table, runs, JSON and status."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from smallbms.__main__ import main
from smallbms.presenters import survival_json
from tests.smallbms.golden import assert_golden

SCHEMA = json.loads(
    (Path(survival_json.__file__).parent / "survival.schema.json").read_text(encoding="utf-8")
)
LAMP = """
machine lamp "a lamp with two wires"

time
    step 1 ms .. 10 ms by 1 ms

inputs
    wanted : bool
    wire   : bool
    other  : bool

faults
    cut  = not wire   "the wire is broken"        source F
    lost = not other  "the other wire is broken"  source F

region light
    mode dark initial, safe
    mode lit
    dark -> lit when wanted and wire
    lit -> dark when not wanted or not wire

outputs
    shining : bool = light is lit

requirement L1 "It shines where it is wanted."
    always no_fault and wanted implies shining

requirement L2 "It is dark where it is not wanted."
    always not wanted implies not shining

requirement L3 "It is dark where its wire is broken."
    always not wire implies not shining

requirement L4
    every mode is reachable
"""


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.machine"
    path.write_text(LAMP, encoding="utf-8")
    return path


def faults(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["faults", *map(str, arguments)])


def table(path: Path, tmp_path: Path, *arguments: str) -> Any:
    made = tmp_path / "faults.json"
    done = faults(path, "--json", made, *arguments)
    document = json.loads(made.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["exit_status"] == done.exit_code
    return document


def test_the_table_and_the_runs(lamp: Path) -> None:
    done = faults(lamp, "--runs")
    assert done.exit_code == 0
    shown = done.stdout.replace(str(lamp), "lamp.machine")
    assert_golden("faults.txt", re.sub(r"\d+\.\d\d s$", "0.00 s", shown, flags=re.MULTILINE))


def test_json(lamp: Path, tmp_path: Path) -> None:
    document = table(lamp, tmp_path)
    assert [each["name"] for each in document["faults"]] == ["cut", "lost"]
    assert document["not_asked"] == ["L4"]
    cells = {
        each["id"]: [
            each["without_fault"]["verdict"],
            *(cell["verdict"] for cell in each["with_fault"].values()),
        ]
        for each in document["requirements"]
    }
    assert cells == {
        "L1": ["holds", "fails", "holds"],
        "L2": ["holds", "holds", "holds"],
        "L3": ["says nothing", "holds", "says nothing"],
    }
    (broken,) = document["requirements"][0]["with_fault"]["cut"]["properties"]
    assert broken["run"]["states"]


def test_one_cell_may_be_asked_for(lamp: Path, tmp_path: Path) -> None:
    document = table(lamp, tmp_path, "--requirement", "L1", "--fault", "lost")
    assert [each["id"] for each in document["requirements"]] == ["L1"]
    assert [*document["requirements"][0]["with_fault"]] == ["lost"]


def test_what_fails_without_a_fault_fails(lamp: Path, tmp_path: Path) -> None:
    lamp.write_text(LAMP.replace("implies shining", "implies not shining"), encoding="utf-8")
    assert table(lamp, tmp_path)["exit_status"] == 1


def test_what_cannot_be_told_is_undecided(lamp: Path, tmp_path: Path) -> None:
    lamp.write_text(LAMP.replace("= not other", "= not other and not wire"), encoding="utf-8")
    assert table(lamp, tmp_path)["exit_status"] == 4


def test_where_nothing_can_happen_nothing_holds(lamp: Path, tmp_path: Path) -> None:
    text = LAMP.replace("faults\n", "assume\n    not wire\n\nfaults\n")
    lamp.write_text(text, encoding="utf-8")
    assert table(lamp, tmp_path)["exit_status"] == 1


def test_errors_of_the_text_have_a_status_and_a_report(lamp: Path, tmp_path: Path) -> None:
    lamp.write_text(LAMP.replace("not other", "not another"), encoding="utf-8")
    assert table(lamp, tmp_path)["exit_status"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "cutt"], "there is no fault 'cutt': did you mean 'cut'?"),
        (["-r", "L9"], "there is no requirement 'L9'"),
    ],
)
def test_names_that_are_not_there(lamp: Path, arguments: list[str], message: str) -> None:
    done = faults(lamp, *arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_text_without_faults_says_how_to_write_some() -> None:
    done = faults()
    assert done.exit_code == 2
    assert "declares no faults" in done.stderr
