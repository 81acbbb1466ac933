"""What the template of a board shows: its pins, its readings, its outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from codegen.boards.board import Analogue, Board, Digital, Level, Output, Pull
from codegen.layout import Atom
from codegen.micropython.breaking import opened
from codegen.micropython.writer import PythonWriter
from codegen.options import Options
from codegen.pico_micropython.program_view import ProgramView
from codegen.pico_micropython.status_view import StatusView
from codegen.views import Named
from spec.conversion import Bound
from spec.expression import Boolean
from spec.units import Dimension, shown

# Inside of a function.
_WIDTH = 96
_CHANNEL_LSB = 12
_SIDES = {
    Bound.UP: "Never below the voltage at the terminal.",
    Bound.DOWN: "Never above the voltage at the terminal.",
}
_PULLS = {Pull.UP: ", Pin.PULL_UP", Pull.DOWN: ", Pin.PULL_DOWN", Pull.NONE: ""}


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """An input that is measured: the tuple that says how, and the statement that does."""

    comment: str
    name: str
    gpio: int
    members: tuple[Named, ...]
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
        divider = measured.chain.divider
        yield (
            f"GPIO {measured.gpio}: {measured.input}, through {_ohm(divider.upper_ohm)} over "
            f"{_ohm(divider.lower_ohm)}."
        )
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


def _ohm(value: int) -> str:
    return shown(Fraction(value), Dimension.RESISTANCE)


def _measured(writer: PythonWriter, wired: Analogue) -> MeasuredView:
    conversion, divider = wired.conversion, wired.chain.divider
    name = f"_CHAIN_{wired.input.upper()}"
    values = {
        "channel": wired.channel << _CHANNEL_LSB,
        "least plausible": conversion.plausible.lowest,
        "most plausible": conversion.plausible.highest,
        "first": conversion.first,
        "last": conversion.last,
        "multiplier": conversion.multiplier,
        "offset": conversion.offset,
        "shift": conversion.shift,
        "lowest": conversion.lowest,
        "highest": conversion.highest,
    }
    input_ = writer.names.inputs[wired.input]
    return MeasuredView(
        f"{wired.input}, through {_ohm(divider.upper_ohm)} over {_ohm(divider.lower_ohm)}. "
        f"{_SIDES[conversion.side]}",
        name,
        wired.gpio,
        tuple(Named(each, str(value), "") for each, value in values.items()),
        f"if not _is_plausible(count, {name}):",
        opened(f"inputs.{input_} =", Atom(f"_reading(count, {name})"), "", _WIDTH),
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
