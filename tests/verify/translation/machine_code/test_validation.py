"""What is said of a function when both readings have been heard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from tests.verify.translation.machine_code.demonstration import (
    NAME,
    RIGHT,
    ROUTINE,
    build,
    in_assembler,
    in_c,
    validated,
)
from verify import bits
from verify.translation.evaluated import Evaluated, NotUnderstood
from verify.translation.finding import Outcome
from verify.translation.machine_code import validation
from verify.translation.machine_code.armv6m import evaluate
from verify.translation.machine_code.attributes import Architecture
from verify.translation.machine_code.image import Function, Image
from verify.translation.machine_code.layout import Layouts
from verify.translation.machine_code.pcode_lift import MissingPackage
from verify.translation.machine_code.validation import validate
from verify.translation.meaning import Value
from verify.translation.routine import Routine

# The same function, in ways that compilers and people have of writing it.
_IDIOMS = {
    "with a stack of registers that nobody set": """
        push {r0, r1, r2, r3, r4, r5, r6, r7, lr}
        ldr r4, [r1]
        movs r3, #1
        cmp r4, #100
        bcs 1f
        movs r3, #0
        1: strb r3, [r2]
        ldrb r5, [r1, #4]
        strb r5, [r2, #1]
        add sp, #16
        pop {r4, r5, r6, r7, pc}
    """,
    "with the carry as a number": """
        ldr r3, [r1]
        cmp r3, #100
        sbcs r3, r3
        adds r3, #1
        strb r3, [r2]
        ldrb r3, [r1, #4]
        strb r3, [r2, #1]
        bx lr
    """,
    "with the carry of an address that nobody needs": """
        ldr r3, [r1]
        cmp r3, #100
        ldrb r3, [r1, #4]
        sbcs r1, r1
        adds r1, #1
        strb r1, [r2]
        strb r3, [r2, #1]
        bx lr
    """,
    "with a long jump": """
        push {r4, lr}
        ldr r4, [r1]
        bl 2f
        nop
        1: movs r3, #1
        b 3f
        2: cmp r4, #100
        bcs 1b
        movs r3, #0
        3: strb r3, [r2]
        ldrb r3, [r1, #4]
        strb r3, [r2, #1]
        pop {r4, pc}
    """,
    "with several words at once": """
        push {r4, r5}
        ldmia r1!, {r3, r4}
        uxtb r4, r4
        movs r5, #100
        subs r3, r3, r5
        lsrs r3, r3, #31
        movs r5, #1
        bics r5, r3
        strb r5, [r2]
        strb r4, [r2, #1]
        pop {r4, r5}
        bx lr
    """,
    "with addresses in other registers, and the stack moved": """
        push {r4, r5, lr}
        sub sp, #20
        mov r4, sp
        str r2, [sp, #8]
        mov r12, r1
        mov r1, r12
        ldr r3, [r1]
        ldr r5, [r4, #8]
        strh r3, [r4, #2]
        movs r0, #0
        cmp r3, #100
        bcc 1f
        adds r0, #1
        1: strb r0, [r5]
        adds r5, #1
        ldrb r3, [r1, #4]
        strb r3, [r5, #0]
        add sp, #20
        pop {r4, r5}
        pop {r3}
        bx r3
    """,
    "with constants and bytes turned about": """
        ldr r3, [r1]
        rev r3, r3
        rev r3, r3
        ldr r0, 3f
        cmp r3, r0
        bcs 1f
        movs r3, #0
        b 2f
        1: movs r3, #1
        2: strb r3, [r2]
        ldrb r3, [r1, #4]
        strb r3, [r2, #1]
        bx lr
        .balign 4
        3: .word 100
    """,
}


@pytest.mark.parametrize("lines", _IDIOMS.values(), ids=_IDIOMS)
def test_what_is_right_is_proved_however_it_is_written(lines: str, tmp_path: Path) -> None:
    finding = validated(in_assembler(lines), tmp_path)
    assert finding.outcome is Outcome.PROVED, finding
    assert finding.readings == ("own semantics", "P-code")
    assert finding.queries is not None
    assert finding.queries.keys() == {"equal 1", "safe 1", "equal 2", "safe 2"}
    assert finding.seconds > 0


@pytest.mark.parametrize("optimisation", ["-O0", "-Os", "-O2"])
def test_the_demonstration_is_proved(optimisation: str, tmp_path: Path) -> None:
    assert validated(in_c(RIGHT), tmp_path, optimisation=optimisation).outcome is Outcome.PROVED


def test_padding_may_be_copied_but_not_be_used(tmp_path: Path) -> None:
    lines = "ldr r3, [r1, #4]\n lsrs r3, r3, #8\n strb r3, [r2, #1]\n strb r3, [r2]\n bx lr"
    finding = validated(in_assembler(lines), tmp_path)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None


def test_a_register_that_nobody_set_may_be_anything(tmp_path: Path) -> None:
    lines = "mov r3, r12\n strb r3, [r2]\n ldrb r3, [r1, #4]\n strb r3, [r2, #1]\n bx lr"
    finding = validated(in_assembler(lines), tmp_path)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None
    assert [each.name for each in finding.example.differences] == ["outputs.drive"]


def test_flags_that_nobody_set_may_be_anything(tmp_path: Path) -> None:
    lines = "movs r3, #1\n bcs 1f\n movs r3, #0\n 1: strb r3, [r2]\n strb r3, [r2, #1]\n bx lr"
    assert validated(in_assembler(lines), tmp_path).outcome is Outcome.DIFFERS


def _wrong(
    image: Image, function: Function, layouts: Layouts, routine: Routine
) -> tuple[Evaluated, None]:
    evaluated, _ = evaluate(image, function, layouts, routine)
    drive = Value(bits.constant(1, 8), False)
    return replace(evaluated, after={**evaluated.after, "drive": drive}), None


def _puzzled(*_: object) -> NoReturn:
    raise NotUnderstood("something", "somewhere")


def _missing(*_: object) -> NoReturn:
    raise MissingPackage("pip install something")


@pytest.mark.parametrize(
    ("second", "outcome", "reason"),
    [
        (_wrong, Outcome.UNKNOWN, "the two readings of the machine code disagree"),
        (_puzzled, Outcome.UNKNOWN, "not supported: something"),
        (_missing, Outcome.NOT_RUN, "pip install something"),
    ],
)
def test_one_reading_is_no_proof(
    second: object,
    outcome: Outcome,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = {"own semantics": evaluate, "P-code": second}
    monkeypatch.setitem(validation._READINGS, Architecture.ARMV6M, readings)
    finding = validated(in_c(RIGHT), tmp_path)
    assert finding.outcome is outcome
    assert finding.reason == reason


def test_what_is_wrong_is_wrong_even_if_one_reading_is_puzzled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = {"own semantics": _puzzled, "P-code": validation._pcode}
    monkeypatch.setitem(validation._READINGS, Architecture.ARMV6M, readings)
    wrong = RIGHT.replace("100", "101")
    finding = validated(in_c(wrong), tmp_path)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None


def test_a_function_that_is_not_there_is_told(tmp_path: Path) -> None:
    finding = validate(build(in_c(RIGHT), tmp_path), ROUTINE, "another", extrema=False)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.reason == "not supported: there is no function another"


def test_figures_come_with_proofs_only(tmp_path: Path) -> None:
    image = build(in_c(RIGHT), tmp_path)
    assert validate(image, ROUTINE, NAME, extrema=True).measures is not None
    assert validate(image, ROUTINE, NAME, extrema=False).measures is None
    image = build(in_c(RIGHT.replace("100", "99")), tmp_path)
    assert validate(image, ROUTINE, NAME, extrema=True).measures is None
