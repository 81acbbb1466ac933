"""What lies in a folder is told from what should be there, and nobody's work is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codegen import generation, manifest
from codegen.manifest import Recorded, digest
from codegen.options import Options
from smallbms.generated_folder import (
    Folder,
    State,
    compare,
    compared,
    is_current,
    recorded_in,
    rendered,
    require_replaceable,
    require_same_use,
)
from smallbms.refusal import Refused
from spec.machine import Machine

_NOW, _BEFORE, _OTHER = digest(b"now"), digest(b"before"), digest(b"other")


@pytest.fixture
def wanted(lamp: Machine, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What belongs into a folder of two files and a manifest."""
    monkeypatch.setattr(generation, "generate", lambda *_: {"lamp.h": "one\n", "lamp.c": "two\n"})
    return rendered(lamp, "c99", Options())


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("listed", "found", "wanted", "state"),
    [
        (None, None, _NOW, State.MISSING),
        (_BEFORE, None, _NOW, State.MISSING),
        (None, _NOW, _NOW, State.CURRENT),
        (_BEFORE, _NOW, _NOW, State.CURRENT),
        (_BEFORE, _BEFORE, _NOW, State.STALE),
        (_BEFORE, _OTHER, _NOW, State.EDITED),
        (_NOW, _OTHER, _NOW, State.EDITED),
        (_BEFORE, "", _NOW, State.EDITED),
        (None, _OTHER, _NOW, State.OCCUPIED),
        (None, "", _NOW, State.OCCUPIED),
        (_BEFORE, _BEFORE, None, State.OBSOLETE),
        (_BEFORE, _OTHER, None, State.ORPHANED),
        (_BEFORE, "", None, State.ORPHANED),
        (None, "", None, State.FOREIGN),
    ],
)
def test_state_of_a_file(
    listed: str | None, found: str | None, wanted: str | None, state: State
) -> None:
    recorded = Recorded("a.machine", "c99", {} if listed is None else {"a.c": listed})
    folder = Folder(recorded, {} if found is None else {"a.c": found})
    assert compare(folder, {} if wanted is None else {"a.c": wanted}) == {"a.c": state}


def test_without_a_manifest_nothing_was_generated() -> None:
    folder = Folder(None, {"a.c": _BEFORE, "b.c": ""})
    assert compare(folder, {"a.c": _NOW}) == {"a.c": State.OCCUPIED, "b.c": State.FOREIGN}


def test_only_what_people_put_beside_it_leaves_a_folder_current() -> None:
    others = set(State) - {State.CURRENT, State.FOREIGN}
    assert is_current({"a": State.CURRENT, "b": State.FOREIGN})
    assert not any(is_current({"a": State.CURRENT, "b": each}) for each in others)


def test_a_folder_that_is_not_there_lacks_everything(
    tmp_path: Path, wanted: dict[str, bytes]
) -> None:
    states = compared(tmp_path / "none", wanted)
    assert states == dict.fromkeys(["lamp.c", "lamp.h", "manifest.json"], State.MISSING)


def test_a_folder_that_was_just_written_is_current(
    tmp_path: Path, wanted: dict[str, bytes]
) -> None:
    put(tmp_path, {**wanted, "main.c": b"by hand"})
    (tmp_path / "more").mkdir()
    states = compared(tmp_path, wanted)
    assert is_current(states)
    assert states["main.c"] is states["more"] is State.FOREIGN


def test_a_change_by_hand_is_seen(tmp_path: Path, wanted: dict[str, bytes]) -> None:
    put(tmp_path, {**wanted, "lamp.c": b"two\nand a half\n"})
    states = compared(tmp_path, wanted)
    assert states["lamp.c"] is State.EDITED
    assert not is_current(states)


def test_a_change_of_the_machine_alone_is_seen(
    tmp_path: Path, lamp: Machine, wanted: dict[str, bytes]
) -> None:
    put(tmp_path, wanted)
    other = replace(lamp, text=lamp.text + "# more\n")
    states = compared(tmp_path, rendered(other, "c99", Options()))
    assert states == {
        "lamp.c": State.CURRENT,
        "lamp.h": State.CURRENT,
        "manifest.json": State.STALE,
    }


def test_a_link_is_nothing_that_was_generated(tmp_path: Path, wanted: dict[str, bytes]) -> None:
    put(tmp_path, wanted)
    elsewhere = (tmp_path / "lamp.c").rename(tmp_path / "elsewhere.c")
    (tmp_path / "lamp.c").symlink_to(elsewhere)
    assert compared(tmp_path, wanted)["lamp.c"] is State.EDITED


def test_a_manifest_behind_a_link_is_not_believed(tmp_path: Path, wanted: dict[str, bytes]) -> None:
    put(tmp_path / "there", wanted)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / manifest.NAME).symlink_to(tmp_path / "there" / manifest.NAME)
    assert recorded_in(tmp_path / "here") is None
    assert compared(tmp_path / "here", wanted)[manifest.NAME] is State.OCCUPIED


def test_only_what_matters_is_read(tmp_path: Path, wanted: dict[str, bytes]) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    states = compared(tmp_path, wanted)
    assert states["loop"] is states["broken"] is State.FOREIGN


def test_a_folder_has_one_use(tmp_path: Path, lamp: Machine, wanted: dict[str, bytes]) -> None:
    require_same_use(tmp_path, lamp, "micropython")
    put(tmp_path, wanted)
    require_same_use(tmp_path, lamp, "c99")
    with pytest.raises(Refused, match="holds the code for c99") as refused:
        require_same_use(tmp_path, lamp, "micropython")
    assert refused.value.way_out == "choose another folder with -o"
    with pytest.raises(Refused, match="holds the code of lamp"):
        require_same_use(tmp_path, replace(lamp, path="other.machine"), "c99")


def test_a_manifest_that_cannot_be_understood_is_refused(
    tmp_path: Path, lamp: Machine, wanted: dict[str, bytes]
) -> None:
    (tmp_path / manifest.NAME).write_bytes(b'{"name": "a web page"}')
    with pytest.raises(Refused, match=r"manifest.json was not written by smallbms generate") as no:
        require_same_use(tmp_path, lamp, "c99")
    assert "choose another folder" in no.value.way_out
    with pytest.raises(Refused, match="was not written by"):
        compared(tmp_path, wanted)


def test_all_that_would_be_lost_is_named_at_once(tmp_path: Path) -> None:
    require_replaceable(dict.fromkeys([tmp_path], State.STALE))
    states = {Path("a.c"): State.EDITED, Path("b.c"): State.STALE, Path("c.c"): State.OCCUPIED}
    with pytest.raises(Refused) as refused:
        require_replaceable(states)
    assert str(refused.value) == (
        "nothing is written, because this would be overwritten: "
        "a.c (changed since it was generated), c.c (not generated)"
    )
