"""Ranges: what values a term can have, so that arithmetic is known to fit before it is written.

Interval arithmetic: sound, not exact. A sum that might not fit is refused, never written in the
hope that it does.
"""

from __future__ import annotations

from collections.abc import Mapping

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
)

_CONDITION = Span(0, 1)


class Ranges:
    """The range of every term over the variables of `spans`."""

    def __init__(self, spans: Mapping[str, Span]) -> None:
        self._spans = dict(spans)
        self._known: dict[Term, Span] = {}

    def declare(self, name: str, span: Span) -> None:
        """From now on the variable `name` is known to stay in `span`."""
        self._spans[name] = span

    def of(self, term: Term) -> Span:
        """A range that holds every value of `term`; 0 to 1 for conditions."""
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = self._of(term)
        return known

    def _of(self, term: Term) -> Span:
        match term:
            case Number(value=value):
                return Span(value, value)
            case Variable(name=name):
                return self._spans[name]
            case Sum(left=left, right=right):
                one, other = self.of(left), self.of(right)
                return Span(one.lowest + other.lowest, one.highest + other.highest)
            case Product(factor=factor, operand=operand):
                inside = self.of(operand)
                ends = (factor * inside.lowest, factor * inside.highest)
                return Span(min(ends), max(ends))
            case Choose(then=then, otherwise=otherwise):
                one, other = self.of(then), self.of(otherwise)
                return Span(min(one.lowest, other.lowest), max(one.highest, other.highest))
            case Truth() | AtMost() | Less() | Equal() | Not() | And() | Or():
                return _CONDITION
