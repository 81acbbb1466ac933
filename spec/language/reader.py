"""Reader: from a file to a machine, or to everything that is wrong with the file."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from spec.language.checker import check
from spec.language.errors import Code, Diagnostic, Severity, SpecificationError, nearest
from spec.language.lines import is_invisible, normalised, significant
from spec.language.parser import parse
from spec.machine import Machine
from spec.place import NOWHERE, Place

# A machine that people can review has some hundred lines.
_MOST_BYTES = 1_000_000
_MOST_INVISIBLE = 20
_IS_IT_TEXT = "is it a machine text at all?"


def shipped() -> Path:
    """Where the smallBMS of this toolkit is written down."""
    return Path(__file__).parents[1] / "smallbms" / "smallbms.machine"


def read(path: Path) -> tuple[Machine, tuple[Diagnostic, ...]]:
    """The machine in the file `path`, and the warnings about it.

    Raises:
        SpecificationError: The file cannot be read, or its text has errors.
    """
    shown = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SpecificationError(shown, "", [_unreadable(path, error)]) from None
    if len(data) > _MOST_BYTES:
        long = Diagnostic(Code.UNREADABLE, NOWHERE, "more than a megabyte of text", _IS_IT_TEXT)
        raise SpecificationError(shown, "", [long])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecificationError(shown, *_not_utf8(data, error)) from None
    return read_text(text, shown)


def _unreadable(path: Path, error: OSError) -> Diagnostic:
    way_out = ""
    if path.is_dir():
        reason = "this is a directory"
    else:
        reason = (error.strerror or str(error)).lower()
        near = nearest(path.name, sorted(each.name for each in path.parent.glob("*.machine")))
        if near and near != path.name:
            way_out = f"did you mean '{path.parent / near}'?"
    return Diagnostic(Code.UNREADABLE, NOWHERE, f"cannot be read: {reason}", way_out)


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> tuple[str, list[Diagnostic]]:
    """The text as far as it can be shown, and where it stops being text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = "this is UTF-16, not UTF-8"
        return "", [Diagnostic(Code.NOT_TEXT, Place(1, 1), message, "save it as UTF-8")]
    before = normalised(data[: error.start].decode("utf-8"))
    place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = f"byte {data[error.start]:#04x} is no UTF-8"
    way_out = _IS_IT_TEXT if b"\0" in data else "save the text as UTF-8"
    text = normalised(data.decode("utf-8", errors="replace"))
    return text, [Diagnostic(Code.NOT_TEXT, place, message, way_out)]


def read_text(text: str, path: str) -> tuple[Machine, tuple[Diagnostic, ...]]:
    """The machine that `text` declares, and the warnings about it; `path` is for messages.

    Raises:
        SpecificationError: The text has errors.
    """
    text = normalised(text)
    hidden = _invisible(text)
    if hidden:
        raise SpecificationError(path, text, hidden)
    if not any(significant(line) for line in text.split("\n")):
        empty = Diagnostic(
            Code.EMPTY, Place(1, 1), "nothing is declared here", 'begin with: machine name "title"'
        )
        raise SpecificationError(path, text, [empty])
    tree, diagnostics = parse(text)
    machine, findings = check(tree, path, text)
    diagnostics += findings
    if machine is None or any(each.severity is Severity.ERROR for each in diagnostics):
        raise SpecificationError(path, text, diagnostics)
    return machine, tuple(sorted(diagnostics, key=lambda each: each.place))


def _invisible(text: str) -> list[Diagnostic]:
    """What a reader of the text could not see; the first few."""
    # Far the most texts have none, and this is quick to see.
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return []
    found: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), 1):
        column = next((k for k, each in enumerate(line, 1) if is_invisible(each)), 0)
        if column and len(found) < _MOST_INVISIBLE:
            each = line[column - 1]
            name = unicodedata.name(each, "a control character")
            found.append(
                Diagnostic(
                    Code.NOT_TEXT,
                    Place(number, column),
                    f"U+{ord(each):04X} ({name.lower()}) cannot be seen, so it may not stand here",
                    _IS_IT_TEXT if each == "\0" else "take it out",
                )
            )
    return found
