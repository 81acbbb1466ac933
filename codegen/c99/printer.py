"""Expressions of C99.

Brackets as a reader wants them, and rule 12.1 of MISRA C: around a comparison inside a
conjunction, around a sum inside a comparison, around any mix of conjunctions and disjunctions.
What may be negative is combined as int32_t, all else as uint32_t, so that nothing is converted
silently.
"""

from __future__ import annotations

from codegen.layout import Binding, Chain, Group, Piece, closer
from codegen.printing import Printer, Symbol
from spec.term import Choose, Number, Term, Variable, negation


class CPrinter(Printer):
    """Prints terms as C99."""

    both, either, no = "&&", "||", "!"
    loosest_side, loosest_term = Binding.PRODUCT, Binding.PRODUCT

    def truth(self, value: bool) -> str:
        """``true`` or ``false`` of stdbool.h."""
        return "true" if value else "false"

    def number(self, value: int, *, signed: bool) -> str:
        """A literal of type int, or of an unsigned type."""
        return str(value) if signed else f"{value}U"

    def integer(self, symbol: Symbol, term: Variable, *, signed: bool) -> str:
        """A variable, converted where it is unsigned and is combined with what is not."""
        if signed and self.ranges.of(term).lowest >= 0:
            return f"(int32_t){symbol.text}"
        return symbol.text

    def value(
        self, term: Term, members: tuple[str, ...] = (), *, signed: bool | None = None
    ) -> Piece:
        """As in every target; but gcc takes ``c ? 0U : 1U`` for a conversion, and warns of it."""
        match term:
            case Choose(condition=condition, then=Number(value=0), otherwise=Number(value=1)):
                term = Choose(negation(condition), term.otherwise, term.then)
        return super().value(term, members, signed=signed)

    def limit(self, piece: Piece) -> Piece:
        """In brackets."""
        return Group(piece)

    def choice(self, condition: Piece, then: Piece, otherwise: Piece) -> Chain:
        """``(condition) ? then : otherwise``."""
        parts = [closer(each, Binding.SUM) for each in (condition, then, otherwise)]
        return Chain(Binding.CHOICE, parts[0], (("?", parts[1]), (":", parts[2])))
