"""A monitor says what the observers of its machine say: decided by a solver, for every machine."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from codegen.worst_case import speaks_of_true_time
from spec.system import Role
from spec.term import Variable, equal, number, variables
from tests.codegen.machines import MACHINES
from tests.codegen.monitors.watching import Watched, watched
from tests.verify import corpus, generated

RANDOM_MACHINES = 150
RANDOM_FORMULAS = 100

PUMP = """machine pump  "A pump"

time
    step             10 ms .. 100 ms by 10 ms
    clock tolerance  1 %
    output latency   20 ms .. 50 ms

inputs
    start : bool
    calm  : bool

region pump
    mode idle  initial, safe
    mode busy

    idle  -> busy  when start
    busy  -> idle  when not start

outputs
    on : bool = pump is busy

requirement P1  "What is shown."
    {}
"""


def is_observers(each: Watched) -> None:
    """Every goal without true time is judged as it is, and what it needs is remembered."""
    judged = {id(goal) for goal, _, _ in each.judged}
    for goal in each.tellable:
        assert goal.term is not None
        assert id(goal) in judged or speaks_of_true_time(goal.term), goal.requirement
    for _, term, claim in each.judged:
        if not speaks_of_true_time(term):
            assert each.holds(equal(claim, term))
    for same in each.same_memory:
        assert each.holds(same)
    claims = [claim for _, claim in each.means.claimed]
    needed = variables(*claims, *each.means.stored.values()).keys()
    kept = {one.name for one in each.remembered}
    assert {one.name for one in each.observers.state} & needed == kept


@MACHINES
def test_a_monitor_judges_and_remembers_what_the_observers_do(path: Path) -> None:
    is_observers(Watched(corpus.machine(path)))


def test_random_monitors_judge_and_remember_what_the_observers_do() -> None:
    made = [each for seed in range(RANDOM_MACHINES) if (each := generated.machine(seed))]
    assert len(made) > RANDOM_MACHINES // 2
    for each in made:
        is_observers(Watched(each))


@MACHINES
def test_every_goal_of_the_corpus_that_a_step_can_violate_is_judged(path: Path) -> None:
    each = Watched(corpus.machine(path))
    assert len(each.judged) == len(each.tellable) == len(each.means.claimed)


@MACHINES
def test_a_monitor_begins_as_the_observers_do_and_remembers_nothing_that_it_cannot_know(
    path: Path,
) -> None:
    each = Watched(corpus.machine(path))
    program = each.monitor.program
    known = {one.name for one in (*program.inputs, *program.constants, *program.settings)}
    known |= each.observers.outputs.keys()
    known |= {f"{region}.mode" for region in each.monitor.regions}
    known |= {one.name for one in program.memory}
    told = [claim for _, claim in each.means.claimed]
    assert variables(*told, *each.means.stored.values()).keys() <= known
    assert not any(one.role in (Role.DRIFT, Role.MODE) for one in program.memory)
    begun = {one.name: one.initial for one in each.observers.state}
    assert all(begun[one.name] == one.initial for one in program.memory)


@pytest.mark.parametrize(
    "property_",
    [
        "always past(start) implies past(calm)",
        # The first flag remembers what the second remembered a step ago.
        "never past(past(start))",
        "never past(past(past(start)))",
        "always (past(start) since past(past(start))) implies once(past(on))",
        "always duration(past(start)) >= 1 s implies past(duration(on) >= 1 s)",
        "always fell(rose(fell(on))) implies historically(past(calm))",
    ],
)
def test_nothing_is_overwritten_that_a_later_store_still_reads(property_: str) -> None:
    each = watched(PUMP.format(property_))
    assert len(each.judged) == 1
    is_observers(each)


def formula(rnd: random.Random, depth: int) -> str:
    """A condition that looks back at conditions that look back."""
    if not depth:
        return rnd.choice(("start", "calm", "on", "pump is busy"))
    one, other = formula(rnd, depth - 1), formula(rnd, rnd.randint(0, depth - 1))
    word = rnd.choice(("past", "rose", "fell", "once", "historically"))
    lasting = f"duration({one}) {rnd.choice(('>=', '<='))} {rnd.choice((1, 2))} s"
    return rnd.choice((f"{word}({one})", f"({one} since {other})", lasting, f"not ({one})"))


def test_whatever_looks_back_how_often_is_judged_and_remembered() -> None:
    rnd = random.Random(1)
    for _ in range(RANDOM_FORMULAS):
        one, other = formula(rnd, rnd.randint(1, 4)), formula(rnd, rnd.randint(1, 4))
        each = watched(PUMP.format(f"always {one} implies {other}"))
        assert len(each.judged) == 1
        is_observers(each)


def test_a_wrong_claim_and_a_wrong_memory_are_found() -> None:
    """The comparisons above can fail."""
    each = watched(PUMP.format("always duration(on) >= 1 s implies past(start)"))
    ((_, term, _),) = each.judged
    assert not each.holds(equal(term, Variable("on", True)))
    timer = next(one for one in each.remembered if one.role is Role.TIMER)
    assert not each.holds(equal(each.means.stored[timer.name], number(timer.span.highest)))
