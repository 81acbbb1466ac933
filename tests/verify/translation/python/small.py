"""A routine of a few values, and modules that are to do what it says."""

from __future__ import annotations

from fractions import Fraction

from spec.expression import BOOLEAN, Quantity
from spec.machine import Span
from spec.term import Term, Variable
from spec.units import Dimension
from verify.translation.routine import Access, Member, Routine, Structure

COUNT = Quantity(Dimension.COUNT, Fraction(1))
NUMBER, OTHER, KEPT = (Variable(name, False) for name in ("number", "other", "kept"))
FLAG = Variable("flag", True)
SPAN = Span(-1000, 100_000)


def routine(shown: Term = NUMBER, *, keep: Term = KEPT) -> Routine:
    """Show a number, and keep one."""
    return Routine(
        "step",
        (
            Structure("state", Access.KEPT, (_number("kept", Span(0, 500)),)),
            Structure("inputs", Access.READ, (*_inputs(),), trusted=True),
            Structure("outputs", Access.WRITTEN, (_number("shown", SPAN),)),
        ),
        {"shown": shown, "kept": keep},
    )


def _inputs() -> list[Member]:
    flag = Member("flag", "flag", BOOLEAN, Span(0, 1), boolean=True)
    return [_number("number", SPAN), _number("other", SPAN), flag]


def _number(name: str, span: Span) -> Member:
    return Member(name, name, COUNT, span, boolean=False)


def module(body: str, above: str = "") -> str:
    """A module whose step has these statements, with these lines above it."""
    indented = "\n".join(f"    {each}".rstrip() for each in body.strip("\n").splitlines())
    return f"{above}\n\ndef step(state, inputs, out):\n{indented}\n"
