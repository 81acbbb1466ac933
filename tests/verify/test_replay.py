"""No run is shown on which the two readings of a machine disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from spec.lower import lower
from spec.reference import ReferenceRun
from spec.trace import Step
from tests.verify import corpus
from verify.engines.search import Scenario
from verify.prover import InternalError, verify
from verify.replay import Replayer, ReplayError

MACHINE = corpus.machine(corpus.CORPUS / "violated" / "old_modes_are_a_step_late.machine")


def test_a_reference_run_that_reads_the_output_otherwise_is_an_internal_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    genuine = ReferenceRun.step

    def otherwise(run: ReferenceRun, inputs: Mapping[str, int]) -> tuple[Step, tuple[int, ...]]:
        step, seen = genuine(run, inputs)
        return replace(step, outputs={name: 1 - each for name, each in step.outputs.items()}), seen

    monkeypatch.setattr(ReferenceRun, "step", otherwise)
    with pytest.raises(InternalError, match="disagree"):
        verify(MACHINE)


def test_a_reference_run_that_reads_the_modes_otherwise_is_an_internal_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    genuine = ReferenceRun.step

    def otherwise(run: ReferenceRun, inputs: Mapping[str, int]) -> tuple[Step, tuple[int, ...]]:
        step, seen = genuine(run, inputs)
        return replace(step, modes={name: 1 - each for name, each in step.modes.items()}), seen

    monkeypatch.setattr(ReferenceRun, "step", otherwise)
    with pytest.raises(InternalError, match="disagree"):
        verify(MACHINE)


def test_a_reference_run_that_reads_the_property_otherwise_is_an_internal_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    genuine = ReferenceRun.step

    def otherwise(run: ReferenceRun, inputs: Mapping[str, int]) -> tuple[Step, tuple[int, ...]]:
        step, seen = genuine(run, inputs)
        return step, tuple(1 - each for each in seen)

    monkeypatch.setattr(ReferenceRun, "step", otherwise)
    with pytest.raises(InternalError, match="disagree"):
        verify(MACHINE)


def test_a_run_that_shows_nothing_is_not_shown() -> None:
    system = lower(MACHINE)
    goal = system.goals[0].term
    assert goal is not None
    replayer = Replayer(system, goal, None, sought=False)
    harmless: Scenario = ({}, [{"x": 0, "dt": 0}, {"x": 0, "dt": 10}])
    assert not replayer.shows(harmless)
    with pytest.raises(ReplayError, match="cannot be run again"):
        replayer.trace(harmless)


@pytest.mark.parametrize("dt", [0, 1])
def test_a_run_outside_the_assumptions_shows_nothing(dt: int) -> None:
    system = lower(MACHINE)
    goal = system.goals[0].term
    assert goal is not None
    replayer = Replayer(system, goal, None, sought=False)
    possible: Scenario = ({}, [{"x": 1, "dt": 0}])
    assert replayer.shows(possible)
    late: Scenario = ({}, [{"x": 0, "dt": 0}, {"x": 1, "dt": dt}])
    # In ticks of 10 ms every step is one long, never none.
    assert replayer.shows(late) is (dt == 1)
    assert not replayer.shows(({}, [{"x": 1, "dt": 1}]))
