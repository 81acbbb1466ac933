"""What is in a file of machine code: functions, bytes, and the source lines they come from."""

from __future__ import annotations

from dataclasses import dataclass

from elftools.elf.elffile import ELFFile

from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.attributes import Architecture, OtherProcessor
from verify.translation.machine_code.debug import LineTable


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the code.

    Attributes:
        address: Of its first instruction; without the bit that tells Thumb.
        size: In bytes, with the constants that lie behind its instructions.
    """

    name: str
    address: int
    size: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size


@dataclass(frozen=True, slots=True)
class Segment:
    """Bytes that are loaded into a memory before the program starts, and where."""

    address: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function in the table of symbols.

    Attributes:
        thumb: Its address says that it is made of Thumb instructions.
        everywhere: It is known by its name in all of the program; others may have namesakes.
    """

    function: Function
    thumb: bool
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes that nothing changes."""

    address: int
    content: bytes
    executable: bool

    def holds(self, start: int, end: int) -> bool:
        """Whether all addresses from `start` to `end`, which is not included, are in it."""
        return self.address <= start and end <= self.address + len(self.content)


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """What is in an ELF file.

    Attributes:
        elf: The file, with addresses also if it is not linked yet.
        loadable: What is loaded, by the address where it is kept; nothing in object files.
        writable: Addresses of what the program may change.
    """

    elf: ELFFile
    loadable: tuple[Segment, ...]
    writable: tuple[range, ...]
    _architecture: Architecture | OtherProcessor
    _blocks: tuple[Block, ...]
    _symbols: tuple[Symbol, ...]
    _pending: tuple[range, ...]
    _lines: LineTable

    @property
    def architecture(self) -> Architecture:
        """The instruction set of the code.

        Raises:
            NotUnderstood: It is another than those of `Architecture`.
        """
        if isinstance(self._architecture, OtherProcessor):
            raise NotUnderstood(str(self._architecture))
        return self._architecture

    def has(self, name: str) -> bool:
        """Whether there is a function `name`."""
        return any(each.function.name == name for each in self._symbols)

    def function(self, name: str) -> Function:
        """The function `name`.

        Raises:
            NotUnderstood: There is none, or its instructions are not all here.
        """
        named = {each for each in self._symbols if each.function.name == name}
        found = {each for each in named if each.everywhere} or named
        if not found:
            raise NotUnderstood(f"there is no function {name}")
        if len(found) > 1:
            raise NotUnderstood(f"there are several functions {name}")
        (symbol,) = found
        function = symbol.function
        if self.elf["e_machine"] == "EM_ARM" and not symbol.thumb:
            raise NotUnderstood(f"{name} is not made of Thumb instructions")
        if not function.size:
            raise NotUnderstood(f"the size of {name} is not told")
        code = (each for each in self._blocks if each.executable)
        if not any(each.holds(function.address, function.end) for each in code):
            raise NotUnderstood(f"{name} does not lie in read-only code")
        if any(_overlap(each, range(function.address, function.end)) for each in self._pending):
            raise NotUnderstood(f"the linker would still change {name}: give the linked file")
        return function

    def rom(self, address: int) -> int | None:
        """The byte at `address` if it is here and nothing changes it; else None."""
        if any(address in each for each in self._pending):
            return None
        for each in self._blocks:
            if each.holds(address, address + 1):
                return each.content[address - each.address]
        return None

    def place(self, address: int) -> str:
        """Where in the source the instruction at `address` comes from; empty if nobody knows."""
        return self._lines.place(address)

    def where(self, address: int) -> str:
        """The instruction at `address` for a person: ``smallbms_step+0x2a (smallbms.c:57)``."""
        place = self.place(address)
        for each in self._symbols:
            function = each.function
            if function.address <= address < function.end:
                name = f"{function.name}+{address - function.address:#x}"
                return f"{name} ({place})" if place else name
        return place or f"{address:#x}"


def _overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)
