"""Templates: the lemmas that a proof of a timed machine may need, made from its declaration.

Candidates only: each is thrown out by a sampled state or by `houdini`, or it is inductive.
The families are those that proofs of such machines were found to rest on: modes against flags,
timers against the bounds they are compared with, timers against timers, and true time against
measured time within the clock's tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spec.system import Role, StateVariable, TransitionSystem
from spec.term import (
    AtMost,
    Equal,
    Less,
    Number,
    Product,
    Sum,
    Term,
    Variable,
    at_most,
    either,
    equal,
    implication,
    minus,
    negation,
    number,
    plus,
    postorder,
    times,
    variables,
)


@dataclass(frozen=True, slots=True)
class _Timer:
    """A timer, and what timers of its clock are compared with.

    Attributes:
        measured: For true time, what timers of measured time are compared with.
    """

    cell: StateVariable
    thresholds: tuple[Term, ...]
    measured: tuple[Term, ...]

    @property
    def now(self) -> Term:
        return self.cell.variable

    def full(self) -> Term:
        """The timer has stopped counting."""
        return at_most(number(self.cell.span.highest), self.now)


def bounds(state: Sequence[StateVariable]) -> list[Term]:
    """The declared range of every integer state variable; part of every certificate."""
    found = []
    for cell in state:
        if not cell.variable.boolean:
            found.append(at_most(number(cell.span.lowest), cell.variable))
            found.append(at_most(cell.variable, number(cell.span.highest)))
    return found


def discrete(state: Sequence[StateVariable]) -> Iterator[Term]:
    """Lemma candidates on modes and flags alone: no two of these hold together."""
    cells = [[*_literals([cell])] for cell in state if cell.role is not Role.TIMER]
    for k, some in enumerate(cells):
        for others in cells[k + 1 :]:
            for one in some:
                for other in others:
                    yield either(negation(one), negation(other))


def timed(
    system: TransitionSystem, state: Sequence[StateVariable], goals: Sequence[Term], slack: int
) -> Iterator[Term]:
    """Lemma candidates on timers, with offsets of up to `slack` of the longest steps.

    `state` is the cone of `goals`; no other variables occur.
    """
    literals = list(_literals(state))
    timers = [
        _Timer(
            cell,
            tuple(_thresholds(system, state, goals, fine=cell.fine)),
            tuple(_thresholds(system, state, goals, fine=False)) if cell.fine else (),
        )
        for cell in state
        if cell.role is Role.TIMER
    ]
    for premise in literals:
        for timer in timers:
            yield from _against_bounds(system, premise, timer, slack)
    modes = [literal for literal in literals if isinstance(literal, Equal)]
    for first in timers:
        for second in timers:
            if first is not second:
                for condition in (None, *modes):
                    yield from _against_timer(system, condition, first, second, slack)


def _literals(state: Sequence[StateVariable]) -> Iterator[Term]:
    """Every mode and every flag, and every flag's negation."""
    for cell in state:
        if cell.role is Role.MODE:
            for value in range(cell.span.highest + 1):
                yield equal(cell.variable, number(value))
        elif cell.role is Role.FLAG:
            yield cell.variable
            yield negation(cell.variable)


def _thresholds(
    system: TransitionSystem,
    state: Sequence[StateVariable],
    goals: Sequence[Term],
    *,
    fine: bool,
) -> Iterator[Term]:
    """What timers of one clock are compared with: numbers and parameters."""
    constants = {each.name for each in system.parameters}
    kinds = {each.name: each.fine for each in state if each.role is Role.TIMER}
    seen: set[object] = set()
    for term in postorder([*goals, *(each.next for each in state)]):
        if not isinstance(term, AtMost | Less | Equal):
            continue
        for side, other in ((term.left, term.right), (term.right, term.left)):
            if not isinstance(other, Number | Variable | Sum | Product):
                continue
            key = other.value if isinstance(other, Number) else other
            if key in seen or not constants.issuperset(variables(other)):
                continue
            if any(kinds.get(name) is fine for name in variables(side)):
                seen.add(key)
                yield other


def _against_bounds(
    system: TransitionSystem, premise: Term, timer: _Timer, slack: int
) -> Iterator[Term]:
    """While `premise`: the timer is short, or has not reached a bound, or has passed it."""
    step = system.machine.time.step.highest
    unit = system.machine.time.true_per_tick.highest if timer.cell.fine else 1
    for k in range(slack + 1):
        yield implication(premise, at_most(timer.now, number(k * step * unit)))
    for threshold in timer.thresholds:
        yield implication(premise, negation(at_most(threshold, timer.now)))
        yield implication(premise, at_most(threshold, timer.now))
    # A bound on measured time bounds true time, by the fastest that it runs.
    for threshold in timer.measured:
        yield implication(premise, negation(at_most(times(unit, threshold), timer.now)))


def _against_timer(
    system: TransitionSystem, premise: Term | None, first: _Timer, second: _Timer, slack: int
) -> Iterator[Term]:
    """While `premise`: `first` is no longer than `second`, give or take; or `second` is full."""
    time = system.machine.time
    conditions = [negation(premise)] if premise is not None else []
    low, high = time.true_per_tick.lowest, time.true_per_tick.highest
    late = time.latency.highest
    for k in range(slack + 1):
        extra = k * time.step.highest
        match first.cell.fine, second.cell.fine:
            case (False, False) | (True, True):
                more = extra * (high if first.cell.fine else 1) + (
                    late * k if first.cell.fine else 0
                )
                right = plus(second.now, number(more))
                left = first.now
            case True, False:
                # True time runs at most `high` fine units a tick.
                left, right = first.now, times(high, plus(second.now, number(extra)))
            case _:
                # And at least `low`, less what the first change at the pins came late.
                left = minus(times(low, first.now), number(late))
                right = plus(second.now, number(extra * high))
        yield either(*conditions, at_most(left, right), second.full())
