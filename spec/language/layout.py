"""Layout: where blocks and items begin.

A line in column 1 opens a block. The first line under it sets the indentation of its items; a
line that is indented deeper continues the item above it. The parser sees this as two tokens, so
that a mistake in one item can never be read as the beginning of the next.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from spec.language.errors import Code, Diagnostic
from spec.place import Place


class LayoutError(Exception):
    """A line stands left of the items of its block."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Layout:
    """Turns line breaks into `_BLOCK` and `_ITEM` tokens, or into nothing."""

    always_accept = ("_NEWLINE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens of `stream`, with a `_BLOCK` or `_ITEM` where a line begins one."""
        item_indent = 0
        for token in stream:
            if token.type != "_NEWLINE":
                yield token
                continue
            # The parser strips what follows the last item, so a line break always precedes text.
            indent = len(token.rsplit("\n", 1)[1])
            if indent == 0:
                item_indent = 0
                yield _begin("_BLOCK", token)
            elif item_indent == 0:
                item_indent = indent
                yield _begin("_ITEM", token)
            elif indent == item_indent:
                yield _begin("_ITEM", token)
            elif indent < item_indent:
                raise LayoutError(
                    Diagnostic(
                        Code.LAYOUT,
                        Place(token.end_line or 0, token.end_column or 1),
                        f"this line is indented by {indent}, the items of its block by {item_indent}",
                        "indent it like the items above it, or deeper to continue one",
                    )
                )


def _begin(kind: str, token: Token) -> Token:
    line, column = token.end_line, token.end_column
    return Token(kind, "", line=line, column=column, end_line=line, end_column=column)
