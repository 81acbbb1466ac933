"""Random terms, built without any folding, and what they mean by a reading of their own."""

from __future__ import annotations

import random
from collections.abc import Mapping

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

INTEGERS = tuple(Variable(name, False) for name in ("x", "y", "z"))
CONDITIONS = tuple(Variable(name, True) for name in ("p", "q"))
# Each variable fits into eight bits with a sign.
LOWEST, HIGHEST = -100, 100


def some_values(rnd: random.Random) -> dict[str, int]:
    """A meaning for every variable, often at an edge."""
    edges = (LOWEST, -1, 0, 1, HIGHEST)
    integers = {each.name: rnd.choice((*edges, rnd.randint(LOWEST, HIGHEST))) for each in INTEGERS}
    return integers | {each.name: rnd.randint(0, 1) for each in CONDITIONS}


def some_term(rnd: random.Random, *, boolean: bool, depth: int) -> Term:
    """A term with at most `depth` operations above each other, as the classes make it."""
    if depth == 0:
        return _leaf(rnd, boolean=boolean)
    below = depth - rnd.choice((1, 1, 2)) if depth > 1 else 0

    def part(*, condition: bool) -> Term:
        return some_term(rnd, boolean=condition, depth=below)

    if not boolean:
        match rnd.randrange(4):
            case 0:
                return Sum(part(condition=False), part(condition=False))
            case 1:
                return Product(rnd.randint(-3, 3), part(condition=False))
            case 2:
                return Choose(part(condition=True), part(condition=False), part(condition=False))
            case _:
                return _leaf(rnd, boolean=False)
    match rnd.randrange(8):
        case 0:
            return Not(part(condition=True))
        case 1:
            return And(tuple(part(condition=True) for _ in range(rnd.choice((2, 3)))))
        case 2:
            return Or(tuple(part(condition=True) for _ in range(rnd.choice((2, 3)))))
        case 3:
            return Choose(part(condition=True), part(condition=True), part(condition=True))
        case 4:
            same = rnd.random() < 0.5
            return Equal(part(condition=same), part(condition=same))
        case 5:
            return Less(part(condition=False), part(condition=False))
        case _:
            return AtMost(part(condition=False), part(condition=False))


def _leaf(rnd: random.Random, *, boolean: bool) -> Term:
    leaves: list[Term] = [*CONDITIONS, *CONDITIONS, Truth(True), Truth(False)]
    if not boolean:
        leaves = [*INTEGERS, *INTEGERS, Number(rnd.randint(-5, 5)), Number(0)]
    return rnd.choice(leaves)


def meaning(term: Term, values: Mapping[str, int]) -> int:
    """The value of `term`; conditions are 0 and 1."""
    match term:
        case Number(value=value) | Truth(value=value):
            return int(value)
        case Variable(name=name):
            return values[name]
        case Sum(left=left, right=right):
            return meaning(left, values) + meaning(right, values)
        case Product(factor=factor, operand=operand):
            return factor * meaning(operand, values)
        case AtMost(left=left, right=right):
            return int(meaning(left, values) <= meaning(right, values))
        case Less(left=left, right=right):
            return int(meaning(left, values) < meaning(right, values))
        case Equal(left=left, right=right):
            return int(meaning(left, values) == meaning(right, values))
        case Not(operand=operand):
            return 1 - meaning(operand, values)
        case And(operands=operands):
            return min(meaning(each, values) for each in operands)
        case Or(operands=operands):
            return max(meaning(each, values) for each in operands)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return meaning(then if meaning(condition, values) else otherwise, values)
