"""What the template of the status line shows: where everything is kept, and what is news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.boards.board import Board
from codegen.boards.status import program_of
from codegen.declarations import cells, inputs, outputs
from codegen.micropython.writer import PythonWriter
from codegen.options import Options
from codegen.pico_micropython.program_view import ProgramView
from spec.expression import Quantity
from spec.system import Role

# "FWIN", as in the C firmware: whether this is the window that it is taken for.
_MAGIC = int.from_bytes(b"FWIN", "little")
# Magic and steps come first.
_HEAD = 2
# Sign, digits of 30 bits, and what parts a number from the next.
_LONGEST_NUMBER = 12
_LATE = "# late 1073741823\n"
# All of a line but its three lists.
_FRAME = "@4294967295 -1073741823 i s o f 0 b 0*00\n"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the window, and what is kept there."""

    place: int
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """The places of one object in the window, from `first` to before `end`."""

    name: str
    slots: tuple[Slot, ...]

    @property
    def first(self) -> int:
        """The place of its first attribute."""
        return self.slots[0].place

    @property
    def end(self) -> int:
        """The place behind its last attribute."""
        return self.slots[-1].place + 1


class StatusView(ProgramView):
    """What the template of the status line shows."""

    def __init__(self, writer: PythonWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        machine = writer.program.machine
        read = [each.name for each in inputs(writer)]
        self.inputs = _part("inputs", read, _HEAD)
        self.state = _part("state", [each.name for each in cells(writer)], self.inputs.end)
        self.out = _part("out", [each.name for each in outputs(writer)], self.state.end)
        self.fault, self.boot, self.late = range(self.out.end, self.out.end + 3)
        self.size = self.late + 1
        self.magic = f"0x{_MAGIC:08X}"
        self.program = program_of(machine)
        self.news = [
            *_news(writer, {each.name: each.place for each in self.inputs.slots}, "inputs"),
            *_news(writer, {each.name: each.place for each in self.state.slots}, "state"),
            *_news(writer, {each.name: each.place for each in self.out.slots}, "out"),
            self.fault,
            self.late,
        ]
        # dt, the last of the inputs, stands in front instead.
        self.inputs_end = self.inputs.end - 1
        numbers = (self.out.end - _HEAD) * _LONGEST_NUMBER
        self.room = len(f"# {self.program}\n") + len(_LATE) + len(_FRAME) + numbers


def _part(name: str, attributes: list[str], first: int) -> Part:
    return Part(name, tuple(Slot(first + k, each) for k, each in enumerate(attributes)))


def _news(writer: PythonWriter, places: dict[str, int], part: str) -> Iterator[int]:
    """Places of what is worth a line when it changes: everything that is no number."""
    names, program = writer.names, writer.program
    if part == "inputs":
        for signal in program.inputs:
            if not isinstance(signal.type, Quantity):
                yield places[names.inputs[signal.name]]
    elif part == "state":
        for cell in program.memory:
            if cell.role in (Role.MODE, Role.FLAG):
                yield places[names.memory[cell.name]]
    else:
        for output in program.machine.outputs:
            yield places[names.outputs[output.name]]
