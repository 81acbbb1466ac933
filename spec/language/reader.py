"""Reader: from a file to a machine, or to everything that is wrong with the file.

A system is read with all its parts, and is one machine from here on.
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from spec.language.checker import check, is_broken
from spec.language.composer import compose
from spec.language.errors import Code, Diagnostic, SpecificationError, nearest
from spec.language.lines import is_invisible, normalised, significant
from spec.language.parser import parse
from spec.language.vocabulary import Dialect
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
    return _Reader().file(path)


def read_text(text: str, path: str) -> tuple[Machine, tuple[Diagnostic, ...]]:
    """The machine that `text` declares, and the warnings about it; `path` is for messages.

    Raises:
        SpecificationError: The text has errors.
    """
    return _Reader().text(text, path)


class _Reader:
    """Reads one text and the parts it is made of, each once."""

    def __init__(self) -> None:
        self._known: dict[Path, Machine] = {}
        # The texts that are being read, each a part of the one before it.
        self._open: list[Path] = []

    def _part(self, path: Path) -> Machine:
        real = path.resolve()
        if real in self._open:
            message = f"'{path.name}' is a part of itself"
            loop = Diagnostic(Code.CYCLE, NOWHERE, message, "take one of them out")
            raise SpecificationError(str(path), "", [loop])
        if real not in self._known:
            self._known[real] = self.file(path)[0]
        return self._known[real]

    def file(self, path: Path) -> tuple[Machine, tuple[Diagnostic, ...]]:
        """The machine in the file `path`, and the warnings about it."""
        self._open.append(path.resolve())
        machine = self.text(_text_in(path), str(path))
        self._open.pop()
        return machine

    def text(self, text: str, path: str) -> tuple[Machine, tuple[Diagnostic, ...]]:
        """The machine that `text` declares, and the warnings about it."""
        text = normalised(text)
        hidden = _invisible(text)
        if hidden:
            raise SpecificationError(path, text, hidden)
        first = next((line for line in map(significant, text.split("\n")) if line), "")
        if not first:
            empty = Diagnostic(
                Code.EMPTY,
                Place(1, 1),
                "nothing is declared here",
                'begin with: machine name "title"',
            )
            raise SpecificationError(path, text, [empty])
        dialect = _dialect(first, path)
        tree, diagnostics = parse(text, dialect)
        if dialect is Dialect.SYSTEM:
            machine, findings = compose(tree, path, text, self._part)
        else:
            machine, findings = check(tree, path, text)
        diagnostics += findings
        if machine is None or is_broken(diagnostics):
            raise SpecificationError(path, text, diagnostics)
        return machine, tuple(sorted(diagnostics, key=lambda each: each.place))


def _dialect(first: str, path: str) -> Dialect:
    """What a text declares whose first line is `first`; where that tells nothing, by its name."""
    for each in Dialect:
        if first.split(maxsplit=1)[0] == each.value:
            return each
    return Dialect.SYSTEM if path.endswith(".system") else Dialect.MACHINE


def _text_in(path: Path) -> str:
    """The text in the file `path`."""
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
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecificationError(shown, *_not_utf8(data, error)) from None


def _unreadable(path: Path, error: OSError) -> Diagnostic:
    way_out = ""
    if path.is_dir():
        reason = "this is a directory"
    else:
        reason = (error.strerror or str(error)).lower()
        near = nearest(
            path.name,
            sorted(
                each.name for kind in ("*.machine", "*.system") for each in path.parent.glob(kind)
            ),
        )
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
