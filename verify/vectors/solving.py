"""Solving: what the rows do not show is put to the solver, which finds a step or excludes one.

Sound both ways for integers; undecided is an answer of its own, for obligations beyond the
solver's limit of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spec.term import Term
from verify.smt import Frame, Satisfiable, Solver, at_most, equals, literal, symbol
from verify.vectors.domain import Domain
from verify.vectors.obligation import Obligation

# Units of z3's work for one obligation: about a second.
_WORK = 4_000_000


@dataclass(frozen=True, slots=True)
class Solved:
    """For each obligation asked: a step that shows it, or why there is none."""

    steps: tuple[dict[str, int], ...]
    infeasible: tuple[Obligation, ...]
    undecided: tuple[Obligation, ...]


def solve(domain: Domain, obligations: Sequence[Obligation], terms: Sequence[Term]) -> Solved:
    """Decide `obligations` one by one, on one solver, which keeps what it learns.

    Args:
        domain: What inputs and parameters may be.
        obligations: What is asked.
        terms: For each of them when it is met, by a step that `domain` allows.
    """
    spans = domain.spans
    symbols = {each.name: symbol(each.name, boolean=each.variable.boolean) for each in domain.cells}
    fixed = {
        each.name: literal(spans[each.name].lowest, boolean=False)
        for each in domain.system.parameters
        if spans[each.name].lowest == spans[each.name].highest
    }
    frame = Frame(symbols | fixed)
    solver = Solver(_WORK)
    for cell in (*domain.system.parameters, *domain.inputs):
        if not cell.variable.boolean:
            value, span = frame.symbols[cell.name], spans[cell.name]
            solver.add(
                at_most(literal(span.lowest, boolean=False), value),
                at_most(value, literal(span.highest, boolean=False)),
            )
    steps, infeasible, undecided = [], [], []
    for each, term in zip(obligations, terms, strict=True):
        answer = solver.check(frame.formula(term))
        step = _first(solver, frame, domain, term) if answer is Satisfiable.YES else None
        if answer is Satisfiable.NO:
            infeasible.append(each)
        elif step is None:
            undecided.append(each)
        else:
            steps.append(step)
    return Solved(tuple(steps), tuple(infeasible), tuple(undecided))


def _first(solver: Solver, frame: Frame, domain: Domain, term: Term) -> dict[str, int] | None:
    """Of the steps in which `term` holds, the one that is least in the first cell, and so on.

    z3's own choice depends on all that it was ever asked in this process; this one does not.
    None if that is beyond the solver's limit.
    """
    assumed = [frame.formula(term)]
    known = solver.values(frame.symbols)
    for cell in domain.cells:
        boolean, value = cell.variable.boolean, frame.symbols[cell.name]
        low, high = domain.spans[cell.name].lowest, known[cell.name]
        tried = low
        while low < high:
            limit = literal(tried, boolean=boolean)
            answer = solver.check(
                *assumed, equals(value, limit) if boolean else at_most(value, limit)
            )
            if answer is Satisfiable.UNDECIDED:
                return None
            if answer is Satisfiable.YES:
                known = solver.values(frame.symbols)
                high = known[cell.name]
            else:
                low = tried + 1
            tried = (low + high) // 2
        assumed.append(equals(value, literal(high, boolean=boolean)))
    return known
