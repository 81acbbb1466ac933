"""Single bits of a small function, all of them, and the readings together."""

from __future__ import annotations

from pathlib import Path

from tests.codegen.toolchain.compilers import ARM, compile_object
from tests.verify.translation.machine_code.demonstration import NAME, RIGHT, ROUTINE, in_c
from tests.verify.translation.machine_code.flipped import check
from verify.translation.finding import Outcome
from verify.translation.machine_code.elf import read_image


def test_what_is_proved_in_spite_of_a_flipped_bit_is_right(tmp_path: Path) -> None:
    source = tmp_path / "demo.c"
    source.write_text(in_c(RIGHT), encoding="utf-8")
    content = compile_object(ARM, source, tmp_path).read_bytes()
    size = read_image(content).function(NAME).size
    found = check(content, ROUTINE, NAME, range(8 * size))
    # Hardly any bit is of no account.
    assert found[Outcome.PROVED] < 10
    assert found[Outcome.DIFFERS] > 50
