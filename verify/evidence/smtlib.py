"""SMT-LIB 2: proof obligations as text, for any solver.

A printer of its own, from terms straight to text: z3's builder has no part in it, so that a
mistake in `verify.smt` cannot repeat itself here. Two readings of a term: integers (QF_LIA), and
bit-vectors with the machine's widths (QF_BV), where every variable is stored in 8, 16, 32 or 64
bits and every operation is done in 32 or 64, whichever interval arithmetic shows to be enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from spec.machine import Span
from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Truth,
    Variable,
    is_boolean,
    parts,
    postorder,
)

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Interval of a term too wide for 64 bits: such a machine is not certified in bit-vectors.
_WIDEST = 64


_ON_BITS = {"+": "bvadd", "*": "bvmul", "<=": "bvsle", "<": "bvslt"}


class TooWide(Exception):
    """An intermediate value may leave 64 bits."""


class Lia:
    """Terms in linear integer arithmetic."""

    logic = "QF_LIA"

    def name(self, name: str) -> str:
        """`name` as a symbol."""
        return name if _PLAIN.fullmatch(name) else f"|{name}|"

    def sort(self, span: Span | None) -> str:
        """The sort of a variable with values in `span`; None for a condition."""
        return "Int" if span else "Bool"

    def integer(self) -> str:
        """The sort of integer terms."""
        return "Int"

    def constant(self, value: int, boolean: bool) -> str:
        """`value` as a literal."""
        if boolean:
            return "true" if value else "false"
        return str(value) if value >= 0 else f"(- {-value})"

    def variable(self, name: str) -> str:
        """The value of the variable `name`."""
        return self.name(name)

    def declare(self, name: str, span: Span | None) -> list[str]:
        """Declarations of the variable `name`."""
        return [f"(declare-const {self.name(name)} {self.sort(span)})"]

    def stored(self, text: str, span: Span | None) -> str:
        """`text` after it was stored in a variable with values in `span` and read again."""
        return text

    def range(self, name: str, span: Span) -> list[str]:
        """`name` lies in `span`."""
        value = self.variable(name)
        return [
            self.apply("<=", [self.constant(span.lowest, False), value]),
            self.apply("<=", [value, self.constant(span.highest, False)]),
        ]

    def apply(self, operator: str, inside: Sequence[str]) -> str:
        """`operator` (+ * <= < = and or not ite) on `inside`."""
        return f"({operator} {' '.join(inside)})"

    def text(self, term: Term, inside: Sequence[str]) -> str:
        """One operation, its parts printed already."""
        match term:
            case Number(value=value):
                return self.constant(value, False)
            case Truth(value=value):
                return self.constant(int(value), True)
            case Variable(name=name, boolean=boolean):
                return self.name(name) if boolean else self.variable(name)
            case Sum():
                return self.apply("+", inside)
            case Product(factor=factor):
                return self.apply("*", [self.constant(factor, False), *inside])
            case AtMost():
                return self.apply("<=", inside)
            case Less():
                return self.apply("<", inside)
            case Equal():
                return self.apply("=", inside)
            case Not():
                return self.apply("not", inside)
            case And():
                return self.apply("and", inside)
            case Or():
                return self.apply("or", inside)
            case Choose():
                return self.apply("ite", inside)

    def inline(self, term: Term) -> str:
        """`term` as one expression, shared parts bound with let."""
        known: dict[Term, str] = {}
        lets: list[str] = []
        for part in postorder([term]):
            text = self.text(part, [known[each] for each in parts(part)])
            if parts(part):
                name = f"?{len(lets)}"
                lets.append(f"(let (({name} {text})) ")
                text = name
            known[part] = text
        return "".join(lets) + known[term] + ")" * len(lets)


class BitVectors(Lia):
    """Terms in two's complement, as the generated C computes them.

    Args:
        width: Of every operation, 32 or 64; variables are stored narrower and extended.
    """

    logic = "QF_BV"

    def __init__(self, width: int) -> None:
        self._width = width

    def sort(self, span: Span | None) -> str:
        """The narrowest of 8, 16, 32 and 64 bits that holds `span`."""
        return f"(_ BitVec {storage(span)[0]})" if span else "Bool"

    def integer(self) -> str:
        """The sort of integer terms."""
        return f"(_ BitVec {self._width})"

    def constant(self, value: int, boolean: bool) -> str:
        """`value` modulo two to the width."""
        if boolean:
            return super().constant(value, boolean)
        return f"(_ bv{value % (1 << self._width)} {self._width})"

    def variable(self, name: str) -> str:
        """The variable, extended to the width of operations."""
        return self.name(f"{name}.wide")

    def declare(self, name: str, span: Span | None) -> list[str]:
        """The stored variable and, for integers, its extension."""
        lines = super().declare(name, span)
        if span:
            wide = self._extended(self.name(name), span)
            lines.append(f"(define-fun {self.variable(name)} () {self.integer()} {wide})")
        return lines

    def stored(self, text: str, span: Span | None) -> str:
        """Cut to the stored width and extended again."""
        if span is None:
            return text
        bits, _ = storage(span)
        return self._extended(f"((_ extract {bits - 1} 0) {text})", span)

    def _extended(self, text: str, span: Span) -> str:
        bits, signed = storage(span)
        if bits == self._width:
            return text
        return f"((_ {'sign' if signed else 'zero'}_extend {self._width - bits}) {text})"

    def apply(self, operator: str, inside: Sequence[str]) -> str:
        """`operator` on bit-vectors; comparisons are signed."""
        return super().apply(_ON_BITS.get(operator, operator), inside)


def storage(span: Span) -> tuple[int, bool]:
    """Bits and signedness of the narrowest machine integer that holds `span`."""
    signed = span.lowest < 0
    for bits in (8, 16, 32, 64):
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        if low <= span.lowest and span.highest <= high:
            return bits, signed
    raise TooWide


def width(terms: Iterable[Term], spans: Mapping[str, Span]) -> int:
    """32 or 64: enough bits for every value that occurs in `terms`, signed.

    Raises:
        TooWide: 64 bits are not enough.
    """
    found = extremes(terms, spans)
    for bits in (32, _WIDEST):
        if -(1 << bits - 1) <= found.lowest and found.highest < 1 << bits - 1:
            return bits
    raise TooWide


def extremes(terms: Iterable[Term], spans: Mapping[str, Span]) -> Span:
    """The least and the most of 0 and every value that occurs in `terms`.

    `spans` tells the values of integer variables. By interval arithmetic: nothing lies outside,
    but the ends need not be attained.
    """
    known: dict[Term, Span] = {}
    lowest = highest = 0
    for term in postorder(terms):
        inside = [known[part] for part in parts(term) if part in known]
        match term:
            case Number(value=value):
                span = Span(value, value)
            case Variable(name=name, boolean=False):
                span = spans[name]
            case Sum():
                span = Span(
                    inside[0].lowest + inside[1].lowest,
                    inside[0].highest + inside[1].highest,
                )
            case Product(factor=factor):
                ends = (factor * inside[0].lowest, factor * inside[0].highest)
                span = Span(min(ends), max(ends))
            case Choose() if not is_boolean(term):
                then, otherwise = known[term.then], known[term.otherwise]
                span = Span(
                    min(then.lowest, otherwise.lowest),
                    max(then.highest, otherwise.highest),
                )
            case _:
                continue
        known[term] = span
        lowest, highest = min(lowest, span.lowest), max(highest, span.highest)
    return Span(lowest, highest)
