"""Folders: a folder of generated code, at every level that its target has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

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

FIRMWARE = "pico-c"
_OF_C = ("c99", FIRMWARE)


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


def examine(code: Code, levels: Collection[Level]) -> Iterator[Examined]:
    """Every function in `code` whose meaning is known, at those of `levels` that it has.

    Raises:
        Refused: A file cannot be read.
    """
    if code.target in _OF_C:
        if Level.C in levels:
            for path in _sources(code, ".c"):
                yield from examine_c(path, f"{code.shown}/{path.name}", code.expected)
        if Level.MACHINE_CODE in levels:
            yield from _examine_compiled(code)
        return
    for path in _sources(code, ".py"):
        if Level.PYTHON in levels:
            yield from examine_python(path, f"{code.shown}/{path.name}", code.expected)
    for path in _sources(code, ".py"):
        if Level.BYTECODE in levels:
            yield from _examine_bytecode(code, path)


def _sources(code: Code, suffix: str) -> list[Path]:
    stems = [code.name, f"{code.name}{MONITOR}"]
    stems += [READINGS] if code.expected.has_readings else []
    found = (code.folder / f"{stem}{suffix}" for stem in stems)
    return [each for each in found if each.is_file()]


def _examine_bytecode(code: Code, path: Path) -> Iterator[Examined]:
    from verify.translation.python.bytecode import MissingTool, NotCompiled, compile_module  # noqa: PLC0415

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


def _examine_compiled(code: Code) -> Iterator[Examined]:
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
            yield from examine_machine_code(image, shown, code.expected.symbols(path.stem))
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
        yield from examine_machine_code(image, shown, code.expected.symbols(path.stem))
    finding = compare_uf2(sealed.uf2, image)
    yield Examined(Level.MACHINE_CODE, f"{code.shown}/{code.name}.uf2", finding)


def _not_run(level: Level, shown: str, subject: str, why: str) -> Examined:
    return Examined(level, shown, Finding(subject, Outcome.NOT_RUN, reason=why))
