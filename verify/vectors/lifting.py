"""Lifting: comparisons are pushed into the choices between their operands.

``(a if c else b) <= d`` becomes ``a <= d if c else b <= d``. What is left to compare does not
depend on any decision, so that many changes of the decisions share the comparisons, which are
the costly part of looking at many rows at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Number,
    Term,
    Truth,
    at_most,
    choose,
    equal,
    is_boolean,
    less,
    negation,
    parts,
    postorder,
    rebuild,
)

Comparison = Callable[[Term, Term], Term]
_Side = Term | int
_BUILT: dict[type, Comparison] = {AtMost: at_most, Less: less, Equal: equal}


def _side(term: Term) -> _Side:
    # Numbers of one value are one operand, though two objects.
    return term.value if isinstance(term, Number) else term


@dataclass
class Lifting:
    """Lifts terms; what two terms share is shared by what they become."""

    _known: dict[Term, Term] = field(default_factory=dict)
    _compared: dict[tuple[Comparison, _Side, _Side], Term] = field(default_factory=dict)

    def term(self, root: Term) -> Term:
        """`root`, lifted; distinct comparisons stay distinct."""
        for term in postorder([root]):
            if term in self._known:
                continue
            inside = [self._known[part] for part in parts(term)]
            if isinstance(term, AtMost | Less | Equal) and any(
                isinstance(each, Choose) and not is_boolean(each) for each in inside
            ):
                compared = self.compared(_BUILT[type(term)], inside[0], inside[1])
                # A node of its own, because changing one comparison must not change another.
                self._known[term] = compared if isinstance(compared, Truth) else replace(compared)
            elif isinstance(term, And) and len(inside) == 1:
                # A mark around a definition, see `verify.vectors.written`; folding would lose it.
                self._known[term] = And((inside[0],))
            else:
                self._known[term] = rebuild(term, inside)
        return self._known[root]

    def compared(self, comparison: Comparison, left: Term, right: Term) -> Term:
        """`comparison` of two lifted integers, lifted."""
        waiting: list[tuple[tuple[Comparison, _Side, _Side], Term, Term]] = []
        while True:
            key = (comparison, _side(left), _side(right))
            if key in self._compared:
                result = self._compared[key]
                break
            condition = _condition(left) or _condition(right)
            if condition is None:
                result = self._compared[key] = comparison(left, right)
                break
            pair = (_branch(left, condition, True), _branch(right, condition, True))
            waiting.append((key, condition, self.compared(comparison, *pair)))
            left, right = _branch(left, condition, False), _branch(right, condition, False)
        for key, condition, then in reversed(waiting):
            result = self._compared[key] = choose(condition, then, result)
        return result

    def differs(self, one: Term, other: Term) -> Term:
        """Whether two lifted terms have different values."""
        if one is other:
            return Truth(False)
        if is_boolean(one):
            return negation(equal(one, other))
        return negation(self.compared(equal, one, other))


def _condition(term: Term) -> Term | None:
    return term.condition if isinstance(term, Choose) else None


def _branch(term: Term, condition: Term, holds: bool) -> Term:
    if isinstance(term, Choose) and term.condition is condition:
        return term.then if holds else term.otherwise
    return term
