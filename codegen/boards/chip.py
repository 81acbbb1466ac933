"""The RP2040, and what the Pico has wired to it: facts, as far as a description can be wrong.

From the datasheets of both.
"""

from __future__ import annotations

from spec.machine import Span

CHANNELS = 3
# Pins 23, 24 and 29 are the Pico's own: power-save, USB power and supply sense. Its LED is a pin
# that can only be driven.
PINS = 30
TAKEN = {23: "the mode of its regulator", 24: "sensing USB power", 29: "sensing its supply"}
LED = 25
CONVERTER_BITS = 12
# The pins that the first UART can have.
UART_TX = (0, 12, 16, 28)
UART_RX = (1, 13, 17, 29)
# The last pin that the first I2C block can have.
LAST_I2C0 = 21
CRYSTAL_HZ = Span(1_000_000, 15_000_000)
# Below, and the clock of the converter with it, which is never faster.
SYSTEM_HZ = Span(16_000_000, 48_000_000)
# A counter of 24 bits that counts two down every microsecond (RP2040-E1).
LONGEST_WATCHDOG_MS = 0xFFFFFF // 2 // 1000
_OSCILLATOR_HZ = Span(750_000_000, 1_600_000_000)
_FEEDBACK = range(16, 321)
_DIVIDERS = range(1, 8)


def dividers(crystal_hz: int, system_hz: int) -> tuple[int, int, int] | None:
    """What the phase-locked loop multiplies by, and the two it divides by, to make `system_hz`.

    Of several, those with the slowest oscillator, which takes the least current; None without any.
    """
    found = [
        (feedback, first, second)
        for feedback in _FEEDBACK
        for first in _DIVIDERS
        for second in _DIVIDERS
        if first >= second
        and _OSCILLATOR_HZ.lowest <= crystal_hz * feedback <= _OSCILLATOR_HZ.highest
        and crystal_hz * feedback == system_hz * first * second
    ]
    return min(found, default=None)


def reaches(crystal_hz: int, system_hz: int) -> bool:
    """Whether the phase-locked loop makes exactly `system_hz` of `crystal_hz`."""
    return dividers(crystal_hz, system_hz) is not None
