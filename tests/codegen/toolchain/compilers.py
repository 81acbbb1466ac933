"""The C compilers that the generated code must pass without a warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.codegen.toolchain.programs import run

STRICT = (
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wswitch-enum",
    "-Wshadow",
    "-Werror",
)


@dataclass(frozen=True, slots=True)
class Compiler:
    """A C compiler for one kind of machine.

    Attributes:
        flags: Beside `STRICT`, in every compilation.
        checked: Flags with which the program checks itself while it runs.
    """

    name: str
    program: str
    flags: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()


GCC = Compiler(
    "gcc", "gcc", checked=("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
)
# Trapping, because Debian packs clang's sanitizer libraries apart.
CLANG = Compiler("clang", "clang", checked=("-fsanitize=undefined", "-fsanitize-trap=undefined"))
ARM = Compiler(
    "arm",
    "arm-none-eabi-gcc",
    (
        "-mcpu=cortex-m0plus",
        "-mthumb",
        "-ffreestanding",
        "-fno-common",
        "-ffunction-sections",
        "-fdata-sections",
        # At -Os, switches would call a function of libgcc, which the proofs then had to follow.
        "-fno-jump-tables",
        "-g",
    ),
)
HOSTS = (GCC, CLANG)


def compile_object(
    compiler: Compiler,
    source: Path,
    folder: Path,
    *,
    optimisation: str = "-Os",
    options: Sequence[str] = (),
) -> Path:
    """Compile one file to an object file in `folder`, named after source and compiler.

    Raises:
        ProgramFailedError: The compiler had something to say, a warning at least.
    """
    target = folder / f"{source.stem}-{compiler.name}{optimisation}.o"
    command = [compiler.program, *STRICT, *compiler.flags, optimisation, *options]
    run([*command, "-c", source, "-o", target])
    return target


def compile_objects(
    compiler: Compiler,
    sources: Sequence[Path],
    folder: Path,
    *,
    optimisation: str = "-Os",
    options: Sequence[str] = (),
) -> list[Path]:
    """Compile every file of `sources` that is no header."""
    return [
        compile_object(compiler, source, folder, optimisation=optimisation, options=options)
        for source in sources
        if source.suffix != ".h"
    ]


def link(
    compiler: Compiler, objects: Sequence[Path], target: Path, *, options: Sequence[str] = ()
) -> Path:
    """Link object files to `target`: an executable, or what `options` make of it."""
    run([compiler.program, *compiler.flags, *options, *objects, "-o", target])
    return target


def link_shared(compiler: Compiler, objects: Sequence[Path], target: Path) -> Path:
    """Link object files, compiled with ``-fPIC``, to a library for `ctypes.CDLL`."""
    return link(compiler, objects, target, options=("-shared",))


def link_bare(objects: Sequence[Path], target: Path, script: Path, entry: str) -> Path:
    """Link Thumb objects to an ELF without a C library; what `entry` does not use is left out.

    Raises:
        ProgramFailedError: Something is not there, such as the `memcpy` that a copied struct calls.
    """
    options = ("-nostdlib", "-static", "-Wl,--gc-sections", f"-Wl,--entry={entry}", "-T", script)
    return link(ARM, [*objects, Path("-lgcc")], target, options=tuple(map(str, options)))
