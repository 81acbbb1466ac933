"""P-code: instructions told as sequences of simple operations, by descriptions of processors.

The descriptions are those of Ghidra, in the package pypcode; nothing here knows an instruction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.attributes import Architecture
from verify.translation.machine_code.image import Function, Image

LANGUAGES = {
    Architecture.ARMV6M: "ARM:LE:32:Cortex",
    Architecture.ARMV7M: "ARM:LE:32:Cortex",
    Architecture.RV32: "RISCV:LE:32:RV32IMC",
}

# The spaces of P-code: numbers, memory, registers, and what is forgotten after an instruction.
CONSTANT = "const"
MEMORY = "ram"
REGISTER = "register"

_HALFWORD = 2
_LONGEST = 4


class MissingPackage(Exception):
    """pypcode is not installed; says how to install it."""


@dataclass(frozen=True, slots=True)
class Varnode:
    """Where an operation finds or leaves a value: bytes of a space; in `CONSTANT`, the value."""

    space: str
    offset: int
    size: int

    @property
    def end(self) -> int:
        """The first offset behind it."""
        return self.offset + self.size


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; "P-Code Reference Manual" tells what each does.

    Attributes:
        detail: What else its code says: the space of a LOAD or a STORE, the name of a CALLOTHER.
    """

    name: str
    output: Varnode | None
    inputs: tuple[Varnode, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Lifted:
    """An instruction.

    Attributes:
        following: The address behind it.
        mnemonic: Its name, without what it is conditional on.
    """

    address: int
    following: int
    mnemonic: str
    operations: tuple[Operation, ...]


@dataclass(eq=False)
class Lifter:
    """Tells the instructions of `function`."""

    image: Image
    function: Function
    _context: Any = field(init=False)
    _lifted: dict[int, tuple[Lifted, ...]] = field(init=False, default_factory=dict)
    _conditional: set[int] = field(init=False, default_factory=set)
    _targets: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        try:
            import pypcode  # noqa: PLC0415 - not everybody has it, nor needs it
        except ImportError as error:
            raise MissingPackage("pip install 'smallbms[validate]'") from error
        self._context = pypcode.Context(LANGUAGES[self.image.architecture])

    def registers(self) -> dict[str, Varnode]:
        """All registers of the processor."""
        return {
            name: Varnode(REGISTER, each.offset, each.size)
            for name, each in self._context.registers.items()
        }

    def inside(self, address: int) -> bool:
        """Whether the function has an instruction or a part of one at `address`."""
        return self.function.address <= address < self.function.end

    def at(self, address: int) -> tuple[Lifted, ...]:
        """The instruction at `address`; if it is an IT, those that it makes conditional too.

        Raises:
            NotUnderstood: There is none that is known, or not all of it.
        """
        if address not in self._lifted:
            self._lifted[address] = tuple(self._lift(address))
            self._conditional |= {each.address for each in self._lifted[address][1:]}
            self._refuse_jumps()
        return self._lifted[address]

    def jump_to(self, address: int) -> None:
        """Note that a jump leads to `address`.

        Raises:
            NotUnderstood: What the instruction there does depends on those in front of it.
        """
        self._targets.add(address)
        self._refuse_jumps()

    def _lift(self, address: int) -> Iterator[Lifted]:
        count = 1 + self._conditional_behind(address)
        code = self._bytes(address, count * _LONGEST)
        texts = self._asked(self._context.disassemble, code, address, count).instructions
        operations = self._asked(self._context.translate, code, address, count).ops
        starts = [index for index, each in enumerate(operations) if each.opcode.name == "IMARK"]
        ends = [*starts[1:], len(operations)]
        if len(starts) != count or len(texts) != count:
            raise NotUnderstood("an instruction that is not all there")
        for text, start, end in zip(texts, starts, ends, strict=True):
            (mark,) = operations[start].inputs
            following = mark.offset + mark.size
            if following > address + len(code):
                raise NotUnderstood("an instruction that is not all there")
            yield Lifted(
                mark.offset,
                following,
                text.mnem.split(".")[0],
                tuple(map(_operation, operations[start + 1 : end])),
            )

    def _asked(self, ask: Any, code: bytes, address: int, count: int) -> Any:
        import pypcode  # noqa: PLC0415 - as above

        try:
            return ask(code, base_address=address, max_instructions=count)
        except (pypcode.BadDataError, pypcode.LowlevelError, pypcode.UnimplError) as error:
            raise NotUnderstood("an instruction that is not known") from error

    def _refuse_jumps(self) -> None:
        if self._conditional & self._targets:
            raise NotUnderstood("a jump to an instruction that depends on the one in front of it")

    def _conditional_behind(self, address: int) -> int:
        """How many instructions an IT at `address` makes conditional; they are told with it.

        ARMv7-M Architecture Reference Manual (DDI 0403), A7.7.38: the lowest bit that is set in
        the mask ends the list.
        """
        if self.image.architecture is Architecture.RV32:
            return 0
        low, high = self._bytes(address, _HALFWORD)
        mask = low & 0xF
        if high != 0xBF or not mask:  # noqa: PLR2004 - the byte that IT and hints have
            return 0
        return 4 - ((mask & -mask).bit_length() - 1)

    def _bytes(self, address: int, size: int) -> bytes:
        """At most `size` bytes from `address` on; no more than the function has."""
        found = bytearray()
        for each in range(address, min(address + size, self.function.end)):
            byte = self.image.rom(each)
            if byte is None or not self.inside(each):
                break
            found.append(byte)
        if len(found) < _HALFWORD:
            raise NotUnderstood("an instruction that is not all there")
        return bytes(found)


def _operation(found: Any) -> Operation:
    name = found.opcode.name
    inputs = found.inputs
    detail = ""
    if name in ("LOAD", "STORE"):
        detail = inputs[0].getSpaceFromConst().name
        inputs = inputs[1:]
    elif name == "CALLOTHER":
        detail = inputs[0].getUserDefinedOpName()
        inputs = inputs[1:]
    output = None if found.output is None else _varnode(found.output)
    return Operation(name, output, tuple(map(_varnode, inputs)), detail)


def _varnode(found: Any) -> Varnode:
    return Varnode(found.space.name, found.offset, found.size)
