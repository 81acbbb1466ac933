"""ARMv6-M instructions, as data: those that the step of a controller may be made of.

Source: ARMv6-M Architecture Reference Manual (ARM DDI 0419), chapter A6.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SP, LR, PC = 13, 14, 15


class Operation(Enum):
    """What is computed of a left and a right operand; those of one operand take the right one."""

    MOV = "mov"
    MVN = "mvn"
    AND = "and"
    ORR = "orr"
    EOR = "eor"
    BIC = "bic"
    TST = "tst"
    ADD = "add"
    ADC = "adc"
    CMN = "cmn"
    SUB = "sub"
    SBC = "sbc"
    CMP = "cmp"
    RSB = "rsb"
    MUL = "mul"
    LSL = "lsl"
    LSR = "lsr"
    ASR = "asr"
    ROR = "ror"
    SXTH = "sxth"
    SXTB = "sxtb"
    UXTH = "uxth"
    UXTB = "uxtb"
    REV = "rev"
    REV16 = "rev16"
    REVSH = "revsh"


class When(Enum):
    """A condition on the flags, by its code; A6.3."""

    EQ = 0
    NE = 1
    CS = 2
    CC = 3
    MI = 4
    PL = 5
    VS = 6
    VC = 7
    HI = 8
    LS = 9
    GE = 10
    LT = 11
    GT = 12
    LE = 13


@dataclass(frozen=True, slots=True)
class Register:
    """The register `index`; `PC` reads as the address of the instruction and 4."""

    index: int


@dataclass(frozen=True, slots=True)
class Immediate:
    """The number `value`, 0 at least."""

    value: int


Operand = Register | Immediate


@dataclass(frozen=True, slots=True)
class Compute:
    """``target = operation(left, right)``.

    Attributes:
        target: None if only flags are set.
        flags: Whether flags are set; which ones depends on the operation.
    """

    operation: Operation
    target: int | None
    left: Operand
    right: Operand
    flags: bool


@dataclass(frozen=True, slots=True)
class Address:
    """``target = address``, which is relative to the program counter."""

    target: int
    address: int


@dataclass(frozen=True, slots=True)
class Load:
    """``target`` = the `size` bytes at ``base + offset``, extended to a word."""

    target: int
    base: int
    offset: Operand
    size: int
    signed: bool = False


@dataclass(frozen=True, slots=True)
class LoadLiteral:
    """``target`` = the word at `address`, among the code."""

    target: int
    address: int


@dataclass(frozen=True, slots=True)
class Store:
    """The `size` bytes at ``base + offset`` = the least significant ones of `source`."""

    source: int
    base: int
    offset: Operand
    size: int


@dataclass(frozen=True, slots=True)
class LoadMultiple:
    """`registers` = the words at `base`, which then points behind them, unless it is loaded."""

    base: int
    registers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoreMultiple:
    """The words at `base` = `registers`; `base` then points behind them."""

    base: int
    registers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """`registers` onto the stack, the first at the lowest address."""

    registers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pop:
    """`registers` from the stack; `PC` among them is a jump."""

    registers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """To `target`: always, or `when` the flags say so."""

    target: int
    when: When | None = None


@dataclass(frozen=True, slots=True)
class BranchWithLink:
    """To `target`, with the address behind this instruction in `LR`."""

    target: int


@dataclass(frozen=True, slots=True)
class BranchExchange:
    """To the address in `register`."""

    register: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """No operation."""


Instruction = (
    Compute
    | Address
    | Load
    | LoadLiteral
    | Store
    | LoadMultiple
    | StoreMultiple
    | Push
    | Pop
    | Branch
    | BranchWithLink
    | BranchExchange
    | Nothing
)
