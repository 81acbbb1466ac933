"""Text is expanded as a compiler expands it, and every line is known by its number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read, shipped
from tests.codegen.machines import KITCHEN
from tests.codegen.toolchain.programs import run
from verify.translation.c.headers import HEADERS
from verify.translation.c.preprocessing import preprocess
from verify.translation.c.program import Program
from verify.translation.c.refusals import place_of

_TOKEN = re.compile(r"\w+|->|<<=?|>>=?|[-+*/%&|^<>=!]=|&&|\|\||\+\+|--|\.\.\.|\S")

MACROS = """
#include "other.h"
#include <stdint.h>
#include "other.h"
#define ONE 1
#define NEGATIVE -ONE
#define SUM(a, b) \\
    ((a) + (b)) /* two */
#define NESTED(x) SUM(SUM(x, ONE), NEGATIVE)
#define SELF SELF + 1 // itself
#define EMPTY
#define CALL SUM
#define VALUE(...) (0, __VA_ARGS__)
#undef ONE
#define ONE 2U
#ifdef ONE
int a = ONE - NEGATIVE -NEGATIVE;
#else
int a = 0;
#endif
#ifndef ONE
nothing
#else
int b = NESTED(SELF) + CALL (3, EMPTY 4) + CALL;
#endif
#ifdef __cplusplus
extern "C" {
#endif
int c = SUM(SUM(1, 2), (3, 4)) <<SUM(,) >> 5 ; /* "text" ONE */
void f(void) { b ^= 1; b ^ NEGATIVE; b <<= 0x1FUL; b >>=3ULL; b+++b; b --- b; a.ONE; a->ONE; }
int e = 07L + 1LL /* ONE
   ONE */ + ONE;
// ONE
#define ONE 3
int g = ONE + VALUE(1, ONE); char *s = "ONE // /* ";
"""
OTHER = "#ifndef OTHER_H\n#define OTHER_H\n#include <stdbool.h>\nint h = true;\nbool i;\n#endif\n"


def tokens(text: str) -> list[str]:
    """All words of `text`, without those that say which line they are from."""
    text = "\n".join(each for each in text.splitlines() if not each.startswith("#"))
    return [word for word in _TOKEN.findall(text) if word.strip()]


def compiled(files: dict[str, str], file: str, folder: Path) -> str:
    """The same by gcc, with our own headers for its own."""
    (folder / "own").mkdir()
    for name, text in HEADERS.items():
        guarded = f"#pragma once\n{text}"
        (folder / "own" / name).write_text(guarded, encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ["gcc", "-std=c99", "-w", "-E", "-P", "-nostdinc", "-isystem", "own", file]
    return run(command, folder=folder).stdout.decode()


@pytest.mark.parametrize("path", [shipped(), KITCHEN], ids=lambda path: path.stem)
def test_generated_code_is_expanded_as_by_a_compiler(path: Path, tmp_path: Path) -> None:
    machine = read(path)[0]
    files = generate(machine, "c99", Options(settable=True, monitors=True))
    file = f"{machine.name}_monitor.c" if path == shipped() else f"{machine.name}.c"
    ours = tokens(preprocess(files, file))
    assert len(ours) > 500
    assert ours == tokens(compiled(files, file, tmp_path))


def test_macros_are_expanded_as_by_a_compiler(tmp_path: Path) -> None:
    files = {"macros.c": MACROS, "other.h": OTHER}
    assert tokens(preprocess(files, "macros.c")) == tokens(compiled(files, "macros.c", tmp_path))


def test_windows_files_are_read_alike() -> None:
    files = {"macros.c": "int a;\r\n#define B \\\r\n  2\r\nint b = B;\r\n"}
    assert tokens(preprocess(files, "macros.c")) == ["int", "a", ";", "int", "b", "=", "2", ";"]


def test_every_line_keeps_its_number() -> None:
    source = (
        "#define LONG(a) \\\n    ((a) \\\n    + 1)\n\n\n\n\n\n\n\n\n\n"
        "int f(int x)\n{\n    /* one\n       two */ x = LONG(\n        x);\n\n    return x;\n}\n"
    )
    function = Program({"a.c": source}, "a.c").function("f")
    assert function.place == "a.c:13"
    places = [place_of(each) for each in function.body.block_items]
    lines = source.splitlines()
    assert [lines[int(each.split(":")[1]) - 1].split()[-1] for each in places] == ["LONG(", "x;"]
