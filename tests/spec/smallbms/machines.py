"""The machines that ship with the toolkit."""

from __future__ import annotations

from pathlib import Path

from spec.language.reader import shipped

FOLDER = shipped().parent
# The datasheet at its word contradicts itself; it is no machine but a list of sentences.
FILES = tuple(
    path for path in sorted(FOLDER.rglob("*.machine")) if not path.stem.startswith("datasheet")
)
RECEIVERS = tuple(path for path in FILES if path.parent.name == "receivers")
BATTERY = FOLDER / "battery.machine"


def name(path: Path) -> str:
    """What a test is called that is about the machine at `path`."""
    return path.stem
