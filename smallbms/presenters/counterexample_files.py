"""The files of --traces: each counterexample as ITF JSON, waveform, table and pytest file."""

from __future__ import annotations

import json
from pathlib import Path

from smallbms.presenters.counterexample import counterexample, violations
from smallbms.presenters.lines import WIDTH, plain
from smallbms.presenters.replay_test import replay_test
from smallbms.presenters.waveform import waveform
from spec.trace import Trace, to_itf
from verify.verdict import Report


def counterexample_files(report: Report, directory: Path) -> dict[Path, bytes]:
    """The content of every file, by its path in `directory`.

    ``<ID>.<n>`` is the n-th property of a requirement. Where two runs are compared, the second
    is ``<ID>.<n>.second``; the table and the test show both.
    """
    files: dict[Path, bytes] = {}
    for each in report.requirements:
        for result, violated in violations(each):
            if violated.trace is None:
                continue
            number = result.index + 1
            name = f"{each.requirement.id}.{number}"
            holds = f"{each.requirement.id}_{number}_holds"
            table = counterexample(each.requirement, result, violated, WIDTH)
            files[directory / f"{name}.txt"] = plain(table).encode()
            files[directory / f"test_{each.requirement.id}_{number}.py"] = replay_test(
                each.requirement, result, violated.trace, violated.other, directory
            )
            _add_run(files, directory / name, violated.trace, holds)
            if violated.other is not None:
                _add_run(files, directory / f"{name}.second", violated.other, holds)
    return files


def _add_run(files: dict[Path, bytes], stem: Path, trace: Trace, holds: str) -> None:
    itf = json.dumps(to_itf(trace), indent=1, ensure_ascii=False) + "\n"
    files[stem.with_name(f"{stem.name}.itf.json")] = itf.encode("utf-8", "backslashreplace")
    files[stem.with_name(f"{stem.name}.vcd")] = waveform(trace, holds)
