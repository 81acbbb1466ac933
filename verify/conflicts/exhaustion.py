"""Exhaustion: every choice of outputs, tried one by one along one sequence of inputs.

No solver has a part in this. A conflict that a solver found is believed only where nothing is
left here; where there are too many choices to try, it is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from spec.execution import Values, execute
from spec.system import TransitionSystem
from spec.term import Term, variables
from verify.conflicts.freed import decided
from verify.engines.search import Inputs, Scenario

# Steps tried along one sequence; about a second.
MOST_STEPS = 400_000


# States, each with the one before it and the step between; None where the run begins.
_Reached = dict[Values, tuple[Values, Values] | None]


class TooMany(Exception):
    """There are more choices of outputs than anybody wants to wait for."""


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """After `history`, every choice of outputs breaks a goal.

    Attributes:
        history: Inputs and outputs of each step before the last; no goal fails in them.
        last: Those of the last step, with the outputs that break fewest goals.
        broken: Which goals those break.
    """

    history: tuple[Inputs, ...]
    last: Inputs
    broken: tuple[int, ...]


class Exhaustion:
    """Tries every choice of the outputs that `goals` read; the others do not matter.

    Attributes:
        tried: Steps tried so far, along all sequences.
    """

    def __init__(self, system: TransitionSystem, goals: Sequence[Term]) -> None:
        small = replace(system, state=system.cone(*goals))
        self._execution = execute(small, goals)
        read = {*variables(*goals, *(each.next for each in small.state))}
        self._free = [
            (position, range(each.span.lowest, each.span.highest + 1))
            for position, each in enumerate(system.inputs)
            if decided(each.name) is not None and each.name in read
        ]
        self.tried = 0

    def dead_end(self, scenario: Scenario, *, forced: bool = False) -> DeadEnd | None:
        """Where no outputs are left along the inputs of `scenario`, whatever its own outputs.

        None if some outputs satisfy all goals to the end, or an assumption fails.

        Args:
            scenario: Inputs in real steps; what it says of outputs is passed over.
            forced: The outputs of `scenario` stand, but for those of its last step.

        Raises:
            TooMany: There are too many choices.
        """
        execution = self._execution
        parameters = execution.parameters(scenario[0])
        reached: _Reached = {execution.initial: None}
        trail: list[_Reached] = []
        most = self.tried + MOST_STEPS
        for index, step in enumerate(scenario[1]):
            # Assumptions read no outputs: what they remember is the same in all that is reached.
            if not execution.assumed(next(iter(reached)), execution.inputs(step), parameters):
                return None
            following: _Reached = {}
            fewest: DeadEnd | None = None
            last = index == len(scenario[1]) - 1
            given = execution.inputs(step)
            for inputs in [given] if forced and not last else self._choices(given):
                self.tried += len(reached)
                if self.tried > most:
                    raise TooMany
                for state in reached:
                    after, seen = execution.step(state, inputs, parameters)
                    if all(seen):
                        following.setdefault(after, (state, inputs))
                        continue
                    broken = tuple(k for k, value in enumerate(seen) if not value)
                    if fewest is None or len(broken) < len(fewest.broken):
                        way = _way([*trail, reached], state)
                        fewest = DeadEnd(self._named(way), self._named([inputs])[0], broken)
            if not following:
                return fewest
            trail.append(reached)
            reached = following
        return None

    def _choices(self, given: Values) -> Iterator[Values]:
        if prod(len(values) for _, values in self._free) > MOST_STEPS:
            raise TooMany
        inputs = list(given)
        positions = [position for position, _ in self._free]
        for chosen in product(*(values for _, values in self._free)):
            for position, value in zip(positions, chosen, strict=True):
                inputs[position] = value
            yield tuple(inputs)

    def _named(self, steps: Sequence[Values]) -> tuple[Inputs, ...]:
        names = [each.name for each in self._execution.system.inputs]
        return tuple(dict(zip(names, step, strict=True)) for step in steps)


def _way(trail: Sequence[_Reached], state: Values) -> list[Values]:
    """What was chosen in the steps before the last of `trail`, on the way to `state`."""
    way = []
    for reached in reversed(trail):
        came = reached[state]
        if came is not None:
            state, inputs = came
            way.append(inputs)
    return way[::-1]
