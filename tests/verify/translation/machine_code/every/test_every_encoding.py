"""Our semantics against the emulator: every encoding, from two states each."""

from __future__ import annotations

import pytest

from tests.verify.translation.machine_code.isa import encodings
from tests.verify.translation.machine_code.isa.compared import Comparer, Comparison

# What is refused whatever the state is, and for how many encodings.
_REFUSED = {
    # No instruction, or one of those that no step of a controller needs.
    "unknown": 2113,
    "a breakpoint": 256,
    "a supervisor call": 256,
    "an undefined instruction": 256,
    # What a processor may do with these as it likes.
    "an unpredictable branch": 226,
    "an unpredictable comparison": 95,
    "an unpredictable list of registers": 785,
    # Jumps that nobody can foresee, and what would depend on where the code lies.
    "a call": 15,
    "a computed jump": 16,
    "an addition to or of the program counter": 31,
    "the program counter used as a number": 15,
    # One register for two parts of an address, and the sum of two addresses for the stack.
    "an address that is none": 512,
    "a stack pointer that does not point to a known place of the stack": 2,
}


@pytest.mark.parametrize("seed", [11, 12])
def test_every_encoding_does_what_we_say(seed: int) -> None:
    comparer, comparison = Comparer(seed), Comparison()
    for code in encodings.every():
        comparer.compare(code, comparison)
    assert comparison.refused == _REFUSED
    assert comparison.compared >= 50_000
