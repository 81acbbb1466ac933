"""P-code: functions that must never be proved, for what they do or for what is not supported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verify.translation.machine_code.demonstration import (
    NAME,
    RIGHT,
    ROUTINE,
    in_assembler,
    in_c,
)
from tests.verify.translation.machine_code.processors import (
    M0PLUS,
    M3,
    M4,
    RV32,
    Target,
    found,
    image_of,
)
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.finding import Outcome
from verify.translation.machine_code.image import Image

_EVERY_TARGET = pytest.mark.parametrize(
    "target", [M0PLUS, M3, M4, RV32], ids=lambda target: target.name
)

_FORBIDDEN = {
    "a loop": ("for (volatile uint32_t k = 0U; k < in->level; k++) { }", "a loop"),
    "a wait": ("while (*(volatile uint8_t *)&in->flag == 0U) { }", "a loop"),
    "behind the end": ("(&out->lamp)[1] = 1U;", "writes 1 bytes at outputs+2, out of its 2 bytes"),
    "in front": ("((uint8_t *)out)[-1] = 1U;", "writes 1 bytes at outputs-1, out of its 2 bytes"),
    "a read behind": (
        "out->lamp = ((const volatile uint8_t *)in)[8];",
        "reads 1 bytes at inputs+8, out of its 8",
    ),
    "an input": ("((struct demo_inputs *)in)->flag = 1U;", "writes to inputs+4, which is only"),
    "a register": ("*(volatile uint32_t *)0x40000000U = 1U;", "writes to the address 0x40000000"),
    "another read": ("out->lamp = *(volatile uint8_t *)0x40000001U;", "reads the address 0x4"),
    "an output": (
        "out->lamp = *(volatile uint8_t *)&out->drive;",
        "reads outputs+0, which nothing",
    ),
    "the stack": ("volatile uint8_t gap; out->lamp = gap;", "which nothing was written to"),
}


@pytest.mark.parametrize("name", _FORBIDDEN)
@_EVERY_TARGET
def test_what_no_controller_may_do_is_told(target: Target, name: str, tmp_path: Path) -> None:
    body, reason = _FORBIDDEN[name]
    image = image_of(in_c(body + RIGHT), tmp_path, target)
    with pytest.raises(Forbidden) as caught:
        found(image, ROUTINE, NAME)
    assert reason in str(caught.value)
    assert caught.value.place.startswith(f"{NAME}+0x")


_UNSUPPORTED = {
    "a call": ("other();", 'void other(void);\nvoid other(void) { __asm__("nop"); }'),
    "a pointer": ("void (*volatile f)(void) = 0; f();", ""),
    "an index": ("out->lamp = ((const uint8_t *)in)[in->flag];", ""),
    "a static": ("static uint8_t count; count++; out->lamp = count;", ""),
}


@pytest.mark.parametrize("name", _UNSUPPORTED)
@_EVERY_TARGET
def test_what_is_not_supported_is_never_proved(target: Target, name: str, tmp_path: Path) -> None:
    body, before = _UNSUPPORTED[name]
    noinline = before.replace("void other(void);", "__attribute__((noinline)) void other(void);")
    image = image_of(in_c(RIGHT + body, before=noinline), tmp_path, target, ("-O1", "-g"))
    with pytest.raises((NotUnderstood, Forbidden)):
        found(image, ROUTINE, NAME)


# Sets the outputs as it must, and leaves r0 to r2 as they are.
_RIGHT = """
    ldr r3, [r1, #0]
    cmp r3, #100
    ite cs
    movcs r3, #1
    movcc r3, #0
    strb r3, [r2, #0]
    ldrb r3, [r1, #4]
    strb r3, [r2, #1]
"""
_ASSEMBLER = {
    "right": ("", "bx lr", Outcome.PROVED, ""),
    "kept": ("push {r4, lr}; movs r4, #1", "pop {r4, pc}", Outcome.PROVED, ""),
    "far jump": ("push {lr}; bl 1f; 1:", "pop {pc}", Outcome.PROVED, ""),
    "unaligned": ("push {r0, r3}; ldr r3, [sp, #1]; add sp, #8", "bx lr", Outcome.PROVED, ""),
    "clobbered": ("movs r4, #1", "bx lr", Outcome.DIFFERS, "r4 is not what it was"),
    "clobbered high": ("mov r8, r1", "bx lr", Outcome.DIFFERS, "r8 is not what it was"),
    "stack pointer": ("sub sp, #8", "bx lr", Outcome.DIFFERS, "the stack pointer"),
    "no return": ("", "mov r3, r12; bx r3", Outcome.DIFFERS, "another instruction set"),
    "other mode": ("", "bic lr, lr, #1; bx lr", Outcome.DIFFERS, "another instruction set"),
    "called back": (
        "push {r4, lr}; bl 1f; 1:",
        "bx lr",
        Outcome.UNKNOWN,
        "an address that is worked out",
    ),
    "into an IT": (
        "cmp r0, r0; bne 1f",
        "it eq; 1: moveq r3, r3; bx lr",
        Outcome.UNKNOWN,
        "depends on the one in front",
    ),
    "out of it": ("", "nop", Outcome.UNKNOWN, "a jump out of the function"),
    "barrier": ("dmb", "bx lr", Outcome.UNKNOWN, "an instruction that uses "),
    "system": ("mrs r3, primask", "bx lr", Outcome.UNKNOWN, ""),
    "interrupts": ("cpsid i", "bx lr", Outcome.UNKNOWN, "an instruction that uses "),
    "coprocessor": ("mrc p15, 0, r3, c0, c0, 0", "bx lr", Outcome.UNKNOWN, ""),
    "no instruction": ("udf #1", "bx lr", Outcome.UNKNOWN, ""),
    "below the stack": ("str r0, [sp, #-4]", "bx lr", Outcome.DIFFERS, "below the stack pointer"),
    "above the stack": ("str r0, [sp]", "bx lr", Outcome.DIFFERS, "above its part of the stack"),
    "lost below": (
        "push {r0}; pop {r0}; ldr r3, [sp, #-4]",
        "bx lr",
        Outcome.DIFFERS,
        "nothing was written to",
    ),
    "jump table": ("tbb [pc, r3]", "bx lr", Outcome.UNKNOWN, ""),
    "floats": ("vmov s0, r3", "bx lr", Outcome.UNKNOWN, ""),
    "unaligned pair": ("add r3, r2, #2; ldrd r3, r12, [r3]", "bx lr", Outcome.DIFFERS, ""),
}


@pytest.mark.parametrize("name", _ASSEMBLER)
def test_instructions_of_the_cortex_m4(name: str, tmp_path: Path) -> None:
    first, last, outcome, reason = _ASSEMBLER[name]
    lines = "\n".join((*first.split(";"), _RIGHT, *last.split(";")))
    options = ("-Os", "-g", "-mfpu=fpv4-sp-d16", "-mfloat-abi=softfp")
    image = image_of(in_assembler(lines), tmp_path, M4, options)
    told, why = _told(image)
    assert (told, reason in why) == (outcome, True)


def _told(image: Image) -> tuple[Outcome, str]:
    try:
        finding = found(image, ROUTINE, NAME)
    except Forbidden as error:
        return Outcome.DIFFERS, str(error)
    except NotUnderstood as error:
        return Outcome.UNKNOWN, str(error)
    return finding.outcome, finding.example.broken if finding.example else ""
