"""Lines of text with a tone: the form in which every text presenter gives what it has to say.

Plain text takes the words and leaves the tone; a terminal turns the tone into a colour. So a log
and a terminal never say different things.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

# Columns, of a log or a file.
WIDTH = 100
# A space at which `wrapped` breaks no line.
UNBROKEN = "\N{NO-BREAK SPACE}"
# The space between a number and its unit.
_UNIT = re.compile(r"(?<=\d) (?=[^\W\d_]{1,3}\b|[%°])")


class Tone(Enum):
    """What a line is, for colours; the text says the same without them."""

    PLAIN = "plain"
    HEADING = "heading"
    QUIET = "quiet"
    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, without its end; `toned` is the part that has the tone, if not all."""

    text: str = ""
    tone: Tone = Tone.PLAIN
    toned: str = ""


def wrapped(
    text: str, width: int, *, first: str = "", indent: str | None = None, tone: Tone = Tone.PLAIN
) -> list[Line]:
    """`text` in lines of at most `width`, after `first` and then `indent` (as wide as `first`)."""
    pieces = textwrap.wrap(
        _UNIT.sub(UNBROKEN, text),
        # However narrow the terminal, a word or two must fit behind the indentation.
        max(width, len(first) + 20),
        initial_indent=first,
        subsequent_indent=" " * len(first) if indent is None else indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [Line(piece.replace(UNBROKEN, " "), tone) for piece in pieces] or [
        Line(first.rstrip(), tone)
    ]


def cut(text: str, width: int) -> str:
    """`text`, in at most `width` columns: at the end of a word where it must be cut."""
    return textwrap.shorten(text, max(width, 20), placeholder=" ...")


def plain(lines: Iterable[Line]) -> str:
    """`lines` as text that ends with a line's end."""
    return "".join(printable(line.text).rstrip() + "\n" for line in lines)


def printable(text: str) -> str:
    """`text` without what a terminal or a log would obey instead of showing it."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in ("Cc", "Cs") else each
        for each in text
    )


def counted(number: int, thing: str) -> str:
    """E.g. ``1 error``, ``2 errors``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
