"""Arguments that several commands share."""

from __future__ import annotations

import math
import os
from pathlib import Path

import click

from smallbms.output import STANDARD_OUTPUT, require_file
from smallbms.refusal import Refused

specification = click.argument(
    "path", metavar="[SPEC]", required=False, type=click.Path(path_type=Path)
)
FILE = click.Path(path_type=Path)
DIRECTORY = click.Path(path_type=Path)


class Seconds(click.ParamType[float]):
    """A duration that some work can be done in."""

    name = "S"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """`value` as a positive and finite number."""
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = math.nan
        if not (0 < seconds < math.inf):
            self.fail(f"{value!r} is no number of seconds above 0", param, ctx)
        return seconds


timeout = click.option(
    "--timeout",
    type=Seconds(),
    default=60.0,
    show_default=True,
    help="Time for the whole run; what is not decided then is UNKNOWN.",
)
jobs = click.option(
    "--jobs", metavar="N", type=click.IntRange(min=1), default=2, show_default=True,
    help="Processes to use.",
)  # fmt: skip
board = click.option(
    "--board",
    "board_file",
    metavar="FILE",
    type=FILE,
    help="How the Pico is wired, as TOML; without it, the board of the smallBMS.",
)


def require_files(spec: Path | None, *paths: Path | None) -> None:
    """Refuse output files that cannot be written, or would overwrite one another or `spec`.

    Raises:
        click.UsageError: Two of them are the same file.
        Refused: One of them cannot be written.
    """
    taken: list[Path] = [] if spec is None else [_real(spec)]
    for path in paths:
        if path is None:
            continue
        require_file(path)
        name = path if path == STANDARD_OUTPUT else _real(path)
        if spec is not None and name == _real(spec):
            raise Refused(f"{path}: this is the specification; it is not overwritten")
        if name in taken and (name == STANDARD_OUTPUT or name.is_file() or not name.exists()):
            raise click.UsageError(f"two outputs go to the same place: {path}")
        taken.append(name)


def _real(path: Path) -> Path:
    # Not Path.resolve(), which fails on a link that leads to itself.
    return Path(os.path.realpath(path))
