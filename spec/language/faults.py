"""Faults of syntax: from where the parser got stuck to what the author should do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from lark import Lark, TextSlice, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternStr

from spec.language.errors import Code, Diagnostic
from spec.language.layout import Layout, Stretch
from spec.language.vocabulary import FUNCTIONS, SHAPES
from spec.place import Place

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
# What is written elsewhere for something that this language says in another way.
_FOREIGN = {
    "≥": "write '>='",
    "≤": "write '<='",
    "≠": "write '!='",
    "→": "write '->'",
    "⇒": "write 'implies'",
    "⇔": "write 'iff'",
    "∧": "write 'and'",
    "&": "write 'and'",
    "∨": "write 'or'",
    "|": "write 'or'",
    "¬": "write 'not'",
    "!": "write 'not'",
    "~": "write 'not'",
    "−": "write '-'",
    "–": "write '-'",
    "…": "write '..'",
    "°": "the unit is written '°C'",
    "·": "a whole number stands first: 2 * x",
    "×": "a whole number stands first: 2 * x",
    "/": "nothing is divided here: multiply the other side",
    "^": "nothing is raised to a power here",
    ";": "a line needs no end mark",
    "'": "a text stands between two '\"'",
    "“": "a text stands between two '\"'",
    "”": "a text stands between two '\"'",
    "„": "a text stands between two '\"'",
    "[": "a range is written: 0 V .. 70 V",
    "]": "a range is written: 0 V .. 70 V",
    ".": "a number has digits on both sides of its point: 0.5",
}


@dataclass(frozen=True, slots=True)
class _Stuck:
    """Where the parser got stuck.

    Attributes:
        before: What it had read.
        found: The word it could not use, a single character where that is no word, or None at
            the end.
        accepts: The terminals it could have used instead.
    """

    before: tuple[Token, ...]
    found: Token | None
    accepts: frozenset[str]


def explain(lark: Lark, layout: Layout, stretch: Stretch, rule: str) -> Diagnostic:
    """What keeps `stretch` from being a `rule`."""
    stuck = _stuck(lark, TextSlice(layout.text, *layout.extent(stretch)), rule)
    place = _place(stuck.found) if stuck.found is not None else layout.end(stretch)
    if stuck.found == '"':
        return Diagnostic(Code.SYNTAX, place, "this text has no end", "close it with '\"'")
    misspelt = _misspelt(lark, layout, stretch, rule, stuck)
    if misspelt:
        word, keyword = misspelt
        message = f"'{word}' does not belong here"
        return Diagnostic(Code.SYNTAX, _place(word), message, f"did you mean '{keyword}'?")
    opened = _left_open(stuck)
    if opened:
        closing = "')'" if opened == "(" else "'}'"
        message = f"this '{opened}' is never closed"
        return Diagnostic(Code.SYNTAX, _place(opened), message, f"close it with {closing}")
    expected = _expected(stuck, lark) if stuck.before else ""
    way_out = _way_out(stuck, layout) or expected or _shape(rule)
    if stuck.found is None:
        return Diagnostic(Code.SYNTAX, place, "this ends too early", way_out)
    return Diagnostic(Code.SYNTAX, place, f"{_shown(stuck.found)} does not belong here", way_out)


def _stuck(lark: Lark, text: TextSlice[str], rule: str) -> _Stuck:
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
    return _Stuck(tuple(before), found, frozenset(accepts()))


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1, max(1, len(token)))


def _shown(found: Token) -> str:
    if found.isprintable():
        return f"'{found}'"
    return f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], 'a character without a name')})"


def _misspelt(
    lark: Lark, layout: Layout, stretch: Stretch, rule: str, stuck: _Stuck
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
        for keyword in get_close_matches(word.casefold(), keywords):
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


def _left_open(stuck: _Stuck) -> Token | None:
    """The bracket that should have been closed before the parser got stuck."""
    open_: list[Token] = []
    for token in stuck.before:
        if token in ("(", "{"):
            open_.append(token)
        elif token in (")", "}") and open_:
            open_.pop()
    if not open_ or not stuck.accepts & {"RPAR", "RBRACE"}:
        return None
    last, found = open_[-1], stuck.found
    inside = ("NAME", "QUANTITY", "CHARACTER")
    closes = found is None or (
        found.type in _AFTER_EXPRESSION if last == "(" else found.type not in inside
    )
    return last if closes else None


def _way_out(stuck: _Stuck, layout: Layout) -> str:
    """What to do about a mistake that is a habit of another language."""
    found, accepts = stuck.found, stuck.accepts
    last = stuck.before[-1] if stuck.before else None
    if found is None:
        return ""
    following = layout.text[(found.start_pos or 0) + len(found) :][:1]
    match found.type:
        case "CHARACTER" if found == "." and last is not None and last.type == "_TO":
            return "write '..'"
        case "CHARACTER":
            return _foreign(found)
        case "EQUAL" if last is not None and last.type == "EQUAL":
            return "one '=' is enough here"
        case "EQUAL" if following in (">", "<"):
            return "write 'implies', or '>='" if following == ">" else "write '<='"
        case "EQUAL" if "COMPARE" in accepts:
            return "compare with '=='"
        case "COMPARE" if last is not None and last.type == "COMPARE":
            return "a comparison is one of <, <=, ==, !=, >= and >"
        case "COMPARE" if "AND" in accepts:
            return "one comparison at a time: a < b and b < c"
        case "COMMA" if last is not None and last.type == "QUANTITY" and following.isdigit():
            return "a number is written with a decimal point: 3.5"
        case "STAR":
            return "a whole number stands first: 2 * x"
        case "QUANTITY" if last is not None and last.type in ("IS", "NOT"):
            return "'is' asks for a name; compare numbers with '=='"
        case "RPAR" | "RBRACE":
            return f"nothing is open here that '{found}' could close"
        case "IMPLIES" | "IFF" | "SINCE" if "AND" in accepts:
            return "say with parentheses what belongs together"
    if last is not None and last.type == "NAME" and last in FUNCTIONS:
        return f"what '{last}' is asked about stands in parentheses: {last}(…)"
    return ""


def _foreign(found: Token) -> str:
    if found in _FOREIGN:
        return _FOREIGN[found]
    if found.isspace():
        return "write a plain space"
    if found.isalpha():
        return "a name is made of the letters a to z and A to Z, of digits and of '_'"
    return ""


def _expected(stuck: _Stuck, lark: Lark) -> str:
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


def _shape(rule: str) -> str:
    """What a `rule` looks like."""
    if rule == "head":
        return f"a block begins with {', '.join(SHAPES)}"
    return f"write {SHAPES[rule]}"
