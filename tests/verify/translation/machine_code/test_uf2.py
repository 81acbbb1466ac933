"""UF2 files: the same bytes as in the ELF file, and nothing else."""

from __future__ import annotations

import random
import shutil
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from adafruit_uf2 import uf2conv

from tests.codegen.toolchain.programs import run
from verify.translation.finding import Outcome
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image, Segment
from verify.translation.machine_code.uf2 import compare_uf2

_GENERATED = Path(__file__).parents[4] / "generated" / "pico-c"
_BLOCK = 512
_DATA = 32
_FLASH = 0x10000000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firmware for the Pico, built by its own Makefile."""
    folder = tmp_path_factory.mktemp("pico") / "pico-c"
    shutil.copytree(_GENERATED, folder)
    run(["make", "-s", "-C", folder])
    return folder


@pytest.fixture(scope="module")
def uf2(built: Path) -> bytes:
    return (built / "smallbms.uf2").read_bytes()


@pytest.fixture(scope="module", params=["smallbms.elf", "build/smallbms.elf"])
def image(built: Path, request: pytest.FixtureRequest) -> Image:
    """The program with its checksums, and as it was before."""
    return read_image((built / request.param).read_bytes())


@pytest.fixture(scope="module")
def sealed(built: Path) -> Image:
    return read_image((built / "smallbms.elf").read_bytes())


def _changed(uf2: bytes, where: int, value: bytes) -> bytes:
    return uf2[:where] + value + uf2[where + len(value) :]


def _blocks(uf2: bytes) -> list[bytes]:
    return [uf2[at : at + _BLOCK] for at in range(0, len(uf2), _BLOCK)]


def _place_in_uf2(address: int) -> int:
    page, offset = divmod(address - _FLASH, 256)
    return page * _BLOCK + _DATA + offset


def test_the_firmware_is_what_was_linked(uf2: bytes, image: Image) -> None:
    finding = compare_uf2(uf2, image)
    assert finding.outcome is Outcome.PROVED
    assert finding.measures == {"bytes": sum(len(each.content) for each in image.loadable)}


def test_another_reader_of_uf2_finds_the_same_bytes(
    uf2: bytes, sealed: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uf2conv, "appstartaddr", 0)
    monkeypatch.setattr(uf2conv, "familyid", 0)
    (segment,) = sealed.loadable
    assert uf2conv.convert_from_uf2(uf2).startswith(segment.content)
    assert segment.address == _FLASH


def test_the_first_byte_that_differs_is_told_with_its_line(uf2: bytes, image: Image) -> None:
    address = image.function("smallbms_step").address + 4
    at = _place_in_uf2(address)
    finding = compare_uf2(_changed(uf2, at, bytes((uf2[at] ^ 1, uf2[at + 1] ^ 1))), image)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.reason == (
        f"at {address:#x}, it has {uf2[at] ^ 1:#04x} instead of {image.rom(address):#04x}"
    )
    assert finding.place.startswith("smallbms_step+0x4 (smallbms.c:")


def test_every_byte_counts(uf2: bytes, image: Image) -> None:
    (segment,) = image.loadable
    for offset in random.Random(1).sample(range(len(segment.content)), 200):
        at = _place_in_uf2(segment.address + offset)
        changed = compare_uf2(_changed(uf2, at, bytes((uf2[at] ^ 0x80,))), image)
        assert changed.outcome is Outcome.DIFFERS


@pytest.mark.parametrize("behind", [0, 1, 2, 3])
def test_a_checksum_that_is_wrong_is_no_checksum(uf2: bytes, image: Image, behind: int) -> None:
    end = _FLASH + len(image.loadable[0].content)
    for start in (_FLASH + 252, end - 4):
        at = _place_in_uf2(start + behind)
        changed = compare_uf2(_changed(uf2, at, bytes((uf2[at] ^ 1,))), image)
        assert changed.outcome is Outcome.DIFFERS


def test_a_checksum_stands_only_where_there_is_room_for_it(uf2: bytes, image: Image) -> None:
    (segment,) = image.loadable
    content = bytearray(segment.content)
    content[252] ^= 1
    taken = replace(image, loadable=(Segment(segment.address, bytes(content)),))
    finding = compare_uf2(uf2, taken)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.reason.startswith("at 0x100000fc, ")


def test_a_byte_that_is_missing_is_told(uf2: bytes, sealed: Image) -> None:
    blocks = _blocks(uf2)
    del blocks[3]
    renumbered = b"".join(
        _changed(each, 20, struct.pack("<2I", index, len(blocks)))
        for index, each in enumerate(blocks)
    )
    finding = compare_uf2(renumbered, sealed)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.reason == "it has no byte for 0x10000300"


@pytest.mark.parametrize(("byte", "outcome"), [(0, True), (0xFF, True), (1, False), (0x90, False)])
def test_behind_the_program_there_is_only_filling(
    uf2: bytes, sealed: Image, byte: int, outcome: bool
) -> None:
    end = _FLASH + len(sealed.loadable[0].content)
    finding = compare_uf2(_changed(uf2, _place_in_uf2(end + 2), bytes((byte,))), sealed)
    assert (finding.outcome is Outcome.PROVED) is outcome
    assert outcome or finding.reason == (
        f"at {end + 2:#x}, it has {byte:#04x} instead of nothing in the ELF file"
    )


def test_a_gap_between_segments_is_filled(uf2: bytes, sealed: Image) -> None:
    (segment,) = sealed.loadable
    content = segment.content
    # Where the linked program has zeros is no telling whether it has anything there.
    start = next(at for at in range(260, len(content)) if content[at : at + 3] == bytes(3))
    parts = (
        Segment(segment.address, content[:start]),
        Segment(segment.address + start + 3, content[start + 3 :]),
    )
    assert compare_uf2(uf2, replace(sealed, loadable=parts)).outcome is Outcome.PROVED
    parts = (parts[0], Segment(parts[1].address + 2, content[start + 5 :]))
    assert compare_uf2(uf2, replace(sealed, loadable=parts)).outcome is Outcome.DIFFERS


def test_segments_that_overlap_prove_nothing(uf2: bytes, sealed: Image) -> None:
    (segment,) = sealed.loadable
    finding = compare_uf2(uf2, replace(sealed, loadable=(segment, Segment(_FLASH, b"\0"))))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.reason == "the segments of the ELF file overlap"


def test_an_object_file_is_nothing_to_compare_with(uf2: bytes, built: Path) -> None:
    finding = compare_uf2(uf2, read_image((built / "build" / "smallbms.o").read_bytes()))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.reason == "the ELF file is not linked: nothing of it is loaded"


@pytest.mark.parametrize(
    ("where", "value", "reason"),
    [
        (0, 1, "it is no UF2 file: block 0 lacks its marks"),
        (4, 1, "it is no UF2 file: block 0 lacks its marks"),
        (508, 1, "it is no UF2 file: block 0 lacks its marks"),
        (8, 0x2001, "block 0 is not for the flash of an RP2040"),
        (8, 0, "block 0 is not for the flash of an RP2040"),
        (28, 0xE48BFF59, "block 0 is not for the flash of an RP2040"),
        (16, 255, "block 0 does not hold one page of flash"),
        (12, _FLASH + 4, "block 0 does not hold one page of flash"),
        (12, _FLASH + 256, "two of its blocks are for 0x10000100"),
        (20, 1, "its blocks are not numbered from 0 on, each once"),
        (24, 1, "its blocks do not tell how many there are"),
    ],
)
def test_what_the_boot_rom_would_not_take_is_refused(
    uf2: bytes, sealed: Image, where: int, value: int, reason: str
) -> None:
    finding = compare_uf2(_changed(uf2, where, struct.pack("<I", value)), sealed)
    assert (finding.outcome, finding.reason) == (Outcome.DIFFERS, reason)


@pytest.mark.parametrize("size", [0, 1, 511, 513])
def test_what_does_not_consist_of_blocks_is_no_uf2_file(
    uf2: bytes, sealed: Image, size: int
) -> None:
    finding = compare_uf2(uf2[:size], sealed)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.reason == "it is no UF2 file: its size is no multiple of 512 bytes"


def test_no_damage_is_taken_for_the_program(uf2: bytes, image: Image) -> None:
    chosen = random.Random(3)
    end = len(image.loadable[0].content)
    for _ in range(300):
        blocks = _blocks(uf2)
        block = chosen.randrange(-(-end // 256))
        # Anywhere but behind the page, where nobody looks.
        where = chosen.choice((chosen.randrange(_DATA), chosen.randrange(_DATA, _DATA + 256), 511))
        if where >= _DATA and block * 256 + where - _DATA >= end:
            continue
        damaged = bytearray(blocks[block])
        damaged[where] ^= 1 << chosen.randrange(8)
        blocks[block] = bytes(damaged)
        finding = compare_uf2(b"".join(blocks), image)
        assert finding.outcome is Outcome.DIFFERS
        assert finding.reason
