"""Seal a firmware for the RP2040: put its checksums where link.ld has left room, and pack it.

Writes three files beside each other: the ELF file for debuggers, the plain image, and the UF2 file
that is dropped onto the drive of a Pico in its boot mode. Needs nothing but Python.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

FLASH = 0x10000000
MOST_FLASH = 16 * 2**20
# The boot ROM compares the CRC of the second stage, which takes up the first 256 bytes.
BOOT2_BYTES = 252
CRC_BYTES = 4

# UF2: blocks of 512 bytes with a page of flash in each.
PAGE = 256
BLOCK = 512
# What the ROM erases at a time: a file that fills it leaves nothing of an older program behind.
SECTOR = 4096
MAGIC_START = (0x0A324655, 0x9E5D5157)
MAGIC_END = 0x0AB16F30
FAMILY_ID_PRESENT = 0x00002000
RP2040 = 0xE48BFF56

_ELF32_LITTLE_ENDIAN = b"\x7fELF\x01\x01"
_LOADED = 1


class Unfit(Exception):
    """What was to be sealed is no firmware; says why."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A firmware in the three forms that it is passed on in."""

    elf: bytes
    image: bytes
    uf2: bytes


def crc32(data: bytes) -> int:
    """CRC-32/MPEG-2, as the boot ROM works it out; that of ``123456789`` is 0x0376e6e7."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)
            crc &= 0xFFFFFFFF
    return crc


def seal(elf: bytes) -> Sealed:
    """The firmware in the linked file `elf`, with its checksums in place.

    Raises:
        Unfit: It is no ELF file for a small processor, or not for this chip's flash.
    """
    parts = _parts(elf)
    end = max((address + size for address, _, size in parts), default=FLASH)
    image = bytearray(end - FLASH)
    for address, offset, size in parts:
        image[address - FLASH : address - FLASH + size] = elf[offset : offset + size]
    if len(image) <= BOOT2_BYTES + CRC_BYTES or len(image) % CRC_BYTES:
        raise Unfit("it has no room for its checksums")
    # The second includes the first.
    for place in (BOOT2_BYTES, len(image) - CRC_BYTES):
        image[place : place + CRC_BYTES] = struct.pack("<I", crc32(bytes(image[:place])))
    sealed = bytearray(elf)
    for address, offset, size in parts:
        sealed[offset : offset + size] = image[address - FLASH : address - FLASH + size]
    return Sealed(bytes(sealed), bytes(image), uf2(bytes(image)))


def uf2(image: bytes) -> bytes:
    """`image`, which begins where flash begins, as UF2; the rest of its last sector is erased."""
    filled = image + b"\xff" * (-len(image) % SECTOR)
    pages = [filled[at : at + PAGE] for at in range(0, len(filled), PAGE)]
    return b"".join(_block(k, len(pages), page) for k, page in enumerate(pages))


def _block(number: int, count: int, page: bytes) -> bytes:
    address = FLASH + number * PAGE
    head = (*MAGIC_START, FAMILY_ID_PRESENT, address, PAGE, number, count, RP2040)
    packed = struct.pack("<8I", *head) + page
    return packed.ljust(BLOCK - 4, b"\0") + struct.pack("<I", MAGIC_END)


def _parts(elf: bytes) -> list[tuple[int, int, int]]:
    """Of each part that is kept in flash: its address, its place in the file, its size."""
    if not elf.startswith(_ELF32_LITTLE_ENDIAN):
        raise Unfit("it is no ELF file of 32 bits")
    try:
        (table,) = struct.unpack_from("<I", elf, 28)
        size, count = struct.unpack_from("<2H", elf, 42)
        headers = [struct.unpack_from("<8I", elf, table + k * size) for k in range(count)]
    except struct.error:
        raise Unfit("it ends too early") from None
    parts = [
        (physical, offset, length)
        for kind, offset, _, physical, length, *_ in headers
        if kind == _LOADED and length
    ]
    for address, offset, length in parts:
        if not FLASH <= address <= FLASH + MOST_FLASH - length or offset + length > len(elf):
            raise Unfit("some of it is not for flash")
    return parts


def main(arguments: list[str]) -> int:
    """Seal the file that is named first, and write to the name that is given second."""
    if len(arguments) != 2:  # noqa: PLR2004
        print("usage: seal.py LINKED.elf SEALED.elf", file=sys.stderr)
        return 2
    linked, target = (Path(each) for each in arguments)
    try:
        sealed = seal(linked.read_bytes())
    except Unfit as error:
        print(f"{linked}: {error}", file=sys.stderr)
        return 1
    target.write_bytes(sealed.elf)
    target.with_suffix(".bin").write_bytes(sealed.image)
    target.with_suffix(".uf2").write_bytes(sealed.uf2)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
