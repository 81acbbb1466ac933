"""`smallbms build`: compile, link and seal a generated firmware; all three files or none."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.manifest import Recorded, digest
from codegen.pico_c import toolchain
from codegen.pico_c.seal import Unfit, seal
from smallbms import compiling
from smallbms.commands import arguments
from smallbms.compiling import CompilerFailed
from smallbms.generated_folder import recorded_in
from smallbms.output import reason, require_directory, write
from smallbms.presenters.lines import printable
from smallbms.refusal import Refused
from smallbms.status import Status

_TARGET = "pico-c"


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
    if not compiling.is_installed():
        told = f"{toolchain.COMPILER} is not installed, and compiles the firmware"
        raise Refused(told, compiling.WAY_OUT)
    try:
        elf, used = compiling.linked(directory, name)
        sealed = seal(elf)
    except (CompilerFailed, Unfit) as failed:
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
