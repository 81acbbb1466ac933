"""Biased random steps of a controller, shown to its monitor as they were, or with lies among them.

Inputs stay for long, so that timers fill, and lie at limits or one beside them. A lie is an output
or a mode that is not what the controller said; an output may even be what it can never be.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from spec.draft import DT, mode_name
from spec.execution import execute
from spec.lower import lower
from spec.machine import Span
from spec.system import Constant, TransitionSystem
from spec.term import Number, postorder
from tests.codegen.monitors.alone import Alone
from tests.codegen.toolchain.interface import Row, Start

_MOODS = (1, 3, 10, 40, 120)


class Controller:
    """The transition system of the machine, a run at a time."""

    def __init__(self, alone: Alone) -> None:
        self.system: TransitionSystem = lower(alone.watched.machine)
        system = self.system
        self._told = [*system.outputs, *map(mode_name, system.new_modes)]
        terms = [*system.outputs.values(), *system.new_modes.values()]
        self._execution = execute(system, terms)
        self._state = self._execution.initial

    def begin(self) -> None:
        """Power-up."""
        self._state = self._execution.initial

    def step(self, inputs: Mapping[str, int], parameters: Mapping[str, int]) -> dict[str, int]:
        """Outputs and modes after a step."""
        execution = self._execution
        self._state, told = execution.step(
            self._state, execution.inputs(inputs), execution.parameters(parameters)
        )
        return dict(zip(self._told, map(int, told), strict=True))


class Stimuli:
    """Gives steps.

    Args:
        alone: For whose monitor.
        seed: The same seed, the same steps.
        lies: How likely a lie begins with a mood.
        steady: Values of inputs that are kept most of the time.
    """

    def __init__(
        self, alone: Alone, seed: int, *, lies: float, steady: Mapping[str, int] | None = None
    ) -> None:
        self._alone, self._random = alone, random.Random(seed)
        self._lies, self._steady = lies, dict(steady or {})
        self._controller = Controller(alone)
        system = self._controller.system
        self._cells = {each.name: each for each in system.inputs if each.name in alone.inputs}
        terms = [*system.outputs.values(), *(each.next for each in system.state)]
        limits = {each.value for each in postorder(terms) if isinstance(each, Number)}
        self._limits = sorted(limits | {each.default for each in system.parameters} | {0})
        seen = {each.name: each.span for each in alone.watched.observers.inputs}
        self._seen = {name: seen[name] for name in alone.inputs if name not in self._cells}
        self._members = dict(zip(alone.inputs, alone.code.interface.inputs, strict=True))
        self._modes = {mode_name(each.name) for each in system.machine.regions}

    def rows(self, count: int) -> Iterator[Row]:
        """`count` steps, in runs of some moods each."""
        rnd, taken = self._random, 0
        while taken < count:
            parameters = {each.name: self._setting(each) for each in self._alone.settings}
            often = {name: rnd.choice((0.1, 0.5, 0.9)) for name in self._cells}
            values = {name: self._value(name, often[name], {}) for name in self._cells}
            self._controller.begin()
            start = Start.INIT
            for _ in range(rnd.randint(1, 8)):
                for row in self._mood(values, often, parameters, start):
                    yield row
                    start, taken = Start.GO_ON, taken + 1
                    if taken == count:
                        return

    def _mood(
        self,
        values: dict[str, int],
        often: Mapping[str, float],
        parameters: Mapping[str, int],
        start: Start,
    ) -> Iterator[Row]:
        rnd = self._random
        lied: dict[str, int] = {}
        if rnd.random() < self._lies:
            lied = {k: self._lie(k) for k in self._seen if rnd.random() < 0.5}
        for name in self._cells:
            if rnd.random() < 0.4:
                values[name] = self._value(name, often[name], values)
        # Whatever is not 0 is true.
        truth = {k: 255 for k, v in values.items() if self._cells[k].variable.boolean and v}
        truth = truth if rnd.random() < 0.2 else {}
        restless = rnd.choice((0, 0, 0, 0.02, 0.2))
        hurry = rnd.choice((0, 0, 0.1, 1))
        for _ in range(rnd.randint(1, rnd.choice(_MOODS))):
            for name in self._cells:
                if rnd.random() < restless:
                    values[name] = self._value(name, often[name], values)
                    truth.pop(name, None)
            span = self._cells[DT].span
            time = self._alone.watched.machine.time.step
            values[DT] = self._between(time) if rnd.random() < hurry else span.highest
            if start is Start.INIT:
                values[DT] = 0
            told = self._controller.step(values, parameters) | lied
            shown = values | truth | told
            told_in_order = tuple(shown[name] for name in self._alone.inputs)
            yield Row(told_in_order, start, (), tuple(parameters.values()))
            start = Start.GO_ON

    def _value(self, name: str, often: float, values: Mapping[str, int]) -> int:
        rnd, cell = self._random, self._cells[name]
        if name in self._steady and rnd.random() < 0.9:
            return self._steady[name]
        if cell.variable.boolean:
            return int(rnd.random() < often)
        low, high = cell.span.lowest, cell.span.highest
        others = [values[k] for k in values if not self._cells[k].variable.boolean]
        near = rnd.choice([0, 0, *others]) + rnd.choice(self._limits) + rnd.choice((-1, 0, 0, 1))
        return rnd.choice([low, high, rnd.randint(low, high)] + [near] * 6 * (low <= near <= high))

    def _lie(self, name: str) -> int:
        member = self._members[name]
        possible = name in self._modes or self._random.random() < 0.9
        return self._between(self._seen[name] if possible else Span(*member.limits))

    def _between(self, span: Span) -> int:
        rnd = self._random
        return rnd.choice((span.lowest, span.highest, rnd.randint(span.lowest, span.highest)))

    def _setting(self, cell: Constant) -> int:
        return self._between(cell.span) if self._random.random() < 0.5 else cell.default
