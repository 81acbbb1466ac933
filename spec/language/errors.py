"""Everything that can be wrong with a machine text: stable codes, places and ways out.

A code is never reused and never changes its meaning: pipelines and suppressions name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from spec.language.lines import significant, width
from spec.place import Place

# Names listed where none is near; more would hide the message.
_MOST_LISTED = 12
# Characters shown of a line; one that is longer is cut on both sides of the fault.
_LONGEST_SHOWN = 200
_BEFORE_FAULT = 80


class Severity(Enum):
    """An error makes the text unusable; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """Stable names of faults; the tests hold one example of each."""

    UNREADABLE = "SPEC001"
    NOT_TEXT = "SPEC002"
    EMPTY = "SPEC003"
    SYNTAX = "SPEC101"
    LAYOUT = "SPEC102"
    TAB = "SPEC103"
    TOO_DEEP = "SPEC104"
    TOO_MANY = "SPEC105"
    UNKNOWN_NAME = "SPEC201"
    DUPLICATE = "SPEC202"
    CYCLE = "SPEC203"
    NOT_HERE = "SPEC204"
    RESERVED = "SPEC205"
    UNKNOWN_UNIT = "SPEC301"
    UNIT_MISMATCH = "SPEC302"
    TYPE_MISMATCH = "SPEC303"
    TOO_FINE = "SPEC304"
    NOT_COMPARED = "SPEC305"
    UPSIDE_DOWN = "SPEC401"
    OUT_OF_RANGE = "SPEC402"
    CONSTANT = "SPEC403"
    TOO_LARGE = "SPEC404"
    MISSING_BLOCK = "SPEC501"
    NO_PROPERTY = "SPEC502"
    INITIAL_MODE = "SPEC503"
    SAFE_MODE = "SPEC504"
    NO_SUCH_MODE = "SPEC505"
    UNUSED = "SPEC506"
    AMBIGUOUS = "SPEC507"
    BAD_SOURCE = "SPEC508"
    NEVER_FIRES = "SPEC509"
    BROKEN_PART = "SPEC601"
    NOT_ONE = "SPEC602"
    OPEN_INPUT = "SPEC603"
    OTHER_TIME = "SPEC604"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of a text.

    Attributes:
        message: What is wrong, in one sentence without a full stop.
        way_out: What to do about it, or empty.
    """

    code: Code
    place: Place
    message: str
    way_out: str = ""
    severity: Severity = Severity.ERROR


class SpecificationError(Exception):
    """The text has errors; `diagnostics` holds all of them, warnings too, in the order of the text.

    Attributes:
        path: Of the text, as the user gave it.
        text: The text itself, for showing the lines; empty if it could not be read.
    """

    def __init__(self, path: str, text: str, diagnostics: Iterable[Diagnostic]) -> None:
        self.path = path
        self.text = text
        self.diagnostics = tuple(sorted(diagnostics, key=lambda each: each.place))
        super().__init__(path, self.diagnostics)

    def __str__(self) -> str:
        """All diagnostics as they are shown to a user."""
        return "\n".join(render(each, self.path, self.text) for each in self.diagnostics)


def render(diagnostic: Diagnostic, path: str, text: str) -> str:
    """`diagnostic` as lines of text: place, code and message; the line; a caret; the way out."""
    place = diagnostic.place
    where = f"{path}:{place.line}:{place.column}" if place.line else path
    kind = "" if diagnostic.severity is Severity.ERROR else "warning: "
    shown = [f"{where}: {diagnostic.code.value} {kind}{diagnostic.message}"]
    line = _line(text, place.line)
    if line:
        shown += _pointed_at(line, place)
    if diagnostic.way_out:
        shown.append(f"    {diagnostic.way_out}")
    return "\n".join(shown)


def _line(text: str, number: int) -> str:
    # Split no further than that line: a text may have many lines and as many faults.
    lines = text.split("\n", number)
    return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


def _pointed_at(line: str, place: Place) -> list[str]:
    """`line` and the carets under `place`, which ends before the line's comment."""
    start = place.column - 1
    end = max(start + 1, min(start + place.length, len(significant(line))))
    cut = "…"
    if len(line) > _LONGEST_SHOWN:
        first = max(0, start - _BEFORE_FAULT)
        last = first + _LONGEST_SHOWN
        before, after = (cut if first else ""), (cut if last < len(line) else "")
        start, end = start - first + len(before), min(end, last) - first + len(before)
        line = before + line[first:last] + after
    # Nothing of the text may steer the terminal it is shown on.
    line = "".join(each if each.isprintable() else " " if each == "\t" else "�" for each in line)
    under = " " * width(line[:start]) + "^" * max(1, width(line[start:end]))
    return [f"    {line}".rstrip(), f"    {under}"]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A way out for an unknown name: the nearest known one, else all of them."""
    names = list(dict.fromkeys(known))
    near = nearest(name, names)
    return f"did you mean '{near}'?" if near else listed(names)


def listed(names: list[str]) -> str:
    """A way out that tells what is known; the first few, if it is much."""
    names = list(dict.fromkeys(names))
    shown = ", ".join(names[:_MOST_LISTED]) + (", …" if len(names) > _MOST_LISTED else "")
    return f"known here: {shown}" if names else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` was probably meant to be, or nothing."""
    folded: dict[str, str] = {}
    for each in known:
        # Of two that differ by case only, the one that begins like `name`: mW, not MW, for mw.
        if each.casefold() not in folded or each[:1] == name[:1]:
            folded[each.casefold()] = each
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""
