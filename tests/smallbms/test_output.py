"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from smallbms.output import require_directory, require_file, write
from smallbms.refusal import Refused

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a full disk at hand")
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


def test_files_are_written(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("old")
    write({one: b"new", two: b"2"})
    assert (one.read_bytes(), two.read_bytes()) == (b"new", b"2")
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def test_files_are_removed(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    two.write_text("old")
    write({one: b"new"}, removed=[two])
    assert os.listdir(tmp_path) == ["one"]


@pytest.mark.parametrize("failing", range(5))
def test_a_failure_half_way_brings_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    old = {tmp_path / name: name.encode() for name in ("a", "b", "going", "gone")}
    for path, content in old.items():
        path.write_bytes(content)
    new = {tmp_path / "a": b"A", tmp_path / "new": b"N", tmp_path / "b": b"B"}
    replace, unlink = Path.replace, Path.unlink
    left = iter(range(failing))

    def fail(path: Path) -> None:
        if path.suffix != ".tmp" and next(left, None) is None:
            raise OSError(errno.EIO, "no more")

    def replaced(self: Path, target: Path) -> Path:
        fail(target)
        return replace(self, target)

    def unlinked(self: Path, missing_ok: bool = False) -> None:
        if not missing_ok:
            fail(self)
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)
    with pytest.raises(Refused, match=": no more"):
        write(new, [tmp_path / "folder"], [tmp_path / "going", tmp_path / "gone"])
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == old


@needs_full
def test_one_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("old")
    with pytest.raises(Refused, match="/dev/full: no space left on device"):
        write({kept: b"new", tmp_path / "made": b"1", FULL: b"2"}, [tmp_path / "a" / "b"])
    assert os.listdir(tmp_path) == ["kept"]
    assert kept.read_text() == "old"


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write({tmp_path / "one": b"1"}, [tmp_path / "folder"])
    assert os.listdir(tmp_path) == []


def test_a_folder_that_vanished_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="gone/file: no such file or directory"):
        write({tmp_path / "gone" / "file": b"1"})


def test_directories_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    write({folder / "file": b"1"}, [folder])
    assert (folder / "file").read_bytes() == b"1"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write({link: b"new"})
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    require_file(loop)
    write({loop: b"new"})
    assert loop.read_bytes() == b"new"


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write({path: b"1"})
    assert path.read_bytes() == b"1"


def test_the_mode_of_a_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    write({path: b"new"})
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write({pipe: b"through"})
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_what_could_not_be_written_later_is_refused_now(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="this is a directory"):
        require_file(tmp_path)
    with pytest.raises(Refused, match="there is no directory"):
        require_file(tmp_path / "missing" / "file")
    with pytest.raises(Refused, match="there is no directory"):
        require_file(tmp_path / "file" / "below")
    with pytest.raises(Refused, match="this is no directory"):
        require_directory(tmp_path / "file" / "below")
    require_file(Path("-"))
    require_file(tmp_path / "file")
    require_directory(tmp_path / "a" / "b")
    assert os.listdir(tmp_path) == ["file"]


@not_root
def test_a_directory_that_may_not_be_written_is_refused_now(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(Refused, match="the directory is not writable"):
        require_file(folder / "file")
    with pytest.raises(Refused, match="the directory is not writable"):
        require_directory(folder / "below")
