"""Manifests: what a folder of generated files was made from, and what each file was then.

Nothing in a manifest changes without cause: no date, version, path or user. Its schema is
versioned; a folder is overwritten only as far as its manifest says that it was generated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath

from codegen.generation import STEP_TARGETS, TARGETS
from codegen.options import Options
from codegen.wording import file_name
from spec.machine import Machine

NAME = "manifest.json"
SCHEMA = 1
_CHOICES = ("settable", "monitors", "tests")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a manifest says of its folder.

    Attributes:
        spec: File name of the machine text.
        files: SHA-256 of each generated file, by name; the names are plain ones.
        asked: Which of `settable`, `monitors` and `tests` were asked for.
    """

    spec: str
    target: str
    files: Mapping[str, str]
    asked: frozenset[str] = frozenset()


class UnreadableManifest(Exception):
    """No manifest, or one of another schema: says which, as the end of a sentence."""


def manifest(machine: Machine, target: str, options: Options, files: Mapping[str, bytes]) -> bytes:
    """The manifest of `files`, generated from `machine` for `target` with `options`.

    The hash of the machine text is that of its lines: the same whatever ends them.
    """
    document = {
        "schema": SCHEMA,
        "spec": {"name": file_name(machine), "sha256": digest(machine.text.encode())},
        "target": target,
        "options": {
            "settable": options.settable,
            "monitors": options.monitors,
            "unverified": list(options.unverified),
            "tests": bool(options.vectors),
            **_board(options),
        },
        "templates": {"sha256": _templates(target)},
        "files": {name: digest(content) for name, content in files.items()},
    }
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_manifest(content: bytes) -> Recorded:
    """What the manifest `content` says.

    Raises:
        UnreadableManifest: It is none, or has another schema.
    """
    foreign = "was not written by smallbms generate"
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise UnreadableManifest(foreign) from None
    match document:
        case {
            "schema": int(schema),
            "spec": {"name": str(spec)},
            "target": str(target),
            "files": dict(files),
        } if schema == SCHEMA and all(map(_is_file, files.items())):
            return Recorded(spec, target, files, _asked(document.get("options")))
        case {"schema": int(schema), "target": str()} if schema != SCHEMA:
            raise UnreadableManifest(f"has schema {schema}, and this smallbms knows {SCHEMA}")
        case {"schema": int(), "target": str()}:
            raise UnreadableManifest("is damaged")
    raise UnreadableManifest(foreign)


def digest(content: bytes) -> str:
    """The SHA-256 of `content`, in hexadecimal."""
    return sha256(content).hexdigest()


def _is_file(item: tuple[str, object]) -> bool:
    """Whether this is a file beside the manifest, and its digest: no path leads elsewhere."""
    name, hashed = item
    is_plain = name not in ("", ".", "..", NAME) and not set(name) & set("/\\\0")
    return is_plain and isinstance(hashed, str) and _DIGEST.fullmatch(hashed) is not None


def _asked(options: object) -> frozenset[str]:
    if not isinstance(options, dict):
        return frozenset()
    return frozenset(each for each in _CHOICES if options.get(each) is True)


def _board(options: Options) -> dict[str, object]:
    """The board, of what has one: how it is wired is part of what was generated."""
    if options.board is None:
        return {}
    name, text = PurePath(options.board.path).name, options.board.text
    return {"board": {"name": name, "sha256": digest(text.encode())}}


def _templates(target: str) -> str:
    """One hash over the names and contents of all templates that `target` may use."""
    # A firmware holds the step as it is written for any board.
    targets = {target: None} if target in STEP_TARGETS else {target: None, **STEP_TARGETS}
    root = Path(__file__).parent
    lines = [
        f"{digest(each.read_bytes())}  {each.relative_to(root).as_posix()}\n"
        for name in targets
        for each in sorted((root / TARGETS[name].split(".")[1] / "templates").rglob("*.jinja"))
    ]
    return digest("".join(lines).encode())
