"""Functions that must never be proved: what they do is forbidden, or not supported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
from verify.translation.equivalence import compare
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.finding import Outcome
from verify.translation.machine_code.armv6m import evaluate
from verify.translation.machine_code.layout import structures

# Sets the outputs as it must, and leaves r0 to r2 as they are.
_RIGHT = """
    ldr r3, [r1, #0]
    cmp r3, #100
    bcs 1f
    movs r3, #0
    b 2f
    1: movs r3, #1
    2: strb r3, [r2, #0]
    ldrb r3, [r1, #4]
    strb r3, [r2, #1]
"""


@dataclass(frozen=True)
class Case:
    """A program, what is found of it, and a part of the reason."""

    name: str
    source: str
    outcome: Outcome
    reason: str


def _forbidden_c(name: str, body: str, reason: str, before: str = "") -> Case:
    return Case(name, in_c(body, before=before), Outcome.DIFFERS, reason)


def _forbidden(name: str, lines: str, reason: str) -> Case:
    return Case(name, in_assembler(lines), Outcome.DIFFERS, reason)


def _unsupported(name: str, lines: str, reason: str, behind: str = "") -> Case:
    return Case(name, in_assembler(lines, behind=behind), Outcome.UNKNOWN, reason)


_CASES = (
    _forbidden_c(
        "a loop",
        f"{RIGHT} for (uint32_t index = 0; index < in->level; index++)"
        " ((volatile struct demo_outputs *)out)->lamp = in->flag;",
        "a loop",
    ),
    _forbidden("a call of itself", "bl demo_step", "a loop"),
    _forbidden("a branch to itself", "b .", "a loop"),
    _forbidden_c(
        "a write out of bounds",
        f"{RIGHT} ((volatile uint8_t *)out)[2] = 1;",
        "writes 1 bytes at outputs+2, out of its 2 bytes",
    ),
    _forbidden_c(
        "a write before the begin",
        f"{RIGHT} ((volatile uint8_t *)out)[-1] = 1;",
        "writes 1 bytes at outputs-1, out of its 2 bytes",
    ),
    _forbidden_c(
        "a read out of bounds",
        "out->drive = in->level >= 100; out->lamp = ((const volatile uint8_t *)in)[8];",
        "reads 1 bytes at inputs+8, out of its 8 bytes",
    ),
    _forbidden_c(
        "a write to the inputs",
        f"{RIGHT} ((volatile uint8_t *)(uint32_t)in)[4] = 0;",
        "writes to inputs+4, which is only to be read",
    ),
    _forbidden_c(
        "a write to a register of the chip",
        f"{RIGHT} *(volatile uint32_t *)0x40000000 = 1;",
        "writes to the address 0x40000000",
    ),
    _forbidden_c(
        "a read of a register of the chip",
        f"{RIGHT} out->lamp = in->flag + (*(volatile uint32_t *)0x40000000 & 0U);",
        "reads the address 0x40000000, which is neither its own nor constant",
    ),
    _forbidden_c(
        "a counter of its own",
        f"{RIGHT} count++; if (count == 1000000) out->lamp = 1;",
        "reads the address 0x20000000, which is neither its own nor constant",
        before="static volatile uint32_t count;",
    ),
    _forbidden("a read of an output first", f"ldrb r3, [r2, #0]\n{_RIGHT} bx lr", "outputs+0"),
    _forbidden("a lost register", f"{_RIGHT} movs r4, #0\n bx lr", "r4 is not what it was"),
    _forbidden("a lost high register", f"{_RIGHT} mov r8, r3\n bx lr", "r8 is not what it was"),
    _forbidden(
        "a register that keeps an address",
        f"{_RIGHT} mov r11, r0\n bx lr",
        "r11 is not what it was",
    ),
    _forbidden(
        "a register that is lost on one way",
        f"{_RIGHT} cmp r3, #77\n bne 3f\n adds r5, #1\n 3: bx lr",
        "r5 is not what it was",
    ),
    _forbidden("a stack that is not cleared", f"{_RIGHT} push {{r4}}\n bx lr", "the stack pointer"),
    _forbidden("a stack that is cleared twice", f"{_RIGHT} pop {{r3}}\n bx lr", "above its part"),
    _forbidden(
        "more taken from the stack than put there",
        f"{_RIGHT} add sp, #8\n sub sp, #8\n bx lr",
        "takes more from the stack",
    ),
    _forbidden(
        "a write to the stack of the caller", f"{_RIGHT} str r3, [sp, #4]\n bx lr", "above its part"
    ),
    _forbidden(
        "a write below the stack",
        f"{_RIGHT} mov r3, sp\n subs r3, #4\n str r0, [r3]\n bx lr",
        "below the stack pointer",
    ),
    _forbidden(
        "a read of what an interrupt may have changed",
        f"push {{r4}}\n add sp, #4\n sub sp, #4\n pop {{r4}}\n {_RIGHT} bx lr",
        "which nothing was written to",
    ),
    _forbidden(
        "a read of a local that has no value",
        f"sub sp, #8\n ldr r3, [sp, #4]\n add sp, #8\n {_RIGHT} bx lr",
        "which nothing was written to",
    ),
    _forbidden(
        "a local that has a value on one way only",
        "sub sp, #8\n ldr r3, [r1, #0]\n cmp r3, #9\n bne 3f\n str r3, [sp]\n 3: ldr r3, [sp]\n"
        f" add sp, #8\n {_RIGHT} bx lr",
        "which nothing was written to",
    ),
    _forbidden(
        "a read wider than its structure is aligned",
        f"adds r3, r0, #0\n ldrb r3, [r3, #0]\n ldrh r3, [r2, #0]\n{_RIGHT} bx lr",
        "need not be aligned",
    ),
    _forbidden(
        "a read that is not aligned",
        f"movs r3, #1\n ldrh r3, [r1, r3]\n{_RIGHT} bx lr",
        "need not be aligned",
    ),
    _forbidden("a supervisor call", f"{_RIGHT} svc #0\n bx lr", "a supervisor call"),
    _forbidden("a breakpoint", f"{_RIGHT} bkpt #0\n bx lr", "a breakpoint"),
    _forbidden("no end", "udf #0", "an undefined instruction"),
    _unsupported("interrupts disabled", f"{_RIGHT} cpsid i\n bx lr", "the instruction 0xb672"),
    _unsupported(
        "a special register", f"{_RIGHT} mrs r3, primask\n bx lr", "the instruction 0xf3ef"
    ),
    _unsupported("a sleep", f"{_RIGHT} wfi\n bx lr", "the instruction 0xbf30"),
    _unsupported("no code", f"{_RIGHT} .short 0xb100\n bx lr", "the instruction 0xb100"),
    _unsupported(
        "no code of 32 bits", f"{_RIGHT} .short 0xe800, 0\n bx lr", "the instruction 0xe800"
    ),
    _unsupported(
        "a call",
        "push {lr}\n bl other\n pop {pc}",
        "a call",
        "void other(void); void other(void) {}\n",
    ),
    _unsupported("a call by register", f"{_RIGHT} push {{lr}}\n blx r3\n pop {{pc}}", "a call"),
    _unsupported(
        "a jump to another function",
        "b other",
        "a jump out of the function",
        "void other(void); void other(void) {}\n",
    ),
    _unsupported("a function without an end", f"{_RIGHT}", "a jump out of the function"),
    _unsupported("a computed jump", f"{_RIGHT} mov pc, r3", "a computed jump"),
    _unsupported("a jump by register", f"{_RIGHT} bx r3", "a computed jump"),
    _unsupported("a jump by a sum", f"{_RIGHT} add pc, r3", "the program counter"),
    _unsupported(
        "another return address",
        f"{_RIGHT} push {{lr}}\n str r3, [sp]\n pop {{pc}}",
        "a computed jump",
    ),
    _unsupported(
        "a return address that is moved on",
        f"{_RIGHT} mov r3, lr\n adds r3, #2\n bx r3",
        "a computed jump",
    ),
    _unsupported("a stack elsewhere", f"{_RIGHT} mov sp, r2\n bx lr", "a stack pointer"),
    _unsupported("a stack of data", f"{_RIGHT} mov sp, r3\n bx lr", "a stack pointer"),
    _unsupported(
        "a stack whose height depends on data",
        f"{_RIGHT} cmp r3, #0\n beq 3f\n sub sp, #4\n 3: movs r3, #0\n bx lr",
        "a stack pointer that depends on the way",
    ),
    _unsupported(
        "a decision on addresses",
        f"{_RIGHT} cmp r0, r1\n bhi 3f\n nop\n 3: bx lr",
        "depends on an address",
    ),
    _unsupported(
        "an address for a value", f"{_RIGHT} strh r0, [r0]\n bx lr", "a part of an address"
    ),
    _unsupported(
        "an address that depends on data",
        f"{_RIGHT} ldrb r3, [r1, #4]\n ldrb r3, [r1, r3]\n bx lr",
        "a number made from an address",
    ),
    _unsupported(
        "a place that depends on data",
        f"{_RIGHT} adds r3, r2, #0\n ldrb r1, [r1, #4]\n cmp r1, #0\n beq 3f\n adds r3, #1\n"
        " 3: strb r1, [r3]\n bx lr",
        "an address that depends on the way",
    ),
    _unsupported(
        "a table that is read at an index",
        f"ldr r3, [r1]\n lsls r3, r3, #2\n ldr r3, [r3]\n {_RIGHT} bx lr",
        "a read from an address that depends on data",
    ),
)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_it_is_refused(case: Case, tmp_path: Path) -> None:
    image = build(case.source, tmp_path)
    function = image.function(NAME)
    layouts = structures(image, ROUTINE, NAME)
    # By our own semantics alone, and by both readings together.
    outcome, reason = Outcome.PROVED, ""
    try:
        finding = compare(ROUTINE, NAME, evaluate(image, function, layouts, ROUTINE)[0])
        outcome, reason = finding.outcome, finding.example.broken if finding.example else ""
    except NotUnderstood as error:
        outcome, reason = Outcome.UNKNOWN, str(error)
    except Forbidden as error:
        outcome, reason = Outcome.DIFFERS, str(error)
    assert outcome is case.outcome
    assert case.reason in reason
    # Either reading may be the one that knows that the code is wrong.
    both = validated(case.source, tmp_path).outcome
    assert both in (Outcome.DIFFERS, case.outcome)
