"""The assessment as JSON keeps what its schema promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from smallbms.presenters import bank_json
from smallbms.status import Status
from spec.bank.assessment import assess
from spec.bank.bank import Bank
from spec.bank.description import read_bank, shipped
from spec.bank.outputs import Output
from spec.bank.receivers import RECEIVERS
from tests.spec.bank.samples import attached, bank, strings

SCHEMA = json.loads(
    (Path(bank_json.__file__).parent / "bank.schema.json").read_text(encoding="utf-8")
)


def of(bank: Bank, path: Path | None = None) -> Any:
    assessment = assess(bank)
    status = Status.HOLDS if assessment.is_allowed else Status.FAILS
    document = json.loads(bank_json.assessment_json(assessment, path, status), parse_float=no_float)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def no_float(written: str) -> None:
    pytest.fail(f"{written} is no exact number")


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_contract() -> None:
    document = of(read_bank(shipped()), shipped())
    assert (document["schema"], document["exit_status"], document["allowed"]) == (1, 0, True)
    assert document["file"].endswith("spec/smallbms/bank.toml")
    assert document["bank"]["energy_mwh"] == 20_480_000
    assert document["fuse"]["rating_ua"] == 800_000
    assert document["fuse"]["needed_ua_rounded_up"] == 650_000
    assert [each["days_rounded_down"] for each in document["standby"]] == [27_777, 66, 29]
    assert {each["kind"] for each in document["findings"]} == {"remark"}


def test_a_bank_that_is_not_allowed_says_why() -> None:
    document = of(bank(24, strings("12.8/330", 1, 21)))
    assert (document["exit_status"], document["allowed"], document["file"]) == (1, False, None)
    errors = [each for each in document["findings"] if each["kind"] == "error"]
    assert [each["rule"] for each in errors] == ["batteries", "system-voltage"]
    assert all(each["source"]["grade"] and each["way_out"] for each in errors)


@pytest.mark.parametrize("output", list(Output))
def test_every_receiver_has_a_place_in_it(output: Output) -> None:
    on = tuple(attached(output, name) for name in RECEIVERS)
    document = of(bank(on=on))
    made = next(each for each in document["outputs"] if each["output"] == output.value)
    assert [each["receiver"] for each in made["receivers"]] == list(RECEIVERS)
    assert document["fuse"]["rating_ua"] is None or output is not Output.CHARGE_DISCONNECT


def test_half_a_character_of_a_path_is_still_json() -> None:
    of(read_bank(shipped()), Path("no\udcfftext"))
