"""What `smallbms validate` found, as JSON; `validation.schema.json` beside this file describes it.

Within one number of the schema, names are only ever added. Values are integers in the unit of
their type; what is for reading only has `text` in its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from smallbms.distribution import NAME, version
from smallbms.presenters.validation import trusted
from smallbms.status import Status
from smallbms.validating.files import Examined
from spec.machine import Machine
from verify.translation.finding import Example, Finding, Given

SCHEMA = 1


def validation_json(machine: Machine, examined: Iterable[Examined], status: Status) -> bytes:
    """All that was examined, in order."""
    found = list(examined)
    document = {
        "schema": SCHEMA,
        "tool": {"name": NAME, "version": version()},
        "command": "validate",
        "spec": machine.path,
        "exit_status": int(status),
        "trusted_text": list(trusted(found)),
        "findings": [finding_json(each) for each in found],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # Half a character of a path is no UTF-8; its escape is JSON all the same.
    return text.encode("utf-8", errors="backslashreplace")


def finding_json(examined: Examined) -> dict[str, Any]:
    """What was found of one function."""
    return {
        "level": examined.level.value,
        "file": examined.file,
        **_finding(examined.finding),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "subject": finding.subject,
        "outcome": finding.outcome.value,
        "reason": finding.reason or None,
        "place": finding.place or None,
        "example": None if finding.example is None else _example(finding.example),
        "measures": dict(finding.measures or {}),
        "attained": {
            name: [_given(each) for each in values]
            for name, values in (finding.attained or {}).items()
        },
        "readings": list(finding.readings),
        "seconds": round(finding.seconds, 3),
    }


def _given(given: Given) -> dict[str, Any]:
    return {"name": given.name, "value": given.value, "value_text": given.type.show(given.value)}


def _example(example: Example) -> dict[str, Any]:
    return {
        "given": [_given(each) for each in example.given],
        "differences": [
            {
                "name": each.name,
                "expected": each.expected,
                "expected_text": each.type.show(each.expected),
                "got": each.got,
                "got_text": each.type.show(each.got),
                "place": each.place or None,
            }
            for each in example.differences
        ],
        "broken": example.broken or None,
        "place": example.place or None,
    }
