"""Every single bit of the smallBMS, as another one: what is proved nevertheless is right."""

from __future__ import annotations

import pytest

from spec.language.reader import shipped
from tests.codegen.toolchain.compilers import ARM, compile_object
from tests.verify.translation.machine_code import compiled
from tests.verify.translation.machine_code.flipped import check
from verify.translation.finding import Outcome
from verify.translation.machine_code.elf import read_image

_STEP = "smallbms_step"
_PARTS = 8


@pytest.mark.parametrize("part", range(_PARTS))
def test_what_is_proved_in_spite_of_a_flipped_bit_is_right(part: int) -> None:
    made = compiled.written(shipped(), settable=False)
    (source,) = (each for each in made.files if each.name == "smallbms.c")
    content = compile_object(ARM, source, source.parent).read_bytes()
    routine = compiled.routines(shipped(), settable=False)[_STEP]
    flips = range(part, 8 * read_image(content).function(_STEP).size, _PARTS)
    found = check(content, routine, _STEP, flips)
    assert found[Outcome.DIFFERS] > len(flips) // 2
