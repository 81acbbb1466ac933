"""Benchmarks of what users wait for, against their budgets: ratios at most 1 are within.

Run by ``make benchmark``. Whole processes, cold, nothing cached; the median of several runs.
Nothing here fails on a slow machine: it prints, and people judge.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_SPEC = _ROOT / "spec" / "smallbms" / "smallbms.machine"
_RUNS = 7
_SMALLBMS = [sys.executable, "-m", "smallbms"]

# Faults for which a counterexample must come quickly: what is replaced, by what, who notices.
_FAULTS = (
    ("hold_off : 30.5 s in 30.5 s", "hold_off : 29 s in 29 s", "R05"),
    ("when low_cell and after(hold_off)", "when low_cell", "R05"),
    ("else dark           for R10", "else lit            for R10", "R10"),
    ("charge is allowed else floating ", "charge is not off else floating ", "R03"),
    ("clock tolerance  1 %", "clock tolerance  3 %", "R05"),
    ("duration(remote_closed) >= confirm", "duration(remote_closed) >= 3 s", "R15"),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured, in the unit of its budget."""

    name: str
    unit: str
    value: float
    budget: float

    def __str__(self) -> str:
        """One line, with the ratio to the budget."""
        return (
            f"{self.name:<58} {self.value:8.2f} {self.unit:<3} "
            f"budget {self.budget:6.2f}  ratio {self.value / self.budget:5.2f}"
        )


def _run(arguments: list[str], *, expected: int = 0) -> float:
    begun = time.perf_counter()
    done = subprocess.run([*_SMALLBMS, *arguments], cwd=_ROOT, capture_output=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode != expected:
        sys.exit(f"smallbms {' '.join(arguments)} ended with status {done.returncode}")
    return seconds


def _median(arguments: list[str]) -> float:
    return statistics.median(_run(arguments) for _ in range(_RUNS))


def _peak() -> float:
    """Of the largest process so far; kilobytes on Linux."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _proofs(report: Path) -> float:
    """Wall time of the proofs alone, from the report of a run."""
    seconds = []
    for _ in range(_RUNS):
        _run(["verify", "--json", str(report)])
        found = json.loads(report.read_text())
        seconds.append(found["seconds"] - found["sanity"]["seconds"])
    return statistics.median(seconds)


def _counterexamples(folder: Path) -> list[Measure]:
    text = _SPEC.read_text(encoding="utf-8")
    measures = []
    for number, (old, new, requirement) in enumerate(_FAULTS, 1):
        if old not in text:
            sys.exit(f"the smallBMS no longer says: {old}")
        broken = folder / f"fault_{number}.machine"
        broken.write_text(text.replace(old, new, 1), encoding="utf-8")
        report = folder / "report.json"
        _run(["verify", str(broken), "-r", requirement, "--json", str(report)], expected=1)
        found = json.loads(report.read_text())["requirements"][0]
        steps = [len(each["trace"]["holds"]) for each in found["properties"] if each["trace"]]
        name = f"counterexample, fault {number}: {requirement}, {max(steps)} steps"
        measures.append(Measure(name, "s", found["seconds"], 0.3))
    return measures


def _generations(folder: Path) -> list[Measure]:
    """With the proofs; and with all that can be had."""
    command = ["generate", "-t", "c99", "-t", "micropython", "-o", str(folder / "code")]
    whole = [*command[:-1], str(folder / "whole"), "--monitors", "--tests"]
    return [
        Measure("smallbms generate, C99 and MicroPython", "s", _median(command), 1),
        Measure("  with monitors and unit tests", "s", _median(whole), 1),
    ]


# What a proof of one step may take, at each level; of machine code with its exact extremes.
_LEVELS = {"c": 0.5, "machine-code": 3, "python": 0.5, "bytecode": 0.5}


def _validations(report: Path) -> list[Measure]:
    """The proof of the step at each level, and the whole gate; needs an ARM compiler."""
    command = ["validate", "--generated", "generated", "--jobs", "1", "--json", str(report)]
    taken: dict[str, list[float]] = {level: [] for level in _LEVELS}
    for _ in range(_RUNS):
        _run(command)
        for each in json.loads(report.read_text())["findings"]:
            if each["subject"] in ("smallbms_step", "smallbms.step"):
                taken[each["level"]].append(each["seconds"])
    return [
        *(
            Measure(f"smallbms validate, proof of a step: {level}", "s", median, budget)
            for level, budget in _LEVELS.items()
            for median in [statistics.median(taken[level])]
        ),
        Measure("smallbms ci, whole process", "s", _median(["ci"]), 15),
    ]


def main() -> None:
    """Print every measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measures = [
            Measure("smallbms verify, whole process", "s", _median(["verify"]), 1.5),
            Measure("  of which proofs", "s", _proofs(folder / "report.json"), 0.5),
            Measure("smallbms check, whole process", "s", _median(["check"]), 0.4),
            *_generations(folder),
            *_counterexamples(folder),
        ]
        measures.append(Measure("peak memory of one process", "MB", _peak(), 200))
        measures += _validations(folder / "report.json")
        measures.append(Measure("peak memory of one process, ci", "MB", _peak(), 300))
    print("\n".join(map(str, measures)))


if __name__ == "__main__":
    main()
