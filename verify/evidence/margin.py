"""Margins: by how much a bound on time holds.

The worst case over the proved invariant is safe whether or not a run attains it; a search then
looks for a run that does, and only then is it called the worst.
"""

from __future__ import annotations

from collections.abc import Sequence

from spec.execution import execute
from spec.system import Goal, TransitionSystem
from spec.term import Term, at_most, both, equal, less, minus, number, variables
from verify.encoding import OneStep
from verify.engines.search import Exhausted, Search
from verify.replay import Replayer
from verify.smt import largest
from verify.verdict import Margin

# Transitions tried for a run that attains the worst case.
_DEPTH = 8
# No duration is longer, in its unit.
_LARGEST = 2**62


def measure(step: OneStep, goal: Goal, lemmas: Sequence[Term], search: Search) -> Margin | None:
    """The margin of a proved `goal` that makes a claim about a duration; None if it has no end.

    `lemmas` are invariants that imply `goal`; the more, the sharper the safe estimate.
    """
    bound = goal.bound
    assert bound is not None
    # Slack is what is left: never negative, or the goal would not hold.
    slack = minus(bound.lasted, bound.limit) if bound.at_least else minus(bound.limit, bound.lasted)
    used = minus(number(0), slack)
    # A limit that is a parameter is looked at where it has its default.
    system = step.system
    used_by_limit = variables(bound.limit)
    defaults = [
        equal(each.variable, number(each.default))
        for each in system.parameters
        if each.name in used_by_limit
    ]
    context = both(bound.context, *defaults)
    solver = step.solver()
    solver.add(*(step.before.formula(each) for each in (*lemmas, context)))
    worst = largest(solver, [], step.before.formula(used), -_LARGEST, 0)
    if worst is None:
        return None
    # A timer that has stopped counting tells less than has passed.
    counting = [
        less(each.variable, number(each.span.highest))
        for each in system.state
        if each.name == bound.timer
    ]
    attains = both(context, at_most(number(worst), used), *counting)
    try:
        found = search.find(
            attains,
            depths=range(1, _DEPTH + 1),
            accept=Replayer(system, attains, None, sought=True).shows,
        )
    except Exhausted:
        found = None
    allowed = _at_defaults(system, bound.limit)
    return Margin(
        bound.text,
        bound.type,
        allowed,
        allowed - worst if bound.at_least else allowed + worst,
        bound.at_least,
        found is not None,
    )


def _at_defaults(system: TransitionSystem, limit: Term) -> int:
    execution = execute(system, [limit])
    zeros = execution.inputs({})
    return int(execution.step(execution.initial, zeros, execution.parameters({}))[1][0])
