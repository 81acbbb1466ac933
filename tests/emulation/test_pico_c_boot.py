"""The C firmware from its UF2 file on: through the real mask ROM, and on a second emulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulation.firmware import Firmware, Terminal
from tests.emulation.images import FLASH, crc32_mpeg2, read_uf2
from tests.emulation.record import Level
from tests.emulation.second import RomPico
from tests.emulation.smallbms import (
    NO_CHARGE,
    ON,
    OPEN_L,
    RUNNING,
    SOON_US,
    STARTED_US,
    UNSAFE,
    WARNING,
)
from tests.emulation.status import parse

BLOCK, HEAD, CHECKSUM = 512, 32, 252


class Second:
    """The firmware on the second emulator."""

    def __init__(self, firmware: Firmware, uf2: Path) -> None:
        self._firmware = firmware
        self.pico = RomPico(
            uf2, watched=firmware.outputs.values(), system_hz=firmware.board.system_hz
        )
        self.wire(0, **ON)

    def wire(self, us: float, /, **terminals: Terminal) -> None:
        """Change what is at some terminals, and let time go on."""
        wiring = self._firmware.wiring(0, **terminals)
        adc, gpio = wiring.adc or {}, wiring.gpio or {}
        self.pico.wire(
            {channel: each for channel, each in adc.items() if isinstance(each, int)},
            {pin: bool(each) for pin, each in gpio.items()},
        )
        self.pico.run(us)

    @property
    def high(self) -> set[str]:
        """The outputs that are high now; all others float, pulled down."""
        outputs = self._firmware.outputs
        levels = zip(outputs, self.pico.levels(*outputs.values()), strict=True)
        found = dict(levels)
        assert set(found.values()) <= {Level.HIGH, Level.Z_DOWN}
        return {name for name, level in found.items() if level is Level.HIGH}


def test_the_file_for_the_pico_holds_what_was_linked(smallbms: Firmware) -> None:
    flash = read_uf2(smallbms.uf2)
    linked = smallbms.program.flash
    assert flash[: len(linked)] == linked
    assert set(flash[len(linked) :]) <= {0xFF}
    assert crc32_mpeg2(flash[:CHECKSUM]) == int.from_bytes(flash[CHECKSUM:256], "little")
    assert smallbms.program.symbols["boot2"].address & ~1 == FLASH


def test_the_mask_rom_starts_the_firmware(smallbms: Firmware) -> None:
    second = Second(smallbms, smallbms.uf2)
    second.wire(STARTED_US)
    assert second.pico.in_flash
    assert second.high == RUNNING
    assert second.pico.text.startswith("# smallbms ")
    assert second.pico.complaints == []


@pytest.mark.parametrize("bit", [0, 13, 31])
def test_the_mask_rom_refuses_the_firmware_with_one_bit_of_its_checksum_turned(
    smallbms: Firmware, tmp_path: Path, bit: int
) -> None:
    data = bytearray(smallbms.uf2.read_bytes())
    data[HEAD + CHECKSUM + bit // 8] ^= 1 << bit % 8
    path = tmp_path / "bad.uf2"
    path.write_bytes(data)
    second = Second(smallbms, path)
    second.wire(SOON_US)
    assert not second.pico.in_flash
    assert second.pico.text == ""
    assert second.pico.changes == []


def test_the_second_emulator_agrees_about_what_is_high(smallbms: Firmware) -> None:
    second = Second(smallbms, smallbms.uf2)
    second.wire(STARTED_US)
    for terminals, wanted in (
        ({"high_cell": True}, NO_CHARGE),
        ({"high_cell": False, "low_cell": True}, WARNING),
        ({"low_cell": False}, RUNNING),
        ({"loop_closed": False}, UNSAFE),
        ({"loop_closed": True}, RUNNING),
        ({"remote_l": OPEN_L}, set[str]()),
    ):
        second.wire(SOON_US, **terminals)
        assert second.high == wanted
    second.wire(STARTED_US, **ON)
    assert second.high == RUNNING
    said = [parse(line) for line in second.pico.text.splitlines()]
    assert {each.fault for each in said if each is not None} == {0}
    assert second.pico.complaints == []
