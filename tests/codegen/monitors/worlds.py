"""What true time may be, for what is measured of it.

For every timer that is asked for true time: the true time at the pins so far, less the measured
one, lies between what the slowest clock and the longest first delay make of it, and what the
fastest clock and the shortest first delay do.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec.draft import DRIFT, DT, LATENCY
from spec.system import StateVariable, TransitionSystem
from spec.term import (
    Choose,
    Sum,
    Term,
    Variable,
    at_most,
    both,
    implication,
    minus,
    negation,
    number,
    postorder,
    substitute,
    times,
    variables,
)
from tests.codegen.monitors.watching import Watched, within
from verify.smt import none_of


def drifts(system: TransitionSystem) -> list[StateVariable]:
    """What the world alone remembers."""
    return [each for each in system.state if each.drift_of]


def clock(system: TransitionSystem) -> Term:
    """The clock drifts by no more than its tolerance, the pins are late by no more than theirs."""
    most = system.machine.time.drift_per_tick
    drift, dt = Variable(DRIFT, False), Variable(DT, False)
    return both(
        at_most(times(-most, dt), drift),
        at_most(drift, times(most, dt)),
        *(within(each) for each in system.inputs if each.name == LATENCY),
    )


def relation(system: TransitionSystem, drift: StateVariable) -> Term:
    """low(t) <= true <= high(t), said of what true time is ahead of the timer."""
    time = system.machine.time
    timer = next(each for each in system.state if each.name == drift.drift_of)
    slack = times(time.drift_per_tick, timer.variable)
    low = minus(times(-1, slack), number(time.latency.highest))
    high = minus(slack, number(time.latency.lowest))
    running = next(_conditions(system, drift))
    related = both(at_most(low, drift.variable), at_most(drift.variable, high))
    return both(within(timer), implication(running, related))


def _conditions(system: TransitionSystem, drift: StateVariable) -> Iterator[Term]:
    """When there is a true time: what is chosen where `drift` is asked for."""
    terms = [each.term for each in system.goals if each.term is not None]
    for term in postorder(terms):
        match term:
            case Choose(condition=condition, then=Sum() as then) if drift.name in variables(then):
                yield condition


def some_world_violates(watched: Watched, goal: Term, claim: Term) -> bool:
    """Whether for all that a monitor can see and calls a violation, there is a world of one."""
    system, frame = watched.observers, watched.frame
    names = {DRIFT, LATENCY, *(each.name for each in drifts(system))}
    world = [frame.symbols[name] for name in sorted(names & frame.symbols.keys())]
    possible = [clock(system), *(relation(system, each) for each in drifts(system))]
    formulas = [frame.formula(each) for each in (*possible, negation(goal))]
    legal = (within(each) for each in system.state if not each.drift_of)
    return watched.excluded([none_of(world, formulas)], negation(claim), *legal)


def next_relation(system: TransitionSystem, drift: StateVariable) -> Term:
    """The relation, after the step."""
    after = {each.name: each.next for each in system.state}
    return substitute([relation(system, drift)], after)[0]
