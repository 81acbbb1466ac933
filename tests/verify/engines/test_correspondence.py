"""Two variables are called equal only if no reachable state tells them apart."""

from __future__ import annotations

import pytest

from spec.lower import lower
from spec.term import equal, negation
from tests.verify import explicit, generated
from verify.engines.correspondence import equalities, representatives


@pytest.mark.parametrize("seed", range(300, 340))
def test_what_corresponds_is_equal_in_every_state(seed: int) -> None:
    machine = generated.machine(seed)
    assert machine is not None
    system = lower(machine)
    claimed = equalities(system)
    try:
        first = explicit.depths(system, [negation(each) for each in claimed])
    except explicit.TooLarge:
        return
    assert first == [None] * len(claimed)
    chosen = representatives(system)
    for name, each in chosen.items():
        assert chosen[each.name] is each, name


def test_some_variables_do_correspond_in_these_machines() -> None:
    machines = [generated.machine(seed) for seed in range(300, 340)]
    found = [equalities(lower(each)) for each in machines if each is not None]
    assert sum(map(len, found)) >= 2


def test_equal_is_not_what_only_looks_alike() -> None:
    machine = generated.machine(300)
    assert machine is not None
    system = lower(machine)
    chosen = representatives(system)
    for one in system.state:
        for other in system.state:
            if chosen[one.name] is chosen[other.name]:
                same = explicit.depths(system, [negation(equal(one.variable, other.variable))])
                assert same == [None]
