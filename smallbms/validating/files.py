"""Files: each function of one file of code, compared with what it must do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from smallbms.output import reason
from smallbms.refusal import Refused
from smallbms.validating.expected import MONITOR, READINGS, Expected
from verify.translation.finding import Finding
from verify.translation.routine import Routine

if TYPE_CHECKING:
    from verify.translation.machine_code.image import Image


class Level(Enum):
    """How close to what runs the code is looked at."""

    C = "c"
    MACHINE_CODE = "machine-code"
    PYTHON = "python"
    BYTECODE = "bytecode"


@dataclass(frozen=True, slots=True)
class Examined:
    """One function of one file.

    Attributes:
        file: As it is shown.
    """

    level: Level
    file: str
    finding: Finding


def examine_c(path: Path, shown: str, expected: Expected) -> Iterator[Examined]:
    """Each function of the C file at `path`, with the headers beside it.

    Raises:
        Refused: A file cannot be read.
    """
    from verify.translation.c.validation import validate  # noqa: PLC0415

    headers = sorted(path.parent.glob("*.h"))
    sources = {each.name: _text(each) for each in (path, *headers)}
    for symbol, wanted in expected.symbols(path.stem).items():
        yield Examined(Level.C, shown, validate(sources, path.name, wanted, symbol))


def examine_python(path: Path, shown: str, expected: Expected) -> Iterator[Examined]:
    """Each function of the MicroPython module at `path`.

    Raises:
        Refused: It cannot be read.
    """
    from verify.translation.python.source import validate_source  # noqa: PLC0415

    module = _text(path)
    for wanted in expected.of(path.stem).values():
        yield Examined(Level.PYTHON, shown, validate_source(module, path.name, wanted))


def examine_bytecode(
    content: bytes, stem: str, shown: str, expected: Expected
) -> Iterator[Examined]:
    """Each function of a compiled MicroPython module, whose name is `stem`."""
    from verify.translation.python.bytecode import validate_bytecode  # noqa: PLC0415

    for wanted in expected.of(stem).values():
        yield Examined(Level.BYTECODE, shown, validate_bytecode(content, wanted))


def image_of(content: bytes, shown: str) -> Image:
    """The ELF file with that content.

    Raises:
        Refused: It cannot be read.
    """
    from verify.translation.machine_code.elf import UnreadableImage, read_image  # noqa: PLC0415

    try:
        return read_image(content)
    except UnreadableImage as error:
        raise Refused(f"{shown}: {error}") from None


def examine_machine_code(
    image: Image, shown: str, wanted: Mapping[str, Routine], *, timed: bool
) -> Iterator[Examined]:
    """Each function of `image`, by its symbol; if `timed`, with how long the step takes."""
    from verify.translation.machine_code.validation import validate  # noqa: PLC0415

    for symbol, each in wanted.items():
        finding = validate(image, each, symbol, extrema=timed and each.name == "step")
        yield Examined(Level.MACHINE_CODE, shown, finding)


def examine_elf(path: Path, names: Iterable[str], expected: Expected) -> Iterator[Examined]:
    """Each function of a machine, which is called one of `names`, that is in the ELF at `path`.

    Raises:
        Refused: It cannot be read, or there is no step in it.
    """
    image = image_of(content_of(path), str(path))
    prefixes = list(names)
    found = next((each for each in prefixes if image.has(f"{each}_step")), None)
    if found is None:
        told = f"{path}: there is no function {prefixes[0]}_step"
        raise Refused(told, "compile it with -g, and do not strip it")
    for stem in (found, f"{found}{MONITOR}", READINGS):
        if stem == READINGS and not expected.has_readings:
            continue
        symbols = expected.symbols(stem)
        wanted = {symbol: each for symbol, each in symbols.items() if image.has(symbol)}
        yield from examine_machine_code(image, str(path), wanted, timed=stem == found)


def examine_uf2(path: Path, elf: Path) -> Examined:
    """Whether the UF2 file at `path` brings what the ELF file at `elf` holds.

    Raises:
        Refused: One of them cannot be read.
    """
    from verify.translation.machine_code.uf2 import compare_uf2  # noqa: PLC0415

    finding = compare_uf2(content_of(path), image_of(content_of(elf), str(elf)))
    return Examined(Level.MACHINE_CODE, str(path), finding)


def content_of(path: Path) -> bytes:
    """The bytes of `path`.

    Raises:
        Refused: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path}: {reason(error)}") from None


def _text(path: Path) -> str:
    try:
        return content_of(path).decode()
    except UnicodeDecodeError:
        raise Refused(f"{path}: this is no text") from None
