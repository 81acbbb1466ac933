"""Generation: from a machine to the files of a target.

A target is three things: a writer with its printer, a folder of templates, and a list of files.
This gives texts; whether the machine is proved, and where the texts go, is the caller's business.
"""

from __future__ import annotations

import importlib
from typing import Protocol

from codegen.boards.board import Board
from codegen.options import Options
from spec.machine import Machine

# A target is loaded when it is asked for: each has its own templates to compile.
STEP_TARGETS = {
    "c99": "codegen.c99.target",
    "micropython": "codegen.micropython.target",
}
# Any machine has a step; a firmware is for a board, and a board is wired for one machine.
TARGETS = {
    **STEP_TARGETS,
    "pico-c": "codegen.pico_c.target",
    "pico-micropython": "codegen.pico_micropython.target",
}


def targets_for(board: Board | None) -> tuple[str, ...]:
    """The targets whose code can be for `board`; without one, those that need none."""
    if board is None:
        return tuple(STEP_TARGETS)
    # A front end is not served by MicroPython.
    return tuple(each for each in TARGETS if each != "pico-micropython" or board.front_end is None)


class _Target(Protocol):
    def files(self, machine: Machine, options: Options) -> dict[str, str]: ...


def generate(machine: Machine, target: str, options: Options) -> dict[str, str]:
    """The texts of the files of `target`, one of `TARGETS`, by file name.

    The same machine and options give the same texts, to the byte.

    Raises:
        codegen.widths.TooWide: A number of the machine does not fit into the target's.
        codegen.boards.description.BoardError: The firmware does not fit the machine.
    """
    module: _Target = importlib.import_module(TARGETS[target])
    return module.files(machine, options)
