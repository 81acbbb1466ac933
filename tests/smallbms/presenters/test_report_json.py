"""The JSON report keeps what its schema promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from smallbms.presenters import report_json
from smallbms.presenters.report_json import check_json
from smallbms.reading import Reading, read_specification
from smallbms.status import Status
from spec.language.errors import Code, Diagnostic
from spec.machine import Machine
from spec.place import NOWHERE
from spec.trace import from_itf
from tests.smallbms import samples
from verify.verdict import Report

SCHEMA = json.loads(
    (Path(report_json.__file__).parent / "report.schema.json").read_text(encoding="utf-8")
)


def valid(content: bytes) -> Any:
    document = json.loads(content)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def of(report: Report) -> Any:
    return valid(report_json.report_json(samples.reading(), report, Status.FAILS))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_contract(lamp: Machine) -> None:
    document = of(samples.mixed(lamp))
    assert document["schema"] == 1
    assert document["spec"] == "lamp.machine"
    assert [each["verdict"] for each in document["requirements"]] == [
        "PROVED", "VIOLATED", "VIOLATED", "VIOLATED", "VACUOUS", "UNKNOWN",
    ]  # fmt: skip
    for each in document["requirements"]:
        assert {"id", "verdict", "method", "seconds", "margin", "trace"} <= set(each)


def test_a_margin_is_given_in_numbers_with_a_unit(lamp: Machine) -> None:
    margin = of(samples.mixed(lamp))["requirements"][0]["margin"]
    assert margin["text"] == "5 s allowed, 4.94999 s worst"
    assert (margin["allowed"], margin["worst"], margin["unit"]) == (500_000, 494_999, "10 µs")


def test_a_trace_is_itf_that_reads_back(lamp: Machine) -> None:
    trace = of(samples.mixed(lamp))["requirements"][1]["trace"]
    parameters, states = from_itf(trace["itf"])
    assert parameters == {"burning": 5500, "dusk": 200}
    assert [state["button"] for state in states] == [0, 1, *[0] * 10]
    assert trace["transitions"] == [
        {"step": 1, "region": "lamp", "from": "off", "to": "lit", "line": 31}
    ]
    assert {each["name"] for each in trace["signals"]} <= set(trace["itf"]["vars"])
    assert trace["holds"][-2:] == [True, False]


def test_two_runs_and_a_memory_are_given(lamp: Machine) -> None:
    _, _, two, any_state, *_ = of(samples.mixed(lamp))["requirements"]
    assert two["properties"][0]["other_trace"] is not None
    assert any_state["trace"]["start"] == {"lamp.mode": 1, "lamp.time": 1}


def test_assumptions_are_listed(lamp: Machine) -> None:
    assert "button implies brightness < 4 V (line 20)" in of(samples.proved(lamp))["assumptions"]


def test_a_text_with_errors_has_no_requirements() -> None:
    reading = read_specification(samples.BROKEN)
    document = valid(report_json.report_json(reading, None, Status.SPECIFICATION))
    assert document["machine"] is None
    assert "requirements" not in document
    assert {each["severity"] for each in document["diagnostics"]} == {"error"}


def test_check_says_the_same_without_proofs() -> None:
    document = valid(check_json(samples.reading(), Status.HOLDS))
    assert document["command"] == "check"
    assert document["machine"] == {"name": "lamp", "title": "Stair light"}


def test_a_verified_machine_without_requirements_is_refused_by_the_schema() -> None:
    document = json.loads(check_json(samples.reading(), Status.HOLDS))
    document["command"] = "verify"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_a_path_that_is_no_text_is_still_json() -> None:
    broken = Diagnostic(Code.NOT_TEXT, NOWHERE, "a half \udcff of a character")
    valid(check_json(Reading("no\udcfftext", None, "", (broken,)), Status.SPECIFICATION))
