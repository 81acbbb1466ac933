"""One instruction, run by Unicorn as a Cortex-M0 runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unicorn import UC_ARCH_ARM, UC_MODE_MCLASS, UC_MODE_THUMB, Uc
from unicorn.arm_const import (
    UC_ARM_REG_CPSR,
    UC_ARM_REG_LR,
    UC_ARM_REG_PC,
    UC_ARM_REG_R0,
    UC_ARM_REG_SP,
    UC_CPU_ARM_CORTEX_M0,
)

CODE, CODE_SIZE = 0x1_0000, 0x2000
DATA, DATA_SIZE = 0x2000_2000, 0x1000
STACK, STACK_SIZE = 0x2000_8000, 0x1000

_REGISTERS = [*(UC_ARM_REG_R0 + index for index in range(13)), UC_ARM_REG_SP, UC_ARM_REG_LR]
_FLAGS = {"N": 31, "Z": 30, "C": 29, "V": 28}
_FLAG_BITS = 0xF000_0000


@dataclass(frozen=True)
class Snapshot:
    """A processor and its memory.

    Attributes:
        registers: r0 to r12, the stack pointer and the link register.
        flags: By name, of N, Z, C and V.
    """

    registers: tuple[int, ...]
    flags: Mapping[str, bool]
    counter: int
    data: bytes
    stack: bytes


class Emulator:
    """Runs instructions; of its memory, the code stays as it is put there."""

    def __init__(self, constants: bytes) -> None:
        """Have `constants` all over the code."""
        self._machine = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self._machine.ctl_set_cpu_model(UC_CPU_ARM_CORTEX_M0)
        for address, size in ((CODE, CODE_SIZE), (DATA, DATA_SIZE), (STACK, STACK_SIZE)):
            self._machine.mem_map(address, size)
        self._machine.mem_write(CODE, constants)

    def step(self, code: bytes, before: Snapshot) -> Snapshot:
        """Run the instruction `code`, which is put where the program counter is."""
        machine = self._machine
        replaced = bytes(machine.mem_read(before.counter, len(code)))
        self._put(before.counter, code)
        machine.mem_write(DATA, before.data)
        machine.mem_write(STACK, before.stack)
        for register, value in zip(_REGISTERS, before.registers, strict=True):
            machine.reg_write(register, value)
        status = machine.reg_read(UC_ARM_REG_CPSR) & ~_FLAG_BITS
        status |= sum(before.flags[name] << bit for name, bit in _FLAGS.items())
        machine.reg_write(UC_ARM_REG_CPSR, status)
        machine.emu_start(before.counter | 1, 0, count=1)
        status = machine.reg_read(UC_ARM_REG_CPSR)
        after = Snapshot(
            tuple(machine.reg_read(each) for each in _REGISTERS),
            {name: bool(status >> bit & 1) for name, bit in _FLAGS.items()},
            machine.reg_read(UC_ARM_REG_PC),
            bytes(machine.mem_read(DATA, DATA_SIZE)),
            bytes(machine.mem_read(STACK, STACK_SIZE)),
        )
        self._put(before.counter, replaced)
        return after

    def _put(self, address: int, code: bytes) -> None:
        self._machine.mem_write(address, code)
        # Unicorn would run what it translated when something else was there.
        self._machine.ctl_remove_cache(address, address + len(code))
