"""Traces: runs as values, for counterexamples and witnesses.

A trace holds what the world did (parameters and inputs of every step) and what the machine did
about it, as the reference run saw it. ITF is the informal trace format of the Apalache tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spec.machine import Machine, Transition


@dataclass(frozen=True, slots=True)
class Taken:
    """A transition that a region took in a step."""

    region: str
    transition: Transition


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run; every value is an integer in its type's encoding.

    Attributes:
        inputs: What the world did: inputs; ``dt``; ``true_dt``, the true time since the step
            before; ``latency``, how late the outputs of this step reach the pins.
        modes: Of each region, after the step.
        outputs: As they are from this step on.
        definitions: Values of the named conditions and quantities that the machine reads.
        taken: The transitions taken.
    """

    inputs: Mapping[str, int]
    modes: Mapping[str, int]
    outputs: Mapping[str, int]
    definitions: Mapping[str, int]
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A run of `machine`.

    Attributes:
        parameters: Their values in this run.
        truth: For each step, whether the property shown by this trace holds; empty if it shows
            none.
        start: What the state memory held before the first step, by state variable; empty for a
            run from power-up.
    """

    machine: Machine
    parameters: Mapping[str, int]
    steps: tuple[Step, ...]
    truth: tuple[bool, ...] = ()
    start: Mapping[str, int] = field(default_factory=dict)

    def time(self, index: int) -> int:
        """Measured time of step `index` since the first step [ticks]."""
        return sum(step.inputs.get("dt", 0) for step in self.steps[: index + 1])


def to_itf(trace: Trace) -> dict[str, Any]:
    """`trace` as an ITF object: JSON that trace viewers read; integers as they are encoded."""
    names: dict[str, None] = {}
    states = []
    for index, step in enumerate(trace.steps):
        # A region's name stands for its mode; no other name in a machine is the same.
        values = {**step.inputs, **step.outputs, **step.modes}
        names |= dict.fromkeys(values)
        states.append({"#meta": {"index": index}, **values})
    return {
        "#meta": {"format": "ITF", "source": trace.machine.path},
        "params": list(trace.parameters),
        "vars": list(names),
        "states": [{**state, **trace.parameters} for state in states],
    }


def from_itf(data: Mapping[str, Any]) -> tuple[dict[str, int], list[dict[str, int]]]:
    """The parameters and, for each step, all values of an ITF object made by `to_itf`.

    Raises:
        ValueError: `data` is no such object.
    """
    try:
        parameters = [str(name) for name in data["params"]]
        names = [str(name) for name in data["vars"]]
        states = [{name: int(state[name]) for name in names} for state in data["states"]]
        first = data["states"][0]
        return {name: int(first[name]) for name in parameters}, states
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise ValueError(f"this is no ITF trace: {error!r}") from None
