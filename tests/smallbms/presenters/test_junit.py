"""JUnit XML, read back by a reader of JUnit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import junitparser
import pytest

from smallbms.presenters.junit import report_junit
from smallbms.reading import Reading, read_specification
from spec.machine import Machine
from tests.smallbms import samples
from verify.verdict import Report


def suite_of(content: bytes, folder: Path) -> junitparser.TestSuite:
    path = folder / "report.xml"
    path.write_bytes(content)
    [suite] = junitparser.JUnitXml.fromfile(str(path))
    assert isinstance(suite, junitparser.TestSuite)
    return suite


def outcomes(report: Report, folder: Path) -> dict[str, list[str]]:
    suite = suite_of(report_junit(samples.reading(), report), folder)
    return {
        str(case.name): [type(each).__name__ for each in case.result]
        for case in suite
        if isinstance(case, junitparser.TestCase)
    }


def test_each_requirement_is_a_case(lamp: Machine, tmp_path: Path) -> None:
    assert outcomes(samples.mixed(lamp), tmp_path) == {
        "L1": [],
        "L2": ["Failure"],
        "L3": ["Failure"],
        "L4": ["Failure"],
        "L5": ["Failure"],
        "L6": ["Error"],
        "battery": ["Failure"],
    }


def test_the_counts_are_those_of_the_cases(lamp: Machine, tmp_path: Path) -> None:
    suite = suite_of(report_junit(samples.reading(), samples.mixed(lamp)), tmp_path)
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("lamp.machine", 7, 5, 1)


def test_a_failure_shows_the_run(lamp: Machine, tmp_path: Path) -> None:
    suite = suite_of(report_junit(samples.reading(), samples.mixed(lamp)), tmp_path)
    text = next(case for case in suite if case.name == "L2").result[0].text
    assert "... 8 equal steps, 500 ms each, until 5 s" in text
    assert "always duration(bulb is bright) < 5 s" in text


def test_everything_proved_has_no_failure(lamp: Machine, tmp_path: Path) -> None:
    assert not any(outcomes(samples.proved(lamp), tmp_path).values())


def test_an_undecided_battery_is_an_error(lamp: Machine, tmp_path: Path) -> None:
    report = samples.mixed(lamp)
    only = replace(report, findings=report.findings[-1:])
    assert outcomes(only, tmp_path)["battery"] == ["Error"]


def test_a_warning_of_the_battery_is_no_failure(lamp: Machine, tmp_path: Path) -> None:
    report = samples.mixed(lamp)
    only = replace(report, findings=report.findings[:1])
    assert outcomes(only, tmp_path)["battery"] == []


def test_a_text_with_errors_is_one_error(tmp_path: Path) -> None:
    suite = suite_of(report_junit(read_specification(samples.BROKEN), None), tmp_path)
    assert (suite.tests, suite.errors) == (1, 1)


@pytest.mark.parametrize("character", ["\x1b", "\x00", "\udcff", "\ufffe"])
def test_characters_that_xml_forbids_are_replaced(
    lamp: Machine, tmp_path: Path, character: str
) -> None:
    report = samples.mixed(lamp)
    first = report.requirements[0]
    odd = replace(first.requirement, sentence=f"a{character}b")
    report = replace(report, requirements=(replace(first, requirement=odd),))
    reading = Reading(f"lamp{character}.machine", lamp, lamp.text, ())
    suite = suite_of(report_junit(reading, report), tmp_path)
    assert suite.name == "lamp\ufffd.machine"
