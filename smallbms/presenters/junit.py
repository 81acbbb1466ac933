"""The report as JUnit XML: a test suite a specification, a test case a requirement.

Violated and vacuous requirements are failures, undecided ones errors; the text of a failure is
the counterexample as a table. The sanity battery is one more test case.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from smallbms.presenters.counterexample import counterexample, violations
from smallbms.presenters.lines import WIDTH, Line, counted, plain
from smallbms.presenters.paths import shown_path
from smallbms.presenters.scope import assumptions, extent
from smallbms.presenters.summary import RequirementRow, consistency, rows, sanity
from smallbms.reading import Reading
from spec.language.errors import render
from verify.verdict import Finding, Report, RequirementResult, Sanity, Verdict

_FAILURE, _ERROR = "failure", "error"
_FORBIDDEN = re.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]")


def report_junit(reading: Reading, report: Report | None) -> bytes:
    """What `smallbms verify` found; without a report the text has errors."""
    path = shown_path(reading.path)
    suite = ET.Element("testsuite", name=_clean(path), file=_clean(path))
    if report is None:
        _specification(suite, reading)
    else:
        properties = ET.SubElement(suite, "properties")
        _property(properties, "covers", extent(report.machine))
        for clause in assumptions(report.machine):
            _property(properties, "assumption", clause)
        for result, row in zip(report.requirements, rows(report), strict=True):
            _requirement(suite, path, result, row)
        _sanity(suite, report)
        suite.set("time", f"{report.proof_seconds + report.sanity_seconds:.3f}")
    suites = ET.Element("testsuites")
    suites.append(suite)
    for element in (suite, suites):
        element.set("tests", str(len(suite.findall("testcase"))))
        element.set("failures", str(len(suite.findall(f"testcase/{_FAILURE}"))))
        element.set("errors", str(len(suite.findall(f"testcase/{_ERROR}"))))
    ET.indent(suites)
    # Half a character of a path is left over from the system; XML has no place for it.
    text = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _specification(suite: ET.Element, reading: Reading) -> None:
    case = ET.SubElement(suite, "testcase", classname="specification", name="text")
    shown = "\n".join(
        render(each, shown_path(reading.path), reading.text) for each in reading.diagnostics
    )
    _outcome(case, _ERROR, "SPECIFICATION", "the text has errors", shown)


def _requirement(
    suite: ET.Element, path: str, result: RequirementResult, row: RequirementRow
) -> None:
    place = result.requirement.place
    case = ET.SubElement(
        suite,
        "testcase",
        classname="requirement",
        name=_clean(row.id),
        time=f"{result.seconds:.3f}",
        file=_clean(path if not place.file else shown_path(place.file)),
        line=str(place.line),
    )
    words = [row.sentence, *([f"by {row.method}"] if row.method else []), *row.notes]
    if result.verdict is not Verdict.PROVED:
        kind = _ERROR if result.verdict is Verdict.UNKNOWN else _FAILURE
        table: list[Line] = []
        for each, violated in violations(result):
            table += [*counterexample(result.requirement, each, violated, WIDTH), Line()]
        _outcome(case, kind, result.verdict.value, row.sentence, plain(table) or "\n".join(words))
    ET.SubElement(case, "system-out").text = _clean("\n".join(words))


def _sanity(suite: ET.Element, report: Report) -> None:
    case = ET.SubElement(
        suite, "testcase", classname="sanity", name="battery", time=f"{report.sanity_seconds:.3f}"
    )
    shown = plain([*sanity(report, WIDTH), *consistency(report)])
    bad = [each for each in report.findings if _is_bad(each)]
    if bad:
        found = counted(len(bad), "finding")
        decided = any(each.kind is not Sanity.UNDECIDED for each in bad)
        _outcome(case, _FAILURE if decided else _ERROR, "SANITY", found, shown)
    ET.SubElement(case, "system-out").text = _clean(shown)


def _is_bad(finding: Finding) -> bool:
    return finding.fails or finding.kind is Sanity.UNDECIDED


def _outcome(case: ET.Element, kind: str, type_: str, message: str, text: str) -> None:
    outcome = ET.SubElement(case, kind, type=type_, message=_clean(message))
    outcome.text = _clean(text)


def _property(properties: ET.Element, name: str, value: str) -> None:
    ET.SubElement(properties, "property", name=name, value=_clean(value))


def _clean(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
