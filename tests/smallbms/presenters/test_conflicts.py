"""Conflicts of requirements, as each presenter tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from smallbms.presenters.junit import report_junit
from smallbms.presenters.report_json import report_json
from smallbms.presenters.sarif import report_sarif
from smallbms.presenters.summary import consistency
from smallbms.proving import status_of
from smallbms.reading import Reading, read_specification
from smallbms.status import Status
from tests.smallbms.presenters.test_report_json import valid
from tests.smallbms.presenters.test_sarif import run_of, unknown_names
from tests.smallbms.samples import report_text
from tests.verify.corpus import CORPUS
from verify.prover import Options, verify
from verify.verdict import Report

_LEFT_OUT = "reachable_and_independent_are_not_looked_at"


def verified(name: str) -> tuple[Reading, Report]:
    reading = read_specification(CORPUS / f"{name}.machine")
    assert reading.machine is not None
    return reading, verify(reading.machine, options=Options(timeout=1000))


@pytest.fixture(scope="module")
def conflicting() -> tuple[Reading, Report]:
    return verified("conflicting/granted_soon_and_seldom")


def said(report: Report) -> str:
    return "\n".join(line.text for line in consistency(report))


def test_a_conflict_fails_the_specification(conflicting: tuple[Reading, Report]) -> None:
    assert status_of(conflicting[1]) is Status.FAILS


def test_text_names_the_requirements_with_their_lines_and_shows_the_situation(
    conflicting: tuple[Reading, Report],
) -> None:
    text = " ".join(report_text(conflicting[1]).split())
    assert "SANE11 A1 (line 24), A2 (line 28) and A3 (line 32) cannot hold" in text
    assert "Requirement conflicts: 1 found" in text
    assert ">> the outputs of the last step are one attempt; every other fails too" in text


def test_json_keeps_its_schema_and_holds_the_places_and_the_run(
    conflicting: tuple[Reading, Report],
) -> None:
    reading, report = conflicting
    document = valid(report_json(reading, report, Status.FAILS))
    (finding,) = (each for each in document["sanity"]["findings"] if each["related"])
    assert (finding["code"], finding["kind"]) == ("SANE11", "timed_conflict")
    assert [each["line"] for each in finding["related"]] == [24, 28, 32]
    assert {each["name"] for each in finding["trace"]["signals"]} == {"asked", "lamp"}
    assert document["consistency"]["ground"] == "conflict"
    assert document["consistency"]["conflicts"] == 1


def test_sarif_has_every_line_as_a_related_location(
    conflicting: tuple[Reading, Report], tmp_path: Path
) -> None:
    reading, report = conflicting
    run = run_of(report_sarif(reading, report, Status.FAILS), tmp_path)
    (result,) = (each for each in run.results if each.rule_id == "SANE11")
    lines = [each.physical_location.region.start_line for each in result.related_locations]
    assert lines == [24, 28, 32]
    assert not set(unknown_names(result))


def test_junit_has_it_in_the_battery(conflicting: tuple[Reading, Report]) -> None:
    content = " ".join(report_junit(*conflicting).decode().split())
    assert "A1 (line 24), A2 (line 28) and A3 (line 32) cannot hold" in content
    assert "Requirement conflicts: 1 found" in content


def test_what_was_searched_is_said_of_each_ground() -> None:
    # The machine of this text breaks none of them: nothing had to be searched.
    held = verified("proved/any_blocks_the_lower")[1]
    assert said(held) == "Requirement conflicts: none, as this machine satisfies them all"
    assert status_of(held) is Status.HOLDS
    broken = verified("violated/never_says_never")[1]
    assert said(broken) == "Requirement conflicts: none, as outputs that keep them are always left"
    left_out = verified(f"conflicting/{_LEFT_OUT}")[1]
    assert said(left_out).endswith("1 found; what is independent was not looked at (line 32)")


def test_an_independence_that_does_not_hold_is_none_that_was_looked_at() -> None:
    report = verified("violated/dependent_through_time")[1]
    assert said(report).startswith(
        "Requirement conflicts: none, as this machine satisfies all that could conflict; "
        "what is independent was not looked at"
    )


def test_an_induction_without_a_certificate_is_none_where_every_proof_is_rechecked() -> None:
    reading = read_specification(CORPUS / "violated" / "never_says_never.machine")
    assert reading.machine is not None
    report = verify(reading.machine, options=Options(recheck=True))
    assert said(report) == (
        "Requirement conflicts: undecided: "
        "the induction has no certificate that a second solver could check"
    )
