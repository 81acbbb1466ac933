"""The report as text, compared as a whole."""

from __future__ import annotations

from dataclasses import replace

from smallbms.presenters.lines import printable, wrapped
from spec.machine import Machine
from tests.smallbms import samples
from tests.smallbms.golden import assert_golden
from tests.smallbms.samples import report_text
from verify.verdict import Method, Report, Violated


def test_report_with_one_of_each_verdict(lamp: Machine) -> None:
    assert_golden("mixed_report.txt", report_text(samples.mixed(lamp)))


def test_report_with_everything_proved(lamp: Machine) -> None:
    assert_golden("proved_report.txt", report_text(samples.proved(lamp)))


def test_report_on_one_requirement_names_how_many_were_not_looked_at(lamp: Machine) -> None:
    report = samples.proved(lamp)
    text = report_text(replace(report, requirements=report.requirements[:1]))
    assert "5 other requirements not looked at" in text


def test_violation_without_a_run_says_its_reason(lamp: Machine) -> None:
    violated = Violated(Method.BATTERY, None, reason="no run ever reaches it")
    results = (samples.result(lamp, "L2", violated),)
    text = report_text(Report(lamp, results, (), 22, 0.1, 0.1))
    assert "L2 violated: " in text
    assert "no run ever reaches it" in text


def test_no_line_is_wider_than_a_hundred_columns(lamp: Machine) -> None:
    assert max(map(len, report_text(samples.mixed(lamp)).splitlines())) <= 100


def test_layout_is_plain_ascii(lamp: Machine) -> None:
    text = report_text(samples.mixed(lamp)).replace("°C", "C")
    assert text.isascii()


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[31m\x9bb\ud800") == "a\ufffd[31m\ufffdb\ufffd"


def test_a_number_is_not_parted_from_its_unit() -> None:
    assert [line.text for line in wrapped("it takes 500 ms or so", 21)] == ["it takes 500 ms or so"]
    assert [line.text for line in wrapped("it takes about 500 ms", 20)] == [
        "it takes about",
        "500 ms",
    ]
