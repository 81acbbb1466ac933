"""The worst case: what a property says for every clock and every delay that is assumed.

A device knows measured time only. So where a property speaks of true time at the pins, a monitor
takes the least or the most that the measured time may stand for, whichever is worse: it accuses a
controller of what may have happened, and no proved controller ever. That is exact for one true time
among the operands of a disjunction; several are of the same clock and the same delay, whose worst
cases exclude each other, so nothing is said of those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from spec.draft import DRIFT, LATENCY
from spec.machine import TimeModel
from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Variable,
    at_most,
    both,
    choose,
    either,
    is_boolean,
    minus,
    negation,
    number,
    plus,
    rebuild,
    times,
    variables,
)


class Unobservable(Exception):
    """What is worst for the property cannot be told from measured times."""


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
            Unobservable: Several true times decide together, or something else than a comparison
                is made of one.
        """
        if not speaks_of_true_time(term):
            return term
        match term:
            case And() | Or():
                if isinstance(term, Or) is holds:
                    _require_one(term.operands)
                return rebuild(term, [self.of(each, holds=holds) for each in term.operands])
            case Not(operand=operand):
                return rebuild(term, [self.of(operand, holds=not holds)])
            case AtMost(left=left, right=right) | Less(left=left, right=right):
                # Large on the left and small on the right make it false.
                sides = [self._bound(left, most=holds), self._bound(right, most=not holds)]
                return rebuild(term, sides)
            case Equal(left=left, right=right) if is_boolean(left):
                side, other = (left, right) if speaks_of_true_time(left) else (right, left)
                return self.of(choose(other, side, negation(side)), holds=holds)
            case Equal(left=left, right=right):
                # From the least to the most, true time may be anything.
                ordered = (at_most(left, right), at_most(right, left))
                return both(*(self.of(each, holds=holds) for each in ordered))
            case Choose(condition=condition, then=then, otherwise=otherwise):
                if not speaks_of_true_time(condition):
                    branches = [self.of(each, holds=holds) for each in (then, otherwise)]
                    return choose(condition, *branches)
                if holds:
                    sides = [either(negation(condition), then), either(condition, otherwise)]
                    return self.of(both(*sides))
                sides = [both(condition, then), both(negation(condition), otherwise)]
                return self.of(either(*sides), holds=False)
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
                right=Variable(name=late),
            ) if drift == DRIFT and late == LATENCY:
                measured = scaled.operand if isinstance(scaled, Product) else scaled
            case _:
                raise Unobservable
        assert isinstance(measured, Sum)
        assert isinstance(measured.left, Variable)
        self.running[measured.left.name] = condition
        rate, latency = self.time.true_per_tick, self.time.latency
        # It begins with the shortest delay and ends with the longest, or the other way round.
        apart = number(latency.highest - latency.lowest)
        if most:
            return plus(times(rate.highest, measured), apart)
        return minus(times(rate.lowest, measured), apart)


def _require_one(alternatives: Iterable[Term]) -> None:
    if sum(map(speaks_of_true_time, alternatives)) > 1:
        raise Unobservable
