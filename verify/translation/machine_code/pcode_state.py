"""What registers and memory hold, and how the operations of P-code change that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verify import bits
from verify.bits import Condition
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.memory import Memory
from verify.translation.machine_code.pcode_conventions import Convention
from verify.translation.machine_code.pcode_lift import (
    CONSTANT,
    MEMORY,
    REGISTER,
    Operation,
    Varnode,
)
from verify.translation.machine_code.pcode_operations import (
    Held,
    as_truth,
    as_word,
    chosen,
    join,
    operate,
    piece,
)
from verify.translation.machine_code.word import WORD, Word

_BYTE = 8
_TEMPORARY = "unique"

# What an instruction of Thumb does where it may leave for another instruction set.
_MODE_SWITCH = "setISAMode"
_MODE = "ISAModeSwitch"


@dataclass(frozen=True, slots=True, eq=False)
class Registers:
    """The registers that a function may use.

    Attributes:
        named: All that the processor has.
        kept: What holds something from one instruction to the next.
        usable: What an instruction may write to.
    """

    named: Mapping[str, Varnode]
    convention: Convention
    kept: frozenset[Varnode] = field(init=False)
    usable: frozenset[Varnode] = field(init=False)

    def __post_init__(self) -> None:
        convention = self.convention
        kept = frozenset(self.named[name] for name in (*convention.words, *convention.flags))
        working = {self.named[name] for name in convention.working}
        object.__setattr__(self, "kept", kept)
        object.__setattr__(self, "usable", kept | working)

    def is_zero(self, varnode: Varnode) -> bool:
        """Whether it is the register that is always 0, or a part of it."""
        zero = self.named.get(self.convention.zero)
        return zero is not None and zero.offset <= varnode.offset and varnode.end <= zero.end

    def state(self, given: Mapping[str, Word], memory: Memory) -> State:
        """What is there before a call; flags may be anything."""
        held: dict[Varnode, Held] = {self.named[name]: value for name, value in given.items()}
        for name in self.convention.flags:
            held[self.named[name]] = bits.is_set(bits.symbol(f"{name} before", 1), 0)
        return State(held, memory)


@dataclass(eq=False)
class State:
    """What an instruction finds, and changes."""

    registers: dict[Varnode, Held]
    memory: Memory

    def copy(self) -> State:
        """The same, for another way on."""
        return State(dict(self.registers), self.memory.copy())

    def joined(self, condition: Condition, other: State) -> State:
        """This state if `condition`, else `other`."""
        held = {
            varnode: join(condition, mine, other.registers[varnode], varnode.size)
            for varnode, mine in self.registers.items()
        }
        return State(held, self.memory.joined(condition, other.memory))

    def settle(self, registers: Registers) -> None:
        """End an instruction: what is only for working is lost.

        Raises:
            Forbidden: The instruction used memory below the stack pointer.
            NotUnderstood: The stack pointer does not point to a word of the stack.
        """
        self.registers = {
            each: held for each, held in self.registers.items() if each in registers.kept
        }
        self.memory.settle(self.word(registers, registers.convention.stack))

    def word(self, registers: Registers, name: str) -> Word:
        """What the register `name` holds."""
        return as_word(self.registers[registers.named[name]], WORD // _BYTE)


@dataclass(eq=False)
class Running:
    """An instruction that is being run.

    Attributes:
        aligned: Whether what it reads and writes must be aligned.
        known: What is true on the way.
    """

    state: State
    registers: Registers
    aligned: bool
    known: tuple[Condition, ...]
    _temporary: dict[Varnode, Held] = field(init=False, default_factory=dict)

    def run(self, operation: Operation) -> None:
        """Run an operation that leads nowhere else.

        Raises:
            NotUnderstood: It has no meaning here.
            Forbidden: It does what no controller may.
        """
        inputs = [self.read(each) for each in operation.inputs]
        sizes = [each.size for each in operation.inputs]
        output = operation.output
        match operation.name:
            case "LOAD" if operation.detail == MEMORY and output is not None:
                address = as_word(inputs[0], sizes[0])
                held: Held = self.state.memory.load(address, output.size, aligned=self.aligned)
            case "STORE" if operation.detail == MEMORY:
                address, value = (as_word(*each) for each in zip(inputs, sizes, strict=True))
                self.state.memory.store(address, sizes[1], value, aligned=self.aligned)
                return
            case "CALLOTHER" if operation.detail == _MODE_SWITCH:
                self._stay_in_mode()
                return
            case "LOAD" | "STORE" | "CALLOTHER":
                raise NotUnderstood(f"an instruction that uses {operation.detail}")
            case _ if output is None:
                raise NotUnderstood(f"the operation {operation.name}")
            case _:
                held = operate(operation.name, inputs, sizes, output.size)
        if output is not None:
            self._write(output, held)

    def read(self, varnode: Varnode) -> Held:
        """What is in `varnode`.

        Raises:
            NotUnderstood: Nothing that is known.
            Forbidden: It is memory that is not the function's to read.
        """
        if varnode.space == CONSTANT:
            return bits.constant(varnode.offset, varnode.size * _BYTE)
        if varnode.space == MEMORY:
            address = bits.constant(varnode.offset, WORD)
            return self.state.memory.load(address, varnode.size)
        if varnode.space == REGISTER and self.registers.is_zero(varnode):
            return bits.constant(0, varnode.size * _BYTE)
        places = self._places(varnode)
        if varnode in places:
            return chosen(places[varnode], self.known)
        for each, held in places.items():
            if each.offset <= varnode.offset and varnode.end <= each.end:
                return piece(
                    chosen(held, self.known), each.size, varnode.offset - each.offset, varnode.size
                )
        raise NotUnderstood("an instruction that uses a register of another kind")

    def _write(self, varnode: Varnode, held: Held) -> None:
        if varnode.space == REGISTER:
            if self.registers.is_zero(varnode):
                return
            if varnode not in self.registers.usable:
                raise NotUnderstood("an instruction that uses a register of another kind")
        places = self._places(varnode)
        for each in list(places):
            if each.offset < varnode.end and varnode.offset < each.end:
                del places[each]
        places[varnode] = held

    def _places(self, varnode: Varnode) -> dict[Varnode, Held]:
        if varnode.space == REGISTER:
            return self.state.registers
        if varnode.space == _TEMPORARY:
            return self._temporary
        raise NotUnderstood(f"an instruction that uses {varnode.space}")

    def _stay_in_mode(self) -> None:
        mode = self.read(self.registers.named[_MODE])
        if bits.truth_of(as_truth(mode)) is not True:
            raise Forbidden("leaves for another instruction set than Thumb")
