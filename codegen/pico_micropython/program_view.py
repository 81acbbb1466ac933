"""What the templates show that are the same for most boards."""

from __future__ import annotations

from codegen.boards.board import Board
from codegen.boards.status import Boot, Fault
from codegen.micropython.writer import PythonWriter
from codegen.options import Options
from codegen.views import Named
from codegen.wording import banner, harmless
from spec.draft import DT

_TARGET = "pico-micropython"

_BOOTS = {
    Boot.POWER: "Power came or dipped, or the reset pin was pulled.",
    Boot.WATCHDOG: "A step took too long.",
    Boot.FORCED: "A debugger asked for it, or the program.",
}
# No others are looked for: see main.py.
_FAULTS = {
    Fault.NONE: "All is well.",
    Fault.STATE: "The memory of the machine was changed from outside.",
    Fault.PINS: "A register of the outputs is not as it was set.",
    Fault.PROGRAM: "The program raised an exception.",
}


class ProgramView:
    """What the templates of the program show, and those of boards too."""

    def __init__(self, writer: PythonWriter, board: Board, options: Options) -> None:
        machine = writer.program.machine
        self.name = writer.names.machine
        self.title = harmless(board.title)
        self.banner = banner(machine, _TARGET, options.unverified)
        self.measures = bool(board.analogue)
        self.settable = bool(writer.program.settings)
        self.dt = writer.names.inputs[DT]
        self.period_ms = board.period_ms
        self.watchdog_ms = board.watchdog_ms
        self.tick_us = int(machine.time.tick.resolution * 10**6)
        self.most_ticks = machine.time.step.highest
        self.boots = [Named(f"BOOT_{k.name}", str(k.value), said) for k, said in _BOOTS.items()]
        self.faults = [Named(f"FAULT_{k.name}", str(k.value), said) for k, said in _FAULTS.items()]
