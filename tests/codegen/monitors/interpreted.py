"""What a monitor does, as terms over what was before the step: statement by statement, in order.

Stores happen one after the other, and each reads what those before it left in the memory. It
decides no modes and drives nothing, so there is nothing in here about those.
"""

from __future__ import annotations

from codegen.program import Count, Define, Program, Statement
from spec.draft import DT
from spec.term import Term, Variable, at_most, choose, number, plus, substitute


class Interpreted:
    """One step of the monitor `program`.

    Attributes:
        claimed: What is said of the step; by property, in order.
        stored: What is in the memory after the step; by cell.
    """

    def __init__(self, program: Program) -> None:
        self._known: dict[str, Term] = {}
        for statement in program.statements:
            self._known[statement.local.variable.name] = self._value(statement)
        self.claimed = [(each.property, self._of(each.value)) for each in program.claims]
        assert not program.drives
        self.stored: dict[str, Term] = {}
        for store in program.stores:
            self.stored[store.cell.name] = substitute([store.value], self._known | self.stored)[0]

    def _of(self, term: Term) -> Term:
        return substitute([term], self._known)[0]

    def _value(self, statement: Statement) -> Term:
        match statement:
            case Count(timer=timer, running=running):
                now = plus(timer.variable, Variable(DT, False))
                most = number(timer.span.highest)
                time = choose(at_most(now, most), now, most)
                return time if running is None else choose(self._of(running), time, number(0))
            case Define(value=value):
                return self._of(value)
            case _:
                raise AssertionError(statement)
