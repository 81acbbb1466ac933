"""The reference run: a machine, step by step, as section 3 of the semantics says it.

The parts of a system take their steps one after the other, each seeing what those before it put
out in this very step; a machine by itself is a single part.

Written to be read against that section. Each region is one flat machine of the `transitions`
library with its transitions in written order; conditions and timers are computed outside. It runs
the declared expressions themselves and knows nothing of `spec.lower`: the two are independent
readings of the same text, and a counterexample counts only if both agree on it.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

import transitions

from spec.expression import (
    After,
    Choice,
    Clock,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Reference,
    Scaled,
    Temporal,
    Temporally,
    parts,
)
from spec.machine import Machine, Region, Transition, part_of
from spec.trace import Step, Taken, Trace

# Conditions give bool, which counts as 0 and 1.
_Value = Callable[[], int]

_ON_INTEGERS: dict[Operator, Callable[[int, int], int]] = {
    Operator.ADD: python.add,
    Operator.SUBTRACT: python.sub,
    Operator.LESS: python.lt,
    Operator.AT_MOST: python.le,
    Operator.GREATER: python.gt,
    Operator.AT_LEAST: python.ge,
    Operator.EQUAL: python.eq,
    Operator.NOT_EQUAL: python.ne,
    Operator.IFF: lambda a, b: bool(a) == bool(b),
    Operator.IMPLIES: lambda a, b: not a or b,
}


class ReferenceRun:
    """A run of `machine` from power-up, for one choice of parameter values."""

    def __init__(
        self,
        machine: Machine,
        parameters: Mapping[str, int],
        watched: Iterable[Expression] = (),
    ) -> None:
        self._machine = machine
        self._parameters = {each.name: each.default for each in machine.parameters}
        self._parameters |= parameters
        self._inputs: Mapping[str, int] = {}
        self._modes: dict[str, int] = {}
        self._old_modes: dict[str, int] = {}
        self._outputs: dict[str, int] = {}
        self._times: dict[str, int] = {region.name: 0 for region in machine.regions}
        limit = machine.time.saturation
        # Observers have timers of their own, which no limit of the machine's stops.
        self._observers = _Eyes(self, self._modes, None)
        self._parts = [_Part(self, each.name) for each in machine.parts] + [_Part(self, "")]
        # What nobody acts on: read when all parts have taken their step.
        self._onlooker = _Eyes(self, self._modes, limit)
        self._definition_values = {
            each.name: self._onlooker.value(each.expression)
            for each in machine.definitions
            if self._is_of_the_machine(each.expression)
        }
        self._watched = [self._observers.value(each) for each in watched]
        self._regions = [region for part in self._parts for region in part.regions]
        for region in self._regions:
            self._modes[region.name] = region.mode

    def _is_of_the_machine(self, expression: Expression) -> bool:
        """Whether the machine itself could read `expression`: no outputs, no looking back."""
        match expression:
            case Reference(kind=Kind.OUTPUT) | Temporally():
                return False
            case Lasting(clock=Clock.TRUE_AT_PINS):
                return False
            case Reference(kind=Kind.DEFINITION, name=name):
                return self._is_of_the_machine(self._machine.definition(name).expression)
            case _:
                return all(map(self._is_of_the_machine, parts(expression)))

    def step(self, inputs: Mapping[str, int]) -> tuple[Step, tuple[int, ...]]:
        """Take one step; gives what happened and the values of what is watched.

        `inputs` holds every input and ``dt`` (0 in the first step); ``true_dt`` and ``latency``
        where true time matters.
        """
        self._inputs = inputs
        # Rule 2: all regions read the modes that all regions had before the step.
        self._old_modes.update(self._modes)
        taken = [each for part in self._parts for each in part.step(inputs["dt"])]
        self._onlooker.look()
        self._observers.look()
        definitions = {name: int(value()) for name, value in self._definition_values.items()}
        step = Step(dict(inputs), dict(self._modes), dict(self._outputs), definitions, tuple(taken))
        return step, tuple(int(value()) for value in self._watched)


def replay(
    machine: Machine,
    parameters: Mapping[str, int],
    inputs: Iterable[Mapping[str, int]],
    shown: Expression | None = None,
) -> Trace:
    """The run of `machine` under `inputs`, with the truth of `shown` in every step."""
    watched = () if shown is None else (shown,)
    run = ReferenceRun(machine, parameters, watched)
    steps = []
    truth = []
    for values in inputs:
        step, seen = run.step(values)
        steps.append(step)
        truth += [bool(value) for value in seen]
    values_used = {each.name: each.default for each in machine.parameters} | dict(parameters)
    return Trace(machine, values_used, tuple(steps), tuple(truth))


class _Part:
    """The regions and outputs of one part of a system, or of a machine by itself."""

    def __init__(self, run: ReferenceRun, name: str) -> None:
        limit = run._machine.time.saturation
        self._run = run
        self._guards = _Eyes(run, run._old_modes, limit)
        self._eyes = _Eyes(run, run._modes, limit)
        self.regions = [
            _Region(run, region, self._guards)
            for region in run._machine.regions
            if part_of(region.name) == name
        ]
        self._values = {
            each.name: self._eyes.value(each.expression)
            for each in run._machine.outputs
            if part_of(each.name) == name
        }

    def step(self, dt: int) -> Iterator[Taken]:
        """Take one step; gives the transitions taken."""
        run = self._run
        self._guards.look()
        for region in self.regions:
            edge = region.react(dt)
            if edge is not None:
                yield Taken(region.name, edge)
            run._modes[region.name] = region.mode
        # Rule 4: outputs are functions of the new modes and this step's inputs.
        self._eyes.look()
        for name, value in self._values.items():
            run._outputs[name] = int(value())


class _Region:
    """One region on the `transitions` library."""

    def __init__(self, run: ReferenceRun, region: Region, guards: _Eyes) -> None:
        self.name = region.name
        self._run = run
        self._region = region
        self._fired: Transition | None = None
        self.state = ""
        self.tick: Callable[[], bool]
        flat = transitions.Machine(
            model=self,
            states=[mode.name for mode in region.modes],
            initial=region.modes[region.initial].name,
            auto_transitions=False,
            ignore_invalid_triggers=True,
        )
        for edge in region.transitions:
            guard = cast("Callable[[], bool]", guards.value(edge.guard))
            note = partial(self._note, edge)
            for origin in edge.origins:
                flat.add_transition("tick", origin, edge.target, conditions=guard, before=note)
            if edge.from_any:
                # Rule 2: "any -> m" in m is no transition, and ends the search.
                flat.add_transition("tick", edge.target, None, conditions=guard)

    @property
    def mode(self) -> int:
        """The number of the mode the region is in."""
        return self._region.index(self.state)

    def _note(self, edge: Transition) -> None:
        self._fired = edge

    def react(self, dt: int) -> Transition | None:
        """Take the first transition whose guard holds, if any."""
        times, limit = self._run._times, self._run._machine.time.saturation
        # Rule 3: the time up to and including dt counts.
        times[self.name] += dt
        if limit is not None:
            times[self.name] = min(times[self.name], limit)
        self._fired = None
        if self._region.transitions:
            self.tick()
        if self._fired is not None:
            times[self.name] = 0
        return self._fired


@dataclass
class _Memory:
    """What a past-time operator or a duration remembers of one expression."""

    update: Callable[[], None]
    value: int = 0


class _Eyes:
    """Reads expressions with one view of the modes, remembering what they need of the past."""

    def __init__(self, run: ReferenceRun, modes: Mapping[str, int], limit: int | None) -> None:
        self._run = run
        self._modes = modes
        self._limit = limit
        # Inner ones first: an operator's operand is up to date when the operator looks.
        self._memories: list[_Memory] = []
        self._known: dict[Expression, _Value] = {}

    def look(self) -> None:
        """Let every memory see this step; once a step, whether or not its value is asked."""
        for memory in self._memories:
            memory.update()

    def value(self, expression: Expression) -> _Value:
        """A function that gives the value of `expression` in the current step."""
        if expression not in self._known:
            self._known[expression] = self._value(expression)
        return self._known[expression]

    def _value(self, expression: Expression) -> _Value:
        run = self._run
        match expression:
            case Literal(value=value):
                return lambda: value
            case Reference(kind=Kind.MODE, name=name):
                modes = self._modes
                return lambda: modes[name]
            case Reference(kind=Kind.PARAMETER, name=name):
                constant = run._parameters[name]
                return lambda: constant
            case Reference(kind=Kind.DEFINITION, name=name):
                return self.value(run._machine.definition(name).expression)
            case Reference(kind=Kind.OUTPUT, name=name):
                return lambda: run._outputs[name]
            case Reference(name=name):
                return lambda: run._inputs[name]
            case Scaled(factor=factor, operand=operand):
                scaled = self.value(operand)
                return lambda: factor * scaled()
            case Choice():
                condition = self.value(expression.condition)
                then, otherwise = self.value(expression.then), self.value(expression.otherwise)
                return lambda: then() if condition() else otherwise()
            case Operation():
                return self._operation(expression)
            case After(region=region, time=time):
                asked = self.value(time)
                return lambda: run._times[region] >= asked()
            case Temporally():
                return self._remember(self._temporally(expression))
            case Lasting():
                return self._remember(self._lasting(expression))

    def _operation(self, operation: Operation) -> _Value:
        values = [self.value(each) for each in operation.operands]
        if operation.operator is Operator.NOT:
            return lambda: not values[0]()
        if operation.operator is Operator.AND:
            return lambda: all(value() for value in values)
        if operation.operator is Operator.OR:
            return lambda: any(value() for value in values)
        left, right = values
        apply = _ON_INTEGERS[operation.operator]
        return lambda: apply(left(), right())

    def _remember(self, memory: _Memory) -> _Value:
        self._memories.append(memory)
        return lambda: memory.value

    def _temporally(self, expression: Temporally) -> _Memory:
        now, *more = [self.value(each) for each in expression.operands]
        began = more[0] if more else now
        # Before the first step everything was false, and nothing had failed yet.
        before = {"operand": False, "any": False, "all": True, "since": False}
        operator = expression.operator

        def update() -> None:
            current = bool(now())
            before["any"] = before["any"] or current
            before["all"] = before["all"] and current
            before["since"] = bool(began()) or (current and before["since"])
            memory.value = {
                Temporal.PAST: before["operand"],
                Temporal.ROSE: current and not before["operand"],
                Temporal.FELL: before["operand"] and not current,
                Temporal.ONCE: before["any"],
                Temporal.HISTORICALLY: before["all"],
                Temporal.SINCE: before["since"],
            }[operator]
            before["operand"] = current

        memory = _Memory(update)
        return memory

    def _lasting(self, expression: Lasting) -> _Memory:
        holds = self.value(expression.operand)
        run, limit = self._run, self._limit
        was = False
        lasted = began_late = 0

        def measured() -> None:
            nonlocal was, lasted
            now = bool(holds())
            lasted = lasted + run._inputs["dt"] if now and was else 0
            if limit is not None:
                lasted = min(lasted, limit)
            was = now
            memory.value = lasted

        def true_at_pins() -> None:
            nonlocal was, lasted, began_late
            now = bool(holds())
            late = run._inputs["latency"]
            if was:
                lasted += run._inputs["true_dt"]
                # From the change at the pins, up to when this step's outputs take effect.
                memory.value = lasted - began_late + late
            else:
                memory.value = 0
            if now and not was:
                lasted, began_late = 0, late
            was = now

        memory = _Memory(measured if expression.clock is Clock.MEASURED else true_at_pins)
        return memory
