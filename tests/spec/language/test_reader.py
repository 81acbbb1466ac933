"""Files that are no machine text are refused with a reason, never with a traceback."""

import os
from pathlib import Path

import pytest

from spec.language.errors import Code, Diagnostic, SpecificationError
from spec.language.reader import read, read_text, shipped
from tests.spec.language.texts import SIGNALS

MACHINE = "machine m\ntime\n    step 1 ms .. 5 ms\n"


def refused(path: Path) -> list[Diagnostic]:
    with pytest.raises(SpecificationError) as caught:
        read(path)
    assert caught.value.path == str(path)
    assert str(caught.value)
    return list(caught.value.diagnostics)


def file(folder: Path, data: bytes) -> Path:
    path = folder / "given.machine"
    path.write_bytes(data)
    return path


def test_the_shipped_machine_is_a_file_beside_the_code() -> None:
    machine, warnings = read(shipped())
    assert (machine.name, machine.path, warnings) == ("smallbms", str(shipped()), ())
    assert machine.text == shipped().read_text(encoding="utf-8")


def test_a_missing_file(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path / "missing.machine")
    assert fault.code is Code.UNREADABLE
    assert fault.message == "cannot be read: no such file or directory"


def test_a_misspelt_file(tmp_path: Path) -> None:
    file(tmp_path, b"")
    (fault,) = refused(tmp_path / "gven.machine")
    assert fault.way_out == f"did you mean '{tmp_path / 'given.machine'}'?"


def test_a_file_that_is_taken_for_a_directory(tmp_path: Path) -> None:
    (fault,) = refused(file(tmp_path, b"") / "m.machine")
    assert fault.message == "cannot be read: not a directory"


def test_a_directory(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path)
    assert (fault.code, fault.message) == (
        Code.UNREADABLE,
        "cannot be read: this is a directory",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = file(tmp_path, MACHINE.encode())
    path.chmod(0)
    (fault,) = refused(path)
    assert (fault.code, fault.message) == (Code.UNREADABLE, "cannot be read: permission denied")


def test_a_file_that_says_no(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (fault,) = refused(tmp_path / "given.machine")
    assert fault.message == "cannot be read: permission denied"


def test_a_file_too_long_to_be_a_text(tmp_path: Path) -> None:
    (fault,) = refused(file(tmp_path, b"# a\n" * 250_001))
    assert (fault.code, fault.message) == (Code.UNREADABLE, "more than a megabyte of text")


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"# only\n  # comments", b"\xef\xbb\xbf", b"  \t\n"]
)
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    (fault,) = refused(file(tmp_path, data))
    assert (fault.code, fault.place.line, fault.place.column) == (Code.EMPTY, 1, 1)
    assert fault.way_out == 'begin with: machine name "title"'


@pytest.mark.parametrize(
    ("data", "place", "message", "way_out"),
    [
        (b"machine m\n# 5 \xb0C\n", (2, 5), "byte 0xb0 is no UTF-8", "save the text as UTF-8"),
        ("# grün ".encode() + b"\xff", (1, 8), "byte 0xff is no UTF-8", "save the text as UTF-8"),
        (b"a\r\nb\r\n\xff", (3, 1), "byte 0xff is no UTF-8", "save the text as UTF-8"),
        (b"\x7fELF\x02\0\xff", (1, 7), "byte 0xff is no UTF-8", "is it a machine text at all?"),
        ("machine m".encode("utf-16"), (1, 1), "this is UTF-16, not UTF-8", "save it as UTF-8"),
        (
            b"machine m\n\0\0",
            (2, 1),
            "U+0000 (a control character) cannot be seen, so it may not stand here",
            "is it a machine text at all?",
        ),
    ],
)
def test_a_file_that_is_no_text(
    tmp_path: Path, data: bytes, place: tuple[int, int], message: str, way_out: str
) -> None:
    (fault,) = refused(file(tmp_path, data))
    assert fault.code is Code.NOT_TEXT
    assert (fault.place.line, fault.place.column) == place
    assert (fault.message, fault.way_out) == (message, way_out)


@pytest.mark.parametrize(
    "character",
    ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\x1b", "\x07", "\x0c", "\u2028", "\x85"],
)
def test_what_cannot_be_seen_may_not_stand_in_a_text(character: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        read_text(f'{MACHINE}# a comment{character}\n# "{character}"', "test.machine")
    places = [(each.place.line, each.place.column) for each in caught.value.diagnostics]
    assert places == [(4, 12), (5, 4)]
    assert character not in str(caught.value)


def test_a_text_with_a_lone_surrogate_can_be_shown() -> None:
    with pytest.raises(SpecificationError) as caught:
        read_text("machine \ud800", "test.machine")
    assert str(caught.value).encode("utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_text_of_any_system_is_read(tmp_path: Path, end: str, mark: str) -> None:
    data = (mark + MACHINE.replace("\n", end)).encode()
    machine, _ = read(file(tmp_path, data))
    assert machine.text == MACHINE


def test_a_place_is_right_behind_windows_line_ends(tmp_path: Path) -> None:
    text = (SIGNALS + "define\n    it = unknown").replace("\n", "\r\n")
    fault = next(each for each in refused(file(tmp_path, text.encode())) if "unk" in each.message)
    assert (fault.place.line, fault.place.column) == (SIGNALS.count("\n") + 2, 10)
