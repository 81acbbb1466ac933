"""The worst case: what a property says for every clock and every delay that is assumed.

A device knows measured time only. So where a property speaks of true time at the pins, a monitor
takes the least or the most that the measured time may stand for, whichever is worse: it accuses a
controller of what may have happened, and no proved controller ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from spec.draft import DRIFT, LATENCY
from spec.machine import TimeModel
from spec.term import (
    And,
    AtMost,
    Choose,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Variable,
    minus,
    number,
    plus,
    rebuild,
    times,
    variables,
)


class Unobservable(Exception):
    """No single direction is the worse one for the property."""


def speaks_of_true_time(term: Term) -> bool:
    """Whether `term` depends on what only the world knows."""
    return not {DRIFT, LATENCY}.isdisjoint(variables(term))


@dataclass
class WorstCase:
    """Replaces true times by their worst cases.

    Attributes:
        running: For each timer whose true time was asked for, the condition under which it has
            one; found on the way.
    """

    time: TimeModel
    running: dict[str, Term] = field(default_factory=dict)

    def of(self, term: Term, *, holds: bool = True) -> Term:
        """`term`, false if it may be; with `holds` false, true if it may be.

        Raises:
            Unobservable: A true time is compared where both directions matter.
        """
        if not speaks_of_true_time(term):
            return term
        match term:
            case And() | Or():
                return rebuild(term, [self.of(each, holds=holds) for each in term.operands])
            case Not(operand=operand):
                return rebuild(term, [self.of(operand, holds=not holds)])
            case AtMost(left=left, right=right) | Less(left=left, right=right):
                # Large on the left and small on the right make it false.
                sides = [self._bound(left, most=holds), self._bound(right, most=not holds)]
                return rebuild(term, sides)
        raise Unobservable

    def _bound(self, term: Term, *, most: bool) -> Term:
        """The most, or the least, that `term` may be."""
        if not speaks_of_true_time(term):
            return term
        match term:
            case Choose(condition=condition, then=then, otherwise=Number(value=0)):
                return Choose(condition, self._true_time(then, condition, most), Number(0))
        raise Unobservable

    def _true_time(self, term: Term, condition: Term, most: bool) -> Term:
        match term:
            case Sum(
                left=Sum(left=scaled, right=Sum(right=Variable(name=drift))),
                right=Variable(name=latency),
            ) if drift == DRIFT and latency == LATENCY:
                measured = scaled.operand if isinstance(scaled, Product) else scaled
            case _:
                raise Unobservable
        assert isinstance(measured, Sum)
        assert isinstance(measured.left, Variable)
        self.running[measured.left.name] = condition
        rate = self.time.true_per_tick
        if most:
            # It began without delay, and ends with the longest.
            return plus(times(rate.highest, measured), number(self.time.latency.highest))
        return minus(times(rate.lowest, measured), number(self.time.latency.highest))
