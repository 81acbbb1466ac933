"""Sampling shows runs that can happen, and throws out no candidate that holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.execution import execute
from spec.language.reader import read_text
from spec.lower import lower
from spec.term import TRUE, negation
from tests.verify import corpus, generated
from verify.engines.sampling import Sampler


@pytest.mark.parametrize("path", corpus.files(*corpus.FOLDERS), ids=corpus.name)
def test_no_sampled_step_breaks_a_range_or_an_assumption(path: Path) -> None:
    system = lower(corpus.machine(path))
    execution = execute(system, [TRUE])
    steps = Sampler(execution).explore(most=300).steps
    time = system.machine.time
    for step in steps:
        assert execution.assumed(step.state, step.inputs, step.parameters)
        named = dict(zip((each.name for each in system.inputs), step.inputs, strict=True))
        spans = {each.name: each.span for each in (*system.inputs, *system.parameters)}
        constants = zip((each.name for each in system.parameters), step.parameters, strict=True)
        for name, value in (*named.items(), *constants):
            assert spans[name].lowest <= value <= spans[name].highest, name
        first = step.parent < 0
        assert first == (step.state == execution.initial) or not first
        assert named["dt"] == 0 if first else named["dt"] >= time.step.lowest
        before = execution.initial
        if not first:
            parent = steps[step.parent]
            before = execution.step(parent.state, parent.inputs, parent.parameters)[0]
            assert parent.parameters == step.parameters
        assert step.state == before


def test_a_candidate_is_thrown_out_only_by_a_state_that_breaks_it() -> None:
    for seed in range(20):
        machine = generated.machine(seed)
        assert machine is not None
        system = lower(machine)
        flags = [each.variable for each in system.state if each.variable.boolean]
        candidates = [*flags, *(negation(each) for each in flags)]
        execution = execute(system, candidates)
        exploration = Sampler(execution).explore(most=200)
        kept = exploration.never_false(system, candidates)
        for k, candidate in enumerate(candidates):
            broken = any(not step.seen[k] for step in exploration.steps)
            # It may keep what it did not look at, and never drops what holds.
            assert candidate in kept or broken


def test_a_time_too_long_to_be_waited_for_leaves_steps_for_the_rest() -> None:
    path = corpus.CORPUS / "proved" / "six_waits_deep.machine"
    text = path.read_text(encoding="utf-8").replace(
        "sixth   -> open    when not pressed and after(30 s)", "sixth   -> open    when after(9 h)"
    )
    assert "9 h" in text
    system = lower(read_text(text, "waits.machine")[0])
    steps = Sampler(execute(system, [TRUE])).explore(most=2000).steps
    assert sum(step.parent < 0 for step in steps) > 1
    assert len({step.state[0] for step in steps}) > 1
