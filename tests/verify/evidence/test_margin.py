"""Margins: nothing is worse than the worst, and what is said to be attained is."""

from __future__ import annotations

import pytest

from spec.language.reader import read_text
from spec.lower import lower
from spec.machine import Machine
from spec.term import minus
from tests.verify import explicit
from verify.prover import verify
from verify.verdict import Margin, Proved

_TEXT = """machine pulse  "A pulse of some length"

time
    step             1 ms .. {longest} ms by 1 ms
    clock tolerance  {tolerance} %
    output latency   0 ms .. {latency} ms

inputs
    x : bool

parameters
    wait : 3 ms in 3 ms .. 4 ms

region pulse
    mode low   initial, safe
    mode high

    low   -> high  when x
    high  -> low   when after({length})

outputs
    pin : bool = pulse is high

requirement M1  "Its length."
    always {claim}
"""
_WORLDS = [(1, 0, 0), (2, 0, 0), (1, 50, 0), (2, 50, 1), (2, 0, 2)]
_CLAIMS = [
    "fell(pin) implies duration(once(pin)) >= 1 ms",
    "duration(pin) <= 9 ms",
    "duration(pin) < 9 ms",
    "duration(x) >= 9 ms implies once(pin)",
    "stood(pin) <= 20 ms",
    "stood(pin) < 20 ms",
    "fell(pin) implies stood(pin) >= 0 ms",
    "fell(pin) implies stood(pin) > -3 ms",
]


def pulse(world: tuple[int, int, int], claim: str, length: str) -> Machine:
    longest, tolerance, latency = world
    text = _TEXT.format(
        longest=longest, tolerance=tolerance, latency=latency, claim=claim, length=length
    )
    return read_text(text, "pulse.machine")[0]


def margin(machine: Machine) -> Margin:
    answer = verify(machine).requirements[0].properties[0].answer
    assert isinstance(answer, Proved), answer
    assert answer.margin is not None
    return answer.margin


@pytest.mark.parametrize("claim", _CLAIMS)
@pytest.mark.parametrize("world", _WORLDS)
def test_no_state_is_worse_than_the_worst_and_one_attains_it(
    world: tuple[int, int, int], claim: str
) -> None:
    machine = pulse(world, claim, "3 ms")
    system = lower(machine)
    bound = system.goals[0].bound
    assert bound is not None
    slack = minus(bound.lasted, bound.limit) if bound.at_least else minus(bound.limit, bound.lasted)
    seen = [value for _, value in explicit.values(system, slack, bound.context)]
    found = margin(machine)
    said = found.worst - found.allowed if found.at_least else found.allowed - found.worst
    if not seen:
        return
    assert said <= min(seen)
    # Where a run is said to attain it, one of all runs does.
    assert not found.attained or said == min(seen)
    assert said >= 0


def test_a_worst_case_far_from_the_bound_is_not_called_attained_where_no_run_attains_it() -> None:
    # Every pulse lasts 8 ms; what is said is 7 ms, "worst".
    found = margin(pulse((1, 0, 0), "fell(pin) implies stood(pin) >= 3 ms", "8 ms"))
    assert found.worst == 8 or not found.attained
