"""Vectors: single steps with their expected outcome, for unit tests where no prover runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vector:
    """One step: what is set, and what must be there after it.

    Values are integers in the units of the system, conditions 0 and 1; every mapping is in the
    order of the system.

    Attributes:
        parameters: By name.
        state: The machine's memory before the step, by name in the system; observers have none.
        inputs: The machine's inputs and ``dt``; never what only the world knows.
        next: The machine's memory after the step.
        outputs: By name.
        obligations: What this vector is there for, one sentence each.
    """

    parameters: Mapping[str, int]
    state: Mapping[str, int]
    inputs: Mapping[str, int]
    next: Mapping[str, int]
    outputs: Mapping[str, int]
    obligations: tuple[str, ...]
