"""Grammar: the text `grammar.lark` as a parser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lark import Lark, Token

from spec.language.builder import BUILDER
from spec.language.vocabulary import SHAPES


class _WholeWords:
    """Lets a name be recognised everywhere, so that no keyword is found inside one."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """`stream` as it is."""
        return stream


@cache
def grammar() -> Lark:
    """Parses a ``head``, or an item of the block whose keyword is given as ``start``."""
    rules = Path(__file__).with_suffix(".lark").read_text(encoding="utf-8")
    starts = ["head", *(keyword for keyword in SHAPES if keyword != "machine")]
    return Lark(rules, parser="lalr", start=starts, transformer=BUILDER, postlex=_WholeWords())
