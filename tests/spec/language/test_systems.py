"""Texts of systems: whatever is wrong with them is said, all of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spec.language.errors import SpecificationError
from spec.language.reader import read_text

CORPUS = Path(__file__).parents[2] / "corpus"
SYSTEMS = sorted((CORPUS / "proved").glob("*.system"))


def damaged(text: str) -> Iterator[str]:
    """`text` without one of its lines, with one of them twice, or with one cut in half."""
    lines = text.split("\n")
    for k, line in enumerate(lines):
        for instead in ([], [line, line], [line[: len(line) // 2]], [line[1:]]):
            yield "\n".join([*lines[:k], *instead, *lines[k + 1 :]])


@pytest.mark.parametrize("path", SYSTEMS, ids=lambda path: path.stem)
def test_a_damaged_text_is_read_or_refused(path: Path) -> None:
    refused = []
    for text in damaged(path.read_text(encoding="utf-8")):
        try:
            read_text(text, str(path))
        except SpecificationError as error:
            refused.append(error)
    for each in refused:
        assert all(fault.message and not fault.place.file for fault in each.diagnostics)
        assert str(each)
    assert refused


def test_all_errors_of_a_system_are_told_in_one_run() -> None:
    text = """system s

time
    step 1 ms .. 500 ms

inputs
    start : bool

parts
    one       : parts/follower.machine
    two [2]   : parts/follower.machine
    three     : parts/no_such.machine
    lamp      : parts/lamp.machine  with warm = 1 h, cold = 2 s

connect
    one.told    = starts
    two.told    = one.away
    lamp.supply = 3 A
    four.told   = start

requirement R1
    always two.away implies one.told
    always any(one.away)
    always two.place is there and three.away
"""
    with pytest.raises(SpecificationError) as caught:
        read_text(text, str(CORPUS / "s.system"))
    told = [(each.code.value, each.place.line) for each in caught.value.diagnostics]
    assert told == [
        ("SPEC601", 12),
        ("SPEC603", 13),
        ("SPEC402", 13),
        ("SPEC201", 13),
        ("SPEC201", 16),
        ("SPEC302", 18),
        ("SPEC201", 19),
        ("SPEC602", 22),
        ("SPEC602", 23),
        ("SPEC602", 24),
    ]
