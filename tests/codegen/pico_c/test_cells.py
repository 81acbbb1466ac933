"""Readings of cells are bounds: for every count, gain and offset that a chip can have."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from codegen.boards.front_end import FrontEnd
from codegen.generation import generate
from codegen.options import Options
from tests.codegen.boards.samples import board_of, machine_of
from tests.codegen.toolchain.compilers import GCC, STRICT
from tests.codegen.toolchain.programs import run

# Looks at all of them, in whole uV of 64 bits, and says in how many it was wrong.
EXHAUSTIVE = """
#include <stdint.h>
#include <stdio.h>
#include "cells.h"
int main(void)
{
    uint64_t looked = 0, wrong = 0, plausible = 0;
    for (uint32_t gain = 365; gain <= 396; gain++)
    for (int32_t offset = -128; offset <= 127; offset++)
    for (uint32_t count = 0; count < 16384; count++) {
        const int64_t uv = (int64_t)count * gain + (int64_t)offset * 1000;
        const int64_t down = read_cell_down_mv(count, gain, (uint32_t)offset & 0xffU);
        const int64_t up = read_cell_up_mv(count, gain, (uint32_t)offset & 0xffU);
        const int fits = plausible_cell(count, gain, (uint32_t)offset & 0xffU);
        const int64_t least = uv - ERROR_UV, most = uv + ERROR_UV;
        wrong += fits != (uv >= 2000000 && uv <= 5000000);
        wrong += down < 0 || down > 5000 || up < 0 || up > 5000;
        /* The bound, to the next whole mV, or the end of the range. */
        if (fits) {
            wrong += down * 1000 > least || (down + 1) * 1000 <= least;
            wrong += up < 5000 && (up * 1000 < most || (up - 1) * 1000 >= most);
        }
        plausible += (uint64_t)fits;
        looked++;
    }
    printf("%llu %llu %llu", (unsigned long long)looked, (unsigned long long)wrong,
        (unsigned long long)plausible);
    return 0;
}
"""


@dataclass(frozen=True)
class Cells:
    """The functions, and the front end that they are for."""

    folder: Path
    front_end: FrontEnd
    library: ctypes.CDLL


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    folder = tmp_path_factory.mktemp("cells")
    board = board_of("all_in_one")
    texts = generate(machine_of("all_in_one"), "pico-c", Options(board=board))
    for file in ("cells.c", "cells.h"):
        (folder / file).write_text(texts[file], encoding="utf-8")
    library = folder / "cells.so"
    run([GCC.program, *STRICT, "-shared", "-fPIC", folder / "cells.c", "-o", library])
    assert board.front_end is not None
    loaded = ctypes.CDLL(str(library))
    loaded.plausible_temperature.restype = ctypes.c_bool
    loaded.read_temperature_decicelsius.restype = ctypes.c_int32
    return Cells(folder, board.front_end, loaded)


def test_every_reading_of_a_cell_is_a_bound_to_the_millivolt(cells: Cells) -> None:
    (cells.folder / "all.c").write_text(EXHAUSTIVE, encoding="utf-8")
    program = cells.folder / "all"
    error = f"-DERROR_UV={cells.front_end.error_uv}"
    sources = [cells.folder / "all.c", cells.folder / "cells.c"]
    run([GCC.program, "-O2", error, *sources, "-o", program])
    looked, wrong, plausible = (int(each) for each in run([program]).stdout.split())
    assert looked == 32 * 256 * 16384
    assert wrong == 0
    assert plausible > looked // 3


def test_the_gain_is_that_of_the_registers(cells: Cells) -> None:
    for first in range(256):
        for second in range(256):
            bits = f"{first:08b}"[4:6] + f"{second:08b}"[:3]
            assert cells.library.cell_gain_uv(first, second) == 365 + int(bits, 2)


def test_the_temperature_is_that_of_the_curve_for_every_count(cells: Cells) -> None:
    curve = cells.front_end.thermistor
    points = list(zip(curve.counts, range(curve.first, curve.last + 1, curve.apart), strict=True))
    before = curve.last
    for count in range(1 << 14):
        read = cells.library.read_temperature_decicelsius(count)
        assert cells.library.plausible_temperature(count) is (
            points[-1][0] <= count <= points[0][0]
        )
        # More resistance is colder, and nothing leaves the curve.
        assert curve.first <= read <= before
        before = read
    for (cold, at), (hot, _) in pairwise(points):
        assert cells.library.read_temperature_decicelsius(cold) == at
        for count in range(hot, cold + 1):
            exact = at + Fraction(curve.apart * (cold - count), cold - hot)
            assert abs(cells.library.read_temperature_decicelsius(count) - exact) <= Fraction(1, 2)


def test_an_open_and_a_shorted_thermistor_have_no_temperature(cells: Cells) -> None:
    for count in (0, 1, round(Fraction(3_300_000, 382)), (1 << 14) - 1):
        assert not cells.library.plausible_temperature(count)


def test_straight_lines_are_near_the_curve(cells: Cells) -> None:
    # How far the middle one of three neighbours is from a straight line, in tenths of a degree.
    counts = cells.front_end.thermistor.counts
    for before, at, after in zip(counts, counts[1:], counts[2:], strict=False):
        missed = Fraction(100 * (before - at), before - after) - 50
        # A line over half as much is off by a quarter of that: 0.1 K at most.
        assert abs(missed) / 4 <= 1


def test_the_registers_stand_in_the_map_only() -> None:
    texts = generate(machine_of("all_in_one"), "pico-c", Options(board=board_of("all_in_one")))
    for name in ("front_end.c", "i2c.c", "cells.c"):
        assert not re.search(r"0x[0-9a-fA-F]{8}", texts[name])
