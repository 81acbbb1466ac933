"""Correspondence: state variables that always hold the same value.

Method: van Eijk, "Sequential equivalence checking without state space traversal", DATE 1998, on
syntax alone: variables are taken to be equal as long as they start equal and their next values
are built alike from equal parts. Sound, since that is an induction; found without a solver.
An observer that keeps the same books as the machine is so recognised, without being trusted.
"""

from __future__ import annotations

from spec.system import StateVariable, TransitionSystem
from spec.term import Term, canonical, equal, substitute


def representatives(system: TransitionSystem) -> dict[str, StateVariable]:
    """For each state variable the first one that always holds the same value."""
    number_of = canonical()
    groups: dict[str, object] = {
        each.name: (each.role, each.initial, each.span.lowest, each.span.highest)
        for each in system.state
    }
    while True:
        first: dict[object, StateVariable] = {}
        chosen = {each.name: first.setdefault(groups[each.name], each) for each in system.state}
        to_chosen: dict[str, Term] = {name: each.variable for name, each in chosen.items()}
        nexts = substitute((each.next for each in system.state), to_chosen)
        finer: dict[str, object] = {
            each.name: (chosen[each.name].name, number_of(following))
            for each, following in zip(system.state, nexts, strict=True)
        }
        if len(set(finer.values())) == len(set(groups.values())):
            return chosen
        groups = finer


def equalities(system: TransitionSystem) -> list[Term]:
    """The correspondences as lemmas; together they are inductive."""
    return [
        equal(each.variable, chosen.variable)
        for each, chosen in zip(system.state, representatives(system).values(), strict=True)
        if chosen is not each
    ]
