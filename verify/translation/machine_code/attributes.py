"""Build attributes: for which processor the code of an ELF file was made.

Their layout and tags are those of "Addenda to, and Errata in, the ABI for the Arm Architecture",
and of the "RISC-V ELF Specification".
"""

from __future__ import annotations

import re
from enum import Enum


class Architecture(Enum):
    """Instruction sets that can be read.

    Attributes:
        ARMV6M: Thumb of the Cortex-M0, M0+ and M1.
        ARMV7M: Thumb-2 of the Cortex-M3 and M4.
        RV32: RISC-V of 32 bits with 32 registers, multiplication and compressed instructions.
    """

    ARMV6M = "ARMv6-M"
    ARMV7M = "ARMv7-M"
    RV32 = "RV32IMC"


class OtherProcessor(Exception):
    """The code is for a processor that is not known here; says what is known of it."""


# The machines of an ELF header.
ARM = 40
RISCV = 243

_FORMAT = ord("A")
_WHOLE_FILE = 1

# Tags of Arm whose values are texts although they are even, or numbers behind which there is one.
_ARM_TEXTS = (4, 5)
_COMPATIBILITY = 32
_CPU_ARCHITECTURE = 6
_CPU_PROFILE = 7
_MICROCONTROLLER = ord("M")
_ARM_ARCHITECTURES = {
    10: Architecture.ARMV7M,
    11: Architecture.ARMV6M,
    12: Architecture.ARMV6M,
    13: Architecture.ARMV7M,
}
_ARM_BIG_ENDIAN_CODE = 0x00800000

_RISCV_ARCHITECTURE = 5
_RISCV_FEWER_REGISTERS = 0x8
# Extensions that add instructions of their own, or none, and give no other meaning to those of M
# and C.
_RISCV_HARMLESS = {"i", "m", "a", "c", "zmmul", "zca", "zaamo", "zalrsc", "zicsr", "zifencei"}


def architecture_of(machine: int, flags: int, attributes: bytes) -> Architecture:
    """The instruction set of an ELF file with this header and this section of attributes.

    Raises:
        OtherProcessor: It is none that can be read, or the file does not say.
    """
    if machine == ARM:
        return _arm(flags, _tags(attributes, b"aeabi", _ARM_TEXTS))
    return _riscv(flags, _tags(attributes, b"riscv", ()))


def _arm(flags: int, tags: dict[int, int | str]) -> Architecture:
    if flags & _ARM_BIG_ENDIAN_CODE:
        raise OtherProcessor("code for big-endian memory")
    found = tags.get(_CPU_ARCHITECTURE)
    if found is None:
        raise OtherProcessor("code that does not say for which Arm processor it is")
    architecture = _ARM_ARCHITECTURES.get(found) if isinstance(found, int) else None
    # Microcontrollers have a profile of their own; that of ARMv6-M is left out at times.
    wrong_profile = tags.get(_CPU_PROFILE, _MICROCONTROLLER) != _MICROCONTROLLER
    unsaid = architecture is Architecture.ARMV7M and _CPU_PROFILE not in tags
    if architecture is None or wrong_profile or unsaid:
        raise OtherProcessor("code for another Arm processor than Cortex-M0, M0+, M1, M3 or M4")
    return architecture


def _riscv(flags: int, tags: dict[int, int | str]) -> Architecture:
    found = tags.get(_RISCV_ARCHITECTURE)
    if not isinstance(found, str):
        raise OtherProcessor("code that does not say for which RISC-V processor it is")
    base, *extensions = (re.sub(r"\d+p\d+$", "", each) for each in found.split("_"))
    if (
        flags & _RISCV_FEWER_REGISTERS
        or base != "rv32i"
        or not _RISCV_HARMLESS.issuperset(extensions)
    ):
        raise OtherProcessor(f"code for {found}, another RISC-V processor than RV32IMC")
    return Architecture.RV32


def _tags(attributes: bytes, vendor: bytes, texts: tuple[int, ...]) -> dict[int, int | str]:
    """The attributes of the whole file, by number.

    Raises:
        OtherProcessor: They are broken.
    """
    if not attributes:
        return {}
    reader = _Reader(attributes)
    if reader.byte() != _FORMAT:
        raise OtherProcessor("build attributes of another format")
    tags: dict[int, int | str] = {}
    while not reader.at_end():
        section = reader.part(reader.word() - 4)
        if section.text().encode() != vendor:
            continue
        while not section.at_end():
            kind = section.byte()
            part = section.part(section.word() - 5)
            while kind == _WHOLE_FILE and not part.at_end():
                tag = part.number()
                if tag == _COMPATIBILITY:
                    part.number()
                    part.text()
                elif tag in texts or (tag % 2 and (tag > _COMPATIBILITY or vendor == b"riscv")):
                    tags[tag] = part.text()
                else:
                    tags[tag] = part.number()
    return tags


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def at_end(self) -> bool:
        return self._place == len(self._content)

    def byte(self) -> int:
        return self._taken(1)[0]

    def word(self) -> int:
        return int.from_bytes(self._taken(4), "little")

    def number(self) -> int:
        """A ULEB128."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004
                return value

    def text(self) -> str:
        end = self._content.find(b"\0", self._place)
        text = self._taken(max(end, self._place) - self._place)
        self._taken(1)
        return text.decode("utf-8", "replace")

    def part(self, size: int) -> _Reader:
        return _Reader(self._taken(size))

    def _taken(self, size: int) -> bytes:
        if size < 0 or self._place + size > len(self._content):
            raise OtherProcessor("build attributes that are broken")
        taken = self._content[self._place : self._place + size]
        self._place += size
        return taken
