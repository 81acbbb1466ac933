"""Images of MicroPython with a program frozen in, and Picos that run them."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen.assembly import assemble
from codegen.boards.board import Board
from codegen.generation import generate
from codegen.naming import names_of
from codegen.options import Options
from spec.lower import lower
from spec.machine import Machine
from tests.codegen.machines import interface_of
from tests.codegen.toolchain.interface import Interface, Member
from tests.emulation.firmware import Firmware, Pico, Terminal
from tests.emulation.images import SRAM, Program, read_uf2
from tests.emulation.second import MASK_ROM
from tests.emulation.wiring import Setting, Watch

_SCRIPT = Path(__file__).parents[3] / "codegen" / "pico_micropython" / "build_firmware.sh"
# Longer than a first build, which fetches its sources.
_PATIENCE_S = 1500
_MAGIC = int.from_bytes(b"FWIN", "little")
_SRAM_SIZE = 256 * 1024
_WORD = 4

# What the emulator lacks, and MicroPython does to no effect that the program depends on: the SDK
# switches USB off before it comes out of reset, asks the flash for its number, sets up deep sleep
# and the clock of the calendar.
_TOLERATED = (
    "USB: used while held in reset",
    "IO_QSPI_BASE: Unimplemented peripheral",
    "SSI: Unimplemented peripheral",
    "address: 14000",
    "address: 14002",
    "PPB: Unimplemented peripheral",
    "RTC_BASE: Unimplemented peripheral",
)

Row = tuple[int, ...]


@dataclass(frozen=True)
class Image(Firmware):
    """An image, built; `program` is MicroPython's own.

    Attributes:
        interface: Of the step that is frozen in.
    """

    interface: Interface


def build_image(machine: Machine, board: Board, folder: Path) -> Image:
    """Generate and build, as a user does, into `folder`."""
    source = folder / "source"
    source.mkdir()
    for name, text in generate(machine, "pico-micropython", Options(board=board)).items():
        (source / name).write_text(text, encoding="utf-8")
    built = freeze(source, folder / "built")
    program = assemble(lower(machine), settable=False)
    return Image(
        machine,
        board,
        Program(built / "firmware.elf"),
        built / "firmware.uf2",
        built / "flash",
        interface_of(program, names_of(program, prefix="", own="")),
    )


def freeze(source: Path, folder: Path) -> Path:
    """Build an image with `source` frozen in, as files in `folder`."""
    done = subprocess.run(
        [_SCRIPT, source, folder],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "flash").write_bytes(read_uf2(folder / "firmware.uf2"))
    return folder


def setting(timer_us: int = 0) -> Setting:
    """How a chip is set up for an image: MicroPython calls routines of the mask ROM."""
    return Setting(timer_us=timer_us, rom=MASK_ROM, tolerated=_TOLERATED)


class FoundWindow:
    """The window of a program, found in memory; it is at the same place after each power-up."""

    def __init__(self, address: int, interface: Interface) -> None:
        self._address = address
        self._names = [
            "magic",
            "steps",
            *_dotted("in", interface.inputs),
            *_dotted("state", interface.state),
            *_dotted("out", interface.outputs),
            "fault",
            "boot",
            "late",
        ]
        self._layout = f"<{len(self._names)}i"

    @property
    def size(self) -> int:
        """In bytes."""
        return struct.calcsize(self._layout)

    def watch(self) -> Watch:
        """A watch that copies it whenever a step was taken."""
        return Watch(self.address("steps"), self._address, self.size)

    def rows(self, copies: bytes) -> Iterator[Row]:
        """What copies of it hold, of those that were taken after it was made."""
        for row in struct.iter_unpack(self._layout, copies):
            if row[0] == _MAGIC and row[self.at("steps")] > 0:
                yield row

    def at(self, name: str) -> int:
        """Where a row holds a member."""
        return self._names.index(name)

    def of(self, prefix: str, members: Sequence[Member]) -> list[int]:
        """Where a row holds the members of an object."""
        return [self.at(each) for each in _dotted(prefix, members)]

    def address(self, name: str) -> int:
        """Where a member is in memory."""
        return self._address + _WORD * self.at(name)


class ImagePico(Pico):
    """An emulated Pico with an image."""

    def __init__(self, image: Image, around: Mapping[str, Terminal], timer_us: int = 0) -> None:
        """Apply power, with `around` at the terminals."""
        super().__init__(image, around, setting(timer_us))
        self.interface = image.interface

    def window(self) -> FoundWindow:
        """Its window, once steps are taken."""
        before = self._memory()
        self.run(30_000)
        after = self._memory()
        found = []
        at = before.find(_MAGIC.to_bytes(_WORD, "little"))
        while at >= 0:
            first, second = (int.from_bytes(m[at + 4 : at + 8], "little") for m in (before, after))
            if not at % _WORD and 0 < first < second <= first + 4:
                found.append(SRAM + at)
            at = before.find(_MAGIC.to_bytes(_WORD, "little"), at + 1)
        (address,) = found
        return FoundWindow(address, self.interface)

    def member(self, window: FoundWindow, name: str) -> int:
        """A member of the window."""
        return self.peek_word(window.address(name))

    def _memory(self) -> bytes:
        return self.peek(SRAM, _SRAM_SIZE)


def _dotted(prefix: str, members: Sequence[Member]) -> list[str]:
    return [f"{prefix}.{each.name}" for each in members]
