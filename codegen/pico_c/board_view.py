"""What the templates of a board show: its pins, its readings, its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from codegen.boards import chip
from codegen.boards.board import Board, Digital, Level, Output, Pull
from codegen.c99.writer import CWriter
from codegen.naming import Namespace
from codegen.options import Options
from codegen.pico_c.front_end_view import (
    front_end_settings,
    front_end_wires,
    readings_of,
)
from codegen.pico_c.program_view import ProgramView
from codegen.pico_c.readings_view import divider_of, plausibility, reading
from codegen.views import Named
from codegen.wording import harmless
from spec.expression import Boolean
from spec.machine import Machine

_PADS = {
    Pull.UP: "PAD_PULLED_UP",
    Pull.DOWN: "PAD_PULLED_DOWN",
    Pull.NONE: "PAD_NOT_PULLED",
}
_PULLS = {
    Pull.UP: " | PADS_BANK0_PULL_UP",
    Pull.DOWN: " | PADS_BANK0_PULL_DOWN",
    Pull.NONE: "",
}
_INPUT = "PADS_BANK0_OUTPUT_DISABLE | PADS_BANK0_INPUT_ENABLE | PADS_BANK0_SCHMITT"
# A serial line takes 16 periods of its clock for a bit, divided by a number with 64ths.
_OVERSAMPLED = 16
_64THS = 64


@dataclass(frozen=True, slots=True)
class OutputView:
    """An output.

    Attributes:
        test: When its pin is driven.
        floated: Sets the output to what it is while its pin floats.
    """

    pin: str
    test: str
    floated: str


class BoardView(ProgramView):
    """What the templates of a board show."""

    def __init__(self, writer: CWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        self.title = harmless(board.title)
        self.wires = list(_wires(board))
        self.settings = list(_settings(board, writer.program.machine))
        wired = _gpios((*board.digital, *board.outputs))
        # No two names of a machine differ in their capitals alone, but for the dots of parts.
        pins = Namespace()
        names = {name: pins.give(f"PIN_{name.upper()}") for name in wired}
        self.pins = [Named(names[name], f"BIT({gpio}U)", "") for name, gpio in wired.items()]
        self.pads = list(_pads(board))
        self.connections = list(_connections(board))
        self.counted = bool(board.analogue)
        self.measured = board.is_measured
        self.digital = bool(board.digital)
        self.reads = list(_reads(writer, board, names))
        self.outputs = [_output(writer, each, names[each.output]) for each in board.outputs]


def _gpios(wired: tuple[Digital | Output, ...]) -> dict[str, int]:
    return {each.input if isinstance(each, Digital) else each.output: each.gpio for each in wired}


def _wires(board: Board) -> Iterator[str]:
    for measured in board.analogue:
        yield f"GPIO {measured.gpio}: {measured.input}, through {divider_of(measured)}."
    for read in board.digital:
        opened = "an open wire may read as either"
        if read.pull is not Pull.NONE:
            is_true = (read.pull is Pull.UP) is (read.level is Level.HIGH)
            opened = f"pulled {read.pull.value}, so {'' if is_true else 'not '}true when open"
        yield f"GPIO {read.gpio}: {read.input}, true while {read.level.value}; {opened}."
    if board.front_end is not None:
        yield from front_end_wires(board.front_end)
    for output in board.outputs:
        yield f"GPIO {output.gpio}: driven high while {output.output} is {output.driven}."
    yield f"GPIO {board.uart_tx}: status line, {board.baud} baud."


def _settings(board: Board, machine: Machine) -> Iterator[Named]:
    megahertz = board.crystal_hz // 10**6
    tick_us = machine.time.tick.resolution * 10**6
    # A board that is read has some.
    feedback, first, second = chip.dividers(board.crystal_hz, board.system_hz) or (0, 0, 0)
    whole, rest = divmod(
        round(Fraction(board.system_hz * _64THS, _OVERSAMPLED * board.baud)), _64THS
    )
    told = [
        ("PERIOD_US", board.period_ms * 1000, "From step to step."),
        ("TICK_US", tick_us, "The unit in which a step is told of time."),
        ("MOST_TICKS", machine.time.step.highest, "The most that a step is told of."),
        (
            "WATCHDOG_MS",
            board.watchdog_ms,
            "A step that is not completed in this time starts the chip anew.",
        ),
        ("CRYSTAL_MHZ", megahertz, f"The crystal: off by {board.crystal_ppm} ppm at most."),
        (
            "CRYSTAL_STARTUP",
            -(-board.crystal_hz // 1000 // 256),
            "A millisecond for the crystal to settle, in 256 of its periods.",
        ),
        (
            "PLL_FEEDBACK",
            feedback,
            f"{megahertz} MHz times the first, divided by the other two: {_hz(board.system_hz)}.",
        ),
        ("PLL_DIVIDER_1", first, ""),
        ("PLL_DIVIDER_2", second, ""),
        (
            "CYCLES_PER_16_US",
            round(Fraction(board.system_hz * 16, 10**6)),
            "How many cycles the processor takes while the timer counts 16.",
        ),
        (
            "BAUD_WHOLE",
            whole,
            f"{_hz(board.system_hz)} divided by {_OVERSAMPLED}, and by these wholes and 64ths: "
            f"{board.baud} baud.",
        ),
        ("BAUD_64THS", rest, ""),
    ]
    for name, value, comment in told:
        yield Named(f"BOARD_{name}", f"{value}U", comment)
    if board.front_end is not None:
        yield from front_end_settings(board, board.front_end)


def _hz(value: int) -> str:
    whole, rest = divmod(value, 10**6)
    return f"{value} Hz" if rest else f"{whole} MHz"


def _pads(board: Board) -> Iterator[Named]:
    for pull, name in _PADS.items():
        if any(each.pull is pull for each in board.digital):
            yield Named(name, f"\\\n    ({_INPUT}{_PULLS[pull]})", "")
    if board.front_end is not None:
        pulled = "PADS_BANK0_INPUT_ENABLE | PADS_BANK0_SCHMITT | PADS_BANK0_PULL_UP"
        yield Named("PAD_BUS", f"\\\n    (PADS_BANK0_DRIVE_4MA | {pulled})", "")
    if board.analogue:
        yield Named("PAD_MEASURED", "PADS_BANK0_OUTPUT_DISABLE", "")
    yield Named("PAD_SERIAL", "PADS_BANK0_DRIVE_4MA", "")


def _connections(board: Board) -> Iterator[str]:
    """Outputs first."""
    for output in board.outputs:
        yield f"{{{output.gpio}U, IO_BANK0_FUNCTION_SIO, PAD_OUTPUT}}"
    for read in board.digital:
        yield f"{{{read.gpio}U, IO_BANK0_FUNCTION_SIO, {_PADS[read.pull]}}}"
    for measured in board.analogue:
        yield f"{{{measured.gpio}U, IO_BANK0_FUNCTION_NONE, PAD_MEASURED}}"
    if board.front_end is not None:
        for gpio in (board.front_end.sda, board.front_end.scl):
            yield f"{{{gpio}U, IO_BANK0_FUNCTION_I2C, PAD_BUS}}"
    yield f"{{{board.uart_tx}U, IO_BANK0_FUNCTION_UART, PAD_SERIAL}}"


def _reads(writer: CWriter, board: Board, pins: dict[str, str]) -> Iterator[str]:
    """Assignments for each input but the time, in the order of the machine; health at the end.

    The front end comes first, and the pins are read when it has answered.
    """
    names = writer.names.inputs
    measured = {each.input: each for each in board.analogue}
    digital = {each.input: each for each in board.digital}
    if board.front_end is not None:
        yield "plausible = front_end_read(&cells);"
        for input_, member in readings_of(board.front_end).items():
            yield f"in->{names[input_]} = cells.{member};"
    for signal in writer.program.inputs:
        name = names[signal.name]
        if signal.name in measured:
            channel = measured[signal.name].channel
            counted = f"chip_measure({channel}U, &count)"
            yield f"plausible = {counted} && {plausibility(name)}(count) && plausible;"
            yield f"in->{name} = {reading(name)}(count);"
        elif signal.name in digital:
            level = "!=" if digital[signal.name].level is Level.HIGH else "=="
            yield f"in->{name} = ((levels & {pins[signal.name]}) {level} 0U) ? 1U : 0U;"
    if board.health is not None:
        health = "plausible ? 1U : 0U" if measured else "1U"
        yield f"in->{names[board.health]} = {health};"


def _output(writer: CWriter, wired: Output, pin: str) -> OutputView:
    names = writer.names
    member = f"out->{names.outputs[wired.output]}"
    floating = 1 - wired.value
    if isinstance(writer.program.machine.output(wired.output).type, Boolean):
        is_driven = f"{member} {'!=' if wired.value else '=='} 0U"
        return OutputView(pin, is_driven, f"{member} = {floating}U;")
    values = names.members[wired.output]
    return OutputView(pin, f"{member} == {values[wired.value]}", f"{member} = {values[floating]};")
