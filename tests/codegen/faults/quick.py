"""The quick part of the tests: exit status 1 if one of them fails, 2 if one cannot be made.

Runs as a program, with whatever generator is first on the path.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from codegen.c99.writer import ROOM as ROOM_OF_C
from codegen.micropython.writer import ROOM as ROOM_OF_PYTHON
from codegen.widths import TooWide
from spec.language.reader import shipped
from tests.codegen.checks import (
    agree,
    is_formatted,
    mean_the_same,
    memory_begins_alike,
    settings_are_checked,
    statements_are_formatted,
)
from tests.codegen.machines import KITCHEN, machine, write
from tests.codegen.printed import Sheet
from tests.codegen.steps import SMALL, some_steps
from tests.codegen.toolchain.compilers import CLANG, GCC
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.programs import ProgramFailedError

STEPS = 2_000
PAIRS = 120
STATEMENTS = 600
ROWS = 25
# What a test says of code that is wrong, and not of a generator that is.
CAUGHT = (AssertionError, ProgramFailedError, SyntaxError, TooWide)


def printers(folder: Path) -> None:
    """Some expressions mean what they should, and are broken where they should be."""
    statements_are_formatted(STATEMENTS)
    sheet = Sheet(1, ROOM_OF_PYTHON, PAIRS)
    mean_the_same(sheet, [CPython(sheet.in_python(folder))], ROWS)
    sheet = Sheet(9, ROOM_OF_C, PAIRS)
    host = Host(GCC, sheet.in_c(folder), folder, optimisation="-O0", checked=False)
    mean_the_same(sheet, [host], ROWS)


def machines(folder: Path) -> None:
    """Two machines do what they should, with constant and with other parameters."""
    for path in (shipped(), KITCHEN):
        for settable in (False, True):
            place = folder / f"{path.stem}_{settable}"
            written = write(machine(path), place, settable=settable)
            is_formatted(place)
            memory_begins_alike(written)
            rows = some_steps(written, STEPS, seed=4, widest=SMALL)
            agree([CPython(written.code)], written, *rows)
            host = Host(CLANG, written.code, place, optimisation="-O0")
            agree([host], written, *some_steps(written, STEPS, seed=5))
            if settable:
                settings_are_checked(written, place)


def main(folder: Path) -> int:
    """Run everything; what is built lies in `folder`."""
    checks: tuple[Callable[[Path], None], ...] = (machines, printers)
    try:
        for check in checks:
            check(folder)
    except CAUGHT:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except Exception:
        traceback.print_exc()
        sys.exit(2)
