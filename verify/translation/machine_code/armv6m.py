"""Machine code of ARMv6-M, read by semantics of our own: the Cortex-M0, M0+ and M1.

One of two readings of the same bytes; the other one, P-code, shares the memory and the exploration
with this one, and nothing of what instructions mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from verify import bits
from verify.bits import Condition
from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood
from verify.translation.machine_code.armv6m_arithmetic import Flags
from verify.translation.machine_code.armv6m_decode import decode, length
from verify.translation.machine_code.armv6m_instructions import (
    PC,
    SP,
    Branch,
    BranchExchange,
    BranchWithLink,
    Instruction,
    Pop,
)
from verify.translation.machine_code.armv6m_semantics import State, execute
from verify.translation.machine_code.calls import Call, unchanged
from verify.translation.machine_code.counter import Counter
from verify.translation.machine_code.exploration import Way, explore
from verify.translation.machine_code.image import Function, Image
from verify.translation.machine_code.layout import Layouts
from verify.translation.machine_code.memory import RETURN, STACK
from verify.translation.machine_code.word import WORD, Pointer, is_begin
from verify.translation.routine import Routine

# Procedure Call Standard for the Arm Architecture (ARM IHI 0042), 6.1.1 and 6.4: parameters are
# in r0 to r3, then on the stack; r4 to r11 belong to the caller.
_ARGUMENTS = 4
_CALLERS = range(4, 12)
_HALFWORD = 2


@dataclass(frozen=True, slots=True)
class Thumb:
    """The instructions of `function` in `image`."""

    image: Image
    function: Function
    _decoded: dict[int, tuple[Instruction, int]] = field(default_factory=dict)

    @property
    def entry(self) -> int:
        """The address of the first instruction."""
        return self.function.address

    def successors(self, address: int) -> Sequence[int]:
        """Where the instruction at `address` may lead, whatever the state; returns left out.

        Raises:
            NotUnderstood: It is none that is known, or leads out of the function.
            Forbidden: It is none for a controller.
        """
        instruction, following = self._instruction(address)
        match instruction:
            case BranchExchange():
                return ()
            case Pop(registers=registers) if PC in registers:
                return ()
            case Branch(target=target, when=None):
                targets = [target]
            case Branch(target=target):
                targets = [target, following]
            case BranchWithLink(target=target):
                # Within a function, this is a jump that goes farther than other jumps can.
                if not self._inside(target):
                    raise NotUnderstood("a call")
                targets = [target]
            case _:
                targets = [following]
        if not all(map(self._inside, targets)):
            raise NotUnderstood("a jump out of the function")
        return targets

    def execute(self, address: int, state: State) -> Sequence[Way[State]]:
        """Run the instruction at `address`; `state` may be changed.

        Raises:
            NotUnderstood: It has no meaning here.
            Forbidden: It does what no controller may.
        """
        instruction, following = self._instruction(address)
        return execute(instruction, following, state)

    def place(self, address: int) -> str:
        """Where that is, for a person to read."""
        return self.image.where(address)

    def _instruction(self, address: int) -> tuple[Instruction, int]:
        """What is at `address`, and where the next one is."""
        if address not in self._decoded:
            first = self._halfword(address)
            end = address + length(first)
            second = 0 if end == address + _HALFWORD else self._halfword(address + _HALFWORD)
            self._decoded[address] = decode(address, first, second), end
        return self._decoded[address]

    def _halfword(self, address: int) -> int:
        found = [self.image.rom(address), self.image.rom(address + 1)]
        values = [each for each in found if each is not None]
        if len(values) < _HALFWORD or not self._inside(address + 1):
            raise NotUnderstood("an instruction that is not all there")
        return int.from_bytes(bytes(values), "little")

    def _inside(self, address: int) -> bool:
        return self.function.address <= address < self.function.end


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a function takes, besides what it does.

    Attributes:
        stack_bytes: How far the stack goes, at most.
        assumed: What is taken for granted of all calls.
    """

    instructions: Counter
    cycles: Counter
    stack_bytes: int
    assumed: tuple[Condition, ...]


def evaluate(
    image: Image, function: Function, layouts: Layouts, routine: Routine
) -> tuple[Evaluated, Run]:
    """What `function` does to what it is given, for all calls, and what it takes.

    Raises:
        NotUnderstood: Something in it is not supported.
        Forbidden: It does what no controller may.
    """
    call = Call(routine, layouts, image.rom)
    arguments = call.passed(_ARGUMENTS)
    assumed = call.assumed()
    before = [bits.symbol(f"r{index} before", WORD) for index in range(SP)]
    state = State(
        [*arguments, *before[len(arguments) :], Pointer(STACK, 0), Pointer(RETURN, 0)],
        Flags(*(bits.is_set(bits.symbol(f"{each} before", 1), 0) for each in "NZCV")),
        call.memory,
        Counter(),
        Counter(),
    )
    left = explore(Thumb(image, function), state, assumed)
    if not is_begin(left.registers[SP], STACK):
        raise Forbidden("the stack pointer is not what it was before the call")
    obligations = tuple(
        unchanged(f"r{index}", before[index], left.registers[index]) for index in _CALLERS
    )
    run = Run(left.instructions, left.cycles, -left.memory.deepest, tuple(assumed))
    return call.evaluated(left.memory, left.registers[0], obligations), run
