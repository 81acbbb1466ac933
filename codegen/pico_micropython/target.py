"""The target: the step's module as it is, and what there is around it on a Pico."""

from __future__ import annotations

from codegen.assembly import assemble
from codegen.boards.description import BoardError, read_board, shipped
from codegen.boards.table import Problem
from codegen.micropython import target as micropython
from codegen.micropython.writer import PythonWriter
from codegen.naming import names_of
from codegen.options import Options
from codegen.pico_micropython.board_view import BoardView
from codegen.pico_micropython.program_view import ProgramView
from codegen.pico_micropython.readings_view import ReadingsView
from codegen.pico_micropython.status_view import StatusView
from codegen.rendering import render
from spec.lower import lower
from spec.machine import Machine

_FOLDER = "pico_micropython"
_READINGS = "readings.py"
_VIEWS = {
    "main.py": ProgramView,
    "board_pico.py": BoardView,
    _READINGS: ReadingsView,
    "status.py": StatusView,
    "manifest.py": ProgramView,
}
# Modules that MicroPython has, or starts with, and what the program calls its own where it imports
# the step's.
_TAKEN = """
ADC UART WDT Pin _boot array board boot boot_reason const drive fault feed_watchdog float_all
is_as_set is_silent keep_fault machine mem32 micropython read run rp2 send start_watchdog stop time
"""


def files(machine: Machine, options: Options) -> dict[str, str]:
    """The texts of the files, by name: those of MicroPython among them, as they are.

    Raises:
        TooWide: A number does not fit into MicroPython's small integers.
        BoardError: The board does not serve the machine, or the machine needs another name.
    """
    board = read_board(shipped(), machine) if options.board is None else options.board
    if board.front_end is not None:
        told = "this target does not serve a front end"
        raise BoardError(board.path, [Problem("front_end", told, "generate -t pico-c")])
    step = micropython.files(machine, options)
    if taken := {*_VIEWS, *(f"{each}.py" for each in _TAKEN.split())} & step.keys():
        told = f"the firmware has a module {min(taken)} of its own"
        raise BoardError(board.path, [Problem("machine", told, "give the machine another name")])
    program = assemble(lower(machine), settable=options.settable)
    writer = PythonWriter(program, names_of(program, prefix="", own=""))
    texts = {
        name: render(_FOLDER, name, view(writer, board, options), micropython.FILTERS)
        for name, view in _VIEWS.items()
        if name != _READINGS or board.analogue
    }
    return {**step, **texts}
