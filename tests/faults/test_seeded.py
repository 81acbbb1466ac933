"""Each seeded fault is found by the requirements that speak of it, and by no others."""

from __future__ import annotations

import pytest

from spec.machine import Always, Machine
from spec.reference import ReferenceRun
from tests.faults.seeded import FAULTS, HARMLESS, Fault, seeded
from verify.prover import verify
from verify.verdict import PropertyResult, Verdict, Violated

# A run of fewer steps waits for nothing: it is the shortest to the step.
SHORT = 5
SLACK = 3
# "All of this": it fails with any of the others.
ALL = "R20"


def answers(machine: Machine) -> dict[str, tuple[PropertyResult, ...]]:
    return {each.requirement.id: each.properties for each in verify(machine).requirements}


def refuted(results: dict[str, tuple[PropertyResult, ...]]) -> tuple[str, ...]:
    """Ids of the requirements that do not hold, or hold because nothing happens any more."""
    return tuple(
        name
        for name, properties in results.items()
        if any(each.verdict in (Verdict.VIOLATED, Verdict.VACUOUS) for each in properties)
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_is_refuted_by_a_run_that_shows_it(fault: Fault) -> None:
    results = answers(seeded(fault))
    assert refuted(results) == (*fault.refuted, ALL)
    # What is not refuted is as it was.
    kept = [each for name in results if name not in refuted(results) for each in results[name]]
    assert {each.verdict for each in kept} == {Verdict.PROVED}
    lengths = []
    for each in (each for properties in results.values() for each in properties):
        if not isinstance(each.answer, Violated) or each.answer.trace is None:
            continue
        trace = each.answer.trace
        lengths.append(len(trace.steps))
        if isinstance(each.declared, Always):
            run = ReferenceRun(trace.machine, trace.parameters, [each.declared.expression])
            *before, last = [bool(run.step(step.inputs)[1][0]) for step in trace.steps]
            assert all(before)
            assert not last
    slack = 0 if fault.steps < SHORT else SLACK
    assert abs(lengths[0] - fault.steps) <= slack


@pytest.mark.parametrize("fault", HARMLESS, ids=lambda fault: fault.name)
def test_a_change_that_no_requirement_speaks_of_refutes_none(fault: Fault) -> None:
    assert refuted(answers(seeded(fault))) == ()
