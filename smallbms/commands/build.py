"""`smallbms build`: compile, link and seal a generated firmware; all three files or none."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from codegen.manifest import Recorded, digest
from codegen.pico_c import toolchain
from codegen.pico_c.seal import Unfit, seal
from smallbms.commands import arguments
from smallbms.generated_folder import recorded_in
from smallbms.output import reason, require_directory, write
from smallbms.presenters.lines import printable
from smallbms.refusal import Refused
from smallbms.status import Status

_TARGET = "pico-c"
# Far more than a file takes; a compiler that waits for something must not be waited for.
_PATIENCE_S = 120
# What the linker says of a memory: its name, and how much of it is used.
_USED = re.compile(r"^\s*(\w+):\s+(\d+) (B|KB|MB|GB)\s", re.MULTILINE)
_BYTES = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}


class _Failed(Exception):
    """A program did not do its work; the text is what it said."""


@click.command("build")
@click.argument("directory", metavar="DIR", type=arguments.DIRECTORY)
def command(directory: Path) -> Status:
    """Compile, link and seal a generated firmware for the Raspberry Pi Pico.

    DIR is what `smallbms generate -t pico-c` wrote. Beside its sources come the UF2 file, which is
    dropped onto the drive of a Pico in its boot mode, the ELF file for debuggers, and the plain
    image: all three or none.

    Exit status: 0 built, 1 the compiler or the linker refuses a source, 2 wrong use.
    """
    recorded = _recorded(directory)
    name = toolchain.firmware_name(recorded.files)
    if name is None:
        raise Refused(f"{directory} holds no firmware", _generate(directory))
    changed = _changed(directory, recorded)
    require_directory(directory)
    if shutil.which(toolchain.COMPILER) is None:
        told = f"{toolchain.COMPILER} is not installed, and compiles the firmware"
        raise Refused(told, f"apt install {toolchain.PACKAGE}; smallbms doctor says more")
    try:
        elf, used = _linked(directory, name)
        sealed = seal(elf)
    except (_Failed, Unfit) as failed:
        click.echo(f"{failed}\nsmallbms: {directory} is not built, nothing is written", err=True)
        return Status.FAILS
    files = {
        directory / f"{name}.elf": sealed.elf,
        directory / f"{name}.bin": sealed.image,
        directory / f"{name}.uf2": sealed.uf2,
    }
    write(files)
    for path, content in files.items():
        click.echo(f"written  {printable(str(path))}  {len(content):,} bytes")
    click.echo(f"{used['FLASH']:,} bytes of flash, {used['RAM']:,} bytes of RAM, stack included")
    for each in changed:
        told = "changed since it was generated: nothing is proved of this firmware"
        click.echo(f"warning: {printable(str(directory / each))}: {told}", err=True)
    return Status.HOLDS


def _recorded(directory: Path) -> Recorded:
    """What the manifest says of the firmware.

    Raises:
        Refused: There is none, or it is of something else.
    """
    if not directory.is_dir():
        raise Refused(f"{directory}: there is no such directory", _generate(directory))
    recorded = recorded_in(directory)
    if recorded is None:
        raise Refused(f"{directory} holds no generated firmware", _generate(directory))
    if recorded.target != _TARGET:
        told = f"{directory} holds the code for {printable(recorded.target)}, which is no firmware"
        raise Refused(told, "generate one into another folder: -t pico-c -o DIR")
    return recorded


def _generate(directory: Path) -> str:
    return f"smallbms generate -t {_TARGET} -o {directory} writes one"


def _changed(directory: Path, recorded: Recorded) -> list[str]:
    """The files that are not as they were generated.

    Raises:
        Refused: Some are not there at all, or cannot be read.
    """
    missing = [name for name in recorded.files if not (directory / name).is_file()]
    if missing:
        told = f"{directory} is not complete, there is no {', '.join(missing)}"
        raise Refused(told, _generate(directory).removesuffix("one") + "all of it")
    try:
        return [
            name
            for name, hashed in recorded.files.items()
            if digest((directory / name).read_bytes()) != hashed
        ]
    except OSError as error:
        raise Refused(f"{error.filename}: {reason(error)}") from None


def _linked(directory: Path, name: str) -> tuple[bytes, dict[str, int]]:
    """The ELF file, not sealed yet, and how many bytes of each memory it takes.

    Raises:
        _Failed: A source does not compile, or they do not fit together.
    """
    here = directory.resolve()
    compiler = toolchain.COMPILER
    with TemporaryDirectory(prefix="smallbms-") as made:
        objects = []
        for source in toolchain.sources(name):
            target = Path(made) / f"{Path(source).stem}.o"
            objects.append(str(target))
            mapped = f"-fdebug-prefix-map={here}=."
            _run([compiler, *toolchain.COMPILE, mapped, "-c", source, "-o", str(target)], here)
        elf = Path(made) / f"{name}.elf"
        linking = [*toolchain.LINK, *objects, *toolchain.LIBRARIES, "-o", str(elf)]
        told = _run([compiler, *linking], here)
        used = {memory: int(count) * _BYTES[unit] for memory, count, unit in _USED.findall(told)}
        return elf.read_bytes(), {"FLASH": 0, "RAM": 0, **used}


def _run(command: Sequence[str], folder: Path) -> str:
    """What the program says on its standard output.

    Raises:
        _Failed: It failed, or had something else to say.
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
        raise _Failed(f"{command[0]}: {reason(error)}") from None
    except subprocess.TimeoutExpired:
        raise _Failed(f"{command[0]} did not end within {_PATIENCE_S} s") from None
    if done.returncode or done.stderr:
        raise _Failed(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")
    return done.stdout
