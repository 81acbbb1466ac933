"""Generated code, compiled for the Cortex-M0+ as people compile, and what its functions must do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.codegen.machines import Written, machine, write
from tests.codegen.toolchain.compilers import ARM, Compiler, compile_object
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image
from verify.translation.routine import (
    Routine,
    init,
    parameters_check,
    parameters_init,
    settings_of,
    step,
)

CLANG = Compiler(
    "clang-arm",
    "clang",
    ("--target=thumbv6m-none-eabi", "-mcpu=cortex-m0plus", "-ffreestanding", "-g"),
)


@cache
def written(path: Path, *, settable: bool) -> Written:
    """The C code of the machine at `path`."""
    folder = Path(mkdtemp(prefix="smallbms-"))
    return write(machine(path), folder, settable=settable, targets=["c99"])


@cache
def build(
    path: Path, *, settable: bool, optimisation: str = "-Os", compiler: Compiler = ARM
) -> Image:
    """That code, compiled."""
    code = written(path, settable=settable).code
    (source,) = (each for each in code.in_language(".c") if each.stem == code.interface.name)
    built = compile_object(compiler, source, source.parent, optimisation=optimisation)
    return read_image(built.read_bytes())


def routines(path: Path, *, settable: bool) -> dict[str, Routine]:
    """What each function of that code must do, by name."""
    made = written(path, settable=settable)
    has_settings = settable and bool(settings_of(made.system))
    told = [step(made.system, settable=has_settings), init(made.system)]
    if has_settings:
        told += [parameters_init(made.system), parameters_check(made.system)]
    return {f"{made.code.interface.name}_{each.name}": each for each in told}
