"""Search: waits are split within the clock's tolerance, and what is found can happen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spec.execution import execute
from spec.lower import lower
from spec.system import TransitionSystem
from spec.term import Term, negation
from tests.verify import corpus, explicit, generated
from verify.engines.search import Scenario, Search, split
from verify.replay import Replayer

DT = "dt"


def drift_name() -> str:
    """What the world's input is called by which true time differs from measured time."""
    path = corpus.CORPUS / "proved" / "stood_with_tolerance_and_latency.machine"
    inputs = lower(corpus.machine(path)).inputs
    return next(each.name for each in inputs if each.name.endswith("drift"))


DRIFT = drift_name()


@given(st.data(), st.integers(1, 500), st.integers(0, 40), st.integers(0, 10**6))
def test_each_part_of_a_wait_keeps_within_the_tolerance(
    data: st.DataObject, longest: int, per_tick: int, total: int
) -> None:
    drift = data.draw(st.integers(-per_tick * total, per_tick * total))
    longest = max(longest, total // 300)
    parts = list(split({DT: total, DRIFT: drift, "x": 7}, longest))
    assert sum(each[DT] for each in parts) == total
    assert sum(each[DRIFT] for each in parts) == drift
    for each in parts:
        assert 0 <= each[DT] <= longest
        assert abs(each[DRIFT]) <= per_tick * each[DT]
        assert each["x"] == 7
    # No part is empty, except where the whole is.
    assert total == 0 or all(each[DT] for each in parts)


def test_a_found_run_is_one_that_can_happen_and_no_shorter_than_the_shortest() -> None:
    found = 0
    for seed in range(60):
        machine = generated.machine(seed)
        if machine is None:
            continue
        system = lower(machine)
        goals = [goal.term for goal in system.goals if goal.term is not None]
        try:
            shortest = explicit.depths(system, [negation(goal) for goal in goals])
        except explicit.TooLarge:
            continue
        for goal, depth in zip(goals, shortest, strict=True):
            search = Search(system, system.cone(goal))
            replayer = Replayer(system, goal, None, sought=False)
            scenario = search.find(negation(goal), depths=range(1, 7), accept=replayer.shows)
            if depth is None:
                assert scenario is None
            elif scenario is not None:
                found += 1
                assert len(scenario[1]) >= depth
                assert breaks(system, goal, scenario)
    assert found >= 40


def breaks(system: TransitionSystem, goal: Term, scenario: Scenario) -> bool:
    """Whether the last step of a run within all assumptions breaks `goal`."""
    execution = execute(system, [goal])
    parameters = execution.parameters(scenario[0])
    state = execution.initial
    seen: tuple[int, ...] = ()
    for step in scenario[1]:
        inputs = execution.inputs(step)
        if not execution.assumed(state, inputs, parameters):
            return False
        state, seen = execution.step(state, inputs, parameters)
    return not seen[0]


def test_what_does_not_replay_is_not_returned() -> None:
    machine = generated.machine(0)
    assert machine is not None
    system = lower(machine)
    goal = next(goal.term for goal in system.goals if goal.term is not None)
    search = Search(system, system.cone(goal))
    assert search.find(negation(goal), depths=range(1, 5), accept=lambda _: False) is None
