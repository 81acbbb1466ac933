"""Faults of syntax: from where the parser got stuck to what the author should do about it."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches

from lark import Lark, TextSlice, Token, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternStr

from spec.language.errors import Code, Diagnostic
from spec.language.grammar import grammar
from spec.language.habits import FOREIGN_WORDS, way_out_of_habit
from spec.language.layout import Layout, Stretch
from spec.language.stuck import Stuck, place_of, stuck_at
from spec.language.vocabulary import Dialect

_MOST_EXPECTED = 6
# How many words before the fault may be the one that was misspelt.
_WORDS_BACK = 3
_OPERANDS = {"NAME", "QUANTITY", "LPAR", "MINUS", "NOT", "TRUE", "FALSE"}
_OPERATORS = {"AND", "OR", "IMPLIES", "IFF", "SINCE", "COMPARE", "PLUS", "MINUS", "IS", "IN"}
# What can only come behind an expression that has ended.
_AFTER_EXPRESSION = {"TEXT", "SOURCE", "FOR"}
_SAID = {
    "NAME": "a name",
    "TEXT": 'a "text"',
    "QUANTITY": "a number",
    "COMPARE": "a comparison",
}


def explain(dialect: Dialect, layout: Layout, stretch: Stretch, rule: str) -> Diagnostic:
    """What keeps `stretch` from being a `rule` of `dialect`."""
    lark = grammar(dialect)
    stuck = stuck_at(lark, TextSlice(layout.text, *layout.extent(stretch)), rule)
    place = place_of(stuck.found) if stuck.found is not None else layout.end(stretch)
    if stuck.found == '"':
        return Diagnostic(Code.SYNTAX, place, "this text has no end", "close it with '\"'")
    misspelt = _misspelt(lark, layout, stretch, rule, stuck)
    if misspelt:
        word, keyword = misspelt
        message = f"'{word}' does not belong here"
        return Diagnostic(Code.SYNTAX, place_of(word), message, f"did you mean '{keyword}'?")
    opened = _left_open(stuck)
    if opened:
        closing = "')'" if opened == "(" else "'}'"
        message = f"this '{opened}' is never closed"
        return Diagnostic(Code.SYNTAX, place_of(opened), message, f"close it with {closing}")
    expected = _expected(stuck, lark) if stuck.before else ""
    way_out = way_out_of_habit(stuck) or expected or _shape(dialect, rule)
    if stuck.found is None:
        return Diagnostic(Code.SYNTAX, place, "this ends too early", way_out)
    return Diagnostic(Code.SYNTAX, place, f"{_shown(stuck.found)} does not belong here", way_out)


def _shown(found: Token) -> str:
    if found.isprintable():
        return f"'{found}'"
    return f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], 'a character without a name')})"


def _misspelt(
    lark: Lark, layout: Layout, stretch: Stretch, rule: str, stuck: Stuck
) -> tuple[Token, str] | None:
    """The word that, read as a keyword it resembles, takes the parser further."""
    keywords = [
        terminal.pattern.value
        for terminal in lark.terminals
        if isinstance(terminal.pattern, PatternStr) and terminal.pattern.value.isalpha()
    ]
    start, end = layout.extent(stretch)
    stopped = end if stuck.found is None else stuck.found.start_pos or 0
    words = [*stuck.before[-_WORDS_BACK:], *([stuck.found] if stuck.found else [])]
    for word in reversed(words):
        if word.type != "NAME":
            continue
        here = word.start_pos or 0
        meant = FOREIGN_WORDS.get(word.casefold(), ())
        for keyword in (*meant, *get_close_matches(word.casefold(), keywords)):
            corrected = layout.text[start:here] + keyword + layout.text[here + len(word) : end]
            # Beyond the word itself, and beyond the fault, wherever that is now.
            fault = max(here, stopped + len(keyword) - len(word)) - start
            if _reach(lark, corrected, rule) > fault:
                return word, keyword
    return None


def _reach(lark: Lark, text: str, rule: str) -> int:
    """How far `text` can be read as a `rule`; beyond its end where all of it can."""
    try:
        lark.parse(text, start=rule)
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        return len(text) if at_end else error.pos_in_stream or 0
    return len(text) + 1


def _left_open(stuck: Stuck) -> Token | None:
    """The bracket that should have been closed before the parser got stuck."""
    opened, found = stuck.opened, stuck.found
    if opened is None or not stuck.accepts & {"RPAR", "RBRACE"}:
        return None
    if found is None:
        return opened
    if opened == "(":
        return opened if found.type in _AFTER_EXPRESSION else None
    return None if found.type in ("NAME", "QUANTITY", "CHARACTER", "LPAR") else opened


def _expected(stuck: Stuck, lark: Lark) -> str:
    """The ways in which the line could have gone on, if they are few."""
    accepts = set(stuck.accepts)
    names: list[str] = []
    if {"NAME", "QUANTITY", "LPAR"} <= accepts:
        accepts -= _OPERANDS
        names.append("an expression")
    if {"AND", "OR"} <= accepts:
        if stuck.found is not None:
            return "expected an operator such as 'and', 'or', '<', '+' or 'is'"
        # At the end of a line, more of the same is the least likely of all ways.
        accepts -= _OPERATORS | {"LPAR"}
    names += sorted(
        _SAID.get(terminal.name, f"'{terminal.pattern.value}'")
        for terminal in lark.terminals
        if terminal.name in accepts
    )
    if "$END" in accepts and stuck.found is not None:
        names.append("the end of the line")
    if not 0 < len(names) <= _MOST_EXPECTED:
        return ""
    return "expected " + ", ".join(names[:-1]) + (" or " if names[1:] else "") + names[-1]


def _shape(dialect: Dialect, rule: str) -> str:
    """What a `rule` looks like."""
    if rule == "head":
        return f"a block begins with {', '.join(dialect.shapes)}"
    return f"write {dialect.shapes[rule]}"
