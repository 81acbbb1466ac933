"""Counting what a function costs on a Cortex-M0+: in an emulator, and along its longest way.

A function stands alone here: it calls nothing, and it has no loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from elftools.elf.elffile import ELFFile
from unicorn import UC_ARCH_ARM, UC_HOOK_BLOCK, UC_MODE_MCLASS, UC_MODE_THUMB, Uc
from unicorn.arm_const import (
    UC_ARM_REG_LR,
    UC_ARM_REG_R0,
    UC_ARM_REG_R1,
    UC_ARM_REG_R2,
    UC_ARM_REG_SP,
    UC_CPU_ARM_CORTEX_M0,
)

from tests.codegen.toolchain.programs import run

_LINE = re.compile(r"^ +([0-9a-f]+):\t([0-9a-f ]+)\t([a-z.]+)\t?([^@\n]*)", re.MULTILINE)
# Where a function that returns goes on.
_CALLER = -1


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, as objdump writes it.

    Attributes:
        at: Its address from the start of the function, in bytes.
    """

    at: int
    size: int
    name: str
    operands: str

    @property
    def successors(self) -> tuple[int, ...]:
        """The addresses of what may run next.

        Raises:
            ValueError: It calls, or jumps to what is calculated.
        """
        following = self.at + self.size
        if self.name == "bx" and self.operands == "lr":
            return (_CALLER,)
        if self.name == "pop" and "pc" in self.operands:
            return (_CALLER,)
        if self.name in {"bx", "bl", "blx"} or self.operands.startswith("pc,"):
            raise ValueError(f"cannot follow {self.name} {self.operands}")
        if not self._jumps:
            return (following,)
        target = int(self.operands.split()[0], 16)
        return (target,) if self.name == "b" else (following, target)

    def cycles(self, following: int) -> int:
        """What it takes if `following` runs next, without wait states; DDI 0484C, table 3-1."""
        if self.name in {"push", "pop", "stmia", "ldmia"}:
            registers = self.operands.partition("{")[2].rstrip("}").split(", ")
            return len(registers) + (3 if "pc" in registers else 1)
        if self.name.startswith(("ldr", "str")):
            return 2
        jumped = following != self.at + self.size
        return 2 if jumped else 1

    @property
    def _jumps(self) -> bool:
        return self.name.startswith("b") and self.name not in {"bics", "bkpt"}


Function = dict[int, Instruction]


def section_of(function: str) -> str:
    """The section that ``-ffunction-sections`` gives to `function`."""
    return f".text.{function}"


def text_of(compiled: Path, function: str) -> bytes:
    """The bytes of `function`, constants included.

    Raises:
        ValueError: It is not there, or it does not stand alone: it calls, or reads other data.
    """
    name = section_of(function)
    with compiled.open("rb") as stream:
        elf = ELFFile(stream)
        section = elf.get_section_by_name(name)
        if section is None or elf.get_section_by_name(f".rel{name}") is not None:
            raise ValueError(f"{compiled}: {function} is not there, or does not stand alone")
        return section.data()


def disassembled(compiled: Path, function: str) -> Function:
    """The instructions of `function`, by address, without the constants among them."""
    section = f"--section={section_of(function)}"
    said = run(["arm-none-eabi-objdump", "--disassemble", section, compiled]).stdout.decode()
    return {
        int(at, 16): Instruction(
            int(at, 16), len(code.replace(" ", "")) // 2, name.removesuffix(".n"), rest.strip()
        )
        for at, code, name, rest in _LINE.findall(said)
        if not name.startswith(".")
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run takes."""

    instructions: int
    cycles: int

    def most(self, other: Cost) -> Cost:
        """The larger of each."""
        return Cost(
            max(self.instructions, other.instructions),
            max(self.cycles, other.cycles),
        )


def longest(code: Function) -> Cost:
    """What no run exceeds: the longest way through the code, which perhaps none can go.

    Raises:
        RecursionError: There is a loop.
    """
    known = {_CALLER: Cost(0, 0)}

    def after(at: int) -> Cost:
        if at not in known:
            most = Cost(0, 0)
            for following in code[at].successors:
                rest = after(following)
                cycles = rest.cycles + code[at].cycles(following)
                most = most.most(Cost(1 + rest.instructions, cycles))
            known[at] = most
        return known[at]

    return after(0)


_CODE, _DATA, _RETURN, _PAGE = 0x1000_0000, 0x2000_0000, 0x3000_0000, 0x1000
# Of three arguments that are addresses, and of the stack, which grows downwards.
_ARGUMENTS = (_DATA, _DATA + 0x100, _DATA + 0x200)
_STACK_END, _STACK = _DATA + 0x300, _DATA + _PAGE
_REGISTERS = (UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2)
_UNTOUCHED = b"\xa5"


@dataclass
class Emulator:
    """Runs `code`, whose bytes are `text`, and counts.

    Attributes:
        most: The most that a run has taken so far.
    """

    code: Function
    text: bytes
    most: Cost = Cost(0, 0)
    _blocks: list[tuple[int, int]] = field(default_factory=list)
    _costs: dict[tuple[int, int, int], Cost] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._machine = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self._machine.ctl_set_cpu_model(UC_CPU_ARM_CORTEX_M0)
        for start in (_CODE, _DATA, _RETURN):
            self._machine.mem_map(start, _PAGE)
        self._machine.mem_write(_CODE, self.text)
        self._machine.mem_write(_DATA, _UNTOUCHED * _PAGE)
        self._machine.hook_add(UC_HOOK_BLOCK, self._entered)

    def run(self, firsts: Iterable[bytes], seconds: Iterable[bytes]) -> None:
        """Call the function with every pair of arguments, and a third one that it writes to."""
        firsts = list(firsts)
        for second in seconds:
            self._machine.mem_write(_ARGUMENTS[1], second)
            for first in firsts:
                self._machine.mem_write(_ARGUMENTS[0], first)
                self._call()

    @property
    def stack_bytes(self) -> int:
        """How much of the stack was ever written to."""
        stack = bytes(self._machine.mem_read(_STACK_END, _STACK - _STACK_END))
        return len(stack.lstrip(_UNTOUCHED))

    def _call(self) -> None:
        for register, address in zip(_REGISTERS, _ARGUMENTS, strict=True):
            self._machine.reg_write(register, address)
        self._machine.reg_write(UC_ARM_REG_SP, _STACK)
        self._machine.reg_write(UC_ARM_REG_LR, _RETURN | 1)
        self._blocks.clear()
        self._machine.emu_start(_CODE | 1, _RETURN)
        ends = [*(at for at, _ in self._blocks[1:]), _CALLER]
        costs = [
            self._cost(at, size, end) for (at, size), end in zip(self._blocks, ends, strict=True)
        ]
        taken = Cost(sum(each.instructions for each in costs), sum(each.cycles for each in costs))
        self.most = self.most.most(taken)

    def _entered(self, _machine: Uc, address: int, size: int, _data: object) -> None:
        self._blocks.append((address - _CODE, size))

    def _cost(self, at: int, size: int, following: int) -> Cost:
        """Of a block of `size` bytes, after which `following` runs."""
        key = (at, size, following)
        if key not in self._costs:
            inside = [each for each in range(at, at + size) if each in self.code]
            cycles = sum(
                self.code[each].cycles(then)
                for each, then in zip(inside, [*inside[1:], following], strict=True)
            )
            self._costs[key] = Cost(len(inside), cycles)
        return self._costs[key]
