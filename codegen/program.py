"""The program: what one step works out, in order, before it is written in any language.

Every value here is a term over inputs, parameters, the memory before the step, and values worked
out above it in the same step. That this is what the transition system says is tested by the
solver, for every machine of the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from spec.term import Term, Variable, variables


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


@dataclass(frozen=True, slots=True)
class Leaf:
    """The new mode, and the transitions that lead there; None where the mode stays."""

    target: int | None
    transitions: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """A question, and what is decided where it holds and where it does not."""

    condition: Term
    then: Decision
    otherwise: Decision


Decision = Leaf | Fork


@dataclass(frozen=True, slots=True, eq=False)
class Decide:
    """The mode after the step."""

    local: Local
    before: Variable
    region: Region
    decision: Decision

    @property
    def stays(self) -> bool:
        """Whether there is a case in which the mode stays."""
        return any(each.target is None for each in leaves(self.decision))


def leaves(decision: Decision) -> Iterator[Leaf]:
    """The ends of a decision, in order."""
    match decision:
        case Leaf():
            yield decision
        case Fork(then=then, otherwise=otherwise):
            yield from leaves(then)
            yield from leaves(otherwise)


def conditions(decision: Decision) -> Iterator[Term]:
    """The questions of a decision, in order."""
    if isinstance(decision, Fork):
        yield decision.condition
        yield from conditions(decision.then)
        yield from conditions(decision.otherwise)


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


Item = Statement | Store | Drive | Claim


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One step of a machine, or of a monitor that watches it.

    Attributes:
        inputs: Those of the machine, then dt.
        constants: Parameters that have one value only, or are to have.
        settings: Parameters that are given at run time.
        paragraphs: What is done, in order; what belongs together is one paragraph. Nothing is
            overwritten before it was read for the last time.
        legal: That the settings are within their ranges and fit each other.
        ranges: Of every term in here.
    """

    machine: Machine
    inputs: tuple[Signal, ...]
    constants: tuple[Constant, ...]
    settings: tuple[Constant, ...]
    memory: tuple[StateVariable, ...]
    paragraphs: tuple[tuple[Item, ...], ...]
    legal: Term
    ranges: Ranges

    @property
    def body(self) -> tuple[Item, ...]:
        """What is done, in order."""
        return tuple(item for paragraph in self.paragraphs for item in paragraph)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What works out a local, in order."""
        return tuple(each for each in self.body if isinstance(each, Statement))

    @property
    def stores(self) -> tuple[Store, ...]:
        """What is remembered, in order."""
        return tuple(each for each in self.body if isinstance(each, Store))

    @property
    def drives(self) -> tuple[Drive, ...]:
        """What the outputs are set to, in order."""
        return tuple(each for each in self.body if isinstance(each, Drive))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What a monitor judges, in order; a machine makes no claims."""
        return tuple(each for each in self.body if isinstance(each, Claim))

    @property
    def read(self) -> frozenset[str]:
        """The names of all variables that are read."""
        return frozenset(name for each in self.body for name in reads(each))

    @property
    def locals(self) -> tuple[Local, ...]:
        """What the statements and claims work out, in order."""
        return tuple(each.local for each in (*self.statements, *self.claims))


def reads(item: Item) -> set[str]:
    """The names of the variables that `item` reads."""
    match item:
        case Recall(memory=memory):
            return {memory.name}
        case Count(timer=timer, running=running):
            return {timer.name, DT, *variables(*([] if running is None else [running]))}
        case Decide(before=before, decision=decision, stays=stays):
            return {*variables(*conditions(decision)), *([before.name] if stays else [])}
        case Define() | Store() | Drive() | Claim():
            return set(variables(item.value))
