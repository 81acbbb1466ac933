"""The program on a stub of `machine`: a scenario goes in, a record of what it did comes out."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.codegen.toolchain.programs import run

_STUB = Path(__file__).parent / "stub"
_START = "import drive; drive.main()"
# MicroPython has its own, and so the heap is really locked there.
_ONLY_CPYTHON = "micropython.py.template"


@dataclass(frozen=True)
class Record:
    """What a program did.

    Attributes:
        ended: By ``time`` running out or the watchdog's reset, by an ``interrupt``; ``returned``.
        scratch: What is in the registers that survive the watchdog.
        events: When in us, what, and more.
    """

    ended: str
    scratch: list[int]
    events: list[list[Any]]

    def of(self, what: str) -> list[list[Any]]:
        """All events of one kind: when, and more."""
        return [[at, *rest] for at, kind, *rest in self.events if kind == what]

    @property
    def lines(self) -> list[str]:
        """What was sent."""
        return "".join(text for _, text in self.of("text")).splitlines()


def simulate(
    interpreter: str,
    texts: Mapping[str, str],
    folder: Path,
    outside: Sequence[Sequence[int | str]],
    **scenario: Any,
) -> Record:
    """Run the program `texts` in `folder` while `outside` happens.

    Args:
        interpreter: ``cpython`` or ``micropython``.
        texts: Of the modules, by file name.
        folder: An empty one.
        outside: Lists of when [us], what, and more, in order.
        scenario: What else differs: ``until_us``, ``start_us``, ``reason``, ``scratch``.
    """
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for source in _STUB.glob("*.template"):
        if interpreter == "cpython" or source.name != _ONLY_CPYTHON:
            shutil.copy(source, folder / source.stem)
    usual = {"until_us": 1_000_000, "start_us": 0, "reason": 0, "scratch": [0, 0]}
    given = {**usual, **scenario, "events": outside}
    (folder / "scenario.json").write_text(json.dumps(given), encoding="utf-8")
    if interpreter == "cpython":
        # The folder is on the path of what is given with -c.
        run([sys.executable, "-B", "-c", _START], folder=folder)
    else:
        where = {"MICROPYPATH": f"{folder}:.frozen"}
        run(["micropython", "-c", _START], folder=folder, environment=where)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return Record(record["ended"], record["scratch"], record["events"])
