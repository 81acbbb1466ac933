"""The program: what one step works out, in order, before it is written in any language.

Every value here is a term over inputs, parameters, the memory before the step, and values worked
out above it in the same step. That this is what the transition system says is tested by the
solver, for every machine of the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass

from codegen.ranges import Ranges
from spec.draft import DT
from spec.expression import ValueType
from spec.machine import (
    Definition,
    Machine,
    Output,
    Property,
    Region,
    Requirement,
    Span,
    Transition,
)
from spec.system import Constant, Signal, StateVariable
from spec.term import TRUE, Term, Variable, variables


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A value that is worked out once in a step.

    Attributes:
        variable: Stands for it in the terms below.
        stem: What to call it, without a unit; empty for the time on a timer.
        kin: The region, input or output that has the same named values; else empty.
    """

    variable: Variable
    stem: str
    type: ValueType
    span: Span
    kin: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Recall:
    """The mode before the step; memory that holds no mode counts as the safe one."""

    local: Local
    region: Region
    memory: StateVariable


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """The time on a timer, this step's included; it stops at the timer's highest value.

    Attributes:
        running: While this does not hold, the time is 0; None for a timer that always runs.
    """

    local: Local
    timer: StateVariable
    running: Term | None


@dataclass(frozen=True, slots=True, eq=False)
class Define:
    """A definition of the author's."""

    local: Local
    value: Term
    declared: Definition


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A transition: where `condition` holds and none above it did, `target` is the new mode."""

    condition: Term
    transition: Transition
    target: int


@dataclass(frozen=True, slots=True, eq=False)
class Decide:
    """The mode after the step: the first branch that fits, else the mode stays."""

    local: Local
    before: Variable
    region: Region
    branches: tuple[Branch, ...]

    @property
    def stays(self) -> bool:
        """Whether the mode may stay because no branch fits."""
        return not self.branches or self.branches[-1].condition is not TRUE


Statement = Recall | Count | Define | Decide


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """What a cell of the memory holds after the step."""

    cell: StateVariable
    value: Term


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """What an output shows after the step."""

    output: Output
    value: Term


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What a property of a requirement says of this step."""

    local: Local
    requirement: Requirement
    property: Property
    value: Term


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One step of a machine, or of a monitor that watches it.

    Attributes:
        inputs: Those of the machine, then dt.
        constants: Parameters that have one value only, or are to have.
        settings: Parameters that are given at run time.
        legal: That the settings are within their ranges and fit each other.
        ranges: Of every term in here.
        claims: What a monitor judges; a machine makes none.
    """

    machine: Machine
    inputs: tuple[Signal, ...]
    constants: tuple[Constant, ...]
    settings: tuple[Constant, ...]
    memory: tuple[StateVariable, ...]
    statements: tuple[Statement, ...]
    stores: tuple[Store, ...]
    drives: tuple[Drive, ...]
    legal: Term
    ranges: Ranges
    claims: tuple[Claim, ...] = ()

    @property
    def read(self) -> frozenset[str]:
        """The names of all variables that are read."""
        values = [each.value for each in self.drives]
        values += [each.value for each in self.claims]
        values += [each.value for each in self.stores]
        names = set(variables(*values))
        for statement in self.statements:
            match statement:
                case Recall(memory=memory):
                    names.add(memory.name)
                case Count(timer=timer, running=running):
                    names |= {timer.name, DT}
                    names |= variables(*([] if running is None else [running])).keys()
                case Define(value=value):
                    names |= variables(value).keys()
                case Decide(before=before, branches=branches):
                    names |= {before.name}
                    names |= variables(*(each.condition for each in branches)).keys()
        return frozenset(names)

    @property
    def locals(self) -> tuple[Local, ...]:
        """What the statements and claims work out, in order."""
        return tuple(each.local for each in (*self.statements, *self.claims))
