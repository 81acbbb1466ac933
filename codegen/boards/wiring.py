"""Wiring: whether a board that is described without a slip can work at all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from codegen.boards import chip
from codegen.boards.board import Board, Digital, Level, Pull
from codegen.boards.front_end import LONGEST_TRANSFERS_MS
from codegen.boards.table import Problem
from spec.machine import Machine
from spec.units import Dimension, shown

_MICROSECOND = Fraction(1, 10**6)
# What firmwares call their parts, in any language, and the modules of MicroPython that they use.
_PARTS = """
board board_pico boot boot2 cells chip firmware front_end i2c link machine main micropython readings
rp2040 seal selfcheck startup status time
"""
PARTS = frozenset(_PARTS.split())
# A watchdog that is fed once a period must survive one that is late.
_FEWEST_PERIODS = 2


def problems_of(board: Board, machine: Machine) -> Iterator[Problem]:
    """All problems with the machine's name, with pins, open wires and time."""
    if machine.name in PARTS:
        told = f"'{machine.name}' is what a part of every firmware is called"
        yield Problem("machine", told, "give the machine another name")
    yield from _pins(board)
    for each in board.digital:
        yield from _open_wire(each)
    yield from _clock(board, machine)
    yield from _step(board, machine)


def _pins(board: Board) -> Iterator[Problem]:
    used: dict[int, str] = {}
    for key, gpio in _used(board):
        if gpio in used:
            yield Problem(key, f"GPIO {gpio} is in use: {used[gpio]}", "take another pin")
        elif gpio in chip.TAKEN:
            yield Problem(
                key,
                f"GPIO {gpio} is used by the Pico itself, for {chip.TAKEN[gpio]}",
                "take another pin",
            )
        elif gpio == chip.LED and not key.startswith("output."):
            yield Problem(key, f"GPIO {gpio} is the Pico's own LED", "take another pin")
        used.setdefault(gpio, key)
    for key, gpio, fitting in (
        ("status.tx_gpio", board.uart_tx, chip.UART_TX),
        ("status.rx_gpio", board.uart_rx, chip.UART_RX),
    ):
        if gpio not in fitting:
            known = ", ".join(str(each) for each in fitting)
            yield Problem(key, f"GPIO {gpio} is no such pin of UART 0", f"take one of {known}")


def _used(board: Board) -> Iterator[tuple[str, int]]:
    yield "status.tx_gpio", board.uart_tx
    yield "status.rx_gpio", board.uart_rx
    for measured in board.analogue:
        yield f"analogue.{measured.input}.channel", measured.gpio
    for read in board.digital:
        yield f"digital.{read.input}.gpio", read.gpio
    if board.front_end is not None:
        yield "front_end.sda_gpio", board.front_end.sda
        yield "front_end.scl_gpio", board.front_end.scl
    for driven in board.outputs:
        yield f"output.{driven.output}.gpio", driven.gpio


def _open_wire(wired: Digital) -> Iterator[Problem]:
    key = f"digital.{wired.input}"
    safe = "true" if wired.safe else "false"
    way_out = "pull the other way, or write unsafe_when_open = true"
    if wired.reads_safe_when_open and wired.unsafe_when_open:
        yield Problem(
            f"{key}.unsafe_when_open", f"an open wire does read as {safe}", "leave it out"
        )
    elif wired.pull is Pull.NONE and not wired.unsafe_when_open:
        yield Problem(
            f"{key}.pull",
            f"an open wire reads as anything, and {safe} is safe",
            f'pull "{_pull_to_safe(wired).value}", or write unsafe_when_open = true',
        )
    elif not wired.reads_safe_when_open and not wired.unsafe_when_open:
        yield Problem(
            f"{key}.pull", f"an open wire does not read as {safe}, which is safe", way_out
        )


def _pull_to_safe(wired: Digital) -> Pull:
    return Pull.UP if wired.safe is (wired.level is Level.HIGH) else Pull.DOWN


def _clock(board: Board, machine: Machine) -> Iterator[Problem]:
    if board.crystal_tolerance > machine.time.tolerance:
        allowed = int(machine.time.tolerance * 10**6)
        yield Problem(
            "clock.crystal_ppm",
            f"the machine is proved for a clock that is off by no more than {allowed} ppm",
            "take a better crystal",
        )
    if board.crystal_hz % 10**6:
        yield Problem(
            "clock.crystal_hz",
            "a microsecond is not a whole number of its periods",
            "take a crystal of whole megahertz",
        )
    if not chip.reaches(board.crystal_hz, board.system_hz):
        yield Problem(
            "clock.system_hz",
            f"the chip cannot make {board.system_hz} Hz of {board.crystal_hz} Hz",
            "48000000 can be made of 12000000",
        )


def _step(board: Board, machine: Machine) -> Iterator[Problem]:
    time = machine.time
    tick = time.tick.resolution
    period = Fraction(board.period_ms, 1000)
    shortest, longest = time.step.lowest * tick, time.step.highest * tick
    if tick % _MICROSECOND:
        yield Problem(
            "step", f"the machine's tick, {_time(tick)}, is not a whole number of microseconds"
        )
    if not shortest <= period <= longest:
        yield Problem(
            "step.period_ms",
            f"the machine is proved for steps of {_time(shortest)} to {_time(longest)}",
            "write a period in between",
        )
    elif period % tick:
        yield Problem("step.period_ms", f"this is no multiple of the tick, {_time(tick)}")
    if board.front_end is not None and board.period_ms <= LONGEST_TRANSFERS_MS:
        told = f"asking the front end takes {LONGEST_TRANSFERS_MS} ms at worst"
        yield Problem("step.period_ms", told, "write more")
    if board.watchdog_ms < _FEWEST_PERIODS * board.period_ms:
        yield Problem(
            "step.watchdog_ms",
            "shorter than two periods, so one late step restarts the controller",
            f"write {_FEWEST_PERIODS * board.period_ms} or more",
        )
    if board.watchdog_ms > chip.LONGEST_WATCHDOG_MS:
        yield Problem(
            "step.watchdog_ms",
            f"the watchdog of the chip waits {chip.LONGEST_WATCHDOG_MS} ms at most",
            "write no more",
        )


def _time(value: Fraction) -> str:
    return shown(value, Dimension.TIME)
