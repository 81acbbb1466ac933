"""Weather: random things at the terminals of a Pico, biased towards what matters."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from codegen.boards.board import Analogue
from tests.emulation.firmware import Firmware, count
from tests.emulation.smallbms import ALARMS, OPEN_L, PERIOD_US, SUPPLY_MV
from tests.emulation.wiring import Converter, Wiring

# What L and H are compared with, and some in between [mV].
_VOLTAGES = (0, 2900, 3500, 8000, SUPPLY_MV, SUPPLY_MV + 500, 70_000)
# Less than the watchdog allows, by a period and a step.
_LONGEST_STALL_US = 170_000
_LONGEST_MOOD = 420
# How likely a mood is a plunge of a cell's voltage, which is there when the remote goes on or comes
# soon after; and how likely any other begins with the remote on and nothing wrong.
_PLUNGING, _AT_ONCE, _FAIR = 0.12, 0.1, 0.7
_COUNTS = 4096


@dataclass(frozen=True, slots=True)
class _Mood:
    """How long it lasts; how likely, in a step, an input changes, and the processor stands still.

    Attributes:
        usual: How likely an input that changes says that all is well.
        plunge: A cell is low all the time.
    """

    steps: int
    restless: float
    usual: float
    stalling: float
    plunge: bool


class Weather:
    """Endless weather, the same for the same seed."""

    def __init__(self, firmware: Firmware, seed: int) -> None:
        self._firmware = firmware
        self._random = random.Random(seed)

    def steps(self) -> Iterator[Wiring]:
        """What happens, about a period at a time."""
        rnd = self._random
        yield self._begin()
        while True:
            plunge = rnd.random() < _PLUNGING
            mood = self._plunge() if plunge else self._mood()
            if plunge or rnd.random() < _FAIR:
                yield self._fair(mood)
            for _ in range(mood.steps):
                yield self._step(mood)

    def _mood(self) -> _Mood:
        rnd = self._random
        return _Mood(
            steps=rnd.randint(1, rnd.choice((3, 30, _LONGEST_MOOD))),
            restless=rnd.choice((0, 0.003, 0.02, 0.3)),
            usual=rnd.choice((0.5, 0.9, 0.99)),
            stalling=rnd.choice((0, 0, 0.02, 0.9)),
            plunge=False,
        )

    def _plunge(self) -> _Mood:
        """Long enough to outlast the hold-off, most of it while the processor stands still."""
        restless = self._random.choice((0, 0, 0.003))
        return _Mood(_LONGEST_MOOD, restless, usual=0.9, stalling=0.95, plunge=True)

    def _begin(self) -> Wiring:
        return self._firmware.wiring(
            PERIOD_US,
            remote_l=OPEN_L,
            remote_h=0,
            supply=SUPPLY_MV,
            loop_closed=True,
            **dict.fromkeys(ALARMS, False),
        )

    def _fair(self, mood: _Mood) -> Wiring:
        """The remote on, nothing wrong but a low cell; long enough to be confirmed."""
        lines = dict.fromkeys(ALARMS, False)
        return self._firmware.wiring(
            15 * PERIOD_US,
            remote_l=0,
            remote_h=0,
            supply=SUPPLY_MV,
            loop_closed=True,
            **lines | {"low_cell": mood.plunge and self._random.random() < _AT_ONCE},
        )

    def _step(self, mood: _Mood) -> Wiring:
        rnd, board = self._random, self._firmware.board
        adc = {
            each.channel: self._reading(each, mood)
            for each in board.analogue
            if rnd.random() < mood.restless
        }
        gpio = {
            each.gpio: self._line(mood) for each in board.digital if rnd.random() < mood.restless
        }
        if mood.plunge:
            gpio.update({each.gpio: True for each in board.digital if each.input == "low_cell"})
        stalled = rnd.random() < mood.stalling
        return Wiring(
            PERIOD_US,
            stall_us=rnd.uniform(1, _LONGEST_STALL_US) if stalled else 0,
            adc=adc,
            gpio=gpio,
        )

    def _reading(self, measured: Analogue, mood: _Mood) -> int | Converter:
        rnd = self._random
        if rnd.random() < mood.usual:
            return rnd.choice((0, count(measured, SUPPLY_MV)))
        near = count(measured, rnd.choice(_VOLTAGES)) + rnd.randint(-15, 15)
        readings: list[int | Converter] = [*Converter, rnd.randrange(_COUNTS)]
        return rnd.choice([*readings, min(max(near, 0), _COUNTS - 1)])

    def _line(self, mood: _Mood) -> bool | None:
        """The level of a line: low while all is well, and open now and then."""
        if self._random.random() < mood.usual:
            return False
        return self._random.choice((True, True, None))
