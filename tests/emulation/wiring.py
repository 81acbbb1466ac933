"""Wiring: what changes around an emulated chip, and what of its memory is watched meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Converter(Enum):
    """What may be wrong with a channel of the converter."""

    STUCK = "never ready"
    FAILING = "says that it failed"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What changes outside at one moment, and how long it is watched then.

    Attributes:
        us: How long.
        stall_us: How long the processor alone stands still before.
        adc: Counts by channel, or what is wrong with it; they begin at 0.
        gpio: Levels by pin; None opens the wire, as all are at first.
        uart: Bytes received, by number of the UART.
        poke: Bytes written to addresses.
        flip: Masks of bits that turn over, by address of their byte.
        front_end: What changes at the front end, as the harness wants it.
    """

    us: float = 0
    stall_us: float = 0
    adc: Mapping[int, int | Converter] | None = None
    gpio: Mapping[int, bool | None] | None = None
    uart: Mapping[int, bytes] | None = None
    poke: Mapping[int, bytes] | None = None
    flip: Mapping[int, int] | None = None
    front_end: Mapping[str, Any] | None = None

    def as_order(self) -> dict[str, Any]:
        """As the harness wants it."""
        order: dict[str, Any] = {"us": self.us}
        if self.stall_us:
            order["stall_us"] = self.stall_us
        if self.adc:
            order["adc"] = [[channel, *_reading(each)] for channel, each in self.adc.items()]
        if self.gpio:
            order["gpio"] = list(self.gpio.items())
        if self.uart:
            order["uart"] = [[number, data.hex()] for number, data in self.uart.items()]
        if self.poke:
            order["poke"] = [[address, data.hex()] for address, data in self.poke.items()]
        if self.flip:
            order["flip"] = list(self.flip.items())
        if self.front_end:
            order["front_end"] = dict(self.front_end)
        return order


@dataclass(frozen=True, slots=True)
class Watch:
    """Memory to copy whenever the program writes to the word at `counter`, right after that."""

    counter: int
    address: int
    length: int


@dataclass(frozen=True, slots=True)
class Setting:
    """How a chip is set up before power comes on.

    Attributes:
        timer_us: What its timer begins to count from.
        rom: Of the mask ROM, for programs that call it. It boots nothing: the harness does.
        tolerated: Parts of complaints that are known faults of the emulator.
        faults: Whether an access to nowhere is a HardFault, as on the chip, or a complaint.
        front_end: The one on the bus, as the harness wants it; None without.
    """

    timer_us: int = 0
    rom: bytes | None = None
    tolerated: Sequence[str] = ()
    faults: bool = False
    front_end: Mapping[str, Any] | None = None


AS_IT_COMES = Setting()


def _reading(given: int | Converter) -> tuple[int | None, bool]:
    if given is Converter.STUCK:
        return None, False
    if isinstance(given, Converter):
        return 0, True
    return given, False
