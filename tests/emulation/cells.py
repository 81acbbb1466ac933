"""The all-in-one controller: what is at its terminals, and what the chip makes of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codegen.boards.board import Board
from codegen.boards.description import read_board, shipped
from spec.language import reader
from spec.machine import Machine
from tests.emulation.firmware import Firmware, Pico, Terminal
from tests.emulation.smallbms import OPEN_H, OPEN_L
from tests.emulation.wiring import Setting, Wiring

SUPPLY_MV = 13_200
# Of ADCGAIN1, ADCOFFSET and ADCGAIN2: 377 uV, -12 mV.
TRIM = (0x04, 0xF4, 0x80)
GAIN_UV = 377
OFFSET_MV = -12
# Four cells, and a pair of joined inputs.
INPUTS = (0, 1, 2, 4)
HEALTHY: Mapping[str, Any] = {"cells": (3300, 3300, 3300, 3300), "celsius": 25}

OFF: dict[str, Terminal] = {"remote_l": OPEN_L, "remote_h": OPEN_H, "supply": SUPPLY_MV}
ON: dict[str, Terminal] = {**OFF, "remote_l": 0}

LOAD, CHARGE, WARNED = "bms.load_disconnect", "bms.charge_disconnect", "bms.pre_alarm_output"
BLUE, RED = "bms.blue_led", "bms.red_led"
RUNNING = {LOAD, CHARGE, BLUE}
WARNING = {*RUNNING, WARNED}
NO_CHARGE = {LOAD, BLUE, RED}
DROPPED = {CHARGE}
UNSAFE = {RED}

# What the chip takes to settle after it was set up, with the rounds behind it.
SETTLED_US = 3_000_000
# A change is measured within a round, and a step later it is at the pins.
MEASURED_US = 250_000 + 20_000


def all_in_one() -> tuple[Machine, Board]:
    """The shipped machine and its board."""
    machine, _ = reader.read(reader.shipped().with_name("all_in_one.system"))
    path: Path = shipped().with_name("all_in_one.toml")
    return machine, read_board(path, machine)


def count_of_cell(voltage_mv: float) -> int:
    """What the chip counts."""
    return round((voltage_mv - OFFSET_MV) * 1000 / GAIN_UV)


class AllInOne(Pico):
    """A Pico with cells."""

    def __init__(self, firmware: Firmware, around: Mapping[str, Terminal], **cells: Any) -> None:
        """Apply power to all at once."""
        made = firmware.board.front_end
        assert made is not None
        given = {"address": made.address, "sda": made.sda, "scl": made.scl, "trim": TRIM}
        super().__init__(firmware, around, Setting(front_end=given))
        self.measure(**{**HEALTHY, **cells})

    def measure(
        self,
        us: float = 0,
        /,
        *,
        cells: tuple[int, ...] | None = None,
        celsius: int | None = None,
        **others: Any,
    ) -> None:
        """Change what is at the front end, and let time go on; `others` as the harness wants it."""
        if cells is not None:
            counts = [0] * 5
            for at, each in zip(INPUTS, cells, strict=True):
                counts[at] = count_of_cell(each)
            others["cells"] = counts
        if celsius is not None:
            made = self.firmware.board.front_end
            assert made is not None
            at, rest = divmod(celsius * 10 - made.thermistor.first, made.thermistor.apart)
            assert not rest, "a point of the curve"
            others["thermistor"] = made.thermistor.counts[at]
        self.play([Wiring(us, front_end=others)])

    def fault(self, us: float = 0, /, **fault: Any) -> None:
        """Have this fault and no other, and let time go on."""
        self.measure(us, fault=fault)
