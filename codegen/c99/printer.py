"""Expressions of C99.

Brackets as a reader wants them, and rule 12.1 of MISRA C: around a comparison inside a
conjunction, around a sum inside a comparison, around any mix of conjunctions and disjunctions.
What may be negative is combined as int32_t, all else as uint32_t, so that nothing is converted
silently.
"""

from __future__ import annotations

from codegen.layout import Atom, Binding, Chain, Group, Piece, Prefixed, closer
from codegen.printing import Printer, Symbol, is_signed
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
        """As in every target; but gcc takes ``c ? 0U : 1U`` for a conversion, and warns of it.

        What stands alone and is never negative is unsigned, even if parts of it are signed.
        """
        match term:
            case Choose(condition=condition, then=Number(value=0), otherwise=Number(value=1)):
                term = Choose(negation(condition), term.otherwise, term.then)
        piece = super().value(term, members, signed=signed)
        alone = signed is None and is_signed(term, self.ranges)
        if alone and self.ranges.of(term).lowest >= 0:
            return Prefixed("(uint32_t)", piece if isinstance(piece, Atom) else Group(piece))
        return piece

    def decided(self, sign: str, limit: int, *, signed: bool) -> bool | None:
        """By the ends of a type: compilers warn of a comparison that only they decide."""
        lowest, highest = (-(2**31), 2**31 - 1) if signed else (0, 2**32 - 1)
        return {
            (">=", lowest): True,
            ("<", lowest): False,
            ("<=", highest): True,
            (">", highest): False,
        }.get((sign, limit))

    def limit(self, piece: Piece) -> Piece:
        """In brackets."""
        return Group(piece)

    def choice(self, condition: Piece, then: Piece, otherwise: Piece) -> Chain:
        """``(condition) ? then : otherwise``."""
        parts = [closer(each, Binding.PRODUCT) for each in (condition, then, otherwise)]
        return Chain(Binding.CHOICE, parts[0], (("?", parts[1]), (":", parts[2])))
