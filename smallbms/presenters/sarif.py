"""Findings as SARIF 2.1.0, which code hosts show beside the line they are about.

Rules are the requirements, the questions of the sanity battery and the codes of the language.
Only what is wrong becomes a result: a reader of SARIF takes every result for an alert.
"""

from __future__ import annotations

import json
from typing import Any

from smallbms.distribution import NAME, version
from smallbms.presenters.counterexample import violations
from smallbms.presenters.paths import uri
from smallbms.presenters.signals import movement
from smallbms.reading import Reading
from smallbms.status import Status
from spec.language.errors import Code, Diagnostic, Severity
from spec.place import Place
from spec.trace import Trace
from verify.verdict import (
    Finding,
    PropertyResult,
    Proved,
    Report,
    RequirementResult,
    Sanity,
    Unknown,
    Vacuous,
    Violated,
)

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LANGUAGE, _SANITY = "smallbms language", "smallbms sanity battery"

_Object = dict[str, Any]


def check_sarif(reading: Reading, status: Status) -> bytes:
    """What `smallbms check` found."""
    return _log(reading, [], [_diagnostic(reading, each) for each in reading.diagnostics], status)


def report_sarif(reading: Reading, report: Report | None, status: Status) -> bytes:
    """What `smallbms verify` found; without a report the text has errors."""
    rules: list[_Object] = []
    results = [_diagnostic(reading, each) for each in reading.diagnostics]
    if report is not None:
        rules = [
            _rule(each.requirement.id, each.requirement.sentence) for each in report.requirements
        ]
        for each in report.requirements:
            results += _requirement(reading, each)
        results += [_finding(reading, each) for each in report.findings]
    return _log(reading, rules, results, status)


def _log(reading: Reading, rules: list[_Object], results: list[_Object], status: Status) -> bytes:
    used = {each["ruleId"] for each in results}
    rules = [
        *rules,
        *(_rule(each.value, _words(each)) for each in Sanity if each.value in used),
        *(_rule(each.value, _words(each)) for each in Code if each.value in used),
    ]
    positions = {rule["id"]: position for position, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": NAME, "semanticVersion": version(), "rules": rules}},
        "invocations": [{"executionSuccessful": True, "exitCode": int(status)}],
        "artifacts": [{"location": {"uri": uri(reading.path)}}],
        "columnKind": "unicodeCodePoints",
        "results": [{**each, "ruleIndex": positions[each["ruleId"]]} for each in results],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return text.encode("utf-8", errors="backslashreplace")


def _rule(id_: str, text: str) -> _Object:
    return {"id": id_, "shortDescription": {"text": text or id_}}


def _words(code: Code | Sanity) -> str:
    """The name of a code as a phrase."""
    area = _LANGUAGE if isinstance(code, Code) else _SANITY
    return f"{area}: {code.name.lower().replace('_', ' ')}"


def _result(reading: Reading, rule: str, level: str, text: str, place: Place) -> _Object:
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [_location(reading, place)],
    }


def _location(reading: Reading, place: Place) -> _Object:
    physical: _Object = {"artifactLocation": {"uri": uri(reading.path), "index": 0}}
    if place.file:
        physical["artifactLocation"] = {"uri": uri(place.file)}
    if place.line:
        physical["region"] = {
            "startLine": place.line,
            "startColumn": max(1, place.column),
            "endColumn": max(1, place.column) + place.length,
        }
    return {"physicalLocation": physical}


def _with_flow(result: _Object, reading: Reading, trace: Trace | None) -> _Object:
    """`result` with the transitions of a run, in order, each at its line."""
    if trace is None:
        return result
    locations = []
    for index, step in enumerate(trace.steps):
        time = trace.machine.time.tick.show(trace.time(index))
        for taken in step.taken:
            origin, target = movement(trace, index, taken)
            text = f"at {time}, {taken.region}: {origin} -> {target}"
            location = _location(reading, taken.transition.place)
            locations.append({"location": {**location, "message": {"text": text}}})
    if not locations:
        return result
    return {**result, "codeFlows": [{"threadFlows": [{"locations": locations}]}]}


def _diagnostic(reading: Reading, diagnostic: Diagnostic) -> _Object:
    level = "error" if diagnostic.severity is Severity.ERROR else "warning"
    text = _sentence(diagnostic.message, diagnostic.way_out)
    return _result(reading, diagnostic.code.value, level, text, diagnostic.place)


def _requirement(reading: Reading, result: RequirementResult) -> list[_Object]:
    runs = {each.index: violated.trace for each, violated in violations(result)}
    results = []
    for each in result.properties:
        for level, told in _outcome(each):
            text = _sentence(f"{each.verdict.value}: {result.requirement.sentence}", told)
            made = _result(reading, result.requirement.id, level, text, each.declared.place)
            results.append(_with_flow(made, reading, runs.get(each.index)))
    return results


def _outcome(result: PropertyResult) -> list[tuple[str, str]]:
    """Level and explanation of what is wrong with a property, if anything is."""
    match result.answer:
        case Proved():
            return []
        case Violated(reason=reason, trace=trace):
            steps = 0 if trace is None else len(trace.steps)
            shown = f"a run of {steps} steps violates it" if steps else ""
            return [("error", "; ".join(each for each in (reason, shown) if each))]
        case Vacuous(reason=reason):
            return [("error", reason)]
        case Unknown(reason=reason):
            return [("warning", reason)]


def _finding(reading: Reading, finding: Finding) -> _Object:
    undecided = finding.kind is Sanity.UNDECIDED
    level = "error" if finding.fails and not undecided else "warning"
    text = _sentence(finding.message, finding.way_out)
    result = _result(reading, finding.kind.value, level, text, finding.place)
    if finding.related:
        result["relatedLocations"] = [_location(reading, each) for each in finding.related]
    return _with_flow(result, reading, finding.witness)


def _sentence(message: str, more: str) -> str:
    return f"{message} ({more})" if more else message
