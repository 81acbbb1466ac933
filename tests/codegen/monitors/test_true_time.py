"""True time is judged by the worst case: by no better one, and by no worse one."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.worst_case import speaks_of_true_time
from spec.term import Variable, either, equal, implication, negation
from tests.codegen.machines import MACHINES
from tests.codegen.monitors.test_claims import PUMP, is_observers
from tests.codegen.monitors.watching import Watched, watched
from tests.codegen.monitors.worlds import (
    clock,
    drifts,
    next_relation,
    relation,
    some_world_violates,
)
from tests.verify import corpus, generated

RANDOM_MACHINES = 150
# Every way to ask of one true time, with a latency that is never 0.
PROPERTIES = (
    "always fell(on) implies stood(on) >= 3 s",
    "always stood(on) < 3 s",
    "always 3 s >= stood(on)",
    "never stood(on) > 3 s",
    "always fell(on) implies stood(on) == 3 s",
    "always fell(on) implies not (stood(on) == 3 s)",
    "always calm iff stood(on) >= 3 s",
    "always (calm when stood(on) >= 3 s else start)",
    "never (calm when stood(on) >= 3 s else start)",
    "always fell(on) implies stood(on) >= 3 s and stood(on) <= 4 s",
    "always fell(on) implies stood(on) >= 3 s and duration(on) <= 4 s",
    "never stood(on) >= 3 s and duration(on) <= 3 s",
    "always (stood(on) <= 3 s when calm else stood(start) >= 2 s or on)",
)
# Several true times in one disjunction, and what was so of a true time once.
UNJUDGED = (
    "always stood(on) >= 3 s or stood(on) < 3 s",
    "always stood(on) >= 3 s implies stood(start) >= 2 s",
    "never stood(on) >= 3 s and stood(start) >= 2 s",
    "always stood(on) >= 3 s iff stood(start) < 2 s",
    "never past(stood(on) >= 3 s)",
    "always once(stood(on) >= 3 s) implies calm",
    "always (calm since stood(on) >= 3 s) implies calm",
    "never duration(stood(on) >= 3 s) >= 1 s",
)


def is_worst_case(each: Watched) -> None:
    """What is measured is related to what is true, and judged by the worst that is related."""
    system = each.observers
    related = [relation(system, drift) for drift in drifts(system)]
    for drift in drifts(system):
        assert each.holds(next_relation(system, drift), clock(system), *related)
    for _, term, claim in each.judged:
        if speaks_of_true_time(term):
            assert each.holds(implication(claim, term), clock(system), *related)
            assert some_world_violates(each, term, claim)


@MACHINES
def test_whatever_may_violate_a_true_time_is_called_a_violation_and_nothing_else(
    path: Path,
) -> None:
    is_worst_case(Watched(corpus.machine(path)))


@pytest.mark.parametrize("property_", PROPERTIES)
def test_every_way_to_ask_of_one_true_time_is_judged_by_its_worst_case(property_: str) -> None:
    each = watched(PUMP.format(property_))
    assert len(each.judged) == 1
    is_worst_case(each)
    is_observers(each)


@pytest.mark.parametrize("property_", UNJUDGED)
def test_nothing_is_said_of_several_true_times_or_of_past_ones(property_: str) -> None:
    each = watched(PUMP.format(property_))
    assert not each.judged
    assert [one.id for one in each.monitor.silent] == ["P1"]
    assert not each.monitor.program.memory


def test_what_never_holds_has_never_stood() -> None:
    each = watched(PUMP.format("always fell(on) implies stood(on and false) >= 3 s"))
    ((_, _, claim),) = each.judged
    assert not each.monitor.program.memory[1:]
    (was,) = each.monitor.program.memory
    assert each.holds(equal(claim, either(Variable("on", True), negation(was.variable))))


def test_random_true_times_are_judged_by_their_worst_case() -> None:
    made = [each for seed in range(RANDOM_MACHINES) if (each := generated.machine(seed))]
    asked = [one for one in map(Watched, made) if drifts(one.observers)]
    assert len(asked) > RANDOM_MACHINES // 10
    for one in asked:
        is_worst_case(one)


@pytest.mark.parametrize(
    ("tolerance", "latency"), [("1 %", "20 ms .. 50 ms"), ("1 %", "0 ms .. 50 ms")]
)
def test_a_wider_and_a_narrower_worst_case_are_found(tolerance: str, latency: str) -> None:
    """The comparisons above can fail: with the claims of a worse or a better clock."""
    text = PUMP.format("always fell(on) implies stood(on) >= 3 s")
    right, wrong = (
        watched(text.replace("1 %", one).replace("20 ms .. 50 ms", other))
        for one, other in (("1 %", "10 ms .. 50 ms"), (tolerance, latency))
    )
    ((_, term, claim),) = right.judged
    ((_, _, other_claim),) = wrong.judged
    system = right.observers
    related = [relation(system, drift) for drift in drifts(system)]
    sound = right.holds(implication(other_claim, term), clock(system), *related)
    tight = some_world_violates(right, term, other_claim)
    assert sound is (latency == "0 ms .. 50 ms")
    assert tight is (latency == "20 ms .. 50 ms")
    assert right.holds(implication(claim, term), clock(system), *related)
