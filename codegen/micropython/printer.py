"""Expressions of MicroPython, which are Python's.

Broken as ``ruff format`` breaks them. Conditions that are kept as numbers are compared, never
taken for truths, so that an expression has one type whatever the values are.
"""

from __future__ import annotations

from codegen.layout import Binding, Chain, Piece, closer
from codegen.printing import Printer, Symbol
from spec.term import Variable


class PythonPrinter(Printer):
    """Prints terms as Python."""

    both, either, no = "and", "or", "not "
    loosest_side, loosest_term = Binding.COMPARISON, Binding.SUM

    def truth(self, value: bool) -> str:
        """``True`` or ``False``."""
        return repr(value)

    def number(self, value: int, *, signed: bool) -> str:
        """A literal."""
        return str(value)

    def integer(self, symbol: Symbol, term: Variable, *, signed: bool) -> str:
        """A variable."""
        return symbol.text

    def limit(self, piece: Piece) -> Piece:
        """As it is: comparisons bind closer than ``and``."""
        return piece

    def choice(self, condition: Piece, then: Piece, otherwise: Piece) -> Chain:
        """``then if condition else otherwise``."""
        first, second, third = (
            closer(each, Binding.CHOICE) for each in (then, condition, otherwise)
        )
        return Chain(Binding.CHOICE, first, (("if", second), ("else", third)))
