"""The corpus: small machines in folders that are named for their verdict."""

from __future__ import annotations

import re
from pathlib import Path

from spec.language.reader import read
from spec.machine import Always, Machine, Property
from spec.reference import ReferenceRun
from spec.trace import Trace
from verify.verdict import Verdict

CORPUS = Path(__file__).parent.parent / "corpus"
FOLDERS = ("proved", "violated", "unknown", "vacuous")
_TIMEOUT = re.compile(r"^# timeout (\d+)$", re.MULTILINE)
_EXPECT = re.compile(r"^ +# expect (\w+)$")


def files(*folders: str) -> list[Path]:
    """The machines and systems of `folders`, in order of name."""
    return [path for folder in folders for path in sorted((CORPUS / folder).iterdir())]


def name(path: Path) -> str:
    """What a test is called that is about `path`."""
    return f"{path.parent.name}/{path.stem}"


def machine(path: Path) -> Machine:
    """The machine that is written at `path`."""
    return read(path)[0]


def timeout(path: Path) -> float:
    """The wall time that the file allows [s]; plenty where it says nothing."""
    said = _TIMEOUT.search(path.read_text(encoding="utf-8"))
    return float(said[1]) if said else 60.0


def expected(path: Path, declared: Property) -> Verdict:
    """The folder's verdict, unless the comment above `declared` names another."""
    above = path.read_text(encoding="utf-8").splitlines()[declared.place.line - 2]
    said = _EXPECT.match(above)
    return Verdict[said[1] if said else path.parent.name.upper()]


def truths(trace: Trace, declared: Always) -> list[bool]:
    """In each step of `trace`, whether `declared` holds, as a reference run of its own says."""
    run = ReferenceRun(trace.machine, trace.parameters, [declared.expression])
    return [bool(run.step(step.inputs)[1][0]) for step in trace.steps]
