"""Lifting keeps what terms mean, and influence says what is seen of a change."""

from __future__ import annotations

import random

from spec.execution import compile_terms
from spec.term import Term, is_boolean, negation, parts, postorder, rebuild
from tests.spec.terms import meaning, some_term, some_values
from verify.vectors.influence import Influence
from verify.vectors.lifting import Lifting


def values(term: Term, row: dict[str, int]) -> int:
    return int(compile_terms([term], [], [list(row)])(tuple(row.values()))[0][0])


def with_change(root: Term, node: Term, other: Term) -> Term:
    """`root` with `other` in the place of `node`, by a walk of its own."""
    if root is node:
        return other
    return rebuild(root, [with_change(part, node, other) for part in parts(root)])


def test_lifted_terms_mean_what_the_terms_mean() -> None:
    rnd = random.Random(5)
    for _ in range(200):
        term = some_term(rnd, boolean=rnd.random() < 0.8, depth=4)
        lifted = Lifting().term(term)
        for _ in range(4):
            row = some_values(rnd)
            assert values(lifted, row) == int(meaning(term, row))


def test_a_condition_decides_exactly_where_its_other_truth_is_seen() -> None:
    rnd = random.Random(6)
    decided = 0
    for _ in range(60):
        lifting = Lifting()
        seen = [lifting.term(some_term(rnd, boolean=boolean, depth=4)) for boolean in (True, False)]
        influence = Influence(seen, lifting)
        conditions = [each for each in postorder(seen) if is_boolean(each) and parts(each)]
        for condition in rnd.sample(conditions, min(3, len(conditions))):
            changed = [with_change(each, condition, negation(condition)) for each in seen]
            for _ in range(6):
                row = some_values(rnd)
                differs = [values(each, row) for each in seen] != [
                    values(each, row) for each in changed
                ]
                assert values(influence.decides(condition), row) == differs
                decided += differs
    assert decided > 20
