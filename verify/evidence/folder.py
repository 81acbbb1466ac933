"""Folder: where certificates are kept, all of one verification or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from verify.evidence.certificate import Script


def keep(folder: Path, made: Iterable[Script]) -> None:
    """All of `made` into `folder`, or none.

    Raises:
        OSError: They cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as draft:
        names = []
        for script in made:
            (Path(draft) / script.name).write_text(script.text, encoding="utf-8")
            names.append(script.name)
        for name in names:
            os.replace(Path(draft) / name, folder / name)
