"""Stuck: where the parser could not go on, and what it could have used instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lark import Lark, TextSlice, Token, UnexpectedCharacters, UnexpectedToken

from spec.place import Place


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a stretch of text is no longer what it should be.

    Attributes:
        before: What was read of it.
        found: The word that could not be used, a ``CHARACTER`` where that is no word, or None at
            the end.
        following: The text behind `found`, to the end of its line.
        accepts: The names of the terminals that could have been used.
    """

    before: tuple[Token, ...]
    found: Token | None
    following: str
    accepts: frozenset[str]

    @property
    def last(self) -> Token:
        """The last word that was read; an empty one at the beginning."""
        return self.before[-1] if self.before else Token("", "")

    @property
    def opened(self) -> Token | None:
        """The innermost bracket that is open here."""
        opened: list[Token] = []
        for token in self.before:
            if token in ("(", "{"):
                opened.append(token)
            elif token in (")", "}") and opened:
                opened.pop()
        return opened[-1] if opened else None


def stuck_at(lark: Lark, text: TextSlice[str], rule: str) -> Stuck:
    """Where `text`, which is no `rule`, stops being one."""
    parser = lark.parse_interactive(text, start=rule)
    before: list[Token] = []
    found: Token | None = None
    try:
        # Token by token, because what was read before the fault helps to explain it.
        for token in parser.iter_parse():
            before.append(token)
    except UnexpectedCharacters as error:
        position = Token("", "", error.pos_in_stream, error.line, error.column)
        found = Token.new_borrow_pos("CHARACTER", error.char, position)
    except UnexpectedToken as error:
        found = error.token
        if before and before[-1] is found:
            before.pop()
    accepts: Callable[[], set[str]] = parser.accepts
    behind = text.end if found is None else (found.start_pos or 0) + len(found)
    following = text.text[behind : text.end].partition("\n")[0]
    return Stuck(tuple(before), found, following, frozenset(accepts()))


def place_of(token: Token) -> Place:
    """Where `token` stands."""
    return Place(token.line or 1, token.column or 1, max(1, len(token)))
