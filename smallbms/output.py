"""Output files: written whole or not at all.

Everything is written to temporary files beside their targets first; only when all of them are
complete do they take the targets' names, and what is to go is removed last. If that fails half
way, what was replaced or removed comes back. What is no regular file (a pipe, a device) is written
directly: it can be neither replaced nor half full.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

from smallbms.refusal import Refused

STANDARD_OUTPUT = Path("-")


def require_file(path: Path) -> None:
    """Refuse `path` now if it could not be written after the work.

    Raises:
        Refused: It is a directory, or lies in a directory that cannot be written.
    """
    if path == STANDARD_OUTPUT:
        return
    if path.is_dir():
        raise Refused(f"{path}: this is a directory")
    if _is_special(path):
        return
    if not path.parent.is_dir():
        raise Refused(f"{path}: there is no directory {path.parent}")
    if not os.access(Path(os.path.realpath(path)).parent, os.W_OK | os.X_OK):
        raise Refused(f"{path}: the directory is not writable")


def require_directory(path: Path) -> None:
    """Refuse the directory `path`, which need not exist, if nothing could be written to it.

    Raises:
        Refused: It, or what it would be made in, is no directory that can be written.
    """
    existing = next(each for each in (path, *path.absolute().parents) if os.path.lexists(each))
    if not existing.is_dir():
        raise Refused(f"{existing}: this is no directory")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise Refused(f"{existing}: the directory is not writable")


def write(
    files: Mapping[Path, bytes],
    directories: Iterable[Path] = (),
    removed: Iterable[Path] = (),
) -> None:
    """Write all of `files` and remove all of `removed`, or neither; make `directories` if need be.

    Raises:
        Refused: One of them could not be written or removed; all others are as they were.
    """
    path = STANDARD_OUTPUT
    with ExitStack() as copies, ExitStack() as undo:
        try:
            for path in directories:
                _make(path, undo)
            direct = [path for path in files if path == STANDARD_OUTPUT or _is_special(path)]
            staged = []
            for path in (each for each in files if each not in direct):
                # Through a link, so that the link stays one.
                target = Path(os.path.realpath(path))
                staged.append((_stage(target, files[path], undo), target))
            for path in direct:
                _write_directly(path, files[path])
            for temporary, target in staged:
                path = target
                _keep(target, copies, undo)
                temporary.replace(target)
            for path in removed:
                _keep(path, copies, undo)
                path.unlink()
        except OSError as error:
            raise Refused(f"{_named(path)}: {reason(error)}") from error
        undo.pop_all()


def reason(error: OSError) -> str:
    """Why the system refused, as the end of a sentence."""
    return (error.strerror or str(error)).lower()


def _make(directory: Path, undo: ExitStack) -> None:
    for missing in reversed(
        [each for each in (directory, *directory.parents) if not each.exists()]
    ):
        missing.mkdir()
        undo.callback(_remove_directory, missing)


def _remove_directory(path: Path) -> None:
    # It may have been filled by somebody else meanwhile.
    with suppress(OSError):
        path.rmdir()


def _stage(target: Path, content: bytes, undo: ExitStack) -> Path:
    temporary = _beside(target)
    with temporary.open("xb") as file:
        undo.callback(temporary.unlink, missing_ok=True)
        file.write(content)
    if target.exists():
        shutil.copymode(target, temporary)
    return temporary


def _keep(target: Path, copies: ExitStack, undo: ExitStack) -> None:
    """Let `undo` bring back what `target` is now."""
    if not target.is_file():
        undo.callback(target.unlink, missing_ok=True)
        return
    copy = _beside(target)
    copies.callback(copy.unlink, missing_ok=True)
    shutil.copy2(target, copy)
    undo.callback(os.replace, copy, target)


def _beside(target: Path) -> Path:
    return target.with_name(f".{uuid4().hex}.tmp")


def _write_directly(path: Path, content: bytes) -> None:
    if path == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        path.write_bytes(content)


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _named(path: Path) -> str:
    return "standard output" if path == STANDARD_OUTPUT else str(path)
