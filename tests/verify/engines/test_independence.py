"""Independence: what the cone says does not matter must not, in any pair of runs."""

from __future__ import annotations

import pytest

from spec.lower import lower
from spec.machine import Independent
from spec.place import NOWHERE
from tests.verify import explicit, generated
from verify.engines import independence


@pytest.mark.parametrize("seed", range(400, 425))
def test_an_input_outside_the_cone_never_makes_a_difference(seed: int) -> None:
    machine = generated.machine(seed)
    if machine is None:
        return
    system = lower(machine)
    for output in machine.outputs:
        for each in machine.inputs:
            claim = Independent(output.name, (each.name,), NOWHERE)
            if independence.readers(system, claim):
                continue
            try:
                assert not explicit.differs(system, claim)
            except explicit.TooLarge:
                continue


def test_the_two_runs_of_a_product_differ_in_the_claimed_inputs_only() -> None:
    for seed in range(30):
        machine = generated.machine(seed)
        if machine is None:
            continue
        system = lower(machine)
        claim = Independent("lamp", ("a",), NOWHERE)
        composed, _, hints = independence.product(system, claim)
        names = [each.name for each in composed.inputs]
        steps = [{name: k for k, name in enumerate(names)}]
        one, other = independence.two_runs(claim, ({}, steps))
        differing = {name for name in one[1][0] if one[1][0][name] != other[1][0][name]}
        assert differing == {"a"}
        assert set(one[1][0]) == {each.name for each in system.inputs}
        assert len(hints) * 2 == len(composed.state)
