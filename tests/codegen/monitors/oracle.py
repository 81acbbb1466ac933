"""What is right: the observers, run in the two worlds that are worst for whoever is watched.

In one, the clock is as slow as it may be, and every condition begins at the pins early and ends
late; in the other it is the other way round. What holds in both holds in every world between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spec.draft import DRIFT, DT, LATENCY
from spec.execution import execute
from tests.codegen.monitors.alone import Alone
from tests.codegen.toolchain.interface import Result, Row, Start

Values = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _World:
    """How far the clock is off in every tick, and how late conditions begin and end."""

    drift: int
    begins: int
    ends: int


class Oracle:
    """The observers of a machine, one row after the other."""

    def __init__(self, alone: Alone) -> None:
        system = alone.watched.observers
        self._goals = [goal for goal, _, _ in alone.watched.judged]
        self._execution = execute(system, [term for _, term, _ in alone.watched.judged])
        self._requirements = alone.requirements
        self._settings = [each.name for each in alone.settings]
        self._given = alone.inputs
        self._boolean = {each.name for each in system.inputs if each.variable.boolean}
        names = [each.name for each in system.state]
        self._memory = [names.index(each.name) for each in alone.memory]
        time = system.machine.time
        slack, latency = time.drift_per_tick, time.latency
        self._worlds = (
            _World(slack, latency.lowest, latency.highest),
            _World(-slack, latency.highest, latency.lowest),
        )
        self._states = [self._execution.initial] * len(self._worlds)
        # For each goal how often it held, and how often it did not.
        self.met = {(goal.requirement, goal.index): [0, 0] for goal in self._goals}

    def take(self, row: Row) -> Result:
        """What the monitor must find in `row`, and remember after it."""
        if row.start is Start.INIT:
            self._states = [self._execution.initial] * len(self._worlds)
        values = dict(zip(self._given, row.inputs, strict=True))
        values = {k: int(v != 0) if k in self._boolean else v for k, v in values.items()}
        parameters = self._execution.parameters(
            dict(zip(self._settings, row.parameters, strict=True))
        )
        held = [
            self._step(number, world, values, parameters)
            for number, world in enumerate(self._worlds)
        ]
        truths = list(map(all, zip(*held, strict=True)))
        for truth, met in zip(truths, self.met.values(), strict=True):
            met[not truth] += 1
        violated = {
            goal.requirement for goal, truth in zip(self._goals, truths, strict=True) if not truth
        }
        verdicts = [int(each not in violated) for each in self._requirements]
        memory = [int(self._states[0][k]) for k in self._memory] or [0]
        return Result(tuple(memory), (*verdicts, int(not violated)))

    def _step(
        self, number: int, world: _World, values: Mapping[str, int], parameters: Values
    ) -> Values:
        """The truths of the goals in a world, which takes a step."""
        execution, state = self._execution, self._states[number]
        given = {**values, DRIFT: world.drift * values[DT]}
        later = execution.inputs({**given, LATENCY: world.begins})
        now = execution.inputs({**given, LATENCY: world.ends})
        self._states[number], _ = execution.step(state, later, parameters)
        return execution.step(state, now, parameters)[1]
