"""One instruction, by our semantics and by the emulator, from the same state."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.verify.translation.machine_code.isa import emulated
from tests.verify.translation.machine_code.isa.emulated import Emulator, Snapshot
from verify import bits, questions
from verify.bits import Bits, Condition
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.armv6m_arithmetic import Flags
from verify.translation.machine_code.armv6m_decode import decode, length
from verify.translation.machine_code.armv6m_instructions import (
    PC,
    SP,
    BranchExchange,
    Compute,
    Immediate,
    Instruction,
    Load,
    LoadMultiple,
    Operation,
    Pop,
    Register,
    Store,
    StoreMultiple,
)
from verify.translation.machine_code.armv6m_semantics import State, execute
from verify.translation.machine_code.counter import Counter
from verify.translation.machine_code.exploration import Way
from verify.translation.machine_code.memory import CODE, RETURN, STACK, Memory, Region
from verify.translation.machine_code.word import Pointer, Poison, Word, number

_AT = emulated.CODE + 0x800
_RETURN = emulated.CODE + 0x401
_TOP = emulated.STACK + 0xC00
_HEIGHT = 0x400
_DATA = "data"
_BASES = {_DATA: emulated.DATA, STACK: _TOP, CODE: 0, RETURN: _RETURN}
_EDGES = (0, 1, 2, 31, 32, 33, 0xFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)


class Mismatch(AssertionError):
    """Our semantics say something else than the emulator does."""


@dataclass
class Comparison:
    """Instructions that were compared, and those that our semantics refuse, by reason."""

    compared: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def refuse(self, reason: str) -> None:
        """Count an instruction that is not compared."""
        self.refused[reason] = self.refused.get(reason, 0) + 1


class Comparer:
    """Compares instructions, each from a state of its own."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._constants = self._random.randbytes(emulated.CODE_SIZE)
        self._emulator = Emulator(self._constants)

    def compare(
        self,
        first: int,
        comparison: Comparison,
        second: int = 0,
        *,
        values: Mapping[str, int] | None = None,
    ) -> None:
        """Compare the instruction made of these halfwords; `values` are those of some registers.

        Raises:
            Mismatch: They do not agree.
        """
        try:
            instruction = decode(_AT, first, second)
        except (NotUnderstood, Forbidden) as refusal:
            reason = str(refusal)
            comparison.refuse("unknown" if reason.startswith("the instruction") else reason)
            return
        size = length(first)
        code = (first | second << 16).to_bytes(4, "little")[:size]
        setting = _Setting(self._random, instruction, self._constants, values or {})
        try:
            ways = execute(instruction, _AT + size, setting.state)
        except NotUnderstood as refusal:
            comparison.refuse(str(refusal))
            return
        except Forbidden:
            # One register cannot be both parts of an address.
            comparison.refuse("an address that is none")
            return
        after = self._emulator.step(code, setting.before)
        wrong = setting.wrong(ways, after)
        if wrong:
            raise Mismatch(f"{code.hex()} {instruction}: {wrong}; {setting.values}")
        comparison.compared += 1


class _Setting:
    """A state in which an instruction makes sense, for us and for the emulator."""

    def __init__(
        self,
        source: random.Random,
        instruction: Instruction,
        constants: bytes,
        values: Mapping[str, int],
    ) -> None:
        self._random = source
        self._data = source.randbytes(emulated.DATA_SIZE)
        self._stack = source.randbytes(emulated.STACK_SIZE)
        self.values = {f"r{index}": self._value() for index in range(PC)}
        self.values |= {each: source.getrandbits(1) for each in "NZCV"}
        self.values |= values
        symbols = [bits.symbol(f"r{index}", 32) for index in range(PC)]
        self._numbers = {
            id(each): (each, self.values[f"r{index}"]) for index, each in enumerate(symbols)
        }
        registers: list[Word] = [*symbols]
        registers[SP] = Pointer(STACK, -_HEIGHT)
        memory = Memory(
            [Region(_DATA, emulated.DATA_SIZE, 4096, True)],
            lambda address: _constant(constants, address),
        )
        # As after `settle`, which would say of a thousand bytes that they may be anything.
        memory._stack_pointer = -_HEIGHT
        self.state = State(
            registers,
            Flags(*(bits.is_set(bits.symbol(each, 1), 0) for each in "NZCV")),
            memory,
            Counter(),
            Counter(),
        )
        self.uses_pointers = False
        self._prepare(instruction)
        self.before = Snapshot(
            tuple(self._number(each) for each in registers),
            {each: bool(self.values[each]) for each in "NZCV"},
            _AT,
            self._data,
            self._stack,
        )

    def _value(self) -> int:
        width = self._random.choice((8, 16, 32, 32))
        return self._random.choice((*_EDGES, *(self._random.getrandbits(width),) * len(_EDGES)))

    def _prepare(self, instruction: Instruction) -> None:
        """Let registers hold addresses where the instruction needs them."""
        registers = self.state.registers
        match instruction:
            case Load(base=base, offset=offset) | Store(base=base, offset=offset):
                self._point(base, offset)
            case LoadMultiple(base=base) | StoreMultiple(base=base):
                self._point(base, Immediate(0))
            case Pop(registers=listed):
                self._point(SP, Immediate(0))
                if PC in listed:
                    at = _HEIGHT - 4 * (len(listed) - 1)
                    self._return_from(at)
            case BranchExchange(register=register):
                registers[register] = Pointer(RETURN, 0)
                self.uses_pointers = True
            case Compute(operation=Operation.MOV, target=13, right=Register(index=index)) if (
                index != PC
            ):
                registers[index] = Pointer(STACK, -4 * self._random.randrange(0x100))
                self.uses_pointers = True
            case Compute(left=left, right=right) if Register(SP) in (left, right):
                self.uses_pointers = True
                for each in (left, right):
                    if isinstance(each, Register) and each.index != SP:
                        registers[each.index] = number(4 * self._random.randrange(0x40))

    def _point(self, base: int, offset: Immediate | Register) -> None:
        """Let `base` and `offset` be an address of which the memory is known."""
        self.uses_pointers = True
        registers, memory = self.state.registers, self.state.memory
        if base == SP:
            for at in range(-_HEIGHT, 0, 4):
                word = int.from_bytes(self._stack[at + 0xC00 :][:4], "little")
                memory.define(Pointer(STACK, at), number(word))
            return
        begin = 4 * self._random.randrange(0x100, 0x200)
        registers[base] = Pointer(_DATA, begin)
        if isinstance(offset, Register):
            distance = 4 * self._random.randrange(0x10)
            registers[offset.index] = number(distance)
            if self._random.getrandbits(1):
                # The sum is what counts.
                registers[base], registers[offset.index] = registers[offset.index], registers[base]
            begin += distance
        else:
            begin += offset.value & ~3
        for at in range(begin, begin + 0x20, 4):
            word = int.from_bytes(self._data[at:][:4], "little")
            memory.define(Pointer(_DATA, at), number(word))

    def _return_from(self, height: int) -> None:
        at = 0xC00 - height
        address = _RETURN.to_bytes(4, "little")
        self._stack = self._stack[:at] + address + self._stack[at + 4 :]
        self.state.memory.store(Pointer(STACK, -height), 4, Pointer(RETURN, 0))

    def wrong(self, ways: Sequence[Way[State]], after: Snapshot) -> str:
        """What differs; empty if nothing does."""
        taken = [each for each in ways if self._true(each.condition)]
        if len(taken) != 1:
            return f"{len(taken)} ways are taken"
        (way,) = taken
        counter = _RETURN & ~1 if way.target is None else way.target
        if counter != after.counter:
            return f"goes to {counter:#x}, not {after.counter:#x}"
        for index, word in enumerate(way.state.registers):
            if isinstance(word, Poison):
                if not self.uses_pointers:
                    return f"r{index} is {word}"
            elif self._number(word) != after.registers[index]:
                return f"r{index} is {self._number(word):#x}, not {after.registers[index]:#x}"
        flags = way.state.flags
        found = (flags.negative, flags.zero, flags.carry, flags.overflow)
        for name, flag in zip("NZCV", found, strict=True):
            if flag is None:
                if not self.uses_pointers:
                    return f"{name} is not known"
            elif self._true(flag) != after.flags[name]:
                return f"{name} is not {after.flags[name]}"
        memory = way.state.memory
        for region, zero, before, left in (
            (_DATA, 0, self._data, after.data),
            (STACK, 0xC00, self._stack, after.stack),
        ):
            expected = bytearray(before)
            for (name, offset), byte in memory._bytes.items():
                if name == region and isinstance(byte.whole, Poison):
                    expected[zero + offset] = left[zero + offset]
                elif name == region and byte.readable:
                    expected[zero + offset] = self._number(byte.whole) >> 8 * byte.index & 0xFF
            if expected != left:
                return f"the {region} differs"
        return ""

    def _number(self, word: Word) -> int:
        match word:
            case Bits():
                if id(word) not in self._numbers:
                    known = bits.number_of(word)
                    value = questions.run(word, self.values) if known is None else known
                    # Kept with its value, so that no other word gets its id.
                    self._numbers[id(word)] = word, value
                return self._numbers[id(word)][1]
            case Pointer(region=region, offset=offset):
                return _BASES[region] + offset
        raise TypeError(word)

    def _true(self, condition: Condition) -> bool:
        known = bits.truth_of(condition)
        return questions.run_truth(condition, self.values) if known is None else known


def _constant(constants: bytes, address: int) -> int | None:
    index = address - emulated.CODE
    return constants[index] if 0 <= index < len(constants) else None
