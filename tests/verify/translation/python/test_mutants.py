"""Every mutant of the generated MicroPython is refuted, or is no other function.

A mutant that is refuted goes wrong on CPython, in the call that is given. One that is proved does
the same as the original in 100,000 random calls: from any memory, as is promised. Both levels come
to the same result.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from spec.language.reader import shipped
from tests.codegen.machines import machine
from tests.verify.translation.python.levels import (
    findings,
    imported,
    replayed,
    routines_of,
    text_of,
)
from tests.verify.translation.python.mutants import Mutant, mutants
from verify.translation.finding import Outcome
from verify.translation.python.values import HELD

MACHINE = machine(shipped())
TEXT = text_of(MACHINE, settable=False)
STEP, INIT = routines_of(MACHINE, settable=False)
# Set, all mutants are looked at, which takes minutes; else every `EVERY`th.
ALL = "SMALLBMS_TEST_ALL_MUTANTS"
EVERY = 2
CALLS = 100_000


def test_mutants_are_refuted_or_are_no_other_function() -> None:
    whole = list(mutants(TEXT, ("init", "step")))
    assert len({each.text for each in whole}) == len(whole) > 150
    taken = whole if os.environ.get(ALL) else whole[::EVERY]
    assert len(taken) >= 50
    came_to = Counter(each for mutant in taken for each in outcomes(mutant))
    assert came_to.keys() == {"refuted", "equivalent"}
    assert came_to["refuted"] > 10 * came_to["equivalent"]


def outcomes(mutant: Mutant) -> Iterator[str]:
    """What the mutant is, after a look at everything that may be wrong with that."""
    proved = 0
    for routine in (STEP, INIT):
        found = findings(mutant.text, routine)
        assert len({each.outcome for each in found.values()}) == 1, (mutant.name, found)
        for finding in found.values():
            if finding.outcome is Outcome.PROVED:
                continue
            assert finding.outcome is Outcome.DIFFERS, (mutant.name, finding)
            if finding.example is None:
                # A member that is not written at all, or read before.
                assert "is not written on every way" in finding.reason or (
                    "on one way to here" in finding.reason
                ), (mutant.name, finding)
            else:
                replayed(mutant.text, routine, finding.example)
        proved += all(each.outcome is Outcome.PROVED for each in found.values())
    if proved < 2:
        yield "refuted"
        return
    assert same_in_random_calls(mutant.text), mutant.name
    yield "equivalent"


def same_in_random_calls(text: str) -> bool:
    """Whether the module does the same as the original, whatever it is given."""
    left, right = Pair(imported(text)), Pair(imported(TEXT))
    chance = random.Random(1)
    for _ in range(CALLS):
        give(chance, left, right)
        left.step()
        right.step()
        if left.all_left() != right.all_left():
            return False
    left.init()
    right.init()
    return left.all_left() == right.all_left()


class Pair:
    """The objects of a module."""

    def __init__(self, module: dict[str, Any]) -> None:
        self._module = module
        self.state = module["State"]()
        self.inputs = module["Inputs"]()
        self.outputs = module["Outputs"]()

    def step(self) -> None:
        """Take a step."""
        self._module["step"](self.state, self.inputs, self.outputs)

    def init(self) -> None:
        """Set the memory to what it is before the first step."""
        self._module["init"](self.state)

    def all_left(self) -> tuple[dict[str, int], dict[str, int]]:
        """What memory and outputs are now; any number but 0 is true."""
        state = {
            name: bool(value) if name in TRUTHS else value
            for name, value in vars(self.state).items()
        }
        return state, vars(self.outputs)


def give(chance: random.Random, *pairs: Pair) -> None:
    """Give all `pairs` the same memory and inputs."""
    for role, name, edges, highest in EDGES:
        value = chance.choice(edges) if chance.random() < 0.5 else chance.randint(edges[0], highest)
        for each in pairs:
            setattr(getattr(each, role), name, value)


def _around(lowest: int, highest: int, *, kept: bool) -> list[int]:
    """The limits of a member, and what it is compared with; memory may hold much more."""
    near = {
        each + more
        for each in imported(TEXT).values()
        if isinstance(each, int)
        for more in (-1, 0, 1)
    }
    beyond = {highest + 1, HELD.highest} if kept else set()
    return sorted({lowest, highest, *beyond} | {each for each in near if lowest < each < highest})


STATE, INPUTS = STEP.structures[:2]
TRUTHS = {each.name for each in STATE.members if each.boolean}
EDGES = [
    (
        structure.role,
        each.name,
        _around(each.span.lowest, each.span.highest, kept=structure is STATE),
        each.span.highest,
    )
    for structure in (STATE, INPUTS)
    for each in structure.members
]
