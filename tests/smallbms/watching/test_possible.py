"""What is possible contains everything that is so."""

from __future__ import annotations

import random
from itertools import product

from smallbms.watching.possible import Possible, possible
from spec.execution import compile_terms
from spec.term import (
    Term,
    Variable,
    at_most,
    both,
    choose,
    either,
    equal,
    less,
    negation,
    number,
    plus,
    postorder,
    times,
)

NUMBERS = tuple(Variable(name, False) for name in "xy")
CONDITIONS = tuple(Variable(name, True) for name in "pq")


def condition(chance: random.Random, depth: int) -> Term:
    if depth == 0:
        return chance.choice(CONDITIONS)
    one, other = condition(chance, depth - 1), condition(chance, depth - 1)
    left, right = amount(chance, depth - 1), amount(chance, depth - 1)
    made = (
        negation(one),
        both(one, other),
        either(one, other),
        equal(one, other),
        choose(one, other, negation(other)),
        at_most(left, right),
        less(left, right),
        equal(left, right),
    )
    return chance.choice(made)


def amount(chance: random.Random, depth: int) -> Term:
    if depth == 0:
        return chance.choice((*NUMBERS, number(chance.randrange(-2, 3))))
    left, right = amount(chance, depth - 1), amount(chance, depth - 1)
    made = (
        plus(left, right),
        times(chance.choice((-3, -1, 2)), left),
        choose(condition(chance, depth - 1), left, right),
    )
    return chance.choice(made)


def test_nothing_that_is_so_is_impossible() -> None:
    chance = random.Random(1)
    for _ in range(400):
        term = condition(chance, 3)
        values: dict[str, Possible] = {"p": (0, 1), "q": chance.choice(((0, 0), (1, 1), (0, 1)))}
        values |= {
            name: (low := chance.randrange(-3, 3), low + chance.randrange(3)) for name in "xy"
        }
        known: dict[Term, Possible] = {}
        for part in postorder([term]):
            known[part] = possible(part, known, values)
        run = compile_terms([term], [], [list(values)])
        for world in product(*(range(low, high + 1) for low, high in values.values())):
            ((so,), _) = run(world)
            assert known[term][0] <= int(so) <= known[term][1]


def test_what_is_known_is_exact() -> None:
    chance = random.Random(2)
    for _ in range(400):
        term = condition(chance, 3)
        values = {name: chance.randrange(-2, 3) for name in "xy"}
        values |= {name: chance.randrange(2) for name in "pq"}
        known: dict[Term, Possible] = {}
        for part in postorder([term]):
            known[part] = possible(part, known, {name: (k, k) for name, k in values.items()})
        ((so,), _) = compile_terms([term], [], [list(values)])(tuple(values.values()))
        assert known[term] == (int(so), int(so))
