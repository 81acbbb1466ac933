"""Signals: what a line tells, by name, and whether the watched machine can tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from smallbms.watching.judge import Seen
from smallbms.watching.line import Reported
from spec.draft import mode_name
from spec.expression import Enumeration, Quantity, ValueType
from spec.lower import lower
from spec.machine import Machine, Span


class Group(Enum):
    """Where a signal comes from; the value is its heading."""

    INPUT = "inputs"
    MODE = "modes"
    OUTPUT = "outputs"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that every line tells; the name is the author's."""

    name: str
    group: Group
    type: ValueType


def value(signal: Signal, seen: Seen) -> int:
    """What `signal` is in a step."""
    match signal.group:
        case Group.INPUT:
            return seen.inputs[signal.name]
        case Group.MODE:
            return seen.state[mode_name(signal.name)]
        case Group.OUTPUT:
            return seen.outputs[signal.name]


def signals_of(machine: Machine) -> tuple[Signal, ...]:
    """The signals of `machine`, in the order of its text."""
    found = [Signal(each.name, Group.INPUT, each.type) for each in machine.inputs]
    for region in machine.regions:
        modes = Enumeration(tuple(each.name for each in region.modes))
        found.append(Signal(region.name, Group.MODE, modes))
    return (*found, *(Signal(each.name, Group.OUTPUT, each.type) for each in machine.outputs))


class Shape:
    """What the lists of a line are for a machine."""

    def __init__(self, machine: Machine) -> None:
        memory = [each for each in lower(machine).state if not each.observed]
        self._inputs = [each.name for each in machine.inputs]
        self._state = [each.name for each in memory]
        self._outputs = [each.name for each in machine.outputs]
        self._numbers = {each.name for each in machine.inputs if isinstance(each.type, Quantity)}
        self._spans: dict[str, Span] = {each.name: each.span for each in machine.inputs}
        self._spans |= {each.name: each.span for each in machine.outputs}
        modes = {mode_name(each.name): Span(0, len(each.modes) - 1) for each in machine.regions}
        self._spans |= modes
        spans = [*self._spans.values(), *(each.span for each in memory if each.name not in modes)]
        digits = [max(len(str(each.lowest)), len(str(each.highest))) for each in spans]
        # What a line takes at most, in bytes.
        self.longest = len("@4294967295  i s o f 0 b 0*00") + sum(digits) + len(digits)

    def seen(self, line: Reported) -> Seen | None:
        """What `line` tells; None if that is of another machine."""
        parts = [
            (self._inputs, line.inputs),
            (self._state, line.state),
            (self._outputs, line.outputs),
        ]
        found: list[Mapping[str, int]] = []
        for names, values in parts:
            # A structure that would be empty has a stand-in.
            if len(values) != max(1, len(names)):
                return None
            found.append(dict(zip(names, values, strict=False)))
        return Seen(*found)

    def fits(self, seen: Seen) -> bool:
        """Whether inputs, modes and outputs are such as there can be."""
        told = {**seen.inputs, **seen.state, **seen.outputs}
        return all(span.lowest <= told[name] <= span.highest for name, span in self._spans.items())

    def causes_lines(self, signal: Signal) -> bool:
        """Whether a change of `signal` causes a line."""
        return signal.group is not Group.INPUT or signal.name not in self._numbers
