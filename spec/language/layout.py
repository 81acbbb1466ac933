"""Layout: where blocks and items begin.

A line in column 1 opens a block. The first line under it sets the indentation of its items; a
line that is indented deeper continues the item above it. Blocks and items are found before
anything is parsed, so that a mistake in one of them can never be read as part of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from spec.language.lines import significant
from spec.place import Place

# What an editor shows for a tab; only ever used to go on after having refused one.
_TAB = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that belong together, by number, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Section:
    """A block as lines.

    Attributes:
        head: The line that opens it, or None where a text begins with an indented line.
        items: Its items in written order.
        indent: How far its items are indented; 0 where there are none.
    """

    head: Stretch | None
    items: tuple[Stretch, ...]
    indent: int


class Layout:
    """A text as numbered lines, from 1."""

    def __init__(self, text: str) -> None:
        written = text.split("\n")
        self.text = text.replace("\t", " ")
        self._lines = self.text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._content = [significant(line) for line in self._lines]
        self._indents = [_indent(line) for line in written]

    def content(self, number: int) -> str:
        """The line without its comment; empty where nothing else stands in it."""
        return self._content[number - 1]

    def indent(self, number: int) -> int:
        """How far the line is indented."""
        return self._indents[number - 1]

    def extent(self, stretch: Stretch) -> tuple[int, int]:
        """Where the text of `stretch` begins and ends."""
        last = stretch.last - 1
        return self._starts[stretch.first - 1], self._starts[last] + len(self._content[last])

    def begin(self, number: int) -> Place:
        """The first word of the line."""
        content = self.content(number)
        column = len(content) - len(content.lstrip()) + 1
        return Place(number, column, max(1, len(content.split()[0]) if content.strip() else 1))

    def end(self, stretch: Stretch) -> Place:
        """Right behind the last word of `stretch`."""
        return Place(stretch.last, len(self.content(stretch.last)) + 1)

    def sections(self) -> list[Section]:
        """All blocks of the text."""
        numbers = [k for k, content in enumerate(self._content, 1) if content]
        heads = [k for k in numbers if self.indent(k) == 0]
        sections = []
        if numbers and numbers[0] not in heads:
            before = heads[0] - 1 if heads else numbers[-1]
            sections.append(self._section(None, numbers[0], before))
        following = [*heads[1:], len(self._lines) + 1]
        sections += [
            self._section(Stretch(head, head), head + 1, end - 1)
            for head, end in zip(heads, following, strict=False)
        ]
        return sections

    def section_at(self, head: int, last: int) -> Section:
        """The block that line `head`, indented by mistake, opens; it ends with line `last`."""
        return self._section(Stretch(head, head), head + 1, last)

    def _section(self, head: Stretch | None, first: int, last: int) -> Section:
        items: list[Stretch] = []
        indent = 0
        for number in range(first, last + 1):
            if not self.content(number):
                continue
            indent = indent or self.indent(number)
            if items and self.indent(number) > indent:
                items[-1] = Stretch(items[-1].first, number)
            else:
                # One that stands left of the others is an item too; the parser refuses its place.
                items.append(Stretch(number, number))
        return Section(head, tuple(items), indent)


def _indent(line: str) -> int:
    return len((line[: len(line) - len(line.lstrip())]).expandtabs(_TAB))
