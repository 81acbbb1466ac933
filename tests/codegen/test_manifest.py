"""Manifests say what a folder was made from, and are believed only as far as they can be."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

import pytest

from codegen.boards import description
from codegen.boards.description import read_board
from codegen.generation import TARGETS
from codegen.manifest import Recorded, UnreadableManifest, digest, manifest, read_manifest
from codegen.options import Options
from spec.language.reader import read, shipped
from spec.vectors import Vector

_MACHINE = read(shipped())[0]
_DIGEST = digest(b"")


def document(**more: object) -> dict[str, Any]:
    made = {"schema": 1, "spec": {"name": "a"}, "target": "c99", "files": {"a.c": _DIGEST}}
    return {**made, **more}


def test_it_can_be_read_again() -> None:
    content = manifest(_MACHINE, "c99", Options(), {"a.c": b"1", "a.h": b"2"})
    expected = Recorded("smallbms.machine", "c99", {"a.c": digest(b"1"), "a.h": digest(b"2")})
    assert read_manifest(content) == expected


def test_what_was_asked_for_can_be_read_again() -> None:
    vector = Vector({}, {}, {}, {}, {}, ())
    for options, asked in (
        (Options(), set()),
        (Options(settable=True), {"settable"}),
        (Options(monitors=True, vectors=(vector,)), {"monitors", "tests"}),
    ):
        assert read_manifest(manifest(_MACHINE, "c99", options, {})).asked == asked
    assert read_manifest(json.dumps(document(options=["settable"])).encode()).asked == set()


def test_the_same_is_said_in_the_same_bytes() -> None:
    first = manifest(_MACHINE, "c99", Options(), {"a.c": b"1", "a.h": b"2"})
    second = manifest(_MACHINE, "c99", Options(), {"a.h": b"2", "a.c": b"1"})
    assert first == second
    assert first.endswith(b"}\n")
    assert list(json.loads(first)) == sorted(json.loads(first))


def test_it_names_the_text_by_its_file_and_not_by_its_folder() -> None:
    moved = replace(_MACHINE, path=f"/somewhere/else/{shipped().name}")
    content = manifest(moved, "c99", Options(), {})
    assert content == manifest(_MACHINE, "c99", Options(), {})
    assert json.loads(content)["spec"] == {
        "name": shipped().name,
        "sha256": sha256(shipped().read_bytes()).hexdigest(),
    }


def test_every_option_is_recorded() -> None:
    vector = Vector({}, {}, {}, {}, {}, ())
    board = read_board(description.shipped(), _MACHINE)
    options = Options(True, True, ("R01",), (vector,), board)
    recorded = json.loads(manifest(_MACHINE, "c99", options, {}))["options"]
    assert recorded == {
        "settable": True,
        "monitors": True,
        "unverified": ["R01"],
        "tests": True,
        "board": {"name": "pico.toml", "sha256": digest(board.text.encode())},
    }
    assert len(recorded) == len(fields(Options))


def test_each_target_has_templates_of_its_own() -> None:
    hashes = [
        json.loads(manifest(_MACHINE, each, Options(), {}))["templates"]["sha256"]
        for each in TARGETS
    ]
    assert len({*hashes, _DIGEST}) == len(hashes) + 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "was not written by smallbms generate"),
        (b"\xff", "was not written by smallbms generate"),
        (b"[" * 100_000, "was not written by smallbms generate"),
        (b"[]", "was not written by smallbms generate"),
        (b'{"name": "a web page", "icons": []}', "was not written by smallbms generate"),
        (json.dumps(document(schema="1")).encode(), "was not written by smallbms generate"),
        (json.dumps(document(schema=2)).encode(), "has schema 2, and this smallbms knows 1"),
        (json.dumps(document(spec="a")).encode(), "is damaged"),
        (json.dumps(document(files=["a.c"])).encode(), "is damaged"),
        (json.dumps(document(files={"a.c": 1})).encode(), "is damaged"),
        (json.dumps(document(files={"a.c": "1"})).encode(), "is damaged"),
    ],
)
def test_what_is_no_manifest_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableManifest, match=told):
        read_manifest(content)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a.c", "/etc/passwd", "a/b.c", "a\\b.c", "a\0.c", "manifest.json"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UnreadableManifest, match="is damaged"):
        read_manifest(json.dumps(document(files={name: _DIGEST})).encode())
