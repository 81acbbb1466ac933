"""A freed machine is the machine's requirements, over outputs that anybody may choose."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from spec.draft import mode_name
from spec.execution import execute
from spec.lower import lower, lower_observers
from spec.machine import Always
from spec.system import Signal, TransitionSystem
from spec.term import Term, Variable
from tests.verify.conflicts.generated import machine
from verify.conflicts.freed import decided, free_name, freed


def goals(system: TransitionSystem) -> list[Term]:
    return [each.term for each in system.goals if each.term and isinstance(each.declared, Always)]


@pytest.mark.parametrize("seed", range(20))
def test_its_goals_are_those_of_the_observers_alone(seed: int) -> None:
    declared = machine(seed)
    free, watching = lower(freed(declared)), lower_observers(declared)
    names = [each.name for each in declared.regions]
    seen = {free_name(name): mode_name(name) for name in names}
    seen |= {free_name(each.name): each.name for each in declared.outputs}
    first = execute(free, goals(free))
    second = execute(_with_outputs(watching, free, seen), goals(watching))
    rnd = random.Random(seed)
    states = first.initial, second.initial
    for k in range(200):
        values = {
            each.name: 0 if each.name == "dt" and not k else rnd.randint(*_range(each))
            for each in free.inputs
        }
        parameters = first.parameters({})
        state, truth = first.step(states[0], first.inputs(values), parameters)
        renamed = {seen.get(name, name): value for name, value in values.items()}
        other, same = second.step(states[1], second.inputs(renamed), parameters)
        assert [bool(each) for each in truth] == [bool(each) for each in same]
        states = state, other


def _with_outputs(
    watching: TransitionSystem, free: TransitionSystem, seen: dict[str, str]
) -> TransitionSystem:
    chosen = [
        Signal(Variable(seen[each.name], each.variable.boolean), each.type, each.span)
        for each in free.inputs
        if decided(each.name) is not None
    ]
    return replace(watching, inputs=(*watching.inputs, *chosen))


def _range(signal: Signal) -> tuple[int, int]:
    return signal.span.lowest, signal.span.highest
