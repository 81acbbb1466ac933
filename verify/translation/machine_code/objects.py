"""Object files, not yet linked: every section gets an address of its own.

Nothing is linked but what speaks of the code, which is the debug information. Code that a linker
would still change is remembered, and refused by those who want to read it. Numbers of relocations
are those of "ELF for the Arm Architecture" and of the "RISC-V ELF Specification".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Section

from verify.translation.machine_code.attributes import ARM, RISCV

# Far enough apart that no function reaches from one section into the next.
_FIRST_ADDRESS = 0x01000000
_ROOM = 0x1000
_ADDRESSES = 1 << 32

_ALLOCATED = 2
_SECTION_HEADER = 40
_SECTION_ADDRESS = 12
_SYMBOL = struct.Struct("<3I2BH")
_SYMBOL_VALUE = 4
_FIRST_RESERVED_INDEX = 0xFF00
_ENTRIES = {"SHT_REL": struct.Struct("<2I"), "SHT_RELA": struct.Struct("<2Ii")}

# As much as one relocation may change: two instructions of RISC-V.
_CHANGED_BYTES = 8
# Relocations that change nothing: none at all; V4BX, for processors without BX; RELAX, which says
# that another one beside it may be done in a shorter way.
_HARMLESS = {ARM: {0, 40}, RISCV: {0, 51}}

# What debug information is linked with: the sign of what is added, None if what is there does not
# matter, and the width in bits.
_LINKED: dict[int, dict[int, tuple[int | None, int]]] = {
    ARM: {2: (1, 32)},
    RISCV: {
        1: (None, 32),
        **{33 + k: (1, 8 << k) for k in range(4)},
        **{37 + k: (-1, 8 << k) for k in range(4)},
        52: (-1, 6),
        53: (None, 6),
        **{54 + k: (None, 8 << k) for k in range(3)},
    },
}


def place(content: bytes, elf: ELFFile, machine: int) -> tuple[bytes, tuple[range, ...]]:
    """The object file `content` with addresses in it, and those that a linker would still change.

    Raises:
        ValueError: It is broken.
        struct.error: It ends too early.
    """
    linker = _Linker(bytearray(content), elf["e_shoff"], machine, [])
    return linker.placed(list(elf.iter_sections()))


@dataclass(frozen=True, slots=True)
class _Linker:
    """What becomes of an object file."""

    content: bytearray
    headers: int
    machine: int
    pending: list[range]

    def placed(self, sections: list[Section]) -> tuple[bytes, tuple[range, ...]]:
        bases = self._bases(sections)
        for each in sections:
            if each["sh_type"] == "SHT_SYMTAB":
                self._place_symbols(each, bases)
        for each in sections:
            entries = _ENTRIES.get(each["sh_type"])
            changed = each["sh_info"]
            if entries is None or not changed < len(sections) > each["sh_link"]:
                continue
            relocations = self._relocations(each, entries)
            if changed in bases:
                self._remember(relocations, bases[changed])
            else:
                symbols = sections[each["sh_link"]]["sh_offset"]
                self._link(relocations, sections[changed], symbols)
        return bytes(self.content), tuple(self.pending)

    def _bases(self, sections: list[Section]) -> dict[int, int]:
        bases: dict[int, int] = {}
        free = _FIRST_ADDRESS
        for index, each in enumerate(sections):
            if not each["sh_flags"] & _ALLOCATED:
                continue
            step = max(each["sh_addralign"], _ROOM)
            bases[index] = -(-free // step) * step
            free = bases[index] + each["sh_size"] + _ROOM
            if step & (step - 1) or free > _ADDRESSES:
                raise ValueError(index)
            where = self.headers + index * _SECTION_HEADER + _SECTION_ADDRESS
            struct.pack_into("<I", self.content, where, bases[index])
        return bases

    def _place_symbols(self, table: Section, bases: Mapping[int, int]) -> None:
        start = table["sh_offset"]
        for at in range(start, start + table["sh_size"], _SYMBOL.size):
            _, value, _, _, _, section = _SYMBOL.unpack_from(self.content, at)
            if section < _FIRST_RESERVED_INDEX and section in bases:
                moved = (value + bases[section]) % _ADDRESSES
                struct.pack_into("<I", self.content, at + _SYMBOL_VALUE, moved)

    def _relocations(
        self, section: Section, entries: struct.Struct
    ) -> Iterator[tuple[int, int, int, int]]:
        """For each: offset, kind, index of the symbol, and what is added to that."""
        start = section["sh_offset"]
        for at in range(start, start + section["sh_size"], entries.size):
            offset, kind, *addend = entries.unpack_from(self.content, at)
            yield offset, kind & 0xFF, kind >> 8, sum(addend)

    def _remember(self, relocations: Iterator[tuple[int, int, int, int]], base: int) -> None:
        self.pending.extend(
            range(base + offset, base + offset + _CHANGED_BYTES)
            for offset, kind, _, _ in relocations
            if kind not in _HARMLESS[self.machine]
        )

    def _link(
        self, relocations: Iterator[tuple[int, int, int, int]], section: Section, symbols: int
    ) -> None:
        for offset, kind, symbol, addend in relocations:
            if kind not in _LINKED[self.machine] or offset >= section["sh_size"]:
                continue
            sign, width = _LINKED[self.machine][kind]
            value = _SYMBOL.unpack_from(self.content, symbols + symbol * _SYMBOL.size)[1] + addend
            size, mask = -(-width // 8), (1 << width) - 1
            at = section["sh_offset"] + offset
            there = int.from_bytes(self.content[at : at + size], "little")
            changed = value if sign is None else there + sign * value
            whole = there & ~mask | changed & mask
            self.content[at : at + size] = whole.to_bytes(size, "little")
