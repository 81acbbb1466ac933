"""Programs of the machine and of the environment, and what they say when they fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

# Longer than any tool needs for what the tests give it; a hang is then a failure, with a name.
_PATIENCE_S = 300


class ProgramMissingError(Exception):
    """A program that the tests need is not installed."""


class ProgramFailedError(Exception):
    """A program said no; the text is its command and everything that it said."""


def find(name: str) -> Path:
    """The program called `name`: of the environment that runs the tests, else of the machine."""
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)))
    found = shutil.which(name, path=path)
    if found is None:
        raise ProgramMissingError(f"{name} is not installed; `make test` installs it")
    return Path(found)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    given: bytes = b"",
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end; messages are in English, whatever the machine speaks.

    Args:
        command: The program's name or path, and its arguments.
        folder: Where it runs.
        environment: Variables beside those of this process.
        given: Its standard input.

    Raises:
        ProgramMissingError: It is not installed.
        ProgramFailedError: Its exit status is not 0, or it came to no end.
    """
    words = [str(find(str(command[0]))), *map(str, command[1:])]
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            input=given,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramFailedError(f"{' '.join(words)}\nno end after {_PATIENCE_S} s") from error
    if done.returncode != 0:
        said = (done.stdout[-4000:] + done.stderr[-8000:]).decode(errors="replace")
        raise ProgramFailedError(f"{' '.join(words)}\nexit status {done.returncode}\n{said}")
    return done
