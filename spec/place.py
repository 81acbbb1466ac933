"""Places in a text: where a thing was written.

Every declared thing carries its place, so that a proof, a counterexample and a generated line can
name the line that is answerable for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line.

    Attributes:
        line: From 1; 0 where nothing was written (a whole file, a built-in).
        column: From 1, counted in characters.
        length: In characters, at least 1.
        file: The path of the text, where that is not the one at hand: that of a part of a system.
    """

    line: int
    column: int
    length: int = 1
    file: str = ""

    def __str__(self) -> str:
        """E.g. ``line 12``, with the file where that is another: ``line 12 of lamp.machine``."""
        return f"line {self.line}" + (f" of {PurePath(self.file).name}" if self.file else "")


NOWHERE = Place(0, 0)
