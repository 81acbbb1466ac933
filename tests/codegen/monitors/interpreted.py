"""What a monitor does, as terms over what was before the step: one thing after the other.

What is stored is in the memory from then on, for whatever still reads it. A monitor decides no
modes and drives nothing, so there is nothing in here about those.
"""

from __future__ import annotations

from codegen.program import Claim, Count, Define, Program, Store
from spec.draft import DT
from spec.machine import Property
from spec.term import Term, Variable, at_most, choose, number, plus, substitute


class Interpreted:
    """One step of the monitor `program`.

    Attributes:
        claimed: What is said of the step; by property, in order.
        stored: What is in the memory after the step; by cell.
    """

    def __init__(self, program: Program) -> None:
        self.claimed: list[tuple[Property, Term]] = []
        self.stored: dict[str, Term] = {}
        self._locals: dict[str, Term] = {}
        for item in program.body:
            match item:
                case Count(local=local, timer=timer, running=running):
                    time = self._counted(timer.variable, timer.span.highest)
                    if running is not None:
                        time = choose(self._of(running), time, number(0))
                    self._locals[local.variable.name] = time
                case Define(local=local, value=value):
                    self._locals[local.variable.name] = self._of(value)
                case Claim(local=local, value=value):
                    self._locals[local.variable.name] = self._of(value)
                    self.claimed.append((item.property, self._of(value)))
                case Store(cell=cell, value=value):
                    self.stored[cell.name] = self._of(value)
                case _:
                    raise AssertionError(item)

    def _of(self, term: Term) -> Term:
        """`term`, which may name what is worked out or overwritten by now."""
        return substitute([term], self._locals | self.stored)[0]

    def _counted(self, timer: Variable, highest: int) -> Term:
        now, most = plus(self._of(timer), Variable(DT, False)), number(highest)
        return choose(at_most(now, most), now, most)
