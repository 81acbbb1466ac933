"""Every fault has an example: a tiny file named after its code and what it shows.

A file holds one fault unless its first line lists other codes: ``# also SPEC506``. Under every line
with the fault of the file's name stands a comment with a caret below its first character; right
behind the ``#`` it means column 1.
"""

from pathlib import Path

import pytest

from spec.language.errors import Code, Diagnostic, Severity, SpecificationError, render
from spec.language.reader import read

CORPUS = Path(__file__).parents[2] / "corpus"
REJECTED = sorted((CORPUS / "rejected").iterdir())
WARNED = sorted((CORPUS / "warned").iterdir())
# No file can show these.
SHOWN_ELSEWHERE = {Code.UNREADABLE: "test_reader"}


def diagnostics_of(path: Path) -> tuple[Diagnostic, ...]:
    try:
        return read(path)[1]
    except SpecificationError as error:
        return error.diagnostics


def code_of(path: Path) -> str:
    return path.name.partition("_")[0]


def marked(path: Path) -> set[tuple[int, int]]:
    """Line and column of every caret in the comments of `path`."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return {
        (number, 1 if column == 1 else column + 1)
        for number, line in enumerate(lines)
        if line.startswith("#") and line.strip("#^ ") == ""
        for column, character in enumerate(line)
        if character == "^"
    }


def listed(path: Path) -> set[str]:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return set(first.removeprefix("# also ").split(", ")) if first.startswith("# also ") else set()


@pytest.mark.parametrize("path", [*REJECTED, *WARNED], ids=lambda path: path.stem)
def test_a_fault_is_told_where_it_is(path: Path) -> None:
    told = diagnostics_of(path)
    places = [
        (each.place.line, each.place.column) for each in told if each.code.value == code_of(path)
    ]
    assert sorted(places) == sorted(marked(path)), "\n".join(map(str, told))


@pytest.mark.parametrize("path", [*REJECTED, *WARNED], ids=lambda path: path.stem)
def test_a_fault_brings_no_others(path: Path) -> None:
    assert {each.code.value for each in diagnostics_of(path)} == {code_of(path)} | listed(path)


@pytest.mark.parametrize("path", [*REJECTED, *WARNED], ids=lambda path: path.stem)
def test_a_fault_has_a_way_out(path: Path) -> None:
    for each in diagnostics_of(path):
        assert each.way_out, render(each, path.stem, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", REJECTED, ids=lambda path: path.stem)
def test_a_rejected_text_has_an_error(path: Path) -> None:
    with pytest.raises(SpecificationError):
        read(path)


@pytest.mark.parametrize("path", WARNED, ids=lambda path: path.stem)
def test_a_warned_text_is_read(path: Path) -> None:
    _, warnings = read(path)
    assert {each.severity for each in warnings} == {Severity.WARNING}


def test_every_code_has_an_example() -> None:
    shown = {code_of(path) for path in [*REJECTED, *WARNED]}
    assert {each.value for each in Code if each not in SHOWN_ELSEWHERE} == shown
