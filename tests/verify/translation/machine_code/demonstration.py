"""A small function to be read, in C or assembler: what it must do, and how it is compiled."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from spec.expression import BOOLEAN, Quantity
from spec.machine import Span
from spec.term import Variable, at_most, number
from spec.units import Dimension
from tests.codegen.toolchain.compilers import ARM, compile_object, link_bare
from tests.codegen.toolchain.driven import DRIVERS
from verify.translation.finding import Finding
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image
from verify.translation.machine_code.validation import validate
from verify.translation.routine import Access, Member, Routine, Structure

NAME = "demo_step"
THRESHOLD = 100

_HEADER = """
#include <stdint.h>
#include <stdbool.h>

#pragma GCC diagnostic ignored "-Wunused-parameter"

struct demo_state {
    uint16_t count;
};

struct demo_inputs {
    uint32_t level;
    uint8_t flag;
};

struct demo_outputs {
    uint8_t drive;
    uint8_t lamp;
};

"""
_SIGNATURE = """(
    struct demo_state *state, const struct demo_inputs *in, struct demo_outputs *out)
"""
MILLIVOLTS = Quantity(Dimension.VOLTAGE, Fraction(1, 1000))
_COUNT = Member("count", "count", MILLIVOLTS, Span(0, 60_000), False)
_LEVEL = Member("level", "level", MILLIVOLTS, Span(0, 70_000), False)
_FLAG = Member("flag", "flag", BOOLEAN, Span(0, 1), True)
_DRIVE = Member("drive", "drive", BOOLEAN, Span(0, 1), True)
_LAMP = Member("lamp", "lamp", BOOLEAN, Span(0, 1), True)

# The count stays, the drive is on from the threshold, and the lamp shows the flag.
ROUTINE = Routine(
    "step",
    (
        Structure("state", Access.KEPT, (_COUNT,)),
        Structure("inputs", Access.READ, (_LEVEL, _FLAG), trusted=True),
        Structure("outputs", Access.WRITTEN, (_DRIVE, _LAMP)),
    ),
    {
        "count": Variable("count", False),
        "drive": at_most(number(THRESHOLD), Variable("level", False)),
        "lamp": Variable("flag", True),
    },
)

RIGHT = """
    out->drive = in->level >= 100;
    out->lamp = in->flag;
"""


def in_c(body: str, *, before: str = "") -> str:
    """The function with this `body`, and declarations in front of it."""
    return f"{_HEADER}{before}\nvoid {NAME}{_SIGNATURE}{{\n{body}\n}}\n"


def in_assembler(lines: str, *, behind: str = "") -> str:
    """The function made of these instructions and nothing else, and functions behind it."""
    unified = [".syntax unified", *lines.strip().splitlines()]
    text = "".join(f'        "{each.strip()}\\n"\n' for each in unified)
    body = f"{{\n    __asm__(\n{text}    );\n}}\n"
    return f"{_HEADER}__attribute__((naked)) void {NAME}{_SIGNATURE}{body}{behind}"


def build(source: str, folder: Path, *, optimisation: str = "-Os") -> Image:
    """`source`, compiled and linked."""
    file = folder / "demo.c"
    file.write_text(source, encoding="utf-8")
    built = compile_object(ARM, file, folder, optimisation=optimisation)
    elf = link_bare([built], folder / "demo.elf", DRIVERS / "thumb.ld", NAME)
    return read_image(elf.read_bytes())


def validated(source: str, folder: Path, *, optimisation: str = "-Os") -> Finding:
    """What is found of the function that `source` has."""
    return validate(build(source, folder, optimisation=optimisation), ROUTINE, NAME, extrema=False)
