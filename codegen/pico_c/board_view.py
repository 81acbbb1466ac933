"""What the templates of a board show: its pins, its readings, its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from codegen.boards import chip
from codegen.boards.board import Analogue, Board, Digital, Level, Output, Pull
from codegen.c99.writer import CWriter
from codegen.declarations import inputs
from codegen.options import Options
from codegen.pico_c.program_view import ProgramView
from codegen.views import Named
from codegen.wording import harmless
from spec.conversion import Bound
from spec.expression import Boolean
from spec.machine import Machine
from spec.units import Dimension, shown

_BITS_OF_BAUD = 64
_PAD_OUTPUT = "PAD_OUTPUT"
_PAD_SERIAL = "PAD_SERIAL"
_PAD_MEASURED = "PAD_MEASURED"
_PADS = {
    Pull.UP: "PAD_PULLED_UP",
    Pull.DOWN: "PAD_PULLED_DOWN",
    Pull.NONE: "PAD_NOT_PULLED",
}
_PULLS = {Pull.UP: " | PADS_BANK0_PULL_UP", Pull.DOWN: " | PADS_BANK0_PULL_DOWN", Pull.NONE: ""}
_INPUT = "PADS_BANK0_OUTPUT_DISABLE | PADS_BANK0_INPUT_ENABLE | PADS_BANK0_SCHMITT"
_SIDES = {
    Bound.UP: "Never below the voltage at the terminal.",
    Bound.DOWN: "Never above the voltage at the terminal.",
}


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """An input that is measured: the constant that says how, and its members."""

    comment: str
    name: str
    members: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class OutputView:
    """An output: when its pin is driven, and what the output is while its pin floats."""

    pin: str
    test: str
    floated: str


class BoardView(ProgramView):
    """What the templates of a board show."""

    def __init__(self, writer: CWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        machine = writer.program.machine
        self.title = harmless(board.title)
        self.wires = list(_wires(board))
        self.settings = list(_settings(board, machine))
        self.pins = [
            Named(_pin(name), f"(1U << {gpio}U)", "")
            for name, gpio in _pins((*board.digital, *board.outputs))
        ]
        self.all_outputs = " | ".join(_pin(each.output) for each in board.outputs)
        self.pads = list(_pads(board))
        self.connections = list(_connections(board))
        self.measured = [_measured(each) for each in board.analogue]
        self.digital = bool(board.digital)
        self.reads = list(_reads(writer, board))
        self.outputs = [_output(writer, each) for each in board.outputs]


def _pin(name: str) -> str:
    return f"PIN_{name.upper()}"


def _pins(wired: tuple[Digital | Output, ...]) -> Iterator[tuple[str, int]]:
    for each in wired:
        yield (each.input if isinstance(each, Digital) else each.output), each.gpio


def _wires(board: Board) -> Iterator[str]:
    for measured in board.analogue:
        divider = measured.chain.divider
        yield (
            f"GPIO {measured.gpio}: {measured.input}, through {_ohm(divider.upper_ohm)} over "
            f"{_ohm(divider.lower_ohm)}."
        )
    for read in board.digital:
        opened = "an open wire reads as either"
        if read.pull is not Pull.NONE:
            is_true = (read.pull is Pull.UP) is (read.level is Level.HIGH)
            opened = f"pulled {read.pull.value}, so that it is {str(is_true).lower()} when open"
        yield f"GPIO {read.gpio}: {read.input}, true while {read.level.value}; {opened}."
    for output in board.outputs:
        yield f"GPIO {output.gpio}: {output.output}, high for {output.driven}, else floating."
    yield f"GPIO {board.uart_tx}: status line, {board.baud} baud."


def _ohm(value: int) -> str:
    return shown(Fraction(value), Dimension.RESISTANCE)


def _settings(board: Board, machine: Machine) -> Iterator[Named]:
    tick_us = machine.time.tick.resolution * 10**6
    # A board that is read has some.
    feedback, first, second = chip.dividers(board.crystal_hz, board.system_hz) or (0, 0, 0)
    baud = round(Fraction(board.system_hz * _BITS_OF_BAUD, 16 * board.baud))
    megahertz = board.crystal_hz // 10**6
    yield Named("BOARD_PERIOD_US", f"{board.period_ms * 1000}U", "From step to step.")
    yield Named("BOARD_TICK_US", f"{tick_us}U", "The unit in which a step is told of time.")
    yield Named(
        "BOARD_MOST_TICKS", f"{machine.time.step.highest}U", "The most that a step is told of."
    )
    yield Named(
        "BOARD_WATCHDOG_MS",
        f"{board.watchdog_ms}U",
        "A step that is not completed in this time starts the chip anew.",
    )
    yield Named(
        "BOARD_CRYSTAL_MHZ",
        f"{megahertz}U",
        f"The crystal; off by {board.crystal_ppm} ppm at most.",
    )
    yield Named(
        "BOARD_CRYSTAL_STARTUP",
        f"{(board.crystal_hz // 1000 + 128) // 256}U",
        "A millisecond for the crystal to start, in 256 of its periods.",
    )
    yield Named(
        "BOARD_PLL_FEEDBACK",
        f"{feedback}U",
        f"{megahertz} MHz, times this, divided by the two below, is {_hz(board.system_hz)}.",
    )
    yield Named("BOARD_PLL_DIVIDER_1", f"{first}U", "")
    yield Named("BOARD_PLL_DIVIDER_2", f"{second}U", "")
    yield Named(
        "BOARD_CYCLES_PER_16_US",
        f"{round(Fraction(board.system_hz * 16, 10**6))}U",
        "Cycles of the processor in 16 us: whole enough to hold two clocks against each other.",
    )
    yield Named(
        "BOARD_BAUD_WHOLE",
        f"{baud // _BITS_OF_BAUD}U",
        f"{_hz(board.system_hz)}, divided by 16 and by this many wholes and 64ths, is "
        f"{board.baud} baud.",
    )
    yield Named("BOARD_BAUD_64THS", f"{baud % _BITS_OF_BAUD}U", "")


def _hz(value: int) -> str:
    whole, rest = divmod(value, 10**6)
    return f"{value} Hz" if rest else f"{whole} MHz"


def _pads(board: Board) -> Iterator[Named]:
    for pull in Pull:
        if any(each.pull is pull for each in board.digital):
            yield Named(_PADS[pull], _INPUT + _PULLS[pull], "")
    if board.analogue:
        yield Named(_PAD_MEASURED, "PADS_BANK0_OUTPUT_DISABLE", "")
    yield Named(_PAD_SERIAL, "PADS_BANK0_DRIVE_4MA | PADS_BANK0_SCHMITT", "")


def _connections(board: Board) -> Iterator[str]:
    """Outputs first."""
    for output in board.outputs:
        yield f"{{{output.gpio}U, IO_BANK0_FUNCTION_SIO, {_PAD_OUTPUT}}}"
    for read in board.digital:
        yield f"{{{read.gpio}U, IO_BANK0_FUNCTION_SIO, {_PADS[read.pull]}}}"
    for measured in board.analogue:
        yield f"{{{measured.gpio}U, IO_BANK0_FUNCTION_NONE, {_PAD_MEASURED}}}"
    yield f"{{{board.uart_tx}U, IO_BANK0_FUNCTION_UART, {_PAD_SERIAL}}}"


def _measured(wired: Analogue) -> MeasuredView:
    conversion, divider = wired.conversion, wired.chain.divider
    values = {
        "channel": wired.channel,
        "shift": conversion.shift,
        "first": conversion.first,
        "last": conversion.last,
        "least_plausible": conversion.plausible.lowest,
        "most_plausible": conversion.plausible.highest,
        "multiplier": conversion.multiplier,
        "offset": conversion.offset,
        "lowest": conversion.lowest,
        "highest": conversion.highest,
    }
    return MeasuredView(
        f"Through {_ohm(divider.upper_ohm)} over {_ohm(divider.lower_ohm)}. "
        f"{_SIDES[conversion.side]}",
        wired.input,
        tuple(Named(name, f"{value}U", "") for name, value in values.items()),
    )


def _reads(writer: CWriter, board: Board) -> Iterator[str]:
    """An assignment for each input but the time, in the order of the machine, health at the end."""
    members = {each.name: each for each in inputs(writer)}
    names = writer.names.inputs
    measured = {each.input for each in board.analogue}
    digital = {each.input: each for each in board.digital}
    for signal in writer.program.inputs:
        name = names[signal.name]
        if signal.name in measured:
            cast = "(int32_t)" if members[name].type == "int32_t" else ""
            yield f"in->{name} = {cast}measured(&{signal.name}, &plausible);"
        elif signal.name in digital:
            level = "!=" if digital[signal.name].level is Level.HIGH else "=="
            yield f"in->{name} = ((levels & {_pin(signal.name)}) {level} 0U) ? 1U : 0U;"
    if board.health is not None:
        yield f"in->{names[board.health]} = {'plausible ? 1U : 0U' if measured else '1U'};"


def _output(writer: CWriter, wired: Output) -> OutputView:
    machine, names = writer.program.machine, writer.names
    member = f"out->{names.outputs[wired.output]}"
    other = 1 - wired.value
    if isinstance(machine.output(wired.output).type, Boolean):
        test = f"{member} {'!=' if wired.value else '=='} 0U"
        return OutputView(_pin(wired.output), test, f"{member} = {other}U;")
    values = names.members[wired.output]
    return OutputView(
        _pin(wired.output), f"{member} == {values[wired.value]}", f"{member} = {values[other]};"
    )
