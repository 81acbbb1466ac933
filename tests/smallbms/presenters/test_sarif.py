"""SARIF, read back by a reader of SARIF that must know every name in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sarif_pydantic  # type: ignore[import-untyped]
from pydantic import BaseModel

from smallbms.presenters.sarif import check_sarif, report_sarif
from smallbms.reading import read_specification
from smallbms.status import Status
from spec.machine import Machine
from tests.smallbms import samples

# Names of the standard that the reader has no field for.
_UNMODELLED = {"Run.columnKind", "Invocation.exitCode"}


def unknown_names(model: object) -> Iterator[str]:
    """Names that the reader's model of the standard does not have."""
    match model:
        case BaseModel():
            for name in model.model_extra or {}:
                yield f"{type(model).__name__}.{name}"
            for name in type(model).model_fields:
                yield from unknown_names(getattr(model, name))
        case list():
            for each in model:
                yield from unknown_names(each)
        case dict():
            yield from unknown_names(list(model.values()))


def run_of(content: bytes, folder: Path) -> Any:
    path = folder / "report.sarif"
    path.write_bytes(content)
    log = sarif_pydantic.load(path)
    assert log.version == "2.1.0"
    assert set(unknown_names(log)) == _UNMODELLED
    [run] = log.runs
    for result in run.results:
        assert run.tool.driver.rules[result.rule_index].id == result.rule_id
    return run


def mixed(lamp: Machine, folder: Path) -> Any:
    return run_of(report_sarif(samples.reading(), samples.mixed(lamp), Status.FAILS), folder)


def test_only_what_is_wrong_is_a_result(lamp: Machine, tmp_path: Path) -> None:
    run = mixed(lamp, tmp_path)
    assert [(each.rule_id, each.level.value) for each in run.results] == [
        ("L2", "error"),
        ("L3", "error"),
        ("L4", "error"),
        ("L5", "error"),
        ("L6", "warning"),
        ("SANE04", "warning"),
        ("SANE02", "error"),
        ("SANE09", "warning"),
    ]


def test_a_result_stands_at_the_line_of_the_property(lamp: Machine, tmp_path: Path) -> None:
    location = mixed(lamp, tmp_path).results[0].locations[0].physical_location
    assert location.artifact_location.uri == "lamp.machine"
    assert location.region.start_line == 42


def test_the_run_is_a_flow_through_the_transitions(lamp: Machine, tmp_path: Path) -> None:
    [step] = mixed(lamp, tmp_path).results[0].code_flows[0].thread_flows[0].locations
    assert step.location.physical_location.region.start_line == 31
    assert step.location.message.text == "at 500 ms, lamp: off -> lit"


def test_every_requirement_is_a_rule(lamp: Machine, tmp_path: Path) -> None:
    rules = mixed(lamp, tmp_path).tool.driver.rules
    assert [each.id for each in rules][:6] == ["L1", "L2", "L3", "L4", "L5", "L6"]


def test_everything_proved_has_no_result(lamp: Machine, tmp_path: Path) -> None:
    content = report_sarif(samples.reading(), samples.proved(lamp), Status.HOLDS)
    assert run_of(content, tmp_path).results == []


def test_errors_of_the_language_are_results(tmp_path: Path) -> None:
    reading = read_specification(samples.BROKEN)
    run = run_of(check_sarif(reading, Status.SPECIFICATION), tmp_path)
    assert {each.rule_id for each in run.results} == {
        each.code.value for each in reading.diagnostics
    }
    assert run.results[0].locations[0].physical_location.region.start_line > 1


def test_a_path_elsewhere_is_a_file_address(tmp_path: Path) -> None:
    path = tmp_path / "a lamp.machine"
    path.write_bytes(samples.LAMP.read_bytes())
    content = check_sarif(read_specification(path), Status.HOLDS)
    [artifact] = json.loads(content)["runs"][0]["artifacts"]
    assert artifact["location"]["uri"] == path.as_uri()
    assert "%20" in path.as_uri()
