"""A decision gives the mode that the transitions give, first one first, whatever is asked."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from codegen.decisions import Branch, decide
from codegen.program import Decision, Fork, leaves
from spec.execution import compile_terms
from spec.language.reader import read, shipped
from spec.term import TRUE, Term, Variable, both, either, equal, negation, number

_BEFORE = Variable("before", False)
_CONDITIONS = [Variable(name, True) for name in "abcd"]
_TRANSITION = read(shipped())[0].regions[0].transitions[0]


def _value(term: Term, mode: int, truths: tuple[int, ...]) -> bool:
    arguments = [["before"], [each.name for each in _CONDITIONS]]
    return bool(compile_terms([term], [], arguments)((mode,), truths)[0][0])


def _guard(random: Random, modes: int, depth: int = 2) -> Term:
    kind = random.randrange(5 if depth else 2)
    match kind:
        case 0:
            return random.choice(_CONDITIONS)
        case 1:
            return equal(_BEFORE, number(random.randrange(modes)))
        case 2:
            return negation(_guard(random, modes, depth - 1))
    operands = [_guard(random, modes, depth - 1) for _ in range(random.randint(2, 3))]
    return both(*operands) if kind == 3 else either(*operands)


def _branches(random: Random, modes: int) -> tuple[Branch, ...]:
    branches = [
        Branch(_guard(random, modes), _TRANSITION, random.randrange(modes))
        for _ in range(random.randint(1, 6))
    ]
    if random.random() < 0.3:
        branches.append(Branch(TRUE, _TRANSITION, random.randrange(modes)))
    return tuple(branches)


def _by_priority(branches: tuple[Branch, ...], mode: int, truths: tuple[int, ...]) -> int:
    fitting = (each.target for each in branches if _value(each.condition, mode, truths))
    return next(fitting, mode)


def _decided(decision: Decision, mode: int, truths: tuple[int, ...]) -> int:
    while isinstance(decision, Fork):
        holds = _value(decision.condition, mode, truths)
        decision = decision.then if holds else decision.otherwise
    return mode if decision.target is None else decision.target


@pytest.mark.parametrize("seed", range(150))
def test_it_decides_as_the_transitions_do_in_their_order(seed: int) -> None:
    random = Random(seed)
    modes = random.randint(1, 4)
    branches = _branches(random, modes)
    decision = decide(branches, _BEFORE, modes)
    for mode in range(modes):
        for truths in product((0, 1), repeat=len(_CONDITIONS)):
            expected = _by_priority(branches, mode, truths)
            assert _decided(decision, mode, truths) == expected, (mode, truths)


def test_what_alternates_between_two_targets_keeps_its_order() -> None:
    a, b, c, _ = _CONDITIONS
    inside = equal(_BEFORE, number(0))
    branches = tuple(
        Branch(both(inside, condition), _TRANSITION, target)
        for condition, target in ((a, 1), (b, 0), (c, 1))
    )
    decision = decide(branches, _BEFORE, 2)
    assert _decided(decision, 0, (0, 1, 1, 0)) == 0
    assert _decided(decision, 0, (1, 1, 1, 0)) == 1
    assert _decided(decision, 0, (0, 0, 1, 0)) == 1


def test_questions_that_nobody_shares_are_not_multiplied() -> None:
    random = Random(1)
    names = [Variable(f"x{k}", True) for k in range(24)]
    branches = tuple(
        Branch(either(*(both(*random.sample(names, 3)) for _ in range(8))), _TRANSITION, k % 3)
        for k in range(6)
    )
    decision = decide(branches, _BEFORE, 3)
    assert sum(1 for _ in leaves(decision)) <= 14
