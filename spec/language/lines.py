"""Lines: how a text falls into lines, and what of a line counts.

Everything that tells lines apart asks here, so that a place means the same line to all.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_SIGNIFICANT = re.compile(r'(?:[^"#]+|"[^"]*"?)*')
# What has no width or steers the display: invisible in an editor, so nobody could review it.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def normalised(text: str) -> str:
    """`text` with one kind of line end and without the mark some editors put in front."""
    return "\n".join(_LINE_ENDS.split(text.removeprefix("\ufeff")))


def significant(line: str) -> str:
    """`line` without its comment and the blanks before it."""
    found = _SIGNIFICANT.match(line)
    return found.group().rstrip() if found else ""


def is_invisible(character: str) -> bool:
    """Whether a reader of the text cannot see `character`; blanks and line ends count as seen."""
    return unicodedata.category(character) in _INVISIBLE and character not in "\n\t"


def width(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )
