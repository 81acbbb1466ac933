"""Our semantics against the emulator: every encoding, from two states each."""

from __future__ import annotations

import pytest

from tests.verify.translation.machine_code.isa import encodings
from tests.verify.translation.machine_code.isa.compared import Comparer, Comparison

# What is refused for good reason, whatever the state is, and for how many encodings.
_REFUSED: dict[str, int] = {}


@pytest.mark.parametrize("seed", [11, 12])
def test_every_encoding_does_what_we_say(seed: int) -> None:
    comparer, comparison = Comparer(seed), Comparison()
    for code in encodings.every():
        comparer.compare(code, comparison)
    assert comparison.refused == _REFUSED
    assert comparison.compared >= 50_000
