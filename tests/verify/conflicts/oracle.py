"""The oracle of last resort: every input, every choice of outputs, however long it takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import product

from spec.execution import Values, execute
from spec.system import TransitionSystem
from spec.term import Term, variables
from verify.conflicts.freed import decided


class TooLarge(Exception):
    """There are more sets of states than anybody wants to wait for."""


class Oracle:
    """What can happen to any of `goals` over the freed machine `system`, exactly."""

    def __init__(self, system: TransitionSystem, goals: Sequence[Term]) -> None:
        self._system = system
        self._goals = goals

    def conflict(self, chosen: Collection[int], *, most: int = 400) -> bool:
        """Whether for some inputs, of any length, no outputs satisfy all of the `chosen` goals."""
        return self._explore(chosen, apart=False, most=most)

    def trap(self, chosen: Collection[int], *, most: int = 400) -> bool:
        """Whether after some history that keeps them, and some input, no outputs keep them."""
        return self._explore(chosen, apart=True, most=most)

    def _explore(self, chosen: Collection[int], *, apart: bool, most: int) -> bool:
        goals = [self._goals[k] for k in sorted(chosen)]
        small = replace(self._system, state=self._system.cone(*goals))
        execution = execute(small, goals)
        read = variables(*goals, *(each.next for each in small.state), *small.assumptions)
        spans = [
            range(each.span.lowest, each.span.highest + 1)
            if each.name in read
            else range(each.span.lowest, each.span.lowest + 1)
            for each in small.inputs
        ]
        free = [decided(each.name) is not None for each in small.inputs]
        worlds = list(product(*(range(1) if f else s for s, f in zip(spans, free, strict=True))))
        outputs = list(product(*(s if f else range(1) for s, f in zip(spans, free, strict=True))))
        constants = [range(each.span.lowest, each.span.highest + 1) for each in small.parameters]
        for parameters in product(*constants):
            start = frozenset([execution.initial])
            seen = {start}
            pending = [start]
            while pending:
                states = pending.pop()
                for world in worlds:
                    letters = [
                        tuple(o if f else w for w, o, f in zip(world, own, free, strict=True))
                        for own in outputs
                    ]
                    alive = [s for s in states if execution.assumed(s, letters[0], parameters)]
                    if not alive:
                        continue
                    after: set[Values] = set()
                    for state in alive:
                        for letter in letters:
                            following, holds = execution.step(state, letter, parameters)
                            if all(holds):
                                after.add(following)
                    if not after:
                        return True
                    parts = [frozenset([each]) for each in after] if apart else [frozenset(after)]
                    for part in parts:
                        if part not in seen:
                            seen.add(part)
                            pending.append(part)
                    if len(seen) > most:
                        raise TooLarge
        return False
