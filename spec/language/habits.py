"""Habits: what people write because another language says it so, and how this one does."""

from __future__ import annotations

from spec.language.stuck import Stuck
from spec.language.vocabulary import FUNCTIONS

# Words that stand for one of this language; tried one after the other.
FOREIGN_WORDS: dict[str, tuple[str, ...]] = {
    "boolean": ("bool",),
    "equals": ("==",),
    "if": ("when",),
    "to": ("..", "->"),
    "unless": ("when not",),
    "until": ("..",),
    "xor": ("!=",),
}
_FOREIGN_SIGNS = {
    "≥": "write '>='",
    "≤": "write '<='",
    "≠": "write '!='",
    "→": "write '->'",
    "⇒": "write 'implies'",
    "⇔": "write 'iff'",
    "−": "write '-'",
    "–": "write '-'",
    "…": "write '..'",
    "°": "the unit is written '°C'",
    "·": "a whole number stands first: 2 * x",
    "×": "a whole number stands first: 2 * x",
    "/": "nothing is divided here: multiply the other side",
    "^": "there are no powers here",
    ";": "a line needs no end mark",
    "'": "a text stands between two '\"'",
    "“": "a text stands between two '\"'",
    "”": "a text stands between two '\"'",
    "„": "a text stands between two '\"'",
    "[": "formulas are grouped by ( and ), names by { and }",
    "]": "formulas are grouped by ( and ), names by { and }",
    "?": "write: one when condition else other",
}
_FOREIGN_LOGIC = {
    "∧": "write 'and'",
    "&": "write 'and'",
    "∨": "write 'or'",
    "|": "write 'or'",
}
_FOREIGN_NEGATION = {
    "¬": "write 'not'",
    "!": "write 'not'",
    "~": "write 'not'",
}


def way_out_of_habit(stuck: Stuck) -> str:
    """What to write instead of what was found, if that is a habit."""
    found, last, accepts = stuck.found, stuck.last, stuck.accepts
    if found is None:
        return ""
    if found.type == "CHARACTER":
        return _way_out_of_character(stuck)
    if (
        last.type == "QUANTITY"
        and found.start_pos == last.end_pos
        and (found[0].isalnum() or found[0] == "_")
    ):
        return "a number is written in plain digits: 1000"
    return (
        _way_out_of_sign(stuck)
        or _way_out_of_word(stuck)
        or (
            "a name begins with a letter"
            if found.type == "QUANTITY" and accepts == {"NAME"}
            else ""
        )
    )


def _way_out_of_character(stuck: Stuck) -> str:
    found, last = stuck.found or "", stuck.last
    if found == ".":
        if last.type == "_TO":
            return "write '..'"
        in_number = last.type == "QUANTITY" or stuck.following[:1].isdigit()
        return (
            "a number has digits on both sides of its point: 0.5"
            if in_number
            else "a name has no parts"
        )
    if found in _FOREIGN_LOGIC and "AND" in stuck.accepts:
        return _FOREIGN_LOGIC[found]
    if found in _FOREIGN_NEGATION and "NOT" in stuck.accepts:
        return _FOREIGN_NEGATION[found]
    if found in _FOREIGN_SIGNS:
        return _FOREIGN_SIGNS[found]
    if found.isspace():
        return "write a plain space"
    if found.isalpha():
        return "a name is made of the letters a to z and A to Z, of digits and of '_'"
    return ""


def _way_out_of_sign(stuck: Stuck) -> str:
    found, last, accepts, next_ = stuck.found or "", stuck.last, stuck.accepts, stuck.following[:1]
    match found:
        case "=" if last == "=":
            return "one '=' is enough here"
        case "=" if "_ARROW" in accepts:
            return "write '->'"
        case "=" if next_ in (">", "<"):
            return "write 'implies', or '>='" if next_ == ">" else "write '<='"
        case "=" if "COMPARE" in accepts:
            return "compare with '=='"
        case "," if last.type == "QUANTITY" and next_.isdigit():
            return "a number is written with a decimal point: 3.5"
        case "*" if "AND" in accepts:
            return "a whole number stands first: 2 * x"
        case "{" if last in ("is", "not"):
            return "'is' asks for one name, 'in' for several: x in {one, other}"
        case "-" if last.type == "NAME" and "AND" not in accepts and "_ARROW" not in accepts:
            return "a name is made of the letters a to z and A to Z, of digits and of '_'"
        case ")" | "}" if stuck.opened is None:
            return f"nothing is open here that '{found}' could close"
        case _ if last.type == "COMPARE" and stuck.found and stuck.found.type == "COMPARE":
            return "a comparison is one of <, <=, ==, !=, >= and >"
        case _ if stuck.found and stuck.found.type == "COMPARE" and "AND" in accepts:
            return "one comparison at a time: a < b and b < c"
    return ""


def _way_out_of_word(stuck: Stuck) -> str:
    found, last = stuck.found or "", stuck.last
    match found:
        case "implies" | "iff" | "since" if stuck.before:
            return "say with parentheses what belongs together"
        case "not" if stuck.following.split()[:1] == ["in"]:
            return "'not' stands in front: not x in {one, other}"
        case "not" if "AND" in stuck.accepts:
            return "'not' stands in front of a condition"
    if last == "if":
        return "write: one when condition else other"
    if last == "source":
        return 'an evidence grade comes first: source S "passage"'
    if last in ("is", "not") and found[:1].isdigit():
        return "'is' asks for a name; compare numbers with '=='"
    if last in FUNCTIONS:
        return f"what '{last}' is asked about stands in parentheses: {last}(…)"
    one_word = stuck.accepts <= {"COLON", "EQUAL"} and stuck.following.lstrip()[:1] in (":", "=")
    if last.type == "NAME" and one_word:
        return f"a name is one word: {last}_{found}"
    return ""
