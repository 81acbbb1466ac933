"""Reader: from a file to a machine, or to everything that is wrong with the file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from spec.language.checker import check
from spec.language.errors import Code, Diagnostic, Severity, SpecificationError
from spec.language.parser import parse
from spec.machine import Machine
from spec.place import NOWHERE, Place

# A machine that people can review has some hundred lines.
_MOST_BYTES = 1_000_000


def shipped() -> Path:
    """Where the smallBMS of this toolkit is written down."""
    return Path(str(files("spec").joinpath("smallbms", "smallbms.machine")))


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
        reason = "this is a directory" if path.is_dir() else (error.strerror or str(error)).lower()
        raise SpecificationError(
            shown, "", [Diagnostic(Code.UNREADABLE, NOWHERE, f"cannot be read: {reason}")]
        ) from None
    if len(data) > _MOST_BYTES:
        raise SpecificationError(
            shown, "", [Diagnostic(Code.UNREADABLE, NOWHERE, "more than a megabyte of text")]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecificationError(
            shown,
            "",
            [
                Diagnostic(
                    Code.NOT_TEXT,
                    Place(line, error.start - data.rfind(b"\n", 0, error.start)),
                    "this is no UTF-8 text",
                    "is it a machine text at all?",
                )
            ],
        ) from None
    return read_text(text, shown)


def read_text(text: str, path: str) -> tuple[Machine, tuple[Diagnostic, ...]]:
    """The machine that `text` declares, and the warnings about it; `path` is for messages.

    Raises:
        SpecificationError: The text has errors.
    """
    odd = next((k for k, c in enumerate(text) if ord(c) < 32 and c not in "\t\n\r"), None)
    if odd is not None:
        line = text.count("\n", 0, odd) + 1
        place = Place(line, odd - text.rfind("\n", 0, odd))
        fault = Diagnostic(Code.NOT_TEXT, place, "a control character: this is no text")
        raise SpecificationError(path, "", [fault])
    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        empty = Diagnostic(
            Code.EMPTY, NOWHERE, "nothing is declared here", 'begin with: machine name "title"'
        )
        raise SpecificationError(path, text, [empty])
    text = "\n".join(text.splitlines())
    blocks, diagnostics = parse(text)
    unreadable = any(each.severity is Severity.ERROR for each in diagnostics)
    machine, faults = check(blocks, path, text) if blocks else (None, [])
    if unreadable:
        # Declarations that could not be read are missing; to say so would only mislead.
        misleading = (Code.UNKNOWN_NAME, Code.UNUSED, Code.MISSING_BLOCK, Code.NO_SUCH_MODE)
        misleading += (Code.NO_PROPERTY, Code.INITIAL_MODE, Code.SAFE_MODE)
        faults = [each for each in faults if each.code not in misleading]
    diagnostics += faults
    if unreadable or machine is None:
        raise SpecificationError(path, text, diagnostics)
    return machine, tuple(sorted(diagnostics, key=lambda each: each.place))
