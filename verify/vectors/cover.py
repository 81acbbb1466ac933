"""Cover: few rows that together have every bit that some row has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row, and the positions of the columns that no row chosen before covers."""

    row: int
    covers: tuple[int, ...]


def cover(columns: Sequence[int], rows: int) -> list[Chosen]:
    """Rows of which each non-zero column has one; not the fewest there are, but nearly.

    The column with the fewest bits goes first, because it leaves the least choice; among its
    rows those stay that cover the next column as well, and so on.

    Args:
        columns: One bit a row, the first row the highest.
        rows: How many rows there are.
    """
    left = [k for k, column in enumerate(columns) if column]
    left.sort(key=lambda k: columns[k].bit_count())
    found = []
    while left:
        candidates = columns[left[0]]
        for k in left[1:]:
            candidates = candidates & columns[k] or candidates
        highest = candidates.bit_length() - 1
        covered = [k for k in left if columns[k] >> highest & 1]
        found.append(Chosen(rows - 1 - highest, tuple(sorted(covered))))
        left = [k for k in left if not columns[k] >> highest & 1]
    return found
