"""Two machines written by hand, and changed copies of them."""

from __future__ import annotations

from pathlib import Path

from tests.codegen.toolchain.interface import Code, Interface, Member

_FOLDER = Path(__file__).parent / "samples"

LAMP = Code(
    Interface(
        "lamp",
        inputs=(
            Member("wanted", "uint8_t"),
            Member("level_mv", "int16_t"),
            Member("dt_ms", "uint16_t"),
        ),
        state=(Member("mode", "uint8_t"), Member("lit_ms", "uint32_t")),
        outputs=(Member("lamp", "uint8_t"), Member("margin_mv", "int32_t")),
    ),
    (_FOLDER / "lamp.c", _FOLDER / "lamp.py"),
)
DIMMER = Code(
    Interface(
        "dimmer",
        inputs=(Member("asked", "uint32_t"),),
        state=(Member("level", "uint32_t"),),
        outputs=(Member("level", "uint32_t"), Member("below", "int32_t")),
        parameters=(Member("longest", "uint32_t"), Member("slope", "int8_t")),
    ),
    (_FOLDER / "dimmer.c", _FOLDER / "dimmer.py"),
)


def changed(code: Code, folder: Path, old: str, new: str) -> Code:
    """A copy of `code` in `folder` in which `old` became `new`, in one of its files at least."""
    texts = {each: each.read_text(encoding="utf-8") for each in code.files}
    assert any(old in text for text in texts.values())
    folder.mkdir(exist_ok=True)
    for header in _FOLDER.glob("*.h"):
        (folder / header.name).write_text(header.read_text(encoding="utf-8"), encoding="utf-8")
    for each, text in texts.items():
        (folder / each.name).write_text(text.replace(old, new), encoding="utf-8")
    return Code(code.interface, tuple(folder / each.name for each in code.files))
