"""Places in a machine text: where a thing was written.

Every declared thing carries its place, so that a proof, a counterexample and a generated line can
name the line that is answerable for them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line.

    Attributes:
        line: From 1; 0 where nothing was written (a whole file, a built-in).
        column: From 1, counted in characters.
        length: In characters, at least 1.
    """

    line: int
    column: int
    length: int = 1


NOWHERE = Place(0, 0)
