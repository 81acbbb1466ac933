"""Solving: what the rows do not show is put to the solver, which finds a step or excludes one.

Sound both ways for integers; undecided is an answer of its own, for what is beyond the solver's
limit of work.
"""

from __future__ import annotations

from spec.term import Term
from verify.smt import Frame, Satisfiable, Solver, at_most, equals, literal, symbol
from verify.vectors.domain import Domain

# Units of z3's work for one question: about a second.
_WORK = 4_000_000


class Search:
    """Looks for steps with inputs and parameters in their ranges, on one solver.

    Of the memory, and of the assumptions, nothing is taken for granted; see `Domain.allows`.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        spans = domain.spans
        symbols = {
            each.name: symbol(each.name, boolean=each.variable.boolean) for each in domain.cells
        }
        fixed = {
            each.name: literal(spans[each.name].lowest, boolean=False)
            for each in domain.system.parameters
            if spans[each.name].lowest == spans[each.name].highest
        }
        self._frame = Frame(symbols | fixed)
        self._solver = Solver(_WORK)
        for cell in (*domain.system.parameters, *domain.inputs):
            if not cell.variable.boolean:
                value, span = self._frame.symbols[cell.name], spans[cell.name]
                self._solver.add(
                    at_most(literal(span.lowest, boolean=False), value),
                    at_most(value, literal(span.highest, boolean=False)),
                )

    def step(self, term: Term) -> dict[str, int] | Satisfiable:
        """A step in which `term` holds; else NO, which is a proof, or UNDECIDED.

        Of all such steps it is the one that is least in the first cell, then in the second, and
        so on: z3's own choice depends on all that it was ever asked in this process.
        """
        solver, symbols = self._solver, self._frame.symbols
        assumed = [self._frame.formula(term)]
        answer = solver.check(*assumed)
        if answer is not Satisfiable.YES:
            return answer
        known = solver.values(symbols)
        for cell in self._domain.cells:
            boolean, value = cell.variable.boolean, symbols[cell.name]
            low, high = self._domain.spans[cell.name].lowest, known[cell.name]
            tried = low
            while low < high:
                limit = literal(tried, boolean=boolean)
                answer = solver.check(
                    *assumed, equals(value, limit) if boolean else at_most(value, limit)
                )
                if answer is Satisfiable.UNDECIDED:
                    return answer
                if answer is Satisfiable.YES:
                    known = solver.values(symbols)
                    high = known[cell.name]
                else:
                    low = tried + 1
                tried = (low + high) // 2
            assumed.append(equals(value, literal(high, boolean=boolean)))
        return known
