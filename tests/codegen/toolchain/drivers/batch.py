"""Runs the step function of a generated module over rows of cells: see `interface.py`.

It runs on CPython and on every MicroPython, so it is written for the smaller of the two:
MicroPython knows no `typing`, and does not look at annotations.
"""

import array
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GO_ON, INIT, GIVEN = range(3)
_CHUNK = 256
_CELL = 8


class Driver:
    """One object of each class of a generated module.

    Args:
        machine: The module.
        job: The names of its ``inputs``, ``parameters``, ``state`` and ``outputs``.
        guard: Two functions, called before each step and after it; or nothing.
    """

    def __init__(self, machine: "Any", job: "Any", guard: "Any" = ()) -> None:
        self._machine = machine
        self._guard = guard
        self._inputs = job["inputs"]
        self._parameters = job["parameters"]
        self._state = job["state"]
        self._outputs = job["outputs"]
        self.inputs = machine.Inputs()
        self.state = machine.State()
        self.outputs = machine.Outputs()
        self.parameters = machine.Parameters() if self._parameters else None

    def take(self, words: "Any", results: "Any", count: int) -> int:
        """Take `count` steps; return how many came before the first that allocated memory.

        That is all of them, unless the guard forbids it.

        Args:
            words: The cells of the rows, as signed 32-bit integers, the lower half first.
            results: As signed 64-bit integers.
            count: How many rows there are.
        """
        cell = result = 0
        for row in range(count):
            start = words[2 * cell]
            cell = _read(words, cell + 1, self.inputs, self._inputs)
            cell = _read(words, cell, self.parameters, self._parameters)
            if start == GIVEN:
                _read(words, cell, self.state, self._state)
            elif start == INIT:
                _spoil(self.state, self._state)
                self._machine.init(self.state)
            cell += len(self._state)
            _spoil(self.outputs, self._outputs)
            if not self._step():
                return row
            result = _write(results, result, self.state, self._state)
            result = _write(results, result, self.outputs, self._outputs)
        return count

    def _step(self) -> bool:
        """Take one step; return False if it asked for memory that it must not have."""
        if not self._guard:
            self._call()
            return True
        before, after = self._guard
        before()
        try:
            self._call()
        except MemoryError:
            return False
        finally:
            after()
        return True

    def _call(self) -> None:
        # Not step(*arguments): that allocates memory itself.
        if self.parameters is None:
            self._machine.step(self.state, self.inputs, self.outputs)
        else:
            self._machine.step(self.state, self.inputs, self.outputs, self.parameters)


def _read(words: "Any", cell: int, into: object, names: "Any") -> int:
    # Not as an array of 64-bit integers: MicroPython makes a long integer of each of those.
    for name in names:
        low, high = words[2 * cell], words[2 * cell + 1]
        setattr(into, name, low + (1 << 32) if low < 0 <= high else low)
        cell += 1
    return cell


def _write(results: "Any", cell: int, of: object, names: "Any") -> int:
    for name in names:
        results[cell] = getattr(of, name)
        cell += 1
    return cell


def _spoil(whole: object, names: "Any") -> None:
    # No cell can be made of None: what stays unwritten is an error.
    for name in names:
        setattr(whole, name, None)


def main() -> None:
    """Do what ``job.json`` in this folder says: from the file ``rows`` to the file ``results``.

    Results stop before the first step that allocated memory, if the job is ``locked``.
    """
    with open("job.json") as file:
        job = json.load(file)
    guard: Any = ()
    if job["locked"]:
        import micropython  # noqa: PLC0415

        guard = (micropython.heap_lock, micropython.heap_unlock)
    driver = Driver(__import__(job["name"]), job, guard)
    row = 1 + len(job["inputs"]) + len(job["parameters"]) + len(job["state"])
    result = len(job["state"]) + len(job["outputs"])
    words = array.array("i", bytes(_CELL * row * _CHUNK))
    written = array.array("q", bytes(_CELL * result * _CHUNK))
    with open("rows", "rb") as rows, open("results", "wb") as results:
        taken = _CHUNK
        while taken == _CHUNK:
            count = rows.readinto(words) // (_CELL * row)
            taken = driver.take(words, written, count)
            results.write(memoryview(written)[: taken * result])
