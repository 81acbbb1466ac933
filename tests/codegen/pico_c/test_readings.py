"""Readings are made of counts as the conversions say, in functions that know no hardware."""

from __future__ import annotations

import ctypes
import re
from dataclasses import replace
from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from tests.codegen.boards.samples import BOARDS, board_of, machine_of
from tests.codegen.toolchain.compilers import GCC, STRICT
from tests.codegen.toolchain.programs import run


@pytest.mark.parametrize("name", BOARDS)
def test_every_count_is_read_as_its_conversion_says(name: str, tmp_path: Path) -> None:
    board = board_of(name)
    texts = generate(machine_of(name), "pico-c", Options(board=board))
    for file in ("readings.c", "readings.h"):
        (tmp_path / file).write_text(texts[file], encoding="utf-8")
    library = tmp_path / "readings.so"
    flags = [*STRICT, "-shared", "-fPIC"]
    run([GCC.program, *flags, tmp_path / "readings.c", "-o", library])
    functions = ctypes.CDLL(str(library))
    members = re.findall(r"uint32_t read_(\w+)\(", texts["readings.h"])
    for wired, member in zip(board.analogue, members, strict=True):
        read, plausible = functions[f"read_{member}"], functions[f"plausible_{member}"]
        read.restype, plausible.restype = ctypes.c_uint32, ctypes.c_bool
        conversion = wired.conversion
        for count in range(wired.chain.converter.highest + 1):
            assert read(count) == conversion.read(count)
            within = conversion.plausible.lowest <= count <= conversion.plausible.highest
            assert plausible(count) is within


def test_a_firmware_that_measures_nothing_is_built(tmp_path: Path) -> None:
    board = replace(board_of("lamp"), analogue=(), health=None)
    for name, text in generate(machine_of("lamp"), "pico-c", Options(board=board)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run(["make"], folder=tmp_path, environment={"MAKEFLAGS": ""})
    assert (tmp_path / "lamp.uf2").exists()
