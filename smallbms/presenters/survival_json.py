"""The table of survival as JSON; `survival.schema.json` beside this file says what is in it.

Within one number of the schema, names are only ever added.
"""

from __future__ import annotations

import json
from typing import Any

from smallbms.distribution import NAME, version
from smallbms.presenters.paths import shown_path
from smallbms.presenters.scope import assumptions
from smallbms.reading import Reading
from smallbms.status import Status
from spec.machine import Fault
from spec.trace import to_itf
from verify.survival.survival import NONE, Outcome, Survival
from verify.verdict import PropertyResult, Unknown, Vacuous, Verdict, Violated

SCHEMA = 1
# What a cell says: of a fault, not of a proof.
WORDS = {
    Verdict.PROVED: "holds",
    Verdict.VIOLATED: "fails",
    Verdict.UNKNOWN: "undecided",
    Verdict.VACUOUS: "says nothing",
}


def survival_json(reading: Reading, survival: Survival | None, status: Status) -> bytes:
    """What `smallbms faults` found; without a table the text has errors."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {"name": NAME, "version": version()},
        "command": "faults",
        "spec": shown_path(reading.path),
        "exit_status": int(status),
    }
    if survival is not None:
        document |= {
            "machine": survival.machine.name,
            "assumptions": list(assumptions(survival.machine)),
            "faults": [_fault(each) for each in survival.faults],
            "requirements": [
                {
                    "id": each.id,
                    "sentence": each.sentence,
                    "without_fault": _cell(survival.outcomes[each.id, NONE]),
                    "with_fault": {
                        fault.name: _cell(survival.outcomes[each.id, fault.name])
                        for fault in survival.faults
                    },
                }
                for each in survival.requirements
            ],
            "not_asked": list(survival.untouched),
            "seconds": survival.seconds,
        }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # Half a character of a path is no UTF-8; its escape is JSON all the same.
    return text.encode("utf-8", errors="backslashreplace")


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "name": fault.name,
        "text": fault.text,
        "sources": [str(each) for each in fault.sources],
        "line": fault.place.line,
    }


def _cell(outcome: Outcome) -> dict[str, Any]:
    return {
        "verdict": WORDS[outcome.verdict],
        "properties": [_property(each) for each in outcome.properties],
    }


def _property(result: PropertyResult) -> dict[str, Any]:
    document: dict[str, Any] = {
        "index": result.index,
        "line": result.declared.place.line,
        "verdict": WORDS[result.verdict],
    }
    match result.answer:
        case Violated(reason=reason, trace=trace):
            document["reason"] = reason
            document["run"] = None if trace is None else to_itf(trace)
        case Unknown(reason=reason) | Vacuous(reason=reason):
            document["reason"] = reason
    return document
