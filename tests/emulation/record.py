"""Records: what an emulated chip did, as seen from outside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """What a pin is, seen from outside: driven, or an input with or without a pull."""

    LOW = "LOW"
    HIGH = "HIGH"
    Z = "Z"
    Z_UP = "Z_UP"
    Z_DOWN = "Z_DOWN"
    Z_KEEP = "Z_KEEP"


@dataclass(frozen=True, slots=True)
class Changed:
    """A watched pin has become `level`."""

    at_ns: int
    pin: int
    level: Level


@dataclass(frozen=True, slots=True)
class Expired:
    """The watchdog has reset the chip; bit 0 of `reason`: by time, bit 1: by order."""

    at_ns: int
    reason: int


@dataclass(frozen=True, slots=True)
class Faulted:
    """A HardFault was taken."""

    at_ns: int
    cause: str


Event = Changed | Expired | Faulted


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was sent, without its line feed, which had left at `at_ns`."""

    at_ns: int
    uart: int
    text: str


def event(at_ns: int, kind: str, number: int, text: str) -> Event:
    """What happened, from what the harness tells of it."""
    if kind == "pin":
        return Changed(at_ns, number, Level(text))
    if kind == "watchdog":
        return Expired(at_ns, number)
    return Faulted(at_ns, text)
