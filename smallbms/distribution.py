"""What this toolkit says about itself: its version and what it depends on.

An installed toolkit says it in its metadata, a checkout on the path in its `pyproject.toml`.
"""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

NAME = "smallbms"


def version() -> str:
    """The version of this toolkit."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return str(_declared()["version"])


def dependencies() -> tuple[str, ...]:
    """The packages that every command may need, as requirements: ``click>=8.1``."""
    try:
        required = metadata.requires(NAME) or []
        return tuple(each for each in required if "extra ==" not in each)
    except metadata.PackageNotFoundError:
        declared = _declared()["dependencies"]
        assert isinstance(declared, list)
        return tuple(str(each) for each in declared)


def _declared() -> dict[str, object]:
    path = Path(__file__).resolve().parent.parent / "pyproject.toml"
    project: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return project
