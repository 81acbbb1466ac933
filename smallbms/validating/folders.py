"""Folders: a folder of generated code, at every level that its target has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from codegen.pico_c import toolchain
from codegen.pico_c.seal import Unfit, seal
from smallbms import compiling
from smallbms.compiling import CompilerFailed
from smallbms.validating.expected import MONITOR, READINGS, Expected
from smallbms.validating.files import (
    Examined,
    Level,
    content_of,
    examine_bytecode,
    examine_c,
    examine_machine_code,
    examine_python,
    image_of,
)
from verify.translation.finding import Finding, Outcome

if TYPE_CHECKING:
    from verify.translation.machine_code.image import Image

FIRMWARE = "pico-c"
_C_TARGETS = ("c99", FIRMWARE)
_OF_C = (Level.C, Level.MACHINE_CODE)
_OF_PYTHON = (Level.PYTHON, Level.BYTECODE)


@dataclass(frozen=True, slots=True)
class Code:
    """A folder of generated code.

    Attributes:
        shown: What it is called.
        name: Of the machine, in the names of files and functions.
    """

    target: str
    folder: Path
    shown: str
    name: str
    expected: Expected


def examine_all(codes: Iterable[Code], levels: Collection[Level], jobs: int) -> list[Examined]:
    """Every function in `codes` whose meaning is known, at those of `levels` that it has.

    At most `jobs` processes work at a time; the order does not depend on them.

    Raises:
        Refused: A file cannot be read.
    """
    work = [
        (code, level)
        for code in codes
        for level in (_OF_C if code.target in _C_TARGETS else _OF_PYTHON)
        if level in levels
    ]
    if jobs == 1 or len(work) == 1:
        return [each for code, level in work for each in _examined(code, level)]
    # What takes longest is begun first.
    order = sorted(range(len(work)), key=lambda k: work[k][1] is not Level.MACHINE_CODE)
    with ProcessPoolExecutor(min(jobs, len(work)), mp_context=get_context("fork")) as pool:
        begun = {k: pool.submit(_examined, *work[k]) for k in order}
        return [each for k in range(len(work)) for each in begun[k].result()]


def _examined(code: Code, level: Level) -> list[Examined]:
    return list(_LOOKS[level](code))


def _examine_c(code: Code) -> Iterator[Examined]:
    for path in _sources(code, ".c"):
        yield from examine_c(path, f"{code.shown}/{path.name}", code.expected)


def _examine_python(code: Code) -> Iterator[Examined]:
    for path in _sources(code, ".py"):
        yield from examine_python(path, f"{code.shown}/{path.name}", code.expected)


def _sources(code: Code, suffix: str) -> list[Path]:
    stems = [code.name, f"{code.name}{MONITOR}"]
    stems += [READINGS] if code.expected.has_readings else []
    found = (code.folder / f"{stem}{suffix}" for stem in stems)
    return [each for each in found if each.is_file()]


def _examine_bytecode(code: Code) -> Iterator[Examined]:
    for path in _sources(code, ".py"):
        yield from _examine_module(code, path)


def _examine_module(code: Code, path: Path) -> Iterator[Examined]:
    """What MicroPython's compiler makes of a module."""
    from verify.translation.python.bytecode import (  # noqa: PLC0415
        MissingTool,
        NotCompiled,
        compile_module,
    )

    shown = f"{code.shown}/{path.stem}.mpy"
    try:
        content = compile_module(content_of(path).decode(), path.name)
    except MissingTool as missing:
        yield _not_run(Level.BYTECODE, shown, path.stem, str(missing))
        return
    except NotCompiled as failed:
        told = f"it does not compile: {str(failed).splitlines()[-1]}"
        yield Examined(Level.BYTECODE, shown, Finding(path.stem, Outcome.DIFFERS, reason=told))
        return
    yield from examine_bytecode(content, path.stem, shown, code.expected)


def _examine_machine_code(code: Code) -> Iterator[Examined]:
    """What the compiler that is installed makes of it."""
    if not compiling.is_installed():
        told = f"{toolchain.COMPILER} is not installed: {compiling.WAY_OUT}"
        yield _not_run(Level.MACHINE_CODE, code.shown, code.name, told)
        return
    try:
        if code.target == FIRMWARE:
            yield from _examine_firmware(code)
            return
        for path in _sources(code, ".c"):
            shown = f"{code.shown}/{path.stem}.o"
            image = image_of(compiling.compiled(code.folder, path.name), shown)
            yield from _examine_image(code, path, image, shown)
    except CompilerFailed as failed:
        told = str(failed).splitlines()[0]
        finding = Finding(code.name, Outcome.DIFFERS, reason=f"it does not compile: {told}")
        yield Examined(Level.MACHINE_CODE, code.shown, finding)


def _examine_firmware(code: Code) -> Iterator[Examined]:
    """The functions as they are linked, and the file that is dropped onto a Pico."""
    from verify.translation.machine_code.uf2 import compare_uf2  # noqa: PLC0415

    elf, _ = compiling.linked(code.folder, code.name)
    try:
        sealed = seal(elf)
    except Unfit as unfit:
        finding = Finding(f"{code.name}.uf2", Outcome.DIFFERS, reason=str(unfit))
        yield Examined(Level.MACHINE_CODE, code.shown, finding)
        return
    shown = f"{code.shown}/{code.name}.elf"
    image = image_of(sealed.elf, shown)
    for path in _sources(code, ".c"):
        yield from _examine_image(code, path, image, shown)
    finding = compare_uf2(sealed.uf2, image)
    yield Examined(Level.MACHINE_CODE, f"{code.shown}/{code.name}.uf2", finding)


def _examine_image(code: Code, path: Path, image: Image, shown: str) -> Iterator[Examined]:
    """The functions of the source at `path`, as they are in `image`."""
    # How long a step takes is what a scheduler and a watchdog ask; a monitor is no part of either.
    timed = path.stem == code.name
    return examine_machine_code(image, shown, code.expected.symbols(path.stem), timed=timed)


def _not_run(level: Level, shown: str, subject: str, why: str) -> Examined:
    return Examined(level, shown, Finding(subject, Outcome.NOT_RUN, reason=why))


_LOOKS = {
    Level.C: _examine_c,
    Level.MACHINE_CODE: _examine_machine_code,
    Level.PYTHON: _examine_python,
    Level.BYTECODE: _examine_bytecode,
}
