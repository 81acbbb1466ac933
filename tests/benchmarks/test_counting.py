"""What is counted is what the manual of the processor says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.counting import Cost, Emulator, disassembled, longest, text_of
from tests.codegen.toolchain.compilers import ARM, compile_object

WORDS = "const unsigned *first, const unsigned *second, unsigned *third"


def compiled(body: str, folder: Path) -> Path:
    source = folder / "counted.c"
    source.write_text(f"void counted({WORDS});\nvoid counted({WORDS})\n{{\n{body}\n}}\n")
    return compile_object(ARM, source, folder)


def word(value: int) -> bytes:
    return value.to_bytes(4, "little")


def test_a_straight_function_takes_what_the_manual_says(tmp_path: Path) -> None:
    at = compiled("*third = *first + *second;", tmp_path)
    code = disassembled(at, "counted")
    # Two loads, an addition, a store and the return.
    assert longest(code) == Cost(5, 2 + 2 + 1 + 2 + 2)
    emulator = Emulator(code, text_of(at, "counted"))
    emulator.run([word(1)], [word(2)])
    assert emulator.most == longest(code)
    assert emulator.stack_bytes == 0


def test_no_run_takes_more_than_the_longest_way(tmp_path: Path) -> None:
    at = compiled(
        "if (*first > 7u) { *third = 1u; if (*second > 7u) { third[1] = *second; } }"
        "if (*first < 7u) { third[2] = 1u; third[3] = *second; }",
        tmp_path,
    )
    code = disassembled(at, "counted")
    values = [word(0), word(7), word(8)]
    some, every = (Emulator(code, text_of(at, "counted")) for _ in range(2))
    some.run([word(7)], values)
    every.run(values, values)
    assert some.most.instructions < every.most.instructions
    assert every.most.instructions <= longest(code).instructions
    assert every.most.cycles <= longest(code).cycles


def test_the_stack_is_seen(tmp_path: Path) -> None:
    at = compiled(
        "volatile unsigned kept[4]; kept[0] = *first; kept[3] = *second; *third = kept[0];",
        tmp_path,
    )
    emulator = Emulator(disassembled(at, "counted"), text_of(at, "counted"))
    emulator.run([word(1)], [word(2)])
    assert emulator.stack_bytes >= 8


@pytest.mark.parametrize(
    "body",
    [
        "extern unsigned far; *third = *first + *second + far;",
        "extern void callee(void); callee(); *third = *first + *second;",
    ],
    ids=["data", "call"],
)
def test_what_does_not_stand_alone_is_refused(body: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not stand alone"):
        text_of(compiled(body, tmp_path), "counted")


def test_a_loop_is_refused(tmp_path: Path) -> None:
    at = compiled("while (*first != *(const volatile unsigned *)second) { *third = 1u; }", tmp_path)
    with pytest.raises(RecursionError):
        longest(disassembled(at, "counted"))
