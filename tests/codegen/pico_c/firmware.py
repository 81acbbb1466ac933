"""Firmwares of several machines and boards, built as a user builds them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from codegen.generation import generate
from codegen.options import Options
from codegen.pico_c import toolchain
from tests.codegen.boards.samples import BOARDS, board_of, machine_of
from tests.codegen.toolchain.programs import run

SHIPPED = "pico"
# Settable parameters change how a step is called.
VARIANTS = [(name, settable) for name in BOARDS for settable in (False, True)]


@dataclass(frozen=True)
class Firmware:
    """A firmware in a folder of its own; `name` is that of its machine."""

    folder: Path
    name: str

    @property
    def image(self) -> bytes:
        """What is in flash."""
        return (self.folder / f"{self.name}.bin").read_bytes()

    @property
    def uf2(self) -> bytes:
        """What is dropped onto the drive."""
        return (self.folder / f"{self.name}.uf2").read_bytes()

    @property
    def elf(self) -> bytes:
        """What a debugger loads."""
        return (self.folder / f"{self.name}.elf").read_bytes()

    @cached_property
    def symbols(self) -> dict[str, int]:
        """The addresses of what is defined."""
        tables = [
            each
            for each in ELFFile(BytesIO(self.elf)).iter_sections()
            if isinstance(each, SymbolTableSection)
        ]
        return {
            each.name: each["st_value"]
            for table in tables
            for each in table.iter_symbols()
            if each["st_shndx"] != "SHN_UNDEF"
        }

    @property
    def sections(self) -> dict[str, int]:
        """The sizes of what is in memory or flash."""
        sections = ELFFile(BytesIO(self.elf)).iter_sections()
        # That of what is kept or has an address: SHF_ALLOC.
        return {each.name: each["sh_size"] for each in sections if each["sh_flags"] & 2}

    @property
    def sources(self) -> list[Path]:
        """Everything that is compiled from C."""
        front_end = (self.folder / "front_end.c").exists()
        names = toolchain.sources(self.name, front_end=front_end)
        return [self.folder / each for each in names if each.endswith(".c")]

    def text(self, file: str) -> str:
        """A generated file."""
        return (self.folder / file).read_text(encoding="utf-8")


def generated(board: str, folder: Path, *, settable: bool = False) -> Firmware:
    """The files of a firmware."""
    machine = machine_of(board)
    folder.mkdir(exist_ok=True)
    options = Options(settable=settable, board=board_of(board))
    for name, text in generate(machine, "pico-c", options).items():
        (folder / name).write_text(text, encoding="utf-8")
    return Firmware(folder, machine.name)


def built(board: str, folder: Path, *, settable: bool = False) -> Firmware:
    """A firmware, built by its own Makefile."""
    firmware = generated(board, folder, settable=settable)
    # Options for another make are none of its business.
    run(["make"], folder=folder, environment={"MAKEFLAGS": ""})
    return firmware
