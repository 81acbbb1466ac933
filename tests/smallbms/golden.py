"""Texts compared as wholes with committed files."""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).parent / "golden"
_UPDATE = "SMALLBMS_UPDATE_GOLDEN"


def assert_golden(name: str, text: str) -> None:
    """Compare `text` with the file `name`, or write it there if that is asked for."""
    path = _FOLDER / name
    if os.environ.get(_UPDATE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == expected, f"read the difference, then: {_UPDATE}=1 pytest tests/smallbms"
