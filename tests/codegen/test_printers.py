"""Printed expressions mean what their terms mean, in every target, flat and broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.c99.writer import ROOM as ROOM_OF_C
from codegen.micropython.writer import ROOM as ROOM_OF_PYTHON
from tests.codegen.checks import mean_the_same
from tests.codegen.printed import Sheet
from tests.codegen.toolchain.compilers import CLANG, GCC
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Runner
from tests.codegen.toolchain.micropython import Unix, WebAssembly
from tests.codegen.toolchain.thumb import Thumb

# Together more than 2,000 pairs for each target, each in three ways of printing.
SHEETS = 20
PAIRS = 105
ROWS = 40


@pytest.mark.parametrize("seed", range(SHEETS))
def test_c_means_what_is_meant(seed: int, tmp_path: Path) -> None:
    sheet = Sheet(seed, ROOM_OF_C, PAIRS)
    code = sheet.in_c(tmp_path)
    # Each compiler also finds the warnings that no machine of the corpus gives it a reason for.
    runners: list[Runner] = [
        Host(GCC, code, tmp_path, optimisation="-O0"),
        Host(CLANG, code, tmp_path, optimisation="-O1"),
        Thumb(code, tmp_path),
    ]
    mean_the_same(sheet, runners, ROWS)


@pytest.mark.parametrize("seed", range(SHEETS))
def test_python_means_what_is_meant(seed: int, tmp_path: Path) -> None:
    sheet = Sheet(seed, ROOM_OF_PYTHON, PAIRS)
    code = sheet.in_python(tmp_path)
    runners: list[Runner] = [
        CPython(code),
        Unix(code, tmp_path / "unix", locked=True),
        WebAssembly(code, tmp_path / "webassembly", locked=True),
    ]
    mean_the_same(sheet, runners, ROWS)
