"""Compiling: the cross-compiler for the Raspberry Pi Pico, as a user has it installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from codegen.pico_c import toolchain
from smallbms.output import reason

# Far more than a file takes; a compiler that waits for something must not be waited for.
_PATIENCE_S = 120
# What the linker says of a memory: its name, and how much of it is used.
_USED = re.compile(r"^\s*(\w+):\s+(\d+) (B|KB|MB|GB)\s", re.MULTILINE)
_BYTES = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}

WAY_OUT = f"apt install {toolchain.PACKAGE}; smallbms doctor says more"


class CompilerFailed(Exception):
    """A program did not do its work; the text is what it said."""


def is_installed() -> bool:
    """Whether there is a compiler at all."""
    return shutil.which(toolchain.COMPILER) is not None


def compiled(folder: Path, source: str) -> bytes:
    """The object file of `source`, a file in `folder`, compiled as the firmware is.

    Raises:
        CompilerFailed: It does not compile.
    """
    with TemporaryDirectory(prefix="smallbms-") as made:
        return _compiled(folder.resolve(), source, Path(made)).read_bytes()


def linked(folder: Path, name: str) -> tuple[bytes, dict[str, int]]:
    """The ELF file of the firmware `name` in `folder`, not sealed, and what it takes in bytes.

    Raises:
        CompilerFailed: A source does not compile, or they do not fit together.
    """
    here = folder.resolve()
    with TemporaryDirectory(prefix="smallbms-") as made:
        front_end = all((here / each).is_file() for each in toolchain.FRONT_END_SOURCES)
        sources = toolchain.sources(name, front_end=front_end)
        objects = [str(_compiled(here, each, Path(made))) for each in sources]
        elf = Path(made) / f"{name}.elf"
        linking = [*toolchain.LINK, *objects, *toolchain.LIBRARIES, "-o", str(elf)]
        told = _run([toolchain.COMPILER, *linking], here)
        used = {memory: int(count) * _BYTES[unit] for memory, count, unit in _USED.findall(told)}
        return elf.read_bytes(), {"FLASH": 0, "RAM": 0, **used}


def _compiled(here: Path, source: str, made: Path) -> Path:
    target = made / f"{Path(source).stem}.o"
    mapped = f"-fdebug-prefix-map={here}=."
    command = [toolchain.COMPILER, *toolchain.COMPILE, mapped, "-c", source, "-o", str(target)]
    _run(command, here)
    return target


def _run(command: Sequence[str], folder: Path) -> str:
    """What the program says on its standard output.

    Raises:
        CompilerFailed: It failed, or had something else to say.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except OSError as error:
        raise CompilerFailed(f"{command[0]}: {reason(error)}") from None
    except subprocess.TimeoutExpired:
        raise CompilerFailed(f"{command[0]} did not end within {_PATIENCE_S} s") from None
    if done.returncode or done.stderr:
        raise CompilerFailed(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")
    return done.stdout
