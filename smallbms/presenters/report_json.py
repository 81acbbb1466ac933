"""The report as JSON, for pipelines; `report.schema.json` beside this file says what is in it.

Within one number of the schema, names are only ever added. Values are integers in the unit that
`signals` gives; what is for reading only has `text` in its name.
"""

from __future__ import annotations

import json
from typing import Any

from smallbms.distribution import NAME, version
from smallbms.presenters.paths import shown_path
from smallbms.presenters.scope import assumptions, extent
from smallbms.presenters.signals import Role, movement, signals
from smallbms.presenters.summary import method_of, methods
from smallbms.reading import Reading
from smallbms.status import Status
from spec.expression import Boolean, Enumeration, Quantity, ValueType
from spec.language.errors import Diagnostic
from spec.machine import Property
from spec.place import Place
from spec.trace import Trace, to_itf
from verify.verdict import (
    Consistency,
    Finding,
    Margin,
    PropertyResult,
    Proved,
    Report,
    RequirementResult,
    Unknown,
    Vacuous,
    Violated,
)

SCHEMA = 1


def check_json(reading: Reading, status: Status) -> bytes:
    """What `smallbms check` found."""
    return _encoded(_head("check", reading, status))


def report_json(reading: Reading, report: Report | None, status: Status) -> bytes:
    """What `smallbms verify` found; without a report the text has errors."""
    document = _head("verify", reading, status)
    if report is not None:
        machine = report.machine
        document |= {
            "covers_text": extent(machine),
            "assumptions": list(assumptions(machine)),
            "not_asked_for": _not_asked_for(report),
            "requirements": [_requirement(each) for each in report.requirements],
            "sanity": {
                "questions": report.checks,
                "seconds": report.sanity_seconds,
                "findings": [_finding(each) for each in report.findings],
            },
            "consistency": _consistency(report.consistency),
            "seconds": report.proof_seconds + report.sanity_seconds,
            "rechecked_by": list(report.rechecked_by),
        }
    return _encoded(document)


def _encoded(document: dict[str, Any]) -> bytes:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # Half a character of a path is no UTF-8; its escape is JSON all the same.
    return text.encode("utf-8", errors="backslashreplace")


def _head(command: str, reading: Reading, status: Status) -> dict[str, Any]:
    machine = reading.machine
    return {
        "schema": SCHEMA,
        "tool": {"name": NAME, "version": version()},
        "command": command,
        "spec": shown_path(reading.path),
        "exit_status": int(status),
        "machine": None if machine is None else {"name": machine.name, "title": machine.title},
        "diagnostics": [_diagnostic(each) for each in reading.diagnostics],
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code.value,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "way_out": diagnostic.way_out,
        **_place(diagnostic.place),
    }


def _place(place: Place) -> dict[str, Any]:
    return {**_line(place), "column": place.column}


def _line(place: Place) -> dict[str, Any]:
    file = {"file": shown_path(place.file)} if place.file else {}
    return {**file, "line": place.line}


def _not_asked_for(report: Report) -> list[str]:
    asked = {each.requirement.id for each in report.requirements}
    return [each.id for each in report.machine.requirements if each.id not in asked]


def _requirement(result: RequirementResult) -> dict[str, Any]:
    properties = [_property(each) for each in result.properties]
    margins = [each["margin"] for each in properties if each["margin"] is not None]
    traces = [each["trace"] for each in properties if each["trace"] is not None]
    return {
        "id": result.requirement.id,
        "sentence": result.requirement.sentence,
        "sources": [str(each) for each in result.requirement.sources],
        **_place(result.requirement.place),
        "verdict": result.verdict.value,
        "method": methods(result) or None,
        "seconds": result.seconds,
        "margin": margins[0] if margins else None,
        "trace": traces[0] if traces else None,
        "properties": properties,
    }


def _property(result: PropertyResult) -> dict[str, Any]:
    answer = result.answer
    method = method_of(result)
    made: dict[str, Any] = {
        "text": result.text,
        "kind": _kind(result.declared),
        **_place(result.declared.place),
        "verdict": result.verdict.value,
        "method": None if method is None else method.value,
        "seconds": result.seconds,
        "reason": None,
        "margin": None,
        "trace": None,
        "other_trace": None,
        "witness": None,
    }
    match answer:
        case Proved():
            made["margin"] = _margin(answer.margin)
            made["witness"] = _trace(answer.witness)
        case Violated():
            made["reason"] = answer.reason or None
            made["trace"] = _trace(answer.trace)
            made["other_trace"] = _trace(answer.other)
        case Unknown() | Vacuous():
            made["reason"] = answer.reason
    return made


def _kind(declared: Property) -> str:
    name = type(declared).__name__
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")


def _margin(margin: Margin | None) -> dict[str, Any] | None:
    if margin is None:
        return None
    return {
        "bounded_text": margin.bounded,
        "text": str(margin),
        "unit": margin.type.show(1),
        "allowed": margin.allowed,
        "worst": margin.worst,
        "at_least": margin.at_least,
        "attained": margin.attained,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.kind.value,
        "kind": finding.kind.name.lower(),
        **_place(finding.place),
        "message": finding.message,
        "way_out": finding.way_out,
        "fails": finding.fails,
        "related": [_place(each) for each in finding.related],
        "trace": _trace(finding.witness),
    }


def _consistency(known: Consistency | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {
        "ground": known.ground.name.lower(),
        "ground_text": known.ground.value,
        "depth": known.depth,
        "reason": known.reason or None,
        "conflicts": known.conflicts,
        "all_found": known.all_found,
        "left_out": [_place(each.place) for each in known.left_out],
    }


def _trace(trace: Trace | None) -> dict[str, Any] | None:
    """`trace` as an ITF object, and beside it what ITF has no place for."""
    if trace is None:
        return None
    return {
        "itf": to_itf(trace),
        "start": dict(trace.start),
        "holds": list(trace.truth),
        "tick": trace.machine.time.tick.show(1),
        "fine": trace.machine.time.fine.show(1),
        "transitions": [
            {
                "step": step,
                "region": taken.region,
                "from": movement(trace, step, taken)[0],
                "to": taken.transition.target,
                **_line(taken.transition.place),
            }
            for step, each in enumerate(trace.steps)
            for taken in each.taken
        ],
        "signals": [
            {"name": each.name, "role": each.role.name.lower(), **_type(each.type)}
            for each in signals(trace)
            if each.role is not Role.CONDITION
        ],
    }


def _type(type_: ValueType) -> dict[str, Any]:
    match type_:
        case Boolean():
            return {"type": "boolean"}
        case Enumeration():
            return {"type": "enumeration", "members": list(type_.members)}
        case Quantity():
            return {"type": "quantity", "unit": type_.show(1)}
