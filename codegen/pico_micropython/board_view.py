"""What the template of a board shows: its pins, its measurements, its outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.boards.board import Analogue, Board, Digital, Level, Output, Pull
from codegen.layout import Atom
from codegen.micropython.breaking import opened
from codegen.micropython.writer import PythonWriter
from codegen.options import Options
from codegen.pico_micropython.program_view import ProgramView
from codegen.pico_micropython.readings_view import divider_of, plausibility, reading
from codegen.pico_micropython.status_view import StatusView
from codegen.views import Named
from spec.expression import Boolean

# Inside of a function.
_WIDTH = 96
_CHANNEL_LSB = 12
_PULLS = {Pull.UP: ", Pin.PULL_UP", Pull.DOWN: ", Pin.PULL_DOWN", Pull.NONE: ""}


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """An input that is measured.

    Attributes:
        gpio: Its pin.
        channel: The name of its channel, and the bits that select it.
        plausible: The test whether a count is not plausible.
        read: The statement that makes a reading of it.
    """

    gpio: int
    channel: Named
    plausible: str
    read: str


@dataclass(frozen=True, slots=True)
class OutputView:
    """An output: when its pin is driven, and what it is while its pin floats."""

    pin: str
    test: str
    floated: str


class BoardView(ProgramView):
    """What the template of a board shows."""

    def __init__(self, writer: PythonWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        self.wires = list(_wires(board))
        self.pins = [
            Named(_pin(name), f"1 << {gpio}", "")
            for name, gpio in (
                *((each.input, each.gpio) for each in board.digital),
                *((each.output, each.gpio) for each in board.outputs),
            )
        ]
        masks = sum(1 << each.gpio for each in board.outputs)
        self.all_outputs = f"0x{masks:08X}"
        self.output_pins = [each.gpio for each in board.outputs]
        self.measured = [_measured(writer, each) for each in board.analogue]
        self.digital = [
            Named(str(each.gpio), _PULLS[each.pull], each.input) for each in board.digital
        ]
        self.reads = [_read(writer, each) for each in board.digital]
        self.health = None if board.health is None else writer.names.inputs[board.health]
        self.outputs = [_output(writer, each) for each in board.outputs]
        self.baud = board.baud
        self.uart_tx = board.uart_tx
        self.uart_rx = board.uart_rx
        self.room = StatusView(writer, board, options).room


def _pin(name: str) -> str:
    return f"_PIN_{name.upper()}"


def _wires(board: Board) -> Iterator[str]:
    for measured in board.analogue:
        yield f"GPIO {measured.gpio}: {measured.input}, through {divider_of(measured)}."
    for read in board.digital:
        opened_ = "an open wire reads as either"
        if read.pull is not Pull.NONE:
            is_true = (read.pull is Pull.UP) is (read.level is Level.HIGH)
            opened_ = f"pulled {read.pull.value}, so that it is {str(is_true).lower()} when open"
        yield f"GPIO {read.gpio}: {read.input}, true while {read.level.value}; {opened_}."
    for output in board.outputs:
        yield f"GPIO {output.gpio}: {output.output}, high for {output.driven}, else floating."
    yield f"GPIO {board.uart_tx}: status line, {board.baud} baud."
    yield f"GPIO {board.uart_rx}: reserved for a line back."


def _measured(writer: PythonWriter, wired: Analogue) -> MeasuredView:
    member = writer.names.inputs[wired.input]
    call = f"readings.{reading(member)}(count)"
    return MeasuredView(
        wired.gpio,
        Named(f"_CHANNEL_{wired.input.upper()}", f"0x{wired.channel << _CHANNEL_LSB:04X}", ""),
        opened("if not", Atom(f"readings.{plausibility(member)}(count)"), ":", _WIDTH),
        opened(f"inputs.{member} =", Atom(call), "", _WIDTH),
    )


def _read(writer: PythonWriter, wired: Digital) -> str:
    level = "!=" if wired.level is Level.HIGH else "=="
    test = f"1 if levels & {_pin(wired.input)} {level} 0 else 0"
    return opened(f"inputs.{writer.names.inputs[wired.input]} =", Atom(test), "", _WIDTH)


def _output(writer: PythonWriter, wired: Output) -> OutputView:
    machine, names = writer.program.machine, writer.names
    member = f"out.{names.outputs[wired.output]}"
    other = 1 - wired.value
    if isinstance(machine.output(wired.output).type, Boolean):
        test, floated = f"{member} {'!=' if wired.value else '=='} 0", str(other)
    else:
        values = [f"{names.machine}.{each}" for each in names.members[wired.output]]
        test, floated = f"{member} == {values[wired.value]}", values[other]
    return OutputView(
        _pin(wired.output),
        opened("if", Atom(test), ":", _WIDTH),
        opened(f"{member} =", Atom(floated), "", _WIDTH),
    )
