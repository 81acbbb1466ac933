"""How long a step takes on a Pico as MicroPython sets it up, at 125 MHz."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from codegen.generation import generate
from codegen.options import Options
from tests.emulation.emulator import Emulator
from tests.emulation.pico_micropython.image import Image, freeze, setting

SAMPLE = Path(__file__).parent / "samples" / "step_time.py.template"
MOST_US = 100
MEGAHERTZ_125 = 125e6


def test_a_step_takes_less_than_100_us(image: Image, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in generate(image.machine, "micropython", Options()).items():
        (source / name).write_text(text, encoding="utf-8")
    shutil.copy(SAMPLE, source / "main.py")
    manifest = 'module("smallbms.py")\nmodule("main.py")\n'
    (source / "manifest.py").write_text(manifest, encoding="utf-8")
    built = freeze(source, tmp_path / "built")
    with Emulator(built / "flash", watched=(), setting=setting()) as emulator:
        emulator.run(2_000_000)
        (line,) = emulator.lines
        assert emulator.statistics().system_hz == MEGAHERTZ_125
    found = re.fullmatch(r"mean (\d+) worst (\d+) clock (\d+)", line.text)
    assert found is not None
    print(f"a step in us: {line.text}")
    mean, _, clock = map(int, found.groups())
    assert mean - clock < MOST_US
