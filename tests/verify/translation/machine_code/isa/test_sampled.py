"""Our semantics against the emulator: every kind of instruction, and every 13th encoding."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable

from tests.verify.translation.machine_code.isa import encodings
from tests.verify.translation.machine_code.isa.compared import Comparer, Comparison

# Prime to the widths of all fields, so that every value of each occurs.
_STRIDE = 13
_EACH = 5


def test_every_13th_encoding_does_what_we_say() -> None:
    comparer, comparison = Comparer(1), Comparison()
    for code in list(encodings.every())[::_STRIDE]:
        comparer.compare(code, comparison)
    assert comparison.compared > 4_000
    assert sum(comparison.refused.values()) < 400


def test_every_kind_of_instruction_does_what_we_say() -> None:
    kinds: dict[Hashable, list[int]] = defaultdict(list)
    for code in encodings.every():
        kind = encodings.form(code)
        if kind is not None:
            kinds[kind].append(code)
    source, comparer = random.Random(2), Comparer(2)
    for kind, codes in kinds.items():
        comparison = Comparison()
        for code in source.choices(codes, k=4 * _EACH):
            if comparison.compared < _EACH:
                comparer.compare(code, comparison)
        assert comparison.compared, kind
    # Of each operation those with registers and with numbers, all sizes, all conditions.
    assert len(kinds) == 67


def test_branches_with_link_go_where_we_say() -> None:
    source, comparer, comparison = random.Random(3), Comparer(3), Comparison()
    for _ in range(300):
        # Near ones, whose target is in the code: J1 and J2 are set where the sign is not.
        distance = source.randrange(-0x400, 0x380)
        sign = distance < 0
        first = 0xF000 | sign << 10 | distance >> 11 & 0x3FF
        second = 0xF800 | distance & 0x7FF
        comparer.compare(first, comparison, second)
    assert comparison.compared == 300


def test_shifts_by_every_amount_do_what_we_say() -> None:
    comparer, comparison = Comparer(4), Comparison()
    for code in (0x4088, 0x40C8, 0x4108, 0x41C8):
        for amount in (*range(0, 70), 127, 128, 255, 256, 257, 0xFFFF_FFFF):
            comparer.compare(code, comparison, values={"r1": amount})
    assert comparison.compared == 4 * 76
