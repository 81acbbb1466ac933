"""Paths as readers and other tools want them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote


def shown_path(path: str) -> str:
    """`path`, relative to the working directory where it lies below that."""
    absolute = Path(path).absolute()
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else path


def uri(path: str) -> str:
    """`path` as a URI reference, relative where `shown_path` is."""
    shown = Path(shown_path(path))
    return shown.as_uri() if shown.is_absolute() else quote(shown.as_posix(), errors="replace")
