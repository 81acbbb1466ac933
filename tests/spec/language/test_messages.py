"""What a user reads, whole: the texts of a day's mistakes and every line that is shown for them."""

from pathlib import Path

import pytest

from spec.language.errors import (
    Code,
    Diagnostic,
    SpecificationError,
    did_you_mean,
    nearest,
    render,
)
from spec.language.reader import read
from spec.place import Place

MESSAGES = Path(__file__).with_name("messages")


ACCENTED = "e\N{COMBINING ACUTE ACCENT}"
TEXTS = sorted(MESSAGES.glob("*.machine"))


def answer(path: Path) -> str:
    """Everything that is said about the text in `path`."""
    try:
        read(path)
    except SpecificationError as error:
        return str(error).replace(f"{path}:", f"{path.name}:") + "\n"
    return ""


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_text_is_answered_like_this(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert answer(path) == expected, (
        "if this is better: python -m tests.spec.language.test_messages"
    )


def shown(line: str, column: int, length: int) -> list[str]:
    place = Place(1, column, length)
    return render(Diagnostic(Code.SYNTAX, place, "wrong"), "p", line).split("\n")[1:]


@pytest.mark.parametrize(
    ("line", "column", "length", "lines"),
    [
        ("abc def", 5, 3, ["    abc def", "        ^^^"]),
        ("abc", 4, 1, ["    abc", "       ^"]),
        ("abc # def", 1, 10_000, ["    abc # def", "    ^^^"]),
        ("µΩ°é abc", 6, 3, ["    µΩ°é abc", "         ^^^"]),
        ("中文 abc", 4, 3, ["    中文 abc", "         ^^^"]),
        (f"{ACCENTED} abc", 4, 3, [f"    {ACCENTED} abc", "      ^^^"]),
        ("\tabc", 2, 3, ["     abc", "     ^^^"]),
        ("a\x1b[31mb", 2, 1, ["    a�[31mb", "     ^"]),
    ],
)
def test_the_caret_stands_under_the_fault(
    line: str, column: int, length: int, lines: list[str]
) -> None:
    assert shown(line, column, length) == lines


def test_a_long_line_is_cut_around_the_fault() -> None:
    line, caret = shown("x" * 500 + "fault" + "y" * 500, 501, 5)
    assert line.startswith("    …xxx")
    assert line.endswith("yyy…")
    assert len(line) < 220
    assert line[caret.index("^") :].startswith("fault")
    assert caret.count("^") == 5


def test_a_fault_of_the_whole_file_has_no_line() -> None:
    diagnostic = Diagnostic(Code.UNREADABLE, Place(0, 0), "cannot be read", "look elsewhere")
    assert render(diagnostic, "a.machine", "") == (
        "a.machine: SPEC001 cannot be read\n    look elsewhere"
    )


def test_faults_are_told_in_the_order_of_the_text() -> None:
    places = [Place(3, 1), Place(1, 7), Place(1, 2)]
    error = SpecificationError("p", "", [Diagnostic(Code.SYNTAX, each, "wrong") for each in places])
    assert [each.place for each in error.diagnostics] == sorted(places)
    assert str(error).split("\n")[0] == "p:1:2: SPEC101 wrong"


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("pre_alrm", ["low_cell", "pre_alarm"], "pre_alarm"),
        ("MV", ["mV", "V"], "mV"),
        ("mw", ["MW", "mW"], "mW"),
        ("Mw", ["MW", "mW"], "MW"),
        ("Low_Cell", ["low_cell"], "low_cell"),
        ("x", ["pre_alarm"], ""),
        ("x", [], ""),
    ],
)
def test_the_nearest_name(name: str, known: list[str], meant: str) -> None:
    assert nearest(name, known) == meant


def test_without_a_near_name_the_known_ones_are_listed() -> None:
    assert did_you_mean("x", ["aa", "bb", "aa"]) == "known here: aa, bb"
    assert did_you_mean("x", []) == ""
    many = did_you_mean("x", [f"name{k}" for k in range(20)])
    assert many.endswith("name11, …")


if __name__ == "__main__":
    for text in TEXTS:
        text.with_suffix(".txt").write_text(answer(text), encoding="utf-8")
