"""Signals: a trace turned by ninety degrees, each signal with its type and its values over time.

Every presenter of traces reads this view, so that names, order and units are the same in the
table, the waveform and the JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from spec.draft import mode_name
from spec.expression import Enumeration, ValueType
from spec.lower import lower
from spec.trace import Step, Taken, Trace

DT = "dt"
TRUE_DT = "true_dt"
LATENCY = "latency"


class Role(Enum):
    """Where a signal comes from; the value is its heading."""

    INPUT = "inputs"
    CONDITION = "defined"
    MODE = "modes"
    OUTPUT = "outputs"


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of a trace; `values` has one entry a step."""

    name: str
    role: Role
    type: ValueType
    values: tuple[int, ...]

    @property
    def is_constant(self) -> bool:
        """Whether it has the same value in every step."""
        return len(set(self.values)) <= 1

    def show(self, step: int) -> str:
        """The value in `step`, with its unit."""
        return self.type.show(self.values[step])


def signals(trace: Trace) -> tuple[Signal, ...]:
    """Everything in `trace` but its times, in the order of the declaration."""
    machine = trace.machine
    found: list[Signal] = []

    def add(name: str, role: Role, type_: ValueType, of: _Part) -> None:
        if all(name in of(step) for step in trace.steps):
            values = tuple(of(step)[name] for step in trace.steps)
            found.append(Signal(name, role, type_, values))

    for declared in machine.inputs:
        add(declared.name, Role.INPUT, declared.type, lambda step: step.inputs)
    for definition in machine.definitions:
        type_ = definition.expression.type
        add(definition.name, Role.CONDITION, type_, lambda step: step.definitions)
    for region in machine.regions:
        modes = Enumeration(tuple(mode.name for mode in region.modes))
        add(region.name, Role.MODE, modes, lambda step: step.modes)
    for output in machine.outputs:
        add(output.name, Role.OUTPUT, output.type, lambda step: step.outputs)
    return tuple(found)


_Part = Callable[[Step], Mapping[str, int]]


def parameters(trace: Trace) -> tuple[tuple[str, str], ...]:
    """The parameters of `trace`: names and shown values."""
    return tuple(
        (each.name, each.type.show(trace.parameters[each.name]))
        for each in trace.machine.parameters
        if each.name in trace.parameters
    )


def memory(trace: Trace) -> tuple[tuple[str, str], ...]:
    """What the state memory held before the first step: names and shown values."""
    if not trace.start:
        return ()
    types = {each.name: each.type for each in lower(trace.machine).state}
    return tuple(
        (name, types[name].show(value) if name in types else str(value))
        for name, value in trace.start.items()
    )


def movement(trace: Trace, index: int, taken: Taken) -> tuple[str, str]:
    """The modes that `taken` leads from and to, in step `index` of `trace`."""
    region = trace.machine.region(taken.region)
    if index > 0:
        origin = region.modes[trace.steps[index - 1].modes[taken.region]].name
    elif not trace.start:
        origin = region.modes[region.initial].name
    else:
        held = trace.start.get(mode_name(taken.region), region.safe)
        # What is no mode counts as the safe one.
        origin = region.modes[held if held < len(region.modes) else region.safe].name
    return origin, taken.transition.target


def differing(first: Trace, second: Trace) -> tuple[tuple[Signal, Signal], ...]:
    """The signals in which two runs of one machine differ, as they are in both."""
    others = {each.name: each for each in signals(second)}
    return tuple(
        (each, others[each.name])
        for each in signals(first)
        if each.name in others and each.values != others[each.name].values
    )
