"""The second emulator, on the same small firmware: what the mask ROM lets start, and what not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.emulation.emulator import DrivenLowError
from tests.emulation.images import FLASH, ImageError, crc32_mpeg2, read_uf2
from tests.emulation.metronome import Metronome, build_metronome
from tests.emulation.record import Level
from tests.emulation.second import RomPico

PINS = (2, 3, 4, 5)
SYSTEM_HZ = 12_000_000


@pytest.fixture(scope="module")
def metronome(tmp_path_factory: pytest.TempPathFactory) -> Metronome:
    return build_metronome(tmp_path_factory.mktemp("metronome"))


def write_uf2(image: bytes, path: Path) -> Path:
    padded = image + b"\xff" * (-len(image) % 4096)
    count = len(padded) // 256
    path.write_bytes(
        b"".join(
            struct.pack(
                "<8I476sI",
                *(0x0A324655, 0x9E5D5157, 0x2000, FLASH + 256 * k, 256, k, count, 0xE48BFF56),
                padded[256 * k : 256 * (k + 1)],
                0x0AB16F30,
            )
            for k in range(count)
        )
    )
    return path


def test_the_mask_rom_starts_an_image(metronome: Metronome, tmp_path: Path) -> None:
    pico = RomPico(
        write_uf2(metronome.image.read_bytes(), tmp_path / "good.uf2"),
        watched=PINS,
        system_hz=SYSTEM_HZ,
    )
    pico.run(100_000)
    assert pico.in_flash
    assert pico.text == "begin\n"
    assert pico.levels(*PINS) == [Level.Z, Level.Z_DOWN, Level.Z_UP, Level.Z_KEEP]
    assert pico.complaints == []


@pytest.mark.parametrize("position", [0, 100, 251, 252, 255])
def test_the_mask_rom_refuses_a_stage_with_one_bit_turned(
    metronome: Metronome, tmp_path: Path, position: int
) -> None:
    image = bytearray(metronome.image.read_bytes())
    image[position] ^= 1
    pico = RomPico(write_uf2(bytes(image), tmp_path / "bad.uf2"), watched=PINS, system_hz=SYSTEM_HZ)
    pico.run(10_000)
    assert not pico.in_flash
    assert pico.text == ""


def test_an_output_driven_low_is_noticed(metronome: Metronome, tmp_path: Path) -> None:
    uf2 = write_uf2(metronome.image.read_bytes(), tmp_path / "good.uf2")
    pico = RomPico(uf2, watched=PINS, system_hz=SYSTEM_HZ)
    pico.run(30_000)
    pico.poke(metronome.address("out"), bytes(4))
    pico.poke(metronome.address("enabled"), bytes([4, 0, 0, 0]))
    with pytest.raises(DrivenLowError, match="pin 2 is driven low"):
        pico.run(30_000)


def test_the_checksum_is_the_one_of_its_name() -> None:
    assert crc32_mpeg2(b"123456789") == 0x0376E6E7


def test_a_uf2_file_is_read_as_it_was_written(metronome: Metronome, tmp_path: Path) -> None:
    image = metronome.image.read_bytes()
    flash = read_uf2(write_uf2(image, tmp_path / "good.uf2"))
    assert flash[: len(image)] == image
    assert set(flash[len(image) :]) == {0xFF}


@pytest.mark.parametrize("position", [0, 8, 12, 20, 28, 511])
def test_a_uf2_file_that_a_pico_would_not_take_is_none(
    metronome: Metronome, tmp_path: Path, position: int
) -> None:
    path = write_uf2(metronome.image.read_bytes(), tmp_path / "bad.uf2")
    data = bytearray(path.read_bytes())
    data[512 + position] ^= 1
    path.write_bytes(data)
    with pytest.raises(ImageError, match="block 1 is"):
        read_uf2(path)
