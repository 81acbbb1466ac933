"""Parser: text to syntax tree, reporting every syntax error of a text in one run.

Heads and items are parsed one by one, so that a mistake costs its own item and nothing else.
Where one cannot be read, the parser asks whether its lines were cut in the wrong place before it
blames its words.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
from typing import cast

from lark import TextSlice, UnexpectedInput

from spec.language import syntax
from spec.language.errors import Code, Diagnostic, nearest
from spec.language.faults import explain
from spec.language.grammar import grammar
from spec.language.layout import Layout, Section, Stretch
from spec.language.vocabulary import NAMED_BLOCKS, Dialect
from spec.place import Place

# Whoever has more is reading the wrong file.
_MOST_ERRORS = 100
# A formula that lost its indentation is not looked for in more lines than this.
_MOST_LINES_JOINED = 4

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TEXT = re.compile(r'"[^"]*"?')


def parse(text: str, dialect: Dialect = Dialect.MACHINE) -> tuple[syntax.Text, list[Diagnostic]]:
    """The blocks of `text` that could be read, and what was wrong with the rest."""
    parser = _Parser(text, dialect)
    parser.parse()
    blocks = tuple(parser.blocks)
    return syntax.Text(blocks, frozenset(parser.lost)), parser.diagnostics


class _Parser:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self._dialect = dialect
        self._shapes = dialect.shapes
        self._grammar = grammar(dialect)
        self.diagnostics: list[Diagnostic] = []
        self.blocks: list[syntax.Block] = []
        self.lost: set[str] = set()
        self._layout = Layout(text)
        self._sections = deque(self._layout.sections())
        self._refuse_tabs(text)

    def parse(self) -> None:
        """Read all blocks, in the order of the text."""
        while self._sections:
            if len(self.diagnostics) >= _MOST_ERRORS:
                self._give_up(self._sections[0])
                return
            section = self._sections.popleft()
            if section.head is None:
                self._stray(section)
                continue
            head = self._head(section.head)
            if head is not None:
                self._block(head, section)
            elif not self._joins_block_above(section):
                for stretch in (section.head, *section.items):
                    self._lose(stretch)

    def _error(self, code: Code, place: Place, message: str, way_out: str) -> None:
        self.diagnostics.append(Diagnostic(code, place, message, way_out))

    def _misindented(self, number: int, message: str, way_out: str) -> None:
        # Where tabs indent, nobody knows how far.
        if not self._has_tabs:
            self._error(Code.LAYOUT, self._layout.begin(number), message, way_out)

    def _explain(self, stretch: Stretch, rule: str) -> None:
        self.diagnostics.append(explain(self._dialect, self._layout, stretch, rule))

    def _lose(self, stretch: Stretch) -> None:
        for number in range(stretch.first, stretch.last + 1):
            self.lost.update(_NAME.findall(_TEXT.sub("", self._layout.content(number))))

    def _give_up(self, section: Section) -> None:
        first = (section.head or section.items[0]).first
        self._error(
            Code.TOO_MANY,
            self._layout.begin(first),
            f"after {_MOST_ERRORS} errors, the rest of the text was not looked at",
            f"is it a {self._dialect.value} text at all?",
        )
        for rest in self._sections:
            for stretch in (*([rest.head] if rest.head else []), *rest.items):
                self._lose(stretch)

    def _refuse_tabs(self, text: str) -> None:
        lines = text.split("\n")
        tabbed = [number for number, line in enumerate(lines, 1) if "\t" in line]
        if tabbed:
            place = Place(tabbed[0], lines[tabbed[0] - 1].index("\t") + 1)
            count = f": {len(tabbed)} lines have one" if tabbed[1:] else ""
            message = f"the width of a tab is anybody's guess{count}"
            self._error(Code.TAB, place, message, "write spaces")
        self._has_tabs = bool(tabbed)

    # Reading a stretch of lines

    def _read(self, stretch: Stretch, rule: str) -> syntax.Head | syntax.Item | None:
        """`stretch` as a `rule`, or None where it is none."""
        text = TextSlice(self._layout.text, *self._layout.extent(stretch))
        try:
            return cast("syntax.Head | syntax.Item", self._grammar.parse(text, start=rule))
        except UnexpectedInput:
            return None

    def _item(self, stretch: Stretch, rule: str) -> syntax.Item | None:
        item = self._read(stretch, rule) if rule in self._grammar.options.start else None
        assert not isinstance(item, syntax.Head)
        return item

    # Heads

    def _head(self, stretch: Stretch) -> syntax.Head | None:
        """The head in `stretch`, after an error the one that was meant; None if none was."""
        head = self._read(stretch, "head")
        if isinstance(head, syntax.Head):
            return head
        place = self._layout.begin(stretch.first)
        words = [
            syntax.Word(found.group(), Place(stretch.first, found.start() + 1, len(found.group())))
            for found in _NAME.finditer(_TEXT.sub("", self._layout.content(stretch.first)))
        ]
        if not words or words[0].place.column != place.column:
            return None
        meant = (
            words[0].text if words[0].text in self._shapes else nearest(words[0].text, self._shapes)
        )
        if not meant:
            return None
        if meant == words[0].text and meant not in NAMED_BLOCKS and words[1:]:
            self._error(
                Code.SYNTAX,
                words[1].place,
                f"'{words[1].text}' does not belong here",
                f"what '{meant}' holds stands in the lines under it, indented",
            )
            self._lose(stretch)
        else:
            self._explain(stretch, "head")
        return syntax.Head(
            syntax.Word(meant, words[0].place),
            words[1] if meant in NAMED_BLOCKS and words[1:] else None,
            "",
        )

    def _joins_block_above(self, section: Section) -> bool:
        """Whether the head is none, but an item that lost its indentation; it is read as one."""
        assert section.head is not None
        place = self._layout.begin(section.head.first)
        rule = self.blocks[-1].head.keyword.text if self.blocks else ""
        if self._item(section.head, rule) is None:
            self._explain(section.head, "head")
            return False
        self._error(
            Code.LAYOUT,
            place,
            "only blocks begin in column 1",
            f"indent it like the other items of '{rule}'",
        )
        above = self.blocks.pop()
        self._block(above.head, Section(None, (section.head, *section.items), 0), above)
        return True

    def _stray(self, section: Section) -> None:
        """Lines before the first block; a head among them is only indented by mistake."""
        whole = Stretch(section.items[0].first, section.items[-1].last)
        found = self._disguised_head(whole)
        if found is None or found > whole.first:
            self._error(
                Code.LAYOUT,
                self._layout.begin(whole.first),
                "this line stands in no block",
                self._way_out_of_no_block(),
            )
            self._lose(Stretch(whole.first, found - 1 if found else whole.last))
        if found:
            self._open_disguised(found, whole.last)

    def _disguised_head(self, stretch: Stretch) -> int | None:
        """The first line of `stretch` that would be a head if it stood in column 1."""
        for number in range(stretch.first, stretch.last + 1):
            word = _NAME.match(self._layout.content(number).lstrip())
            if (
                word
                and word.group() in self._shapes
                and self._read(Stretch(number, number), "head")
            ):
                return number
        return None

    def _open_disguised(self, number: int, last: int) -> None:
        place = self._layout.begin(number)
        keyword = self._layout.content(number).split()[0]
        self._error(Code.LAYOUT, place, f"'{keyword}' opens a block", "let it begin in column 1")
        self._sections.appendleft(self._layout.section_at(number, last))

    # Items

    def _block(
        self, head: syntax.Head, section: Section, above: syntax.Block | None = None
    ) -> None:
        rule = head.keyword.text
        items: list[syntax.Item] = list(above.items) if above else []
        errors = len(self.diagnostics)
        pending = deque(section.items)
        while pending and len(self.diagnostics) < _MOST_ERRORS:
            stretch = pending.popleft()
            item = self._item(stretch, rule)
            if item is None:
                found = self._disguised_head(stretch)
                if found is not None:
                    self._open_disguised(found, section.items[-1].last)
                    pending.clear()
                    if found > stretch.first:
                        pending.append(Stretch(stretch.first, found - 1))
                    continue
                item = self._recut(stretch, pending, rule)
            elif self._layout.indent(stretch.first) < section.indent:
                self._misindented(
                    stretch.first,
                    f"this line is indented by {self._layout.indent(stretch.first)}, "
                    f"the items of its block by {section.indent}",
                    "indent it like the items above it, or deeper to continue one",
                )
            if item is None:
                self._lose(stretch)
            else:
                items.append(item)
        for stretch in pending:
            self._lose(stretch)
        complete = len(self.diagnostics) == errors and (above is None or above.complete)
        self.blocks.append(syntax.Block(head, tuple(items), complete))

    def _recut(self, stretch: Stretch, pending: deque[Stretch], rule: str) -> syntax.Item | None:
        """The item in `stretch` once its lines are cut in the right place, else None and why."""
        if rule == self._dialect.value:
            self._error(
                Code.LAYOUT,
                self._layout.begin(stretch.first),
                f"nothing stands under '{rule}'",
                self._way_out_of_no_block(),
            )
            while pending:
                self._lose(pending.popleft())
            return None
        # Several items in one: a line was indented deeper by mistake.
        for number in range(stretch.first + 1, stretch.last + 1):
            if not self._layout.content(number):
                continue
            item = self._item(Stretch(stretch.first, number - 1), rule)
            rest = Stretch(number, stretch.last)
            if item is not None and self._begins_item(rest, rule):
                self._misindented(
                    number,
                    "this line continues the one above it, because it is indented deeper",
                    "indent it like the items of its block",
                )
                pending.appendleft(rest)
                return item
        # One item in several: a line that continues it was not indented.
        for count, following in enumerate(islice(pending, _MOST_LINES_JOINED), 1):
            if self._item(following, rule) is not None:
                break
            item = self._item(Stretch(stretch.first, following.last), rule)
            if item is not None:
                self._misindented(
                    pending[0].first,
                    "this line only makes sense with the one above it",
                    "indent it deeper to continue that",
                )
                for _ in range(count):
                    pending.popleft()
                return item
        self._explain(stretch, rule)
        return None

    def _begins_item(self, stretch: Stretch, rule: str) -> bool:
        return any(
            self._item(Stretch(stretch.first, last), rule) is not None
            for last in range(stretch.first, stretch.last + 1)
        )

    def _way_out_of_no_block(self) -> str:
        return f"a block begins in column 1, with {', '.join(self._shapes)}"
