"""Builds of a file in C for every processor whose code is read, as object files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.codegen.toolchain.programs import run
from verify.translation.equivalence import compare
from verify.translation.finding import Finding
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image
from verify.translation.machine_code.layout import structures
from verify.translation.machine_code.pcode import evaluate
from verify.translation.routine import Routine


@dataclass(frozen=True)
class Target:
    """A processor, and the command of a compiler for it."""

    name: str
    command: tuple[str, ...]


def _cortex(name: str) -> Target:
    return Target(name, ("arm-none-eabi-gcc", f"-mcpu=cortex-{name}", "-mthumb"))


M0PLUS = _cortex("m0plus")
M3 = _cortex("m3")
M4 = _cortex("m4")
# No other compiler for RISC-V is needed than one that everybody has; no linker is.
RV32 = Target(
    "rv32imc",
    ("clang", "--target=riscv32-unknown-elf", "-march=rv32imc", "-mabi=ilp32", "-mno-relax"),
)
_FLAGS = ("-std=c99", "-ffreestanding", "-fno-jump-tables")


def build(
    files: Mapping[str, str],
    source: str,
    folder: Path,
    target: Target = M0PLUS,
    options: Sequence[str] = ("-Os", "-g"),
) -> bytes:
    """The file `source` of `files`, compiled."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = folder / "built.o"
    run([*target.command, *_FLAGS, *options, "-c", source, "-o", result], folder=folder)
    return result.read_bytes()


def image_of(
    source: str, folder: Path, target: Target = M0PLUS, options: Sequence[str] = ("-Os", "-g")
) -> Image:
    """The C in `source`, compiled and read."""
    return read_image(build({"built.c": source}, "built.c", folder, target, options))


def found(image: Image, routine: Routine, name: str) -> Finding:
    """What P-code says of the function `name`.

    Raises:
        Forbidden: It does what no controller may.
        NotUnderstood: It is not supported.
        Unmatched: It is given something else.
    """
    layouts = structures(image, routine, name)
    evaluated = evaluate(image, image.function(name), layouts, routine)
    return compare(routine, name, evaluated)
