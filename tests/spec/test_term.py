"""Building, folding and rewriting terms keeps what they mean."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from spec.term import (
    Number,
    Term,
    Truth,
    Variable,
    canonical,
    is_boolean,
    parts,
    postorder,
    rebuild,
    substitute,
    variables,
)
from tests.spec.terms import CONDITIONS, INTEGERS, meaning, some_term, some_values

seeds = st.integers(0, 2**32)


def built(seed: int, *, depth: int = 4) -> tuple[random.Random, Term]:
    rnd = random.Random(seed)
    return rnd, some_term(rnd, boolean=rnd.random() < 0.5, depth=depth)


def again(term: Term) -> Term:
    """`term` built anew from below, by the functions that fold."""
    new: dict[Term, Term] = {}
    for part in postorder([term]):
        leaf = isinstance(part, Number | Truth | Variable)
        # Copies of the leaves, so that nothing is the same object as before.
        copied = Number(part.value) if isinstance(part, Number) else part
        new[part] = copied if leaf else rebuild(part, [new[each] for each in parts(part)])
    return new[term]


@given(seeds)
def test_folding_keeps_the_meaning(seed: int) -> None:
    rnd, term = built(seed)
    values = some_values(rnd)
    assert meaning(again(term), values) == meaning(term, values)


@given(seeds)
def test_folding_keeps_conditions_conditions(seed: int) -> None:
    _, term = built(seed)
    assert is_boolean(again(term)) is is_boolean(term)


@given(seeds)
def test_substituting_constants_is_evaluating(seed: int) -> None:
    rnd, term = built(seed)
    values = some_values(rnd)
    constants: dict[str, Term] = {each.name: Number(values[each.name]) for each in INTEGERS}
    constants |= {each.name: Truth(bool(values[each.name])) for each in CONDITIONS}
    [closed] = substitute([term], constants)
    assert variables(closed) == {}
    assert meaning(closed, {}) == meaning(term, values)


@given(seeds)
def test_substitution_is_all_at_once(seed: int) -> None:
    rnd, term = built(seed)
    values = some_values(rnd)
    x, y, z = INTEGERS
    [swapped] = substitute([term], {x.name: y, y.name: x})
    exchanged = {**values, x.name: values[y.name], y.name: values[x.name]}
    assert meaning(swapped, values) == meaning(term, exchanged)
    other = some_term(rnd, boolean=False, depth=2)
    [placed] = substitute([term], {z.name: other})
    assert meaning(placed, values) == meaning(term, {**values, z.name: meaning(other, values)})


@given(seeds)
def test_what_is_not_substituted_stays_the_same_object(seed: int) -> None:
    _, term = built(seed)
    assert substitute([term], {"nobody": Number(1)}) == [term]


@given(seeds, seeds)
def test_terms_are_numbered_alike_exactly_if_they_are_built_alike(one: int, other: int) -> None:
    number_of = canonical()
    _, first = built(one, depth=2)
    _, same = built(one, depth=2)
    _, second = built(other, depth=2)
    assert number_of(first) == number_of(same)
    assert (number_of(first) == number_of(second)) is (shape(first) == shape(second))


def shape(term: Term) -> object:
    """How `term` is built, as plain data."""
    own = getattr(term, "value", getattr(term, "name", getattr(term, "factor", None)))
    return (type(term).__name__, own, tuple(shape(part) for part in parts(term)))
