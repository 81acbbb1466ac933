"""The target: every file of a firmware, down to the Makefile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from codegen.assembly import assemble
from codegen.boards.description import read_board, shipped
from codegen.c99 import target as c99
from codegen.c99.writer import CWriter
from codegen.naming import names_of
from codegen.options import Options
from codegen.pico_c import toolchain
from codegen.pico_c.board_view import BoardView
from codegen.pico_c.front_end_view import FrontEndView
from codegen.pico_c.program_view import ProgramView
from codegen.pico_c.readings_view import ReadingsView
from codegen.pico_c.status_view import StatusView
from codegen.rendering import render
from spec.lower import lower
from spec.machine import Machine

_FOLDER = "pico_c"
_SEAL = "seal.py"
_VIEWS = {
    "cells.c": FrontEndView,
    "cells.h": FrontEndView,
    "front_end.c": FrontEndView,
    "front_end.h": FrontEndView,
    "i2c.h": FrontEndView,
    "board.c": BoardView,
    "board.h": BoardView,
    "readings.c": ReadingsView,
    "readings.h": ReadingsView,
    "status.c": StatusView,
    "status.h": StatusView,
}
_FRONT_END = (*toolchain.FRONT_END_SOURCES, *toolchain.FRONT_END_HEADERS)
_TEMPLATES = (*toolchain.SOURCES, *toolchain.HEADERS, toolchain.SCRIPT, "Makefile")


def files(machine: Machine, options: Options) -> dict[str, str]:
    """The texts of the files, by name: those of C99 among them, as they are.

    Raises:
        TooWide: A number does not fit into 32 bits.
        BoardError: The shipped board, if it is to be that, does not serve the machine.
    """
    board = read_board(shipped(), machine) if options.board is None else options.board
    step = c99.files(machine, options)
    program = assemble(lower(machine), settable=options.settable)
    prefix = f"{machine.name}_"
    writer = CWriter(program, names_of(program, prefix=prefix, own=prefix))
    texts = {}
    for name in (*_TEMPLATES, *(() if board.front_end is None else _FRONT_END)):
        view = _VIEWS.get(name, ProgramView)(writer, board, options)
        texts[name] = render(_FOLDER, name, view, FILTERS)
    # Our own module is what a folder is sealed with, so that both do the same.
    module = Path(__file__).with_name(_SEAL).read_text(encoding="utf-8")
    return {**step, **texts, _SEAL: f"# {view.banner}\n{module}"}


def continued(parts: tuple[str, ...]) -> str:
    """`parts` as the value of a make variable, each on a line of its own."""
    return " \\\n    ".join(("", *parts)).removeprefix(" ")


FILTERS: dict[str, Callable[..., str]] = {
    **c99.FILTERS,
    "continued": continued,
}
