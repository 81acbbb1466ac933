"""What `smallbms ci` found: one table, and below it what stands in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator

from smallbms.distribution import NAME, version
from smallbms.gate import Gate, Stage
from smallbms.generated_folder import State
from smallbms.presenters.lines import Line, Tone, counted, cut
from smallbms.presenters.validation import finding_lines, trusted, wording_of
from smallbms.presenters.validation_json import finding_json
from smallbms.status import Status
from verify.translation.finding import Outcome
from verify.verdict import Verdict

SCHEMA = 1
_TONES = {Status.HOLDS: Tone.GOOD, Status.FAILS: Tone.BAD, Status.UNDECIDED: Tone.DOUBT}
_WORDS = {Status.HOLDS: "HOLDS", Status.FAILS: "FAILS", Status.UNDECIDED: "UNDECIDED"}
_INDENT = "  "


def gate_lines(gate: Gate, width: int) -> Iterator[Line]:
    """The stages, and everything that does not hold, in lines of at most `width` columns."""
    stages = max(len(each.value) for each in Stage)
    words = max(map(len, _WORDS.values()))
    for stage in Stage:
        status = gate.status_of(stage)
        word = _WORDS[status]
        row = f"{stage.value:<{stages}}  {word:<{words}}  {gate.seconds[stage]:5.2f} s  "
        yield Line(row + cut(_told(gate, stage), width - len(row)), _TONES[status], toned=word)
    yield from _unproved(gate, width)
    yield from _outdated(gate)
    yield from _unequal(gate, width)
    total = f"{_WORDS[gate.status]} in {sum(gate.seconds.values()):.2f} s"
    yield Line()
    yield Line(total, _TONES[gate.status])


def _told(gate: Gate, stage: Stage) -> str:
    match stage:
        case Stage.REQUIREMENTS:
            verdicts = gate.report.verdicts
            return f"{verdicts.count(Verdict.PROVED)} of {len(verdicts)} proved"
        case Stage.GENERATED:
            current = sum(each.is_current for each in gate.folders)
            return f"{current} of {counted(len(gate.folders), 'folder')} up to date"
        case Stage.EQUALITY:
            proved = sum(each.finding.outcome is Outcome.PROVED for each in gate.examined)
            levels = len({each.level for each in gate.examined})
            functions = counted(len(gate.examined), "function")
            return f"{proved} of {functions} proved equal, {counted(levels, 'level')}"
        case Stage.SECOND_SOLVER:
            if gate.solver:
                return f"{gate.solver} accepts each answer about code, or it does not count"
            return "none is installed: pip install 'smallbms[recheck]'"


def _unproved(gate: Gate, width: int) -> Iterator[Line]:
    for each in gate.report.requirements:
        if each.verdict is not Verdict.PROVED:
            said = f"{each.requirement.id} {each.verdict.value}: {each.requirement.sentence}"
            yield Line(_INDENT + cut(said, width - len(_INDENT)), Tone.BAD)
    for finding in gate.report.findings:
        if finding.fails:
            yield Line(_INDENT + cut(finding.message, width - len(_INDENT)), Tone.BAD)
    if gate.status_of(Stage.REQUIREMENTS) is not Status.HOLDS:
        yield Line(f"{_INDENT}smallbms verify shows why")


def _outdated(gate: Gate) -> Iterator[Line]:
    for folder in gate.folders:
        for name, state in folder.states.items():
            if state not in (State.CURRENT, State.FOREIGN):
                yield Line(f"{_INDENT}{folder.code.folder / name}: {state.value}", Tone.BAD)
        if not folder.is_current:
            told = f"smallbms generate -t {folder.code.target} -o {folder.code.folder}"
            yield Line(f"{_INDENT}{told}, with the options of then, writes it anew")


def _unequal(gate: Gate, width: int) -> Iterator[Line]:
    for each in gate.examined:
        if each.finding.outcome is not Outcome.PROVED:
            yield Line(f"{wording_of(each.level)}: {each.file}", Tone.HEADING)
            yield from finding_lines(each.finding, len(each.finding.subject), width)


def gate_json(gate: Gate) -> bytes:
    """The same for pipelines; `gate.schema.json` beside this file says what is in it."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": NAME, "version": version()},
        "command": "ci",
        "spec": gate.report.machine.path,
        "exit_status": int(gate.status),
        "stages": [
            {
                "name": stage.value,
                "status": int(gate.status_of(stage)),
                "seconds": round(gate.seconds[stage], 3),
                "text": _told(gate, stage),
            }
            for stage in Stage
        ],
        "requirements": [
            {"id": each.requirement.id, "verdict": each.verdict.value}
            for each in gate.report.requirements
        ],
        "folders": [
            {
                "path": str(folder.code.folder),
                "target": folder.code.target,
                "files": {name: state.value for name, state in folder.states.items()},
            }
            for folder in gate.folders
        ],
        "findings": [finding_json(each) for each in gate.examined],
        "trusted_text": list(trusted(gate.examined)),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # Half a character of a path is no UTF-8; its escape is JSON all the same.
    return text.encode("utf-8", errors="backslashreplace")
