"""Everything that can be wrong with a machine text: stable codes, places and ways out.

A code is never reused and never changes its meaning: pipelines and suppressions name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from collections.abc import Iterable

from spec.place import Place


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
    SHADOWED = "SPEC507"
    BAD_SOURCE = "SPEC508"


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
        super().__init__("\n".join(render(each, path, text) for each in self.diagnostics))


def render(diagnostic: Diagnostic, path: str, text: str) -> str:
    """`diagnostic` as lines of text: place, code and message; the line; a caret; the way out."""
    place = diagnostic.place
    where = f"{path}:{place.line}:{place.column}" if place.line else path
    kind = "" if diagnostic.severity is Severity.ERROR else "warning: "
    shown = [f"{where}: {diagnostic.code.value} {kind}{diagnostic.message}"]
    lines = text.splitlines()
    if 0 < place.line <= len(lines):
        line = lines[place.line - 1].replace("\t", " ")
        length = max(1, min(place.length, len(line) - place.column + 1))
        shown += [f"    {line}", "    " + " " * (place.column - 1) + "^" * length]
    if diagnostic.way_out:
        shown.append(f"    {diagnostic.way_out}")
    return "\n".join(shown)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A way out for an unknown name: the nearest known one, else all of them."""
    names = list(dict.fromkeys(known))
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"known here: {listed}" if names else ""
