"""Few rows that together have what any row has."""

from __future__ import annotations

import random

from verify.vectors.cover import cover


def test_every_column_that_some_row_has_is_covered_once() -> None:
    rnd = random.Random(1)
    for _ in range(50):
        rows = rnd.randint(1, 30)
        columns = [rnd.getrandbits(rows) & rnd.getrandbits(rows) for _ in range(20)]
        chosen = cover(columns, rows)
        covered = [k for each in chosen for k in each.covers]
        assert sorted(covered) == [k for k, column in enumerate(columns) if column]
        for each in chosen:
            assert all(columns[k] >> rows - 1 - each.row & 1 for k in each.covers)


def test_one_row_is_enough_where_one_has_everything() -> None:
    assert [(each.row, each.covers) for each in cover([0b0110, 0b0101, 0b1100], 4)] == [
        (1, (0, 1, 2))
    ]


def test_nothing_is_chosen_for_what_no_row_has() -> None:
    assert cover([0, 0], 3) == []
