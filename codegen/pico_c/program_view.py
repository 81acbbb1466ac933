"""What the templates show that are the same for most boards."""

from __future__ import annotations

from codegen.boards.board import Board
from codegen.boards.status import Boot, Fault
from codegen.c99.writer import CWriter
from codegen.options import Options
from codegen.pico_c import toolchain
from codegen.views import Named
from codegen.wording import banner
from spec.draft import DT

_TARGET = "pico-c"
_MAGIC = "FWIN"
# Measured, with half as much again to spare; the tests hold it against the worst that can happen.
_STACK_BYTES = 320
# The transfers to a front end keep what they carry there.
_FRONT_END_STACK_BYTES = 512

_BOOTS = {
    Boot.POWER: "power came or dipped, or the reset pin was pulled",
    Boot.WATCHDOG: "a step took too long",
    Boot.FORCED: "a debugger asked for it, or the program",
}
_FAULTS = {
    Fault.NONE: "all is well",
    Fault.STATE: "the memory of the machine was changed from outside",
    Fault.IMAGE: "the program in flash is not what was built",
    Fault.STACK: "the stack has grown to its end",
    Fault.CLOCK: "timer and processor count different times",
    Fault.PINS: "a register of a pin is not as it was set",
}


class ProgramView:
    """What the templates of the program show, and those of boards too."""

    def __init__(self, writer: CWriter, board: Board, options: Options) -> None:
        self.name = writer.names.machine
        self.banner = banner(writer.program.machine, _TARGET, options.unverified)
        self.settable = bool(writer.program.settings)
        self.dt = writer.names.inputs[DT]
        self.period_ms = board.period_ms
        self.watchdog_ms = board.watchdog_ms
        self.stack_size = _STACK_BYTES if board.front_end is None else _FRONT_END_STACK_BYTES
        self.magic_text = _MAGIC
        self.magic = f"0x{int.from_bytes(_MAGIC.encode(), 'little'):08x}U"
        self.boots = _numbered("BOOT", _BOOTS)
        self.faults = _numbered("FAULT", _FAULTS)
        self.compiler = toolchain.COMPILER
        self.front_end = board.front_end is not None
        own = toolchain.FRONT_END_HEADERS if self.front_end else ()
        self.sources = toolchain.sources(self.name, front_end=self.front_end)
        self.headers = (f"{self.name}.h", *toolchain.HEADERS, *own)
        self.script = toolchain.SCRIPT
        self.compile = toolchain.COMPILE
        self.link = toolchain.LINK
        self.libraries = toolchain.LIBRARIES


def _numbered(prefix: str, said: dict[Boot, str] | dict[Fault, str]) -> tuple[Named, ...]:
    return tuple(
        Named(f"{prefix}_{each.name}", f"{each.value}U", f"{text[0].upper()}{text[1:]}.")
        for each, text in said.items()
    )
