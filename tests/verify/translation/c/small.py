"""Small functions: what C makes of numbers of every type."""

from __future__ import annotations

from fractions import Fraction

from spec.expression import Quantity
from spec.machine import Span
from spec.term import Term, number
from spec.units import Dimension
from verify.translation.routine import Access, Member, Routine, Structure

NAME = "small"
FILE = f"{NAME}.c"
# What each member of the inputs is, and all that fits into it.
TYPES = {
    f"{sign}{bits}": (
        f"{'u' if sign == 'u' else ''}int{bits}_t",
        Span(0, (1 << bits) - 1) if sign == "u" else Span(-(1 << bits - 1), (1 << bits - 1) - 1),
    )
    for bits in (8, 16, 32)
    for sign in ("u", "s")
}
_COUNT = Quantity(Dimension.COUNT, Fraction(1))
_WIDE = Span(-(1 << 63), (1 << 63) - 1)

HEADER = "".join(
    [
        "#include <stdbool.h>\n#include <stdint.h>\n",
        "struct inputs {\n",
        *(f"    {kind} {name};\n" for name, (kind, _) in TYPES.items()),
        "};\nstruct outputs {\n    int64_t r;\n    int64_t t;\n};\n",
    ]
)
HEAD = "(const struct inputs *in, struct outputs *out)\n"


def _member(name: str, span: Span) -> Member:
    return Member(name, name, _COUNT, span, boolean=False)


def routine(expected: dict[str, Term] | None = None) -> Routine:
    """A function that makes `r` and `t` of numbers of every type."""
    inputs = tuple(_member(name, span) for name, (_, span) in TYPES.items())
    outputs = (_member("r", _WIDE), _member("t", _WIDE))
    return Routine(
        NAME,
        (
            Structure("inputs", Access.READ, inputs),
            Structure("outputs", Access.WRITTEN, outputs),
        ),
        expected or {"r": number(0), "t": number(0)},
    )


def source(body: str, before: str = "") -> dict[str, str]:
    """The file with a function of this body, behind what comes before it."""
    return {
        FILE: f"{HEADER}{before}void {NAME}{HEAD}{{\n{body}\n}}\n",
    }
