"""Runs of shipped machines, told in the units that their texts are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from spec.expression import Boolean, Enumeration
from spec.language.reader import read
from spec.machine import Machine
from spec.reference import ReferenceRun


@dataclass(slots=True)
class Story:
    """A run of one machine, whose inputs stay as they are until something changes them.

    Attributes:
        inputs: By name, as written: mV, tenths of °C, a member's name or a truth.
        history: For each step its time [ms] and the outputs as written.
    """

    machine: Machine
    run: ReferenceRun
    inputs: dict[str, int | str]
    history: list[tuple[int, dict[str, bool | str]]] = field(default_factory=list)

    def step(self, dt: int, **inputs: int | str) -> dict[str, bool | str]:
        """Change some inputs, take one step of `dt` ms, and give the outputs."""
        self.inputs |= inputs
        dt = dt if self.history else 0
        taken, _ = self.run.step({**self._counted(), "dt": dt, "latency": 0, "true_dt": dt})
        outputs: dict[str, bool | str] = {}
        for each in self.machine.outputs:
            value = taken.outputs[each.name]
            match each.type:
                case Enumeration(members=members):
                    outputs[each.name] = members[value]
                case Boolean():
                    outputs[each.name] = bool(value)
                case _:
                    raise AssertionError(each.name)
        self.history.append((self.time + dt, outputs))
        return outputs

    def wait(self, total: int, **inputs: int | str) -> dict[str, bool | str]:
        """Let `total` ms pass in steps of half a second, the inputs changed before the first."""
        outputs = self.step(min(total, 500), **inputs)
        for _ in range((total - 1) // 500):
            outputs = self.step(500)
        return outputs

    @property
    def time(self) -> int:
        """When the last step was taken [ms]."""
        return self.history[-1][0] if self.history else 0

    def changes(self, output: str) -> list[tuple[int, bool | str]]:
        """When `output` changed [ms], and to what."""
        return [
            (time, after[output])
            for (_, before), (time, after) in pairwise(self.history)
            if before[output] != after[output]
        ]

    def _counted(self) -> dict[str, int]:
        counted = {}
        for each in self.machine.inputs:
            value = self.inputs[each.name]
            if isinstance(each.type, Enumeration):
                assert isinstance(value, str)
                counted[each.name] = each.type.members.index(value)
            else:
                counted[each.name] = int(value)
        return counted


def story(path: Path, parameters: Mapping[str, int] | None = None, **inputs: int | str) -> Story:
    """A run of the machine at `path` that begins with `inputs`."""
    machine = read(path)[0]
    return Story(machine, ReferenceRun(machine, parameters or {}), inputs)
