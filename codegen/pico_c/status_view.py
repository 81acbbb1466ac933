"""What the templates of the status line show: what it says, and how much room that takes."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.boards.board import Board
from codegen.boards.status import program_of
from codegen.c99.writer import CWriter
from codegen.declarations import cells, inputs, outputs
from codegen.options import Options
from codegen.pico_c.program_view import ProgramView
from codegen.views import Member
from spec.expression import Quantity
from spec.machine import Span
from spec.system import Role

# How many characters a member may have, whatever it holds. Of what a board measures, nothing but a
# temperature is below 0.
_DIGITS = {"uint8_t": 3, "uint16_t": 5, "uint32_t": 10, "int8_t": 4, "int16_t": 6, "int32_t": 11}
_SIGNED = frozenset(each for each in _DIGITS if each.startswith("i"))
_LATE = "# late 4294967295\n"
# All of a line but its three lists and the time that the step was told of.
_FRAME = "@4294967295  i s o f 0 b 0*00\n"


class StatusView(ProgramView):
    """What the templates of the status line show."""

    def __init__(self, writer: CWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        machine = writer.program.machine
        read = [each for each in inputs(writer) if each.name != self.dt]
        remembered, driven = cells(writer), outputs(writer)
        self.baud = board.baud
        self.program = program_of(machine)
        self.inputs = list(_listed("in", read))
        self.cells = list(_listed("state", remembered))
        self.drives = list(_listed("out", driven))
        self.has_signed = any(each.type in _SIGNED for each in (*read, *remembered, *driven))
        self.news = ["fault", "late", *_news(writer)]
        self.line_said = (
            "@TIME DT i INPUTS s STATE o OUTPUTS f FAULT b BOOT*CRC, where the lists are those of "
            "the structures, without dt, with commas in between; TIME is in ms since the start, "
            "and CRC is the CRC-8 of what stands between @ and *."
        )
        spans = {writer.names.inputs[each.name]: each.span for each in writer.program.inputs}
        shown = [_width(spans[each.name]) for each in read]
        shown += [_DIGITS[each.type] for each in (*remembered, *driven)]
        line = len(_FRAME) + _width(spans[self.dt]) + sum(shown) + len(shown)
        self.longest = f"{line + len(_LATE)}U"
        greeting = len(f"# {self.program}\n")
        self.room = f"{_power_of_two(line + len(_LATE) + max(line, greeting))}U"


def _listed(part: str, members: list[Member] | tuple[Member, ...]) -> Iterator[str]:
    """The calls that put down `members`, a space in front of the first."""
    for k, each in enumerate(members):
        signed = "_signed" if each.type in _SIGNED else ""
        yield f"put_next{signed}('{',' if k else ' '}', now->{part}.{each.name});"


def _news(writer: CWriter) -> Iterator[str]:
    """What is worth a line when it changes: everything that is no number."""
    names, program = writer.names, writer.program
    for signal in program.inputs:
        if not isinstance(signal.type, Quantity):
            yield f"in.{names.inputs[signal.name]}"
    for cell in program.memory:
        if cell.role in (Role.MODE, Role.FLAG):
            yield f"state.{names.memory[cell.name]}"
    for output in program.machine.outputs:
        yield f"out.{names.outputs[output.name]}"


def _width(span: Span) -> int:
    return max(len(str(span.lowest)), len(str(span.highest)))


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()
