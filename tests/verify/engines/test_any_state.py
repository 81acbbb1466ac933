"""Any state: all that the stored widths can hold, and legality of what follows."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from spec.execution import execute
from spec.lower import lower
from spec.machine import Machine
from spec.system import Role, TransitionSystem
from spec.term import TRUE, Term, equal, negation, number
from tests.verify import corpus
from verify.encoding import OneStep
from verify.engines import any_state
from verify.verdict import Certificate


def trusted() -> Machine:
    return corpus.machine(corpus.CORPUS / "violated" / "old_modes_are_a_step_late.machine")


def breaks(system: TransitionSystem, goal: Term) -> bool:
    """Whether some byte in each cell, and some input, breaks `goal` or leaves the legal range."""
    cells = any_state.memory(system)
    execution = execute(system, [goal, any_state.legal(system)])
    names = [each.name for each in system.state]
    # Every seventeenth byte, and those around the legal ones.
    some = [
        range(2) if each.variable.boolean else (*range(0, 256, 17), 1, 2, 254) for each in cells
    ]
    for chosen in product(*some):
        held = dict(zip((each.name for each in cells), chosen, strict=True))
        state = tuple(
            held.get(name, each.initial) for name, each in zip(names, system.state, strict=True)
        )
        for flag in range(2):
            inputs = execution.inputs({"x": flag, "dt": 0})
            if not all(execution.step(state, inputs, ())[1]):
                return True
    return False


def test_every_content_of_the_memory_is_considered() -> None:
    system = lower(trusted())
    step = OneStep(system, system.state)
    master = system.new_modes["master"]
    x = next(each.variable for each in system.inputs if each.name == "x")
    follows = equal(equal(master, number(1)), x)
    assert isinstance(any_state.decide(step, follows), Certificate)
    assert not breaks(system, follows)
    stays = equal(system.new_modes["follower"], number(0))
    assert isinstance(any_state.decide(step, stays), any_state.Broken)
    assert breaks(system, stays)


@pytest.mark.parametrize("value", [2, 255, -1])
def test_a_state_that_is_not_legal_after_the_step_is_no_proof(value: int) -> None:
    system = lower(trusted())
    mode = next(each for each in system.state if each.role is Role.MODE)
    cells = tuple(
        replace(each, next=number(value)) if each is mode else each for each in system.state
    )
    odd = replace(system, state=cells)
    assert isinstance(any_state.decide(OneStep(odd, odd.state), TRUE), any_state.Broken)


def test_what_breaks_does_break_when_it_is_run() -> None:
    system = lower(trusted())
    goal = negation(equal(system.new_modes["follower"], number(1)))
    found = any_state.decide(OneStep(system, system.state), goal)
    assert isinstance(found, any_state.Broken)
    execution = execute(system, [goal])
    state = tuple(found.state.get(each.name, each.initial) for each in system.state)
    assert execution.step(state, execution.inputs(found.inputs), ())[1] == (False,)
