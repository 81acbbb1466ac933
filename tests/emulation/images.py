"""Images: what is written to the flash of a Pico, and where its variables are."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.dwarf.die import DIE
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

FLASH = 0x1000_0000
SRAM = 0x2000_0000
_SECTOR = 4096
_BLOCK, _PAYLOAD = 512, 256
_CHECKED = 252
_FIRST_MAGIC, _SECOND_MAGIC, _LAST_MAGIC = 0x0A324655, 0x9E5D5157, 0x0AB16F30
_FAMILY_RP2040, _FAMILY_PRESENT = 0xE48BFF56, 0x2000


class ImageError(Exception):
    """A file is not what it should be; the text says in what."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the program, or a member of one."""

    address: int
    size: int


class Program:
    """An ELF: what it puts into the flash, and what its symbols and structures are."""

    def __init__(self, path: Path) -> None:
        """Read the file; its debugging information is read when it is asked for."""
        self.path = path
        with path.open("rb") as stream:
            elf = ELFFile(stream)
            self.flash = _loaded(elf)
            self.symbols = dict(_symbols(elf))

    def members(self, name: str) -> dict[str, Variable]:
        """The members of the structure that the variable `name` is, dotted: ``in.valid``.

        Raises:
            ImageError: There is no such variable, or nothing is known of its type.
        """
        with self.path.open("rb") as stream:
            elf = ELFFile(stream)
            if not elf.has_dwarf_info():
                raise ImageError(f"{self.path} has no debugging information")
            for unit in elf.get_dwarf_info().iter_CUs():
                for die in unit.iter_DIEs():
                    if die.tag == "DW_TAG_variable" and _name(die) == name and _has_type(die):
                        return dict(_members(_type(die), "", self.symbols[name].address))
        raise ImageError(f"{self.path}: nothing is known of a variable {name}")


def read_uf2(path: Path) -> bytes:
    """What the file writes to the flash from its beginning on, in whole sectors.

    Raises:
        ImageError: It is not as a Pico wants it: blocks of 256 bytes in order, none missing.
    """
    data = path.read_bytes()
    flash = bytearray()
    count = len(data) // _BLOCK
    for number in range(count):
        block = data[number * _BLOCK : (number + 1) * _BLOCK]
        head = struct.unpack_from("<8I", block)
        (end,) = struct.unpack_from("<I", block, _BLOCK - 4)
        wanted = (
            _FIRST_MAGIC,
            _SECOND_MAGIC,
            _FAMILY_PRESENT,
            FLASH + number * _PAYLOAD,
            _PAYLOAD,
            number,
            count,
            _FAMILY_RP2040,
        )
        if head != wanted or end != _LAST_MAGIC:
            raise ImageError(f"{path}: block {number} is {head} and {end:#x}, not {wanted}")
        flash += block[32 : 32 + _PAYLOAD]
    if not count or len(data) % _BLOCK or len(flash) % _SECTOR:
        raise ImageError(f"{path}: {len(data)} bytes are no whole blocks and sectors")
    return bytes(flash)


def sealed(flash: bytes) -> bytes:
    """`flash` with the checksum that the mask ROM wants of the first 256 bytes."""
    stage = flash[:_CHECKED]
    if len(flash) < _PAYLOAD:
        raise ImageError(f"{len(flash)} bytes are no boot stage")
    return stage + struct.pack("<I", crc32_mpeg2(stage)) + flash[_PAYLOAD:]


def crc32_mpeg2(data: bytes) -> int:
    """The CRC-32 of MPEG-2; that of ``123456789`` is 0x0376e6e7."""
    crc = 0xFFFF_FFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C1_1DB7 if crc >> 31 else crc << 1) & 0xFFFF_FFFF
    return crc


def _loaded(elf: ELFFile) -> bytes:
    flash = bytearray()
    for segment in elf.iter_segments("PT_LOAD"):
        data, at = segment.data(), int(segment["p_paddr"]) - FLASH
        if data and at >= 0 and segment["p_paddr"] < SRAM:
            flash.extend(b"\xff" * (at + len(data) - len(flash)))
            flash[at : at + len(data)] = data
    return bytes(flash)


def _symbols(elf: ELFFile) -> Iterator[tuple[str, Variable]]:
    table = elf.get_section_by_name(".symtab")
    if isinstance(table, SymbolTableSection):
        for symbol in table.iter_symbols():
            yield symbol.name, Variable(int(symbol["st_value"]), int(symbol["st_size"]))


def _name(die: DIE) -> str:
    attribute = die.attributes.get("DW_AT_name")
    return "" if attribute is None else bytes(attribute.value).decode()


def _has_type(die: DIE) -> bool:
    return "DW_AT_type" in die.attributes


def _type(die: DIE) -> DIE:
    """Its type, without qualifiers and names for it."""
    found: DIE = die.get_DIE_from_attribute("DW_AT_type")
    while found.tag in {"DW_TAG_volatile_type", "DW_TAG_const_type", "DW_TAG_typedef"}:
        found = found.get_DIE_from_attribute("DW_AT_type")
    return found


def _members(die: DIE, prefix: str, address: int) -> Iterator[tuple[str, Variable]]:
    for child in die.iter_children():
        if child.tag == "DW_TAG_member":
            at = address + int(child.attributes["DW_AT_data_member_location"].value)
            inside = _type(child)
            if inside.tag == "DW_TAG_structure_type":
                yield from _members(inside, f"{prefix}{_name(child)}.", at)
            else:
                size = int(inside.attributes["DW_AT_byte_size"].value)
                yield prefix + _name(child), Variable(at, size)
