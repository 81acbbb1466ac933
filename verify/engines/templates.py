"""Templates: the lemmas that a proof of a timed machine may need, made from its declaration.

Candidates only: each is thrown out by a sampled state or by `houdini`, or it is inductive.
The families are those that proofs of such machines were found to rest on: modes against flags,
timers against the bounds they are compared with, timers against timers, and true time against
measured time within the clock's tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spec.draft import FIRST
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


def bounds(state: Sequence[StateVariable]) -> list[Term]:
    """The declared range of every integer state variable; part of every certificate."""
    found = []
    for cell in state:
        if not cell.variable.boolean:
            found.append(at_most(number(cell.span.lowest), cell.variable))
            found.append(at_most(cell.variable, number(cell.span.highest)))
    return found


def discrete(state: Sequence[StateVariable]) -> Iterator[Term]:
    """Lemma candidates on modes and flags alone: no two of these hold together.

    Two that do before the first step do not after it.
    """
    first = [cell.variable for cell in state if cell.name == FIRST]
    cells = [
        [(each, cell.name != FIRST and _is_initial(each, cell)) for each in _literals([cell])]
        for cell in state
        if cell.role is not Role.TIMER
    ]
    for k, some in enumerate(cells):
        for others in cells[k + 1 :]:
            for one, at_first in some:
                for other, too in others:
                    yield either(
                        negation(one), negation(other), *(first if at_first and too else ())
                    )


def _is_initial(literal: Term, cell: StateVariable) -> bool:
    match literal:
        case Equal(right=Number(value=value)):
            return value == cell.initial
        case Variable():
            return bool(cell.initial)
        case _:
            return not cell.initial


def timed(
    system: TransitionSystem,
    state: Sequence[StateVariable],
    goals: Sequence[Term],
    slack: int,
) -> Iterator[Term]:
    """Lemma candidates on timers, with offsets of up to `slack` of the longest steps.

    With one step of slack, each is about one mode; with more, flags are tried as well. `state` is
    the cone of `goals`; no other variables occur.
    """
    literals = list(_literals(state))
    modes = [literal for literal in literals if isinstance(literal, Equal)]
    timers = [cell for cell in state if cell.role is Role.TIMER]
    thresholds = list(_thresholds(system, state, goals))
    longest = system.machine.time.step.highest
    for cell in state:
        if cell.role is Role.DRIFT:
            # Its range follows from these, and from nothing less.
            yield from _drift(system, cell)
            yield from bounds([cell])
    for premise in modes if slack <= 1 else literals:
        for timer in timers:
            for k in range(slack + 1):
                yield implication(premise, at_most(timer.variable, number(k * longest)))
            for threshold in thresholds:
                yield implication(premise, negation(at_most(threshold, timer.variable)))
                yield implication(premise, at_most(threshold, timer.variable))
    for first in timers:
        for second in timers:
            if first is not second:
                for condition in (None, *modes):
                    for k in range(slack + 1):
                        yield _no_longer(condition, first, second, k * longest)


def _literals(state: Sequence[StateVariable]) -> Iterator[Term]:
    """Every mode and every flag, and every flag's negation."""
    for cell in state:
        if cell.role is Role.MODE:
            for value in range(cell.span.highest + 1):
                yield equal(cell.variable, number(value))
        elif cell.role is Role.FLAG:
            yield cell.variable
            yield negation(cell.variable)


def _no_longer(
    premise: Term | None, first: StateVariable, second: StateVariable, extra: int
) -> Term:
    """While `premise`: `first` is at most `second` plus `extra`, or `second` is full."""
    conditions = [negation(premise)] if premise is not None else []
    full = at_most(number(second.span.highest), second.variable)
    return either(*conditions, at_most(first.variable, plus(second.variable, number(extra))), full)


def _drift(system: TransitionSystem, cell: StateVariable) -> Iterator[Term]:
    """The clock has drifted by no more than its tolerance, and the pins were no later than late."""
    time = system.machine.time
    timer = next(each.variable for each in system.state if each.name == cell.drift_of)
    most = times(time.drift_per_tick, timer)
    yield at_most(minus(number(-time.latency.highest), most), cell.variable)
    yield at_most(cell.variable, most)


def _thresholds(
    system: TransitionSystem, state: Sequence[StateVariable], goals: Sequence[Term]
) -> Iterator[Term]:
    """What timers are compared with: numbers and parameters."""
    constants = {each.name for each in system.parameters}
    timers = {each.name for each in state if each.role is Role.TIMER}
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
            if not timers.isdisjoint(variables(side)):
                seen.add(key)
                yield other
