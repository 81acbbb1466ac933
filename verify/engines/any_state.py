"""Any state: one step from whatever bits the state memory holds, reachable or not.

Sound and complete for one step in integers: every state variable ranges over all that its stored
width can hold. The next state must also be a legal one: every variable within its range.
"""

from __future__ import annotations

from dataclasses import dataclass

from spec.system import StateVariable, TransitionSystem
from spec.term import Term, at_most, both, negation, number
from verify.encoding import OneStep
from verify.evidence.smtlib import storage
from verify.smt import Satisfiable, negated
from verify.verdict import Certificate


@dataclass(frozen=True, slots=True)
class Broken:
    """Values of parameters, state memory and inputs from which the step breaks the goal."""

    parameters: dict[str, int]
    state: dict[str, int]
    inputs: dict[str, int]


def memory(system: TransitionSystem) -> list[StateVariable]:
    """The state variables that the machine itself keeps; observers are no state memory."""
    return [each for each in system.state if not each.observed]


def stored(system: TransitionSystem) -> list[Term]:
    """No more than what the stored widths say of the state memory."""
    claims: list[Term] = []
    for cell in memory(system):
        if not cell.variable.boolean:
            bits, signed = storage(cell.span)
            low = -(1 << bits - 1) if signed else 0
            high = low + (1 << bits) - 1
            claims += [
                at_most(number(low), cell.variable),
                at_most(cell.variable, number(high)),
            ]
    return claims


def legal(system: TransitionSystem) -> Term:
    """After the step every variable of the state memory is within its range."""
    return both(
        *(
            both(at_most(number(cell.span.lowest), cell.next), at_most(cell.next, high))
            for cell in memory(system)
            if not cell.variable.boolean
            for high in [number(cell.span.highest)]
        )
    )


def decide(step: OneStep, goal: Term) -> Certificate | Broken | None:
    """Whether `goal` and legality hold after a step from any state memory; None if undecided."""
    system = step.system
    lemmas = stored(system)
    whole = both(goal, legal(system))
    solver = step.solver()
    solver.add(*(step.before.formula(each) for each in lemmas))
    answer = solver.check(negated(step.before.formula(whole)))
    if answer is Satisfiable.NO:
        return Certificate(tuple(lemmas), whole, any_state=True)
    if answer is Satisfiable.UNDECIDED:
        return None
    values = solver.values(step.symbols)
    return Broken(
        {each.name: values[each.name] for each in system.parameters},
        {each.name: values[each.name] for each in memory(system)},
        {each.name: values[each.name] for each in system.inputs},
    )


def never(step: OneStep, premise: Term) -> Certificate | None:
    """That `premise` holds from no state memory whatever; None if it may."""
    lemmas = stored(step.system)
    solver = step.solver()
    solver.add(*(step.before.formula(each) for each in lemmas))
    if solver.check(step.before.formula(premise)) is not Satisfiable.NO:
        return None
    return Certificate(tuple(lemmas), negation(premise), any_state=True)
