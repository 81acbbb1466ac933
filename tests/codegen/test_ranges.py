"""Ranges hold every value, whatever the variables are."""

from __future__ import annotations

import random
from itertools import product

import pytest

from codegen.ranges import Ranges
from spec.machine import Span
from spec.term import Choose, Number, Product, Sum, Term, Truth, Variable, is_boolean
from tests.spec.terms import CONDITIONS, INTEGERS, meaning, some_term

X, Y = INTEGERS[:2]
P = CONDITIONS[0]


def test_every_value_is_within_the_range_of_its_term() -> None:
    rnd = random.Random(13)
    for _ in range(3_000):
        spans = {}
        for each in INTEGERS:
            low = rnd.randint(-60, 60)
            spans[each.name] = Span(low, low + rnd.choice((0, 1, 50)))
        ranges = Ranges(spans | {each.name: Span(0, 1) for each in CONDITIONS})
        term = some_term(rnd, boolean=rnd.random() < 0.3, depth=4)
        span = ranges.of(term)
        for _ in range(12):
            values = {
                each.name: rnd.choice((spans[each.name].lowest, spans[each.name].highest))
                for each in INTEGERS
            }
            values |= {each.name: rnd.randint(0, 1) for each in CONDITIONS}
            assert span.lowest <= meaning(term, values) <= span.highest
        if is_boolean(term):
            assert (span.lowest, span.highest) == (0, 1)


@pytest.mark.parametrize(
    ("term", "span"),
    [
        (Number(7), Span(7, 7)),
        (Truth(True), Span(0, 1)),
        (X, Span(-2, 3)),
        (Sum(X, Y), Span(8, 23)),
        (Sum(X, Number(-3)), Span(-5, 0)),
        (Product(-2, X), Span(-6, 4)),
        (Product(0, X), Span(0, 0)),
        (Sum(Y, Product(-1, X)), Span(7, 22)),
        (Choose(P, X, Y), Span(-2, 20)),
        (Choose(P, Number(5), Product(3, X)), Span(-6, 9)),
    ],
)
def test_ends_are_reached_where_each_variable_stands_once(term: Term, span: Span) -> None:
    spans = {"x": Span(-2, 3), "y": Span(10, 20), "p": Span(0, 1)}
    assert Ranges(spans).of(term) == span
    every = [range(each.lowest, each.highest + 1) for each in spans.values()]
    values = [meaning(term, dict(zip(spans, each, strict=True))) for each in product(*every)]
    if not is_boolean(term):
        assert (min(values), max(values)) == (span.lowest, span.highest)


def test_what_is_declared_later_is_known() -> None:
    ranges = Ranges({})
    later = Variable("later", False)
    ranges.declare("later", Span(3, 4))
    assert ranges.of(Sum(later, later)) == Span(6, 8)
