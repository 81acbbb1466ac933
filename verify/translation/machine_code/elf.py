"""ELF files: reading them.

Executables and object files of 32 bits, little-endian, for Arm and RISC-V.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import pairwise

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Section, SymbolTableSection

from verify.translation.machine_code import objects
from verify.translation.machine_code.attributes import (
    ARM,
    RISCV,
    Architecture,
    OtherProcessor,
    architecture_of,
)
from verify.translation.machine_code.debug import BROKEN, LineTable
from verify.translation.machine_code.image import Block, Function, Image, Segment, Symbol

_HEADER = struct.Struct("<4s4B8x2H5I6H")
_MAGIC = b"\x7fELF"
_BITS_32 = 1
_LITTLE_ENDIAN = 1
_OBJECT = 1
_EXECUTABLE = 2
_SECTION_HEADER = 40
_SEGMENT_HEADER = 32

_WRITABLE = 1
_ALLOCATED = 2
_EXECUTABLE_CODE = 4
_ATTRIBUTES = {
    ARM: ("SHT_ARM_ATTRIBUTES", ".ARM.attributes"),
    RISCV: ("SHT_RISCV_ATTRIBUTES", ".riscv.attributes"),
}


class UnreadableImage(Exception):
    """A file that cannot be read as machine code; says why, in one sentence."""


def read_image(content: bytes) -> Image:
    """Read an ELF file.

    Raises:
        UnreadableImage: It is broken, or for another kind of machine.
    """
    machine = _refuse(content)
    try:
        return _read(content, machine)
    except BROKEN as error:
        raise UnreadableImage("its tables are broken") from error


def _refuse(content: bytes) -> int:
    """The machine it is for, if its header is one that can be read."""
    if not content:
        raise UnreadableImage("it is empty")
    if not content.startswith(_MAGIC):
        raise UnreadableImage("it is no ELF file")
    if len(content) < _HEADER.size:
        raise UnreadableImage("it ends too early")
    _, bits, order, _, _, kind, machine, *numbers = _HEADER.unpack_from(content)
    if bits != _BITS_32:
        raise UnreadableImage("it is not for a processor of 32 bits")
    if order != _LITTLE_ENDIAN:
        raise UnreadableImage("it is not little-endian")
    if machine not in (ARM, RISCV):
        raise UnreadableImage("it is neither for Arm nor for RISC-V")
    if kind not in (_OBJECT, _EXECUTABLE):
        raise UnreadableImage("it is neither an executable nor an object file")
    _, _, segments, sections, _, _, segment_size, segment_count, size, count, _ = numbers
    if not sections or not count:
        raise UnreadableImage("it has no sections")
    for start, each, many, wanted in (
        (sections, size, count, _SECTION_HEADER),
        (segments, segment_size, segment_count, _SEGMENT_HEADER),
    ):
        if many and (each != wanted or start + each * many > len(content)):
            raise UnreadableImage("it ends too early, or its header is broken")
    return int(machine)


def _read(content: bytes, machine: int) -> Image:
    elf = ELFFile(BytesIO(content))
    pending: tuple[range, ...] = ()
    linked = elf["e_type"] == "ET_EXEC"
    _check(elf, content)
    if not linked:
        content, pending = objects.place(content, elf, machine)
        elf = ELFFile(BytesIO(content))
    sections = [each for each in elf.iter_sections() if each["sh_flags"] & _ALLOCATED]
    segments = [each.header for each in elf.iter_segments() if each["p_type"] == "PT_LOAD"]
    blocks = tuple(
        Block(each["sh_addr"], each.data(), bool(each["sh_flags"] & _EXECUTABLE_CODE))
        for each in sections
        if not each["sh_flags"] & _WRITABLE
        and each["sh_type"] == "SHT_PROGBITS"
        and (not linked or any(_loads(segment, each) for segment in segments))
    )
    writable = tuple(
        range(each["sh_addr"], each["sh_addr"] + each["sh_size"])
        for each in sections
        if each["sh_flags"] & _WRITABLE and each["sh_size"]
    )
    fixed = [range(each.address, each.address + len(each.content)) for each in blocks]
    _keep_apart([*fixed, *writable])
    return Image(
        elf,
        tuple(
            Segment(each["p_paddr"], content[each["p_offset"] :][: each["p_filesz"]])
            for each in segments
            if each["p_filesz"]
        ),
        writable,
        _architecture(elf, machine),
        blocks,
        tuple(_functions(elf, machine)),
        pending,
        LineTable(elf),
    )


def _check(elf: ELFFile, content: bytes) -> None:
    """Every part is in the file."""
    for section in elf.iter_sections():
        absent = section["sh_type"] in ("SHT_NOBITS", "SHT_NULL")
        if not absent and section["sh_offset"] + section["sh_size"] > len(content):
            raise UnreadableImage("it ends too early: a section is not in it")
    for segment in elf.iter_segments():
        if segment["p_offset"] + segment["p_filesz"] > len(content):
            raise UnreadableImage("it ends too early: a segment is not in it")


def _loads(segment: Mapping[str, int], section: Section) -> bool:
    """Whether the bytes of `section` are those that `segment` brings to its address."""
    start = section["sh_offset"] - segment["p_offset"]
    fits = start >= 0 and start + section["sh_size"] <= segment["p_filesz"]
    return fits and start == section["sh_addr"] - segment["p_vaddr"]


def _keep_apart(parts: Sequence[range]) -> None:
    placed = sorted((each for each in parts if each), key=lambda each: each.start)
    for one, other in pairwise(placed):
        if one.stop > other.start:
            raise UnreadableImage("its sections overlap")


def _architecture(elf: ELFFile, machine: int) -> Architecture | OtherProcessor:
    kind, name = _ATTRIBUTES[machine]
    found = (each for each in elf.iter_sections() if each["sh_type"] == kind or each.name == name)
    attributes = b"".join(each.data() for each in found)
    try:
        return architecture_of(machine, elf["e_flags"], attributes)
    except OtherProcessor as unknown:
        return unknown


def _functions(elf: ELFFile, machine: int) -> Iterable[Symbol]:
    for table in elf.iter_sections():
        if not isinstance(table, SymbolTableSection):
            continue
        for symbol in table.iter_symbols():
            described = symbol["st_info"]
            if described["type"] == "STT_FUNC" and isinstance(symbol["st_shndx"], int):
                value = symbol["st_value"]
                thumb = machine == ARM and bool(value & 1)
                function = Function(symbol.name, value - thumb, symbol["st_size"])
                yield Symbol(function, thumb, described["bind"] != "STB_LOCAL")
