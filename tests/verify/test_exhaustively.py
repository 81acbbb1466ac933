"""The prover against a look at every state: on tiny random machines both must say the same."""

from __future__ import annotations

from collections import Counter

import pytest

from spec.lower import lower
from spec.machine import Always, Independent, Machine, Reachable
from spec.system import Goal
from spec.term import Term, negation
from tests.verify import explicit, generated
from verify.evidence import sanity
from verify.prover import Options, verify
from verify.verdict import PropertyResult, Proved, Sanity, Verdict, Violated

SEEDS = range(50)
FAILING = {
    Sanity.UNREACHABLE_MODE,
    Sanity.DEAD_TRANSITION,
    Sanity.DEAD_END,
    Sanity.CONSTANT_OUTPUT,
}


def by_goal(machine: Machine) -> dict[tuple[str, int], PropertyResult]:
    report = verify(machine, options=Options(timeout=20))
    return {
        (each.requirement, each.index): each
        for result in report.requirements
        for each in result.properties
    }


def sought(goal: Goal) -> Term:
    """What a run has to reach to decide `goal`."""
    assert goal.term is not None
    return goal.term if isinstance(goal.declared, Reachable) else negation(goal.term)


def word(goal: Goal, first: int | None, premise: int | None) -> Verdict:
    """What must be said of `goal`, by what can be reached."""
    if isinstance(goal.declared, Reachable):
        return Verdict.VIOLATED if first is None else Verdict.PROVED
    if first is not None:
        return Verdict.VIOLATED
    return Verdict.VACUOUS if goal.premise is not None and premise is None else Verdict.PROVED


def disagreements(machine: Machine) -> Counter[str]:
    """How often the prover says something else than all states together do."""
    system = lower(machine)
    goals = [goal for goal in system.goals if isinstance(goal.declared, Always | Reachable)]
    first = explicit.depths(system, [sought(goal) for goal in goals])
    premises = [goal.premise or sought(goal) for goal in goals]
    reached = explicit.depths(system, premises)
    results = by_goal(machine)
    found: Counter[str] = Counter(asked=len(goals))
    for goal, depth, premise in zip(goals, first, reached, strict=True):
        result = results[goal.requirement, goal.index]
        said, expected = result.verdict, word(goal, depth, premise)
        found[said.value] += 1
        if said is not expected:
            found["undecided" if said is Verdict.UNKNOWN else "wrong"] += 1
        answer = result.answer
        trace = answer.trace if isinstance(answer, Violated) else None
        trace = answer.witness if isinstance(answer, Proved) else trace
        if trace is not None:
            assert depth is not None
            # No run is shorter than the shortest, however long waits were split.
            assert len(trace.steps) >= depth
    for goal in system.goals:
        if isinstance(goal.declared, Independent):
            said = results[goal.requirement, goal.index].verdict
            differs = explicit.differs(system, goal.declared)
            expected = Verdict.VIOLATED if differs else Verdict.PROVED
            if said is not expected:
                found["undecided" if said is Verdict.UNKNOWN else "wrong"] += 1
    return found


def test_every_state_of_random_machines_says_what_the_prover_says() -> None:
    total: Counter[str] = Counter()
    for seed in SEEDS:
        machine = generated.machine(seed)
        if machine is None:
            continue
        try:
            total += disagreements(machine) + Counter(machines=1)
        except explicit.TooLarge:
            continue
    assert total["wrong"] == 0
    assert total["undecided"] * 50 <= total["asked"]
    # The machines are no trivial ones: each verdict is heard often.
    assert total["machines"] >= 35
    assert min(total["PROVED"], total["VIOLATED"]) >= 40
    assert total["VACUOUS"] >= 10


@pytest.mark.parametrize("seed", range(100, 112))
def test_what_the_sanity_battery_calls_dead_is_what_no_state_reaches(seed: int) -> None:
    machine = generated.machine(seed)
    assert machine is not None
    system = lower(machine)
    covers = [each for each in sanity.covers(system) if each.kind in FAILING]
    try:
        reached = explicit.depths(system, [each.term for each in covers])
    except explicit.TooLarge:
        return
    dead = {cover.message for cover, first in zip(covers, reached, strict=True) if first is None}
    findings = verify(machine).findings
    assert not [each for each in findings if each.kind is Sanity.UNDECIDED]
    assert {each.message for each in findings if each.kind in FAILING} == dead
