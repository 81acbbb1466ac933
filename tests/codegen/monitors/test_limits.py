"""What a monitor may not be written with: numbers that are too wide, names that are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.generation import TARGETS, generate
from codegen.options import Options
from codegen.widths import TooWide
from spec.language.reader import read_text
from tests.codegen.monitors.test_claims import PUMP
from tests.codegen.toolchain.compilers import GCC, compile_object

FINE = PUMP.replace("1 %", "0.01 %").replace("by 10 ms", "by 1 ms")


@pytest.mark.parametrize("target", [each for each in TARGETS if "pico" not in each])
def test_a_true_time_that_no_integer_has_room_for_is_refused(target: str) -> None:
    # 9999 * 300 000 ticks are more than 31 bits: who waits 300 s would be accused of 210 s.
    text = FINE.format("always fell(on) implies stood(on) >= 210 s")
    machine = read_text(text, "pump.machine")[0]
    with pytest.raises(TooWide):
        generate(machine, target, Options(monitors=True))


def test_a_definition_may_be_called_like_an_argument_of_the_monitor(tmp_path: Path) -> None:
    text = PUMP.format("always verdicts implies on")
    text = text.replace("requirement", "define\n    verdicts = start and on\n\nrequirement", 1)
    machine = read_text(text, "pump.machine")[0]
    for name, written in generate(machine, "c99", Options(monitors=True)).items():
        (tmp_path / name).write_text(written, encoding="utf-8")
    compile_object(GCC, tmp_path / "pump_monitor.c", tmp_path)
