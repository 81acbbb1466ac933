"""Each fault seeded around the smallBMS is found by the requirements that speak of it only."""

from __future__ import annotations

import pytest

from spec.machine import Every, Machine, Subject
from tests.faults.surroundings import SLIPS, Slip, slipped
from verify import prover
from verify.verdict import Verdict


def refuted(machine: Machine) -> tuple[str, ...]:
    """Ids of the requirements that do not hold, but for the one that speaks of all others."""
    results = prover.verify(machine, options=prover.Options(margins=False)).requirements
    assert Verdict.UNKNOWN not in {each.verdict for one in results for each in one.properties}
    return tuple(
        one.requirement.id
        for one in results
        if any(each.verdict is not Verdict.PROVED for each in one.properties)
        and not any(
            isinstance(each, Every) and each.subject is Subject.REQUIREMENT
            for each in one.requirement.properties
        )
    )


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.machine}: {slip.name}")
def test_a_seeded_fault_is_refuted_by_what_speaks_of_it(
    slip: Slip, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which requirements contradict each other is asked elsewhere, and takes longer than the rest.
    monkeypatch.setattr(prover, "find_conflicts", lambda *_, **__: ([], None))
    assert refuted(slipped(slip)) == slip.refuted
