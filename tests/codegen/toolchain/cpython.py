"""Generated MicroPython on the Python that runs the tests: slow to err, quick to debug."""

from __future__ import annotations

import importlib.util
import sys
from array import array
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from tests.codegen.toolchain.drivers.batch import Driver
from tests.codegen.toolchain.interface import Batch, Code, Interface, Result


class CPython:
    """A runner, in this process."""

    name = "cpython"

    def __init__(self, code: Code) -> None:
        """Import the module with the name of the machine."""
        (source,) = (each for each in code.in_language(".py") if each.stem == code.interface.name)
        self.module = imported(code.interface.name, source)
        self._job = job_of(code.interface)

    def run(self, batch: Batch) -> list[Result]:
        """Take every step, and let its exceptions pass.

        Raises:
            ValueError: An object has an attribute that the interface does not list.
        """
        width = len(batch.interface.state) + len(batch.interface.outputs)
        results = array("q", bytes(8 * width * batch.count))
        driver = Driver(self.module, self._job)
        words = memoryview(batch.as_bytes()).cast("i")
        driver.take(words, results, batch.count)
        for each, part in (
            (driver.inputs, "inputs"),
            (driver.state, "state"),
            (driver.outputs, "outputs"),
            (driver.parameters, "parameters"),
        ):
            if each is not None and not vars(each).keys() <= {*self._job[part]}:
                raise ValueError(f"{part} of {self.module.__name__}: {sorted(vars(each))}")
        return batch.results(results.tobytes())


def imported(name: str, source: Path) -> ModuleType:
    """Import the module at `source`, anew each time; what others import stays as it is."""
    spec = importlib.util.spec_from_file_location(name, source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with patch.dict(sys.modules, {"micropython": _micropython()}):
        spec.loader.exec_module(module)
    return module


def job_of(interface: Interface) -> dict[str, list[str]]:
    """The names of the attributes, for the driver."""
    return {
        "inputs": [each.name for each in interface.inputs],
        "parameters": [each.name for each in interface.parameters],
        "state": [each.name for each in interface.state],
        "outputs": [each.name for each in interface.outputs],
    }


def _micropython() -> ModuleType:
    """The part of MicroPython's own module that generated code imports."""
    module = ModuleType("micropython")
    module.__dict__["const"] = lambda value: value
    return module
