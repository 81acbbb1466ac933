"""Folders of generated files: what belongs into one, what lies there, and what may be overwritten.

A file is overwritten or removed only if the folder's manifest lists it as it now is: what people
wrote or changed is never lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from codegen import generation, manifest
from codegen.options import Options
from codegen.wording import file_name
from smallbms.presenters.lines import printable
from smallbms.refusal import Refused
from spec.machine import Machine


class State(Enum):
    """What a file in a folder is, beside what should be there.

    Attributes:
        CURRENT: As it should be.
        MISSING: Not there.
        STALE: As it was generated, and now to be generated otherwise.
        EDITED: Changed since it was generated.
        OCCUPIED: In the place of a generated file lies something else.
        OBSOLETE: As it was generated, and no longer made.
        ORPHANED: Changed since it was generated, and no longer made.
        FOREIGN: Never generated.
    """

    CURRENT = "current"
    MISSING = "missing"
    STALE = "stale"
    EDITED = "changed since it was generated"
    OCCUPIED = "not generated"
    OBSOLETE = "no longer made"
    ORPHANED = "no longer made, and changed since it was generated"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it is.

    Attributes:
        recorded: What its manifest says; None if it has none.
        found: Its entries, with the digests of those that are or should be generated; empty for
            what is no regular file, a link among them, and for all others.
    """

    recorded: manifest.Recorded | None
    found: Mapping[str, str]


def rendered(machine: Machine, target: str, options: Options) -> dict[str, bytes]:
    """All that belongs into the folder of `target`, by file name; the manifest is the last.

    Raises:
        codegen.widths.TooWide: A number of the machine does not fit into the target's.
    """
    texts = generation.generate(machine, target, options)
    files = {name: text.encode() for name, text in texts.items()}
    return {**files, manifest.NAME: manifest.manifest(machine, target, options, files)}


def compared(path: Path, wanted: Mapping[str, bytes]) -> dict[str, State]:
    """What the folder at `path`, which need not exist, is beside `wanted`: each file, sorted.

    Raises:
        Refused: Its manifest cannot be understood.
    """
    recorded = recorded_in(path)
    generated = {*wanted, *(recorded.files if recorded else ())}
    entries = list(path.iterdir()) if path.exists() else []
    found = {each.name: _digest(each) if each.name in generated else "" for each in entries}
    digests = {name: manifest.digest(content) for name, content in wanted.items()}
    return compare(Folder(recorded, found), digests)


def compare(folder: Folder, wanted: Mapping[str, str]) -> dict[str, State]:
    """What each file of `folder` and of `wanted`, digests by name, is; sorted by name."""
    names = sorted(folder.found.keys() | wanted.keys())
    return {name: _state(name, folder, wanted.get(name)) for name in names}


def is_current(states: Mapping[str, State]) -> bool:
    """Whether generating once more would change nothing; what is foreign does not matter."""
    return set(states.values()) <= {State.CURRENT, State.FOREIGN}


def require_same_use(path: Path, machine: Machine, target: str) -> None:
    """Refuse a folder that was generated for something else.

    Raises:
        Refused: It holds another target's code, or that of another specification, or a manifest
            that cannot be understood.
    """
    recorded = recorded_in(path)
    if recorded is None:
        return
    if recorded.target != target:
        raise Refused(f"{path} holds the code for {printable(recorded.target)}", _ELSEWHERE)
    if recorded.spec != file_name(machine):
        told = f"{path} holds the code of {printable(recorded.spec)}"
        raise Refused(told, f"{_ELSEWHERE}, or delete what is there")


def require_replaceable(files: Mapping[Path, State]) -> None:
    """Refuse to overwrite what was not generated, or was changed since.

    Raises:
        Refused: Names all such `files`.
    """
    kept = (State.EDITED, State.OCCUPIED)
    named = [f"{path} ({state.value})" for path, state in files.items() if state in kept]
    if named:
        raise Refused(
            f"nothing is written, because this would be overwritten: {', '.join(named)}",
            f"move it away or delete it, or {_ELSEWHERE}",
        )


def recorded_in(path: Path) -> manifest.Recorded | None:
    """What the manifest in the folder at `path` says; None if there is none.

    Raises:
        Refused: It cannot be understood.
    """
    file = path / manifest.NAME
    if file.is_symlink() or not file.is_file():
        return None
    try:
        return manifest.read_manifest(file.read_bytes())
    except manifest.UnreadableManifest as error:
        raise Refused(f"{file} {error}", f"{_ELSEWHERE}, or delete what is there") from None


_ELSEWHERE = "choose another folder with -o"


def _state(name: str, folder: Folder, wanted: str | None) -> State:
    recorded, found = folder.recorded, folder.found.get(name)
    was = recorded.files.get(name) if recorded else None
    if recorded and name == manifest.NAME:
        # It cannot list itself; that it is understood shows that it was generated.
        was = found
    if wanted is None:
        if was is None:
            return State.FOREIGN
        return State.OBSOLETE if found == was else State.ORPHANED
    if found is None:
        return State.MISSING
    if found == wanted:
        return State.CURRENT
    if was is None:
        return State.OCCUPIED
    return State.STALE if found == was else State.EDITED


def _digest(path: Path) -> str:
    # Never through a link: what it leads to may lie anywhere.
    if path.is_symlink() or not path.is_file():
        return ""
    return manifest.digest(path.read_bytes())
