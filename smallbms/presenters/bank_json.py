"""The assessment of a bank as JSON; `bank.schema.json` beside this file says what is in it.

Within one number of the schema, names are only ever added. Numbers are integers, their unit ends
their name, and what was rounded says so there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from smallbms.distribution import NAME, version
from smallbms.presenters.paths import shown_path
from smallbms.status import Status
from spec.bank.assessment import NOT_LOOKED_AT, Assessment, Standby, Supplied
from spec.bank.bank import Attached, Bank, Strings
from spec.bank.fuse import CHOICE, HIGHEST_UA, LOWEST_UA, RANGE, Fuse
from spec.bank.rules import Finding
from spec.machine import Source

SCHEMA = 1


def assessment_json(assessment: Assessment, path: Path | None, status: Status) -> bytes:
    """`assessment` of the bank in the file `path`, if in any."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": NAME, "version": version()},
        "command": "bank",
        "file": None if path is None else shown_path(str(path)),
        "exit_status": int(status),
        "allowed": assessment.is_allowed,
        "bank": _bank(assessment.bank),
        "outputs": [_output(each) for each in assessment.supplied],
        "fuse": _fuse(assessment.fuse),
        "standby": [_standby(each) for each in assessment.standby],
        "not_looked_at_text": list(NOT_LOOKED_AT),
        "findings": [_finding(each) for each in assessment.findings],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # Half a character of a path is no UTF-8; its escape is JSON all the same.
    return text.encode("utf-8", errors="backslashreplace")


def _source(source: Source) -> dict[str, str]:
    return {"grade": source.grade, "passage": source.passage, "read_as": source.read_as}


def _bank(bank: Bank) -> dict[str, Any]:
    return {
        "title": bank.title,
        "system_v": bank.system_v,
        "strings": [_strings(each) for each in bank.strings],
        "batteries": bank.count,
        "capacity_ah": bank.capacity_ah,
        "energy_mwh": bank.energy_mwh,
        "empty_mv": bank.empty_mv,
        "nominal_mv": bank.nominal_mv,
        "charging_mv": bank.charging_mv,
    }


def _strings(strings: Strings) -> dict[str, Any]:
    return {
        "model": strings.battery.name,
        "series": strings.series,
        "parallel": strings.parallel,
        "source": _source(strings.battery.source),
    }


def _output(supplied: Supplied) -> dict[str, Any]:
    return {
        "output": supplied.output.value,
        "receivers": [_attached(each) for each in supplied.attached],
        "current_ua": supplied.current_ua,
        "highest_ua": supplied.limits.highest_ua,
        "short_circuit_proof": supplied.limits.is_short_circuit_proof,
        "drives_coils": supplied.limits.drives_coils,
        "empty_mv": supplied.empty_mv,
        "nominal_mv": supplied.nominal_mv,
        "charging_mv": supplied.charging_mv,
        "source": _source(supplied.limits.source),
    }


def _attached(attached: Attached) -> dict[str, Any]:
    bound = attached.receiver.bound
    return {
        "receiver": attached.receiver.name,
        "label": attached.label,
        "count": attached.count,
        "each_ua": attached.current_ua,
        "inductive": attached.is_inductive,
        # Null where the user gave the current.
        "source": _source(bound.source) if attached.is_bound and bound is not None else None,
    }


def _fuse(fuse: Fuse) -> dict[str, Any]:
    return {
        "carried_ua": fuse.carried_ua,
        "needed_ua_rounded_up": fuse.needed_ua,
        "rating_ua": fuse.rating_ua,
        "voltage_mv": fuse.voltage_mv,
        "lowest_ua": LOWEST_UA,
        "highest_ua": HIGHEST_UA,
        "range_source": _source(RANGE),
        "choice_source": _source(CHOICE),
    }


def _standby(standby: Standby) -> dict[str, Any]:
    return {
        "condition": standby.condition,
        "charge_mah": standby.charge_mah,
        "own_ua": standby.own_ua,
        "alone_days_rounded_down": int(standby.alone_days),
        "outputs_ua": standby.outputs_ua,
        "days_rounded_down": int(standby.days),
        "source": _source(standby.source),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "rule": finding.rule.id,
        "sentence": finding.rule.sentence,
        "message": finding.message,
        "way_out": finding.way_out,
        "source": _source(finding.source),
    }
