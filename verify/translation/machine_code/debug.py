"""Debug information: what a compiler says of source lines, functions and types (DWARF 4 and 5)."""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from elftools.common.exceptions import DWARFError, ELFError
from elftools.construct.core import ConstructError
from elftools.dwarf.dwarfinfo import DWARFInfo
from elftools.dwarf.lineprogram import LineProgram, LineState
from elftools.elf.elffile import ELFFile

# What pyelftools raises when tables are broken: it goes on with whatever number it finds there.
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ConstructError,
    DWARFError,
    EOFError,
    ELFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

# From this version of DWARF on, files are counted from 0.
_FILES_FROM_0 = 5


def read_debug(elf: ELFFile) -> DWARFInfo | None:
    """The debug information of `elf`, whose addresses are in place; None if there is none.

    Raises:
        One of `BROKEN`: It is broken.
    """
    if not elf.has_dwarf_info(strict=True):
        return None
    return elf.get_dwarf_info(relocate_dwarf_sections=False, follow_links=False)


@dataclass(eq=False)
class LineTable:
    """Which source line each instruction comes from; worked out when it is asked for first."""

    elf: ELFFile
    _rows: list[tuple[int, int, str]] | None = field(default=None)

    def place(self, address: int) -> str:
        """``smallbms.c:57``; empty where nobody knows."""
        if self._rows is None:
            self._rows = sorted(self._read())
        index = bisect_right(self._rows, (address, 1 << 64, "")) - 1
        if index < 0:
            return ""
        _, end, place = self._rows[index]
        return place if address < end else ""

    def _read(self) -> Iterator[tuple[int, int, str]]:
        """For each row: its first address, the one behind it, and its line."""
        # Lines are there for the reader only: where they are broken, he does without.
        try:
            debug = read_debug(self.elf)
            for unit in debug.iter_CUs() if debug is not None else ():
                program = debug.line_program_for_CU(unit) if debug is not None else None
                if program is not None:
                    yield from _rows(program)
        except BROKEN:
            return


def _rows(program: LineProgram) -> Iterator[tuple[int, int, str]]:
    states = [each.state for each in program.get_entries() if each.state is not None]
    start: LineState | None = None
    line: LineState | None = None
    for one, other in pairwise(states):
        start = start or one
        # Of several lines with one address, that of a statement tells most.
        if line is None or one.is_stmt or not line.is_stmt:
            line = one
        if one.address != other.address or one.end_sequence:
            # A linker leaves functions that it left out at 0.
            if not one.end_sequence and start.address and line.line:
                yield one.address, other.address, f"{_file(program, line.file)}:{line.line}"
            line = None
        if one.end_sequence:
            start = None


def _file(program: LineProgram, index: int) -> str:
    header: Any = program.header
    files = header["file_entry"]
    entry = files[index if header["version"] >= _FILES_FROM_0 else index - 1]
    return PurePosixPath(entry.name.decode("utf-8", "replace")).name
