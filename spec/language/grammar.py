"""Grammar: the text `grammar.lark`, and for systems `system.lark` behind it, as a parser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lark import Lark, Token

from spec.language.builder import BUILDER
from spec.language.vocabulary import Dialect

_FILES = {
    Dialect.MACHINE: ("grammar.lark",),
    Dialect.SYSTEM: ("grammar.lark", "system.lark"),
}


class _WholeWords:
    """Lets a name be recognised everywhere, so that no keyword is found inside one."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """`stream` as it is."""
        return stream


@cache
def grammar(dialect: Dialect = Dialect.MACHINE) -> Lark:
    """Parses a ``head``, or an item of the block whose keyword is given as ``start``."""
    folder = Path(__file__).parent
    rules = "".join((folder / name).read_text(encoding="utf-8") for name in _FILES[dialect])
    starts = ["head", *(keyword for keyword in dialect.shapes if keyword != dialect.value)]
    return Lark(rules, parser="lalr", start=starts, transformer=BUILDER, postlex=_WholeWords())
