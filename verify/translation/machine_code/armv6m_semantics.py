"""What ARMv6-M instructions do to registers, flags and memory.

Source: ARMv6-M Architecture Reference Manual (ARM DDI 0419), A6.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code import word
from verify.translation.machine_code.armv6m_arithmetic import Flags, compute, holds
from verify.translation.machine_code.armv6m_instructions import (
    LR,
    PC,
    SP,
    Address,
    Branch,
    BranchExchange,
    BranchWithLink,
    Compute,
    Immediate,
    Instruction,
    Load,
    LoadLiteral,
    LoadMultiple,
    Nothing,
    Operand,
    Operation,
    Pop,
    Push,
    Store,
    StoreMultiple,
)
from verify.translation.machine_code.counter import Counter
from verify.translation.machine_code.cycles import cycles
from verify.translation.machine_code.exploration import Way
from verify.translation.machine_code.memory import CODE, RETURN, Memory
from verify.translation.machine_code.word import WORD, Pointer, Word, number

_BYTES = 4
_BYTE = 8


@dataclass(slots=True, eq=False)
class State:
    """What an instruction finds, and changes.

    Attributes:
        registers: r0 to r12, the stack pointer and the link register.
        instructions: How many were run.
        cycles: What they took.
    """

    registers: list[Word]
    flags: Flags
    memory: Memory
    instructions: Counter
    cycles: Counter

    def copy(self) -> State:
        """The same, for another way on."""
        return replace(self, registers=list(self.registers), memory=self.memory.copy())

    def joined(self, condition: Condition, other: State) -> State:
        """This state if `condition`, else `other`."""
        return State(
            [
                word.choose(condition, mine, its)
                for mine, its in zip(self.registers, other.registers, strict=True)
            ],
            self.flags.joined(condition, other.flags),
            self.memory.joined(condition, other.memory),
            self.instructions.joined(condition, other.instructions),
            self.cycles.joined(condition, other.cycles),
        )


def execute(instruction: Instruction, following: int, state: State) -> Sequence[Way[State]]:
    """Run `instruction` in `state`; `following` is the address behind it.

    Raises:
        NotUnderstood: It has no meaning here.
        Forbidden: It does what no controller may.
    """
    state.instructions = state.instructions.more(1)
    if isinstance(instruction, Branch) and instruction.when is not None:
        return _decided(instruction, holds(instruction.when, state.flags), following, state)
    state.cycles = state.cycles.more(cycles(instruction))
    target = _jump(instruction, following, state)
    state.memory.settle(state.registers[SP])
    return [Way(bits.TRUE, target, state)]


def _decided(
    branch: Branch, taken: Condition, following: int, state: State
) -> Sequence[Way[State]]:
    other = state.copy()
    state.cycles = state.cycles.more(cycles(branch, taken=True))
    other.cycles = other.cycles.more(cycles(branch, taken=False))
    return [
        Way(taken, branch.target, state),
        Way(bits.negation(taken), following, other),
    ]


def _jump(instruction: Instruction, following: int, state: State) -> int | None:
    """Do what `instruction` does, and say where it leads; None back to the caller."""
    match instruction:
        case Branch(target=target):
            return target
        case BranchWithLink(target=target):
            # The lowest bit of an address says that the code there is Thumb.
            state.registers[LR] = Pointer(CODE, following | 1)
            return target
        case BranchExchange(register=register):
            _check_return(state.registers[register])
            return None
        case Pop(registers=registers):
            loaded = _loaded(state, SP, registers)
            if PC not in registers:
                return following
            _check_return(loaded[PC])
            return None
        case _:
            _straight(instruction, state)
            return following


def _straight(instruction: Instruction, state: State) -> None:
    registers, memory = state.registers, state.memory
    match instruction:
        case Compute():
            _compute(instruction, state)
        case Address(target=target, address=address):
            registers[target] = Pointer(CODE, address)
        case Load(target=target, base=base, offset=offset, size=size, signed=signed):
            at = word.add(registers[base], _value(offset, state))
            registers[target] = _extended(memory.load(at, size), signed)
        case LoadLiteral(target=target, address=address):
            registers[target] = memory.load(number(address), _BYTES)
        case Store(source=source, base=base, offset=offset, size=size):
            at = word.add(registers[base], _value(offset, state))
            memory.store(at, size, registers[source])
        case LoadMultiple(base=base, registers=listed):
            _loaded(state, base, listed)
        case StoreMultiple(base=base, registers=listed):
            end = word.add(registers[base], number(_BYTES * len(listed)))
            _stored(state, registers[base], listed)
            registers[base] = end
        case Push(registers=listed):
            start = word.subtract(registers[SP], number(_BYTES * len(listed)))
            _stored(state, start, listed)
            registers[SP] = start
        case Nothing():
            pass
        case _:
            raise TypeError(instruction)


def _compute(instruction: Compute, state: State) -> None:
    left, right = _value(instruction.left, state), _value(instruction.right, state)
    if instruction.operation is Operation.SBC and instruction.left == instruction.right:
        # What is taken from itself does not matter: this is how compilers read the carry.
        left = right = number(0)
    result, flags = compute(instruction.operation, left, right, state.flags)
    if instruction.target is not None:
        state.registers[instruction.target] = result
    if instruction.flags:
        state.flags = flags


def _loaded(state: State, base: int, listed: Sequence[int]) -> dict[int, Word]:
    """Load `listed` from where `base` points to; the program counter is only given back."""
    start = state.registers[base]
    loaded = {
        register: state.memory.load(word.add(start, number(_BYTES * index)), _BYTES)
        for index, register in enumerate(listed)
    }
    state.registers[base] = word.add(start, number(_BYTES * len(listed)))
    for register, value in loaded.items():
        if register != PC:
            state.registers[register] = value
    return loaded


def _stored(state: State, start: Word, listed: Sequence[int]) -> None:
    for index, register in enumerate(listed):
        at = word.add(start, number(_BYTES * index))
        state.memory.store(at, _BYTES, state.registers[register])


def _check_return(target: Word) -> None:
    if not word.is_begin(target, RETURN):
        raise NotUnderstood("a computed jump")


def _value(operand: Operand, state: State) -> Word:
    if isinstance(operand, Immediate):
        return number(operand.value)
    if operand.index == PC:
        raise NotUnderstood("the program counter used as a number")
    return state.registers[operand.index]


def _extended(value: Word, signed: bool) -> Word:
    if not isinstance(value, Bits):
        return value
    return bits.sign_extended(value, WORD) if signed else bits.zero_extended(value, WORD)
