"""Houdini returns nothing but an inductive set, whatever it is given."""

from __future__ import annotations

import random

import pytest

from spec.execution import compile_terms, execute
from spec.lower import lower
from spec.system import Role, TransitionSystem
from spec.term import FALSE, TRUE, Term, at_most, either, equal, negation, number
from tests.verify import explicit, generated
from verify.encoding import OneStep
from verify.engines import houdini
from verify.engines.templates import bounds
from verify.smt import Satisfiable, Solver


def tiny(seed: int) -> TransitionSystem:
    machine = generated.machine(seed)
    assert machine is not None
    return lower(machine)


def some_lemmas(system: TransitionSystem, rnd: random.Random) -> list[Term]:
    """True and false lemmas alike, and some that only hold together."""
    literals: list[Term] = []
    for cell in system.state:
        if cell.variable.boolean:
            literals += [cell.variable, negation(cell.variable)]
        elif cell.role is not Role.DRIFT:
            values = range(cell.span.lowest, cell.span.highest + 1)
            literals += [equal(cell.variable, number(value)) for value in values]
            literals += [at_most(cell.variable, number(value)) for value in values]
    pairs = [either(*rnd.sample(literals, 2)) for _ in range(60)]
    return [*literals, *pairs, *(negation(each) for each in pairs[:10]), FALSE, TRUE]


def reached(system: TransitionSystem, lemmas: list[Term]) -> list[bool]:
    """For each lemma whether all reachable states satisfy it, by looking at all of them."""
    first = explicit.depths(system, [negation(each) for each in lemmas])
    return [each is None for each in first]


@pytest.mark.parametrize("seed", range(200, 212))
def test_no_wrong_lemma_is_ever_returned(seed: int) -> None:
    system = tiny(seed)
    lemmas = some_lemmas(system, random.Random(seed))
    try:
        holds = reached(system, lemmas)
    except explicit.TooLarge:
        return
    kept = houdini.strengthen(OneStep(system, system.state), lemmas, [])
    wrong = [each for each, true in zip(lemmas, holds, strict=True) if not true and each in kept]
    assert wrong == []
    assert FALSE not in kept
    assert TRUE in kept


@pytest.mark.parametrize("seed", range(200, 206))
def test_what_is_returned_is_kept_by_every_step_from_every_state_in_range(seed: int) -> None:
    system = tiny(seed)
    rnd = random.Random(seed)
    lemmas = [*bounds(system.state), *some_lemmas(system, rnd)]
    kept = houdini.strengthen(OneStep(system, system.state), lemmas, [])
    names = [[each.name for each in system.state], [each.name for each in system.parameters]]
    check = compile_terms(kept, [], names)
    execution = execute(system)
    world = explicit.inputs(system)
    for constants in explicit.parameters(system):
        assert all(check(execution.initial, constants)[0])
        for _ in range(400):
            state = tuple(rnd.randint(each.span.lowest, each.span.highest) for each in system.state)
            if not all(check(state, constants)[0]):
                continue
            for chosen in world:
                if execution.assumed(state, chosen, constants):
                    after, _ = execution.step(state, chosen, constants)
                    assert all(check(after, constants)[0]), (state, chosen, after)


def test_an_undecided_solver_gives_no_invariant(monkeypatch: pytest.MonkeyPatch) -> None:
    system = tiny(200)
    step = OneStep(system, system.state)
    monkeypatch.setattr(Solver, "check", lambda *_: Satisfiable.UNDECIDED)
    with pytest.raises(houdini.Undecided):
        houdini.strengthen(step, bounds(system.state), [])
