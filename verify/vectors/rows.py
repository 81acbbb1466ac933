"""Rows: many steps at random, biased towards where a machine decides.

Proves nothing, and need not: what no row covers is put to the solver. Every comparison is aimed
at in some rows: one of its variables is moved so that the sides are equal, or differ by one.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from spec.expression import Enumeration
from spec.machine import Span
from spec.system import Cell
from spec.term import (
    AtMost,
    Equal,
    Less,
    Number,
    Product,
    Sum,
    Term,
    Variable,
    is_boolean,
    postorder,
)
from verify.vectors.domain import Domain

# How likely a condition is to be true, by thirds of the rows: many guards are conjunctions.
_LIKELY = (0.5, 0.85, 0.15)
# One comparison is aimed at in one row of so many.
_AIMED = 3
# Values drawn at random for a cell, besides its limits.
_DRAWN = 6


@dataclass(frozen=True, slots=True)
class Line:
    """The sum of `constant` and of variables, each by name with its factor."""

    factors: dict[str, int]
    constant: int

    def plus(self, other: Line, times: int) -> Line:
        """The sum of this and `times` the other."""
        names = dict.fromkeys((*self.factors, *other.factors))
        factors = {
            name: self.factors.get(name, 0) + times * other.factors.get(name, 0) for name in names
        }
        return Line(factors, self.constant + times * other.constant)


def line(term: Term) -> Line | None:
    """`term` as a line; None where it chooses."""
    match term:
        case Number(value=value):
            return Line({}, value)
        case Variable(name=name, boolean=False):
            return Line({name: 1}, 0)
        case Product(factor=factor, operand=operand):
            inner = line(operand)
            return None if inner is None else Line({}, 0).plus(inner, factor)
        case Sum(left=left, right=right):
            one, other = line(left), line(right)
            return None if one is None or other is None else one.plus(other, 1)
        case _:
            return None


def draw(domain: Domain, terms: Iterable[Term], count: int) -> dict[str, list[int]]:
    """For each cell of `domain` its values in `count` rows, all within its span.

    Args:
        domain: What can be set; its assumptions are aimed at, but need not hold.
        terms: What the comparisons are looked for in.
        count: How many rows.
    """
    rnd = random.Random(1)
    values = {each.name: _column(rnd, domain, each, count) for each in domain.cells}
    for aimed in _lines(domain, terms):
        _aim(rnd, domain, values, aimed, count)
    return values


def around(domain: Domain, steps: Sequence[Mapping[str, int]]) -> dict[str, list[int]]:
    """`steps` themselves, then each with one cell changed, mostly by little."""
    rnd = random.Random(2)
    rows = [dict(step) for step in steps]
    for step in steps:
        for cell in domain.cells:
            span = domain.spans[cell.name]
            for value in _others(rnd, cell, span, step[cell.name]):
                if span.lowest <= value <= span.highest and value != step[cell.name]:
                    rows.append({**step, cell.name: value})
    return {each.name: [row[each.name] for row in rows] for each in domain.cells}


def _others(rnd: random.Random, cell: Cell, span: Span, value: int) -> tuple[int, ...]:
    if cell.variable.boolean:
        return (1 - value,)
    if isinstance(cell.type, Enumeration):
        return tuple(range(span.lowest, span.highest + 1))
    some = rnd.randint(span.lowest, span.highest)
    return (value - 1, value + 1, span.lowest, span.highest, some)


def _column(rnd: random.Random, domain: Domain, cell: Cell, count: int) -> list[int]:
    span = domain.spans[cell.name]
    if cell.variable.boolean:
        third = -(-count // len(_LIKELY))
        drawn = [rnd.choices((1, 0), (p, 1 - p), k=third) for p in _LIKELY]
        return [value for each in drawn for value in each][:count]
    if isinstance(cell.type, Enumeration):
        return rnd.choices(range(span.lowest, span.highest + 1), k=count)
    some = [rnd.randint(span.lowest, span.highest) for _ in range(_DRAWN)]
    return rnd.choices((span.lowest, span.highest, *some), k=count)


def _lines(domain: Domain, terms: Iterable[Term]) -> Iterator[Line]:
    """The difference of the sides of each comparison that some cell can be moved for."""
    for term in postorder([*terms, *domain.assumptions]):
        if not isinstance(term, AtMost | Less | Equal) or is_boolean(term.left):
            continue
        left, right = line(term.left), line(term.right)
        if left is not None and right is not None:
            difference = left.plus(right, -1)
            if _movable(domain, difference):
                yield difference


def _movable(domain: Domain, aimed: Line) -> list[str]:
    spans = domain.spans
    return [
        name
        for name, factor in aimed.factors.items()
        if factor in (1, -1) and spans[name].lowest < spans[name].highest
    ]


def _aim(
    rnd: random.Random, domain: Domain, values: dict[str, list[int]], aimed: Line, count: int
) -> None:
    """In some rows make `aimed` -1, 0 or 1, by moving one cell within its span."""
    most = -(-count // _AIMED)
    rows = rnd.choices(range(count), k=most)
    moved = rnd.choices(_movable(domain, aimed), k=most)
    distances = rnd.choices((-1, 0, 1), k=most)
    factors = [(values[name], factor) for name, factor in aimed.factors.items()]
    for row, name, distance in zip(rows, moved, distances, strict=True):
        total = aimed.constant
        for column, factor in factors:
            total += factor * column[row]
        value = values[name][row] + (distance - total) * aimed.factors[name]
        if domain.spans[name].lowest <= value <= domain.spans[name].highest:
            values[name][row] = value
