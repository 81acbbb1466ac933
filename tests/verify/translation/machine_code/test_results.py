"""What functions return, and what they are given that is no structure."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.expression import BOOLEAN
from spec.machine import Span
from spec.term import Variable, at_most, number
from tests.verify.translation.machine_code import demonstration
from tests.verify.translation.machine_code.demonstration import NAME, build
from verify.translation.finding import Outcome
from verify.translation.machine_code.validation import validate
from verify.translation.routine import Member, Routine

_LIMIT = Member("limit", "limit", demonstration.MILLIVOLTS, Span(0, 200), False)
_CHECK = Routine(
    "step",
    (_LIMIT,),
    {},
    result=at_most(number(demonstration.THRESHOLD), Variable("limit", False)),
)


def _returning(kind: str, lines: str) -> str:
    text = "".join(f'"{each.strip()}\\n"' for each in [".syntax unified", *lines.splitlines()])
    return (
        "#include <stdint.h>\n#include <stdbool.h>\n"
        '#pragma GCC diagnostic ignored "-Wunused-parameter"\n'
        '#pragma GCC diagnostic ignored "-Wreturn-type"\n'
        f"{kind} {NAME}(uint8_t limit);\n"
        f"__attribute__((naked)) {kind} {NAME}(uint8_t limit) {{ __asm__({text}); }}\n"
    )


@pytest.mark.parametrize(
    ("kind", "lines", "outcome"),
    [
        ("bool", "cmp r0, #100\n sbcs r0, r0\n adds r0, #1\n bx lr", Outcome.PROVED),
        # Callers may take 2 for something else than 1.
        ("bool", "cmp r0, #100\n sbcs r0, r0\n adds r0, #1\n lsls r0, #1\n bx lr", Outcome.DIFFERS),
        (
            "uint8_t",
            "cmp r0, #100\n sbcs r0, r0\n adds r0, #1\n lsls r0, #1\n bx lr",
            Outcome.PROVED,
        ),
        # And need not look at the lowest byte only.
        ("uint8_t", "cmp r0, #100\n sbcs r0, r0\n mvns r0, r0\n bx lr", Outcome.DIFFERS),
        ("int8_t", "cmp r0, #100\n sbcs r0, r0\n mvns r0, r0\n bx lr", Outcome.PROVED),
        ("uint32_t", "cmp r0, #101\n sbcs r0, r0\n adds r0, #1\n bx lr", Outcome.DIFFERS),
        ("bool", "movs r0, #1\n bx lr", Outcome.DIFFERS),
        ("bool", "mov r0, sp\n bx lr", Outcome.UNKNOWN),
    ],
)
def test_results_fill_their_register(
    kind: str, lines: str, outcome: Outcome, tmp_path: Path
) -> None:
    image = build(_returning(kind, lines), tmp_path)
    assert validate(image, _CHECK, NAME, extrema=False).outcome is outcome


def test_a_function_that_returns_nothing_is_told(tmp_path: Path) -> None:
    image = build(_returning("void", "bx lr"), tmp_path)
    finding = validate(image, _CHECK, NAME, extrema=False)
    assert finding.outcome is Outcome.DIFFERS
    assert "returns nothing" in finding.reason


@pytest.mark.parametrize(("returned", "outcome"), [(4, Outcome.PROVED), (5, Outcome.DIFFERS)])
def test_parameters_that_have_no_register_are_on_the_stack(
    returned: int, outcome: Outcome, tmp_path: Path
) -> None:
    numbers = tuple(
        Member(f"n{index}", f"n{index}", BOOLEAN, Span(0, 1), True) for index in range(6)
    )
    parameters = ", ".join(f"uint8_t n{index}" for index in range(6))
    source = (
        '#include <stdint.h>\n#pragma GCC diagnostic ignored "-Wunused-parameter"\n'
        f"uint32_t {NAME}({parameters});\n"
        f"uint32_t {NAME}({parameters}) {{ return n{returned}; }}\n"
    )
    routine = Routine("step", numbers, {}, result=Variable("n4", True))
    finding = validate(build(source, tmp_path), routine, NAME, extrema=False)
    assert finding.outcome is outcome
