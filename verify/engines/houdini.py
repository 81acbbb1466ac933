"""Houdini: the strongest inductive invariant that can be built from given candidates.

Method: Flanagan, Leino, "Houdini, an annotation assistant for ESC/Java", FME 2001, on integers
and with candidates that sampled states did not refute. Sound: what is returned holds initially
and is preserved by every step, or nothing is returned. Incomplete: a lemma that is no candidate is
never found, so that its failure to prove a property means nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import inf

from spec.execution import compile_terms
from spec.system import TransitionSystem
from spec.term import FALSE, TRUE, Term, number, substitute, truth
from verify.encoding import OneStep
from verify.smt import Satisfiable, any_of, implies, negated, symbol


class Undecided(Exception):
    """The solver gave up; no invariant is known."""


def strengthen(
    step: OneStep, lemmas: Sequence[Term], known: Sequence[Term], *, deadline: float = inf
) -> list[Term]:
    """The largest subset of `lemmas` that holds at power-up and, with `known`, is inductive.

    Args:
        step: One step from any state of the whole system.
        lemmas: Over state and parameters.
        known: Invariants already proved.
        deadline: In `time.monotonic` seconds; no question is put after it.

    Raises:
        Undecided: The solver ran out of work, or the time was up.
    """
    system = step.system
    alive = initially(step, lemmas)
    evaluate = compile_terms(lemmas, [], _names(system))
    solver = step.solver()
    solver.add(*(step.before.formula(each) for each in known))
    assumed = {k: symbol(f"assume {k}", boolean=True) for k in alive}
    broken = {k: symbol(f"break {k}", boolean=True) for k in alive}
    for k in alive:
        solver.add(implies(assumed[k], step.before.formula(lemmas[k])))
        solver.add(implies(broken[k], negated(step.after.formula(lemmas[k]))))
    if alive:
        solver.add(any_of([broken[k] for k in alive]))
    following = {each.name: step.after.symbols[each.name] for each in system.state}
    constants = {each.name: step.symbols[each.name] for each in system.parameters}
    while alive:
        if time.monotonic() > deadline:
            raise Undecided
        answer = solver.check(*(assumed[k] for k in alive))
        if answer is Satisfiable.NO:
            break
        if answer is Satisfiable.UNDECIDED:
            raise Undecided
        values = solver.values({**following, **constants})
        row = evaluate(
            tuple(values[name] for name in following),
            tuple(values[name] for name in constants),
        )[0]
        dead = [k for k in alive if not row[k]]
        if not dead:
            # The model breaks no lemma by our own reckoning: the two disagree, so trust neither.
            raise Undecided
        solver.add(*(negated(broken[k]) for k in dead))
        alive = [k for k in alive if row[k]]
    return [lemmas[k] for k in alive]


def initially(step: OneStep, lemmas: Sequence[Term]) -> list[int]:
    """The positions of those `lemmas` that hold at power-up for every parameter value."""
    initial = {
        each.name: truth(bool(each.initial)) if each.variable.boolean else number(each.initial)
        for each in step.system.state
    }
    solver = step.solver()
    alive = []
    for k, at_first in enumerate(substitute(lemmas, initial)):
        if at_first is TRUE:
            alive.append(k)
        elif at_first is not FALSE:
            answer = solver.check(negated(step.before.formula(at_first)))
            if answer is Satisfiable.NO:
                alive.append(k)
    return alive


def _names(system: TransitionSystem) -> list[list[str]]:
    return [
        [each.name for each in system.state],
        [each.name for each in system.parameters],
    ]
