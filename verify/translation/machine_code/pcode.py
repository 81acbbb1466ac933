"""Machine code, read through P-code: Cortex-M0 to M4 and RV32IMC.

The second reading of code for ARMv6-M, and the only one of that for others. It shares the memory
and the exploration with the first, and nothing of what instructions mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verify import bits
from verify.bits import Condition
from verify.translation.evaluated import Evaluated, Forbidden, NotUnderstood
from verify.translation.machine_code.attributes import Architecture
from verify.translation.machine_code.calls import Call, unchanged
from verify.translation.machine_code.exploration import Way, explore
from verify.translation.machine_code.image import Function, Image
from verify.translation.machine_code.layout import Layouts
from verify.translation.machine_code.memory import RETURN, STACK
from verify.translation.machine_code.pcode_conventions import CONVENTIONS
from verify.translation.machine_code.pcode_lift import MEMORY, Lifted, Lifter, Operation
from verify.translation.machine_code.pcode_operations import as_truth, as_word, decided
from verify.translation.machine_code.pcode_state import Registers, Running, State
from verify.translation.machine_code.word import WORD, Pointer, Word, is_begin
from verify.translation.routine import Routine

# ARMv7-M reads and writes with these wherever data lies, unless it is told to trap; see the
# Architecture Reference Manual (DDI 0403), A3.2.1.
_UNALIGNED = {Architecture.ARMV7M: ("ldr", "ldrh", "ldrsh", "str", "strh")}


@dataclass(frozen=True, slots=True)
class PCode:
    """The instructions of a function, and the registers that they may use."""

    lifter: Lifter
    registers: Registers

    @property
    def entry(self) -> int:
        """The address of the first instruction."""
        return self.lifter.function.address

    def successors(self, address: int) -> Sequence[int]:
        """Where the instruction at `address` may lead, whatever the state; returns left out.

        Raises:
            NotUnderstood: It is none that is known, or leads out of the function.
        """
        group = self.lifter.at(address)
        targets: list[int] = []
        for lifted in group:
            targets += self._targets(lifted)
        targets = [each for each in dict.fromkeys(targets) if each not in _inner(group)]
        if not all(map(self.lifter.inside, targets)):
            raise NotUnderstood("a jump out of the function")
        return targets

    def execute(self, address: int, state: State) -> Sequence[Way[State]]:
        """Run the instruction at `address`; `state` may be changed.

        Raises:
            NotUnderstood: It has no meaning here.
            Forbidden: It does what no controller may.
        """
        paths = [_Path((), address, state)]
        for lifted in self.lifter.at(address):
            here = [each for each in paths if each.target == lifted.address]
            paths = [each for each in paths if each.target != lifted.address]
            for each in here:
                paths += self._run(lifted, each)
        return [Way(bits.both(*each.known), each.target, each.state) for each in paths]

    def place(self, address: int) -> str:
        """Where that is, for a person to read."""
        return self.lifter.image.where(address)

    def _targets(self, lifted: Lifted) -> list[int]:
        targets: list[int] = []
        for each in lifted.operations:
            match each.name:
                case "BRANCH" | "CBRANCH" | "CALL":
                    targets.append(self._target(each, lifted.following))
                case "CALLIND":
                    raise NotUnderstood("a call")
            # What is behind these belongs to nothing.
            if each.name in ("BRANCH", "CALL", "RETURN", "BRANCHIND"):
                return targets
        return [*targets, lifted.following]

    def _target(self, operation: Operation, following: int) -> int:
        target = operation.inputs[0]
        if target.space != MEMORY:
            raise NotUnderstood("an instruction that takes decisions of its own")
        # Within a function, a call is a jump that goes farther than other jumps can.
        if operation.name == "CALL" and not self.lifter.inside(target.offset):
            raise NotUnderstood("a call")
        if target.offset != following:
            self.lifter.jump_to(target.offset)
        return target.offset

    def _run(self, lifted: Lifted, path: _Path) -> Iterator[_Path]:
        """Run one instruction."""
        unaligned = _UNALIGNED.get(self.lifter.image.architecture, ())
        state, known = path.state, path.known
        running = Running(state, self.registers, lifted.mnemonic not in unaligned, known)
        target: int | None = lifted.following
        for each in lifted.operations:
            match each.name:
                case "CBRANCH":
                    taken = decided(as_truth(running.read(each.inputs[1])), known)
                    if bits.truth_of(taken) is not False:
                        # What follows in this instruction is not done then.
                        left = state.copy()
                        left.settle(self.registers)
                        yield _Path((*known, taken), each.inputs[0].offset, left)
                    if bits.truth_of(taken) is True:
                        return
                    running.known = known = (*known, bits.negation(taken))
                case "BRANCH" | "CALL":
                    target = each.inputs[0].offset
                    break
                case "RETURN" | "BRANCHIND":
                    link = as_word(running.read(each.inputs[0]), each.inputs[0].size)
                    if not is_begin(link, RETURN):
                        raise NotUnderstood("a jump to an address that is worked out")
                    target = None
                    break
                case _:
                    running.run(each)
        state.settle(self.registers)
        yield _Path(known, target, state)


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """A way through instructions that belong together.

    Attributes:
        known: What holds on it.
    """

    known: tuple[Condition, ...]
    target: int | None
    state: State


def _inner(group: Sequence[Lifted]) -> set[int]:
    return {each.address for each in group[1:]}


def evaluate(image: Image, function: Function, layouts: Layouts, routine: Routine) -> Evaluated:
    """What `function` does to what it is given, for all calls.

    Raises:
        NotUnderstood: Something in it is not supported.
        Forbidden: It does what no controller may.
        MissingPackage: pypcode is not installed.
    """
    call = Call(routine, layouts, image.rom)
    convention = CONVENTIONS[image.architecture]
    arguments = call.passed(len(convention.arguments))
    lifter = Lifter(image, function)
    registers = Registers(lifter.registers(), convention)
    kept = {name: bits.symbol(f"{name} before", WORD) for name in convention.words}
    given: dict[str, Word] = {
        **kept,
        **dict(zip(convention.arguments, arguments, strict=False)),
        convention.stack: Pointer(STACK, 0),
        convention.link: Pointer(RETURN, convention.mode),
    }
    left = explore(PCode(lifter, registers), registers.state(given, call.memory), call.assumed())
    if not is_begin(left.word(registers, convention.stack), STACK):
        raise Forbidden("the stack pointer is not what it was before the call")
    obligations = tuple(
        unchanged(name, kept[name], left.word(registers, name)) for name in convention.callers
    )
    return call.evaluated(left.memory, left.word(registers, convention.arguments[0]), obligations)
