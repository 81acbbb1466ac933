"""Traces survive the way through ITF JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.language.reader import read, shipped
from spec.reference import replay
from spec.trace import Trace, from_itf, to_itf

MACHINE = read(shipped())[0]
FLAGS = [each.name for each in MACHINE.inputs if each.span.highest == 1]
VOLTAGES = [each for each in MACHINE.inputs if each.name not in FLAGS]

steps = st.fixed_dictionaries(
    {
        **{name: st.integers(0, 1) for name in FLAGS},
        **{each.name: st.integers(each.span.lowest, each.span.highest) for each in VOLTAGES},
        "dt": st.integers(1, 500),
        "true_dt": st.integers(99, 50_500),
        "latency": st.integers(0, 5000),
    }
)


def run(inputs: list[dict[str, int]], hold_off: int) -> Trace:
    first = {**inputs[0], "dt": 0, "true_dt": 0}
    return replay(MACHINE, {"hold_off": hold_off}, [first, *inputs[1:]])


@given(st.lists(steps, min_size=1, max_size=8), st.integers(30_500, 60_000))
def test_itf_gives_back_what_it_was_made_of(inputs: list[dict[str, int]], hold_off: int) -> None:
    trace = run(inputs, hold_off)
    parameters, states = from_itf(json.loads(json.dumps(to_itf(trace))))
    assert parameters == trace.parameters
    assert len(states) == len(trace.steps)
    for state, step in zip(states, trace.steps, strict=True):
        assert state == {**step.inputs, **step.outputs, **step.modes}


@given(st.lists(steps, min_size=1, max_size=8))
def test_a_replay_of_what_itf_says_is_the_same_run(inputs: list[dict[str, int]]) -> None:
    trace = run(inputs, 30_500)
    parameters, states = from_itf(to_itf(trace))
    names = trace.steps[0].inputs
    again = replay(MACHINE, parameters, [{name: state[name] for name in names} for state in states])
    assert again.steps == trace.steps


@given(st.lists(steps, min_size=2, max_size=8))
def test_time_is_the_sum_of_measured_steps(inputs: list[dict[str, int]]) -> None:
    trace = run(inputs, 30_500)
    assert trace.time(0) == 0
    last = len(inputs) - 1
    assert trace.time(last) == sum(each["dt"] for each in inputs[1:])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"params": [], "vars": [], "states": []},
        {"params": 1, "vars": [], "states": [{}]},
        {"params": [], "vars": ["x"], "states": [{"x": "?"}]},
        {"params": ["p"], "vars": [], "states": [{}]},
    ],
)
def test_what_is_no_trace_is_refused_with_one_kind_of_error(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="this is no ITF trace"):
        from_itf(data)
