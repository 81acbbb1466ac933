"""UF2 files: whether what is dropped onto the drive of a Pico is what was proved.

The format is that of "USB Flashing Format (UF2)" by Microsoft; what the boot ROM takes is told in
the "RP2040 Datasheet", 2.8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from time import perf_counter

from verify.translation.finding import Finding, Outcome
from verify.translation.machine_code.image import Image

_BLOCK = 512
_HEAD = struct.Struct("<8I")
_MARKS = (0x0A324655, 0x9E5D5157)
_END_MARK = 0x0AB16F30
_FAMILY_TOLD = 0x2000
_RP2040 = 0xE48BFF56
# The boot ROM ignores blocks of any other size.
_PAGE = 256

# Where flash is seen, and the place of the checksum that the boot ROM wants of the first 252 bytes.
_FLASH = 0x10000000
_BOOT_CHECKSUM = _FLASH + 252
_WORD = 4
# What memory is filled with where the program has nothing.
_FILLING = (0x00, 0xFF)

_POLYNOMIAL = 0x04C11DB7
_HIGHEST_BIT = 1 << 31
_MASK = (1 << 32) - 1


class _Different(Exception):
    """The content of the files differs; says how, and at which address if it is one."""

    def __init__(self, what: str, address: int | None = None) -> None:
        super().__init__(what)
        self.address = address


def compare_uf2(uf2: bytes, image: Image) -> Finding:
    """Whether the UF2 file brings what the ELF file `image` says to where it says so.

    That is: every byte of its segments is there, and there is nothing else but filling. Where a
    linker has left room for them, at the end of the first 256 bytes and of all, there may be the
    checksums of what is in front. A proof tells the number of ``bytes`` that are the same.
    """
    started = perf_counter()
    finding = _compared(uf2, image)
    return Finding(
        "UF2",
        finding.outcome,
        finding.reason,
        finding.place,
        measures=finding.measures,
        seconds=perf_counter() - started,
    )


def _compared(uf2: bytes, image: Image) -> Finding:
    if not image.loadable:
        told = "the ELF file is not linked: nothing of it is loaded"
        return Finding("UF2", Outcome.UNKNOWN, told)
    wanted = _Memory({})
    for segment in image.loadable:
        if not wanted.add(segment.address, segment.content):
            return Finding("UF2", Outcome.UNKNOWN, "the segments of the ELF file overlap")
    try:
        _compare(_content(uf2), wanted)
    except _Different as difference:
        address = difference.address
        place = "" if address is None else image.where(address)
        return Finding("UF2", Outcome.DIFFERS, str(difference), place)
    same = sum(len(each.content) for each in image.loadable)
    return Finding("UF2", Outcome.PROVED, measures={"bytes": same})


@dataclass(frozen=True, slots=True)
class _Memory:
    """Bytes at addresses; None where nothing is known, by pages, which are cheap to compare."""

    pages: dict[int, list[int | None]]

    def get(self, address: int) -> int | None:
        page = self.pages.get(address - address % _PAGE)
        return None if page is None else page[address % _PAGE]

    def add(self, start: int, content: bytes) -> bool:
        """Put `content` at `start`; whether there was nothing."""
        end = start + len(content)
        while start < end:
            offset = start % _PAGE
            page = self.pages.setdefault(start - offset, [None] * _PAGE)
            part = content[len(content) - (end - start) :][: _PAGE - offset]
            if any(each is not None for each in page[offset : offset + len(part)]):
                return False
            page[offset : offset + len(part)] = part
            start += len(part)
        return True


def _compare(found: _Memory, wanted: _Memory) -> None:
    sealed = set(_sealed(found, wanted))
    for start in sorted(found.pages.keys() | wanted.pages.keys()):
        if found.pages.get(start) == wanted.pages.get(start):
            continue
        for address in range(start, start + _PAGE):
            there, byte = found.get(address), wanted.get(address)
            if there == byte or address in sealed or (byte is None and there in _FILLING):
                continue
            if there is None:
                raise _Different(f"it has no byte for {address:#x}", address)
            instead = f"{byte:#04x}" if byte is not None else "nothing in the ELF file"
            raise _Different(f"at {address:#x}, it has {there:#04x} instead of {instead}", address)


def _sealed(found: _Memory, wanted: _Memory) -> Iterator[int]:
    """Addresses of checksums for which the linker has left room."""
    last = max(start for start in wanted.pages)
    end = max(at for at in range(last, last + _PAGE) if wanted.get(at) is not None) + 1
    for start in (_BOOT_CHECKSUM, end - _WORD):
        places = range(start, start + _WORD)
        told = bytes(found.get(address) or 0 for address in places)
        if any(told) and all(wanted.get(address) == 0 for address in places):
            before = takewhile(_is_known, map(found.get, range(_FLASH, start)))
            known = bytes(each or 0 for each in before)
            if len(known) == start - _FLASH and told == _checksum(known):
                yield from places


def _is_known(byte: int | None) -> bool:
    return byte is not None


def _checksum(content: bytes) -> bytes:
    """CRC-32/MPEG-2; that of ``123456789`` is 0x0376e6e7."""
    remainder = _MASK
    for byte in content:
        remainder ^= byte << 24
        for _ in range(8):
            odd = remainder & _HIGHEST_BIT
            remainder = (remainder << 1 ^ (_POLYNOMIAL if odd else 0)) & _MASK
    return remainder.to_bytes(_WORD, "little")


@dataclass(frozen=True, slots=True)
class _Block:
    number: int
    count: int
    address: int
    content: bytes


def _content(uf2: bytes) -> _Memory:
    if not uf2 or len(uf2) % _BLOCK:
        raise _Different("it is no UF2 file: its size is no multiple of 512 bytes")
    blocks = [_block(uf2[at : at + _BLOCK], at // _BLOCK) for at in range(0, len(uf2), _BLOCK)]
    if {each.number for each in blocks} != set(range(len(blocks))):
        raise _Different("its blocks are not numbered from 0 on, each once")
    if any(each.count != len(blocks) for each in blocks):
        raise _Different("its blocks do not tell how many there are")
    content = _Memory({})
    for each in blocks:
        if not content.add(each.address, each.content):
            raise _Different(f"two of its blocks are for {each.address:#x}", each.address)
    return content


def _block(block: bytes, index: int) -> _Block:
    *marks, flags, address, size, number, count, family = _HEAD.unpack_from(block)
    (end,) = struct.unpack_from("<I", block, _BLOCK - _WORD)
    if tuple(marks) != _MARKS or end != _END_MARK:
        raise _Different(f"it is no UF2 file: block {index} lacks its marks")
    if flags != _FAMILY_TOLD or family != _RP2040:
        raise _Different(f"block {index} is not for the flash of an RP2040")
    if size != _PAGE or address % _PAGE:
        raise _Different(f"block {index} does not hold one page of flash")
    return _Block(number, count, address, block[_HEAD.size : _HEAD.size + size])
