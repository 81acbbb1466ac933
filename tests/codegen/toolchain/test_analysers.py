"""The analysers find what they are there for, and nothing in clean code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.toolchain.analysers import cppcheck, gcc_analyzer
from tests.codegen.toolchain.programs import ProgramFailedError
from tests.codegen.toolchain.sampled import LAMP

(SOURCE,) = LAMP.in_language(".c")
FAULTY = """#include <stdint.h>
int32_t read(const int32_t *from, int32_t at);
int32_t read(const int32_t *from, int32_t at)
{
    const int32_t *nothing = 0;
    if (at > 3)
        return from[at];
    return *nothing;
}
"""


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.c"
    path.write_text(FAULTY, encoding="utf-8")
    return path


def test_nobody_calls_the_code_and_that_is_all_there_is_to_find() -> None:
    assert {each.id for each in cppcheck([SOURCE])} == {"unusedFunction"}
    assert gcc_analyzer(SOURCE) == []


def test_cppcheck_finds_faults_and_what_misra_forbids(faulty: Path) -> None:
    found = {(each.file, each.line, each.id) for each in cppcheck([faulty])}
    assert ("faulty.c", 8, "nullPointer") in found
    assert ("faulty.c", 6, "misra-c2012-15.6") in found
    assert ("faulty.c", 7, "misra-c2012-15.5") in found
    assert not any(each.id.startswith("misra") for each in cppcheck([faulty], misra=False))


def test_gcc_follows_paths(faulty: Path) -> None:
    found = [(each.line, each.id) for each in gcc_analyzer(faulty)]
    assert (8, "-Wanalyzer-null-dereference") in found


def test_a_file_that_is_not_c_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "broken.c"
    path.write_text("int f( {", encoding="utf-8")
    with pytest.raises(ProgramFailedError, match=r"broken\.c"):
        gcc_analyzer(path)
    assert {each.id for each in cppcheck([path])} == {"syntaxError"}
