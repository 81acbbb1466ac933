"""The oracle of last resort: every state, every input, every step time, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from spec.execution import Execution, Values, execute
from spec.machine import Independent
from spec.system import TransitionSystem
from spec.term import Term


class TooLarge(Exception):
    """The machine has more states than anybody wants to wait for."""


def parameters(system: TransitionSystem) -> Iterator[Values]:
    """Every choice of parameters."""
    yield from product(
        *(range(each.span.lowest, each.span.highest + 1) for each in system.parameters)
    )


def inputs(system: TransitionSystem) -> list[Values]:
    """Every choice of inputs, the clock and the pins within what they may do."""
    time = system.machine.time
    choices = []
    for each in system.inputs:
        choices.append(range(each.span.lowest, each.span.highest + 1))
    names = [each.name for each in system.inputs]

    def possible(values: Values) -> bool:
        named = dict(zip(names, values, strict=True))
        drift = sum(value for name, value in named.items() if name.endswith("drift"))
        return abs(drift) <= time.drift_per_tick * named["dt"]

    return [values for values in product(*choices) if possible(values)]


def depths(
    system: TransitionSystem, watched: Sequence[Term], *, most: int = 1500
) -> list[int | None]:
    """For each of `watched` the least number of steps after which it is true; None if never.

    Raises:
        TooLarge: There are more than `most` states.
    """
    execution = execute(system, watched)
    found: list[int | None] = [None] * len(watched)
    for constants in parameters(system):
        for depth, seen in _steps(execution, constants, most):
            for k, value in enumerate(seen):
                if value and (found[k] is None or depth < found[k]):  # type: ignore[operator]
                    found[k] = depth
    return found


def values(
    system: TransitionSystem, value: Term, context: Term, *, most: int = 5000
) -> list[tuple[Values, int]]:
    """Every value that `value` takes while `context` holds, each with the parameters."""
    execution = execute(system, [context, value])
    return [
        (constants, int(seen[1]))
        for constants in parameters(system)
        for _, seen in _steps(execution, constants, most)
        if seen[0]
    ]


def _steps(execution: Execution, constants: Values, most: int) -> Iterator[tuple[int, Values]]:
    world = inputs(execution.system)
    front = [execution.initial]
    met = {execution.initial}
    depth = 0
    while front:
        depth += 1
        following = []
        for state in front:
            for chosen in world:
                if not execution.assumed(state, chosen, constants):
                    continue
                after, seen = execution.step(state, chosen, constants)
                yield depth, seen
                if after not in met:
                    met.add(after)
                    following.append(after)
        if len(met) > most:
            raise TooLarge
        front = following


def differs(system: TransitionSystem, claim: Independent, *, most: int = 1500) -> bool:
    """Whether two runs that differ only in the claim's inputs ever differ in its output."""
    execution = execute(system, [system.outputs[claim.output]])
    names = [each.name for each in system.inputs]
    kept = [k for k, name in enumerate(names) if name not in claim.inputs]
    pairs = [
        (one, other)
        for one, other in product(inputs(system), repeat=2)
        if all(one[k] == other[k] for k in kept)
    ]
    for constants in parameters(system):
        start = (execution.initial, execution.initial)
        front, met = [start], {start}
        while front:
            left, right = front.pop()
            for one, other in pairs:
                if not (
                    execution.assumed(left, one, constants)
                    and execution.assumed(right, other, constants)
                ):
                    continue
                after_left, seen_left = execution.step(left, one, constants)
                after_right, seen_right = execution.step(right, other, constants)
                if seen_left != seen_right:
                    return True
                after = (after_left, after_right)
                if after not in met:
                    met.add(after)
                    front.append(after)
            if len(met) > most:
                raise TooLarge
    return False
