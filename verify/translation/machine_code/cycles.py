"""How many cycles each instruction of a Cortex-M0+ takes, memory answering without wait states.

Source: Cortex-M0+ Technical Reference Manual (ARM DDI 0484C), table 3.1, with the multiplier that
takes one cycle, as that of the RP2040 does (RP2040 datasheet, 2.4.1.1), and with loads and stores
over the bus, not at the single-cycle port. Lists of registers count with the link register and
the program counter. What flash memory, other masters of the bus and interrupts add is not in these
figures.
"""

from __future__ import annotations

from verify.translation.machine_code.armv6m_instructions import (
    PC,
    Address,
    Branch,
    BranchExchange,
    BranchWithLink,
    Compute,
    Instruction,
    Load,
    LoadLiteral,
    LoadMultiple,
    Nothing,
    Pop,
    Push,
    Store,
    StoreMultiple,
)


def cycles(instruction: Instruction, *, taken: bool = True) -> int:
    """What `instruction` takes; a branch that is not `taken` takes less."""
    match instruction:
        case Compute() | Address() | Nothing():
            return 1
        case Load() | LoadLiteral() | Store():
            return 2
        case LoadMultiple(registers=registers) | StoreMultiple(registers=registers):
            return 1 + len(registers)
        case Push(registers=registers):
            return 1 + len(registers)
        case Pop(registers=registers):
            return (3 if PC in registers else 1) + len(registers)
        case Branch():
            return 2 if taken else 1
        case BranchWithLink():
            return 3
        case BranchExchange():
            return 2
    raise TypeError(instruction)
