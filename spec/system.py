"""The transition system: what is proved and what is generated.

State variables, each with an initial value and a next value; inputs; parameters; outputs and
properties as terms over the state before the step and this step's inputs. Nothing in here knows
how it was declared, except through names, types and places kept for the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spec.expression import Quantity, ValueType
from spec.machine import Machine, Property, Span, Transition
from spec.place import Place
from spec.term import Term, Variable, variables


class Role(Enum):
    """What a state variable remembers."""

    MODE = "mode"
    TIMER = "timer"
    DRIFT = "drift"
    FLAG = "flag"


class View(Enum):
    """Whose eyes an expression is read with."""

    GUARD = "the machine, modes before the step"
    MACHINE = "the machine, modes after the step"
    OBSERVER = "an observer, modes after the step"


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A variable of the system, its type, and the values it takes (conditions: 0 to 1)."""

    variable: Variable
    type: ValueType
    span: Span

    @property
    def name(self) -> str:
        """Unique in the system."""
        return self.variable.name


@dataclass(frozen=True, slots=True, eq=False)
class StateVariable(Cell):
    """One cell of the memory; that it stays in its span is to be proved, never assumed.

    Attributes:
        initial: Before the first step.
        next: After the step, over the state before it and this step's inputs.
        observed: It belongs to an observer: properties read it, the machine does not.
        drift_of: For a drift, the timer that true time is ahead of; else empty.
        subject: What it is about, as the author wrote it: a region, or a condition.
        meaning: In words, for a person who reads an invariant.
    """

    role: Role
    initial: int
    next: Term
    observed: bool
    drift_of: str
    subject: str
    meaning: str


@dataclass(frozen=True, slots=True, eq=False)
class Signal(Cell):
    """An input of the system: of the machine, or of the world it stands in."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Cell):
    """A parameter of the system."""

    default: int


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A transition, as terms.

    Attributes:
        applies: It is the first whose origin and guard fit (``any`` fits its target too).
        fires: It is taken in this step.
        eligible: Its origin and guard fit, whatever stands above it.
    """

    region: str
    transition: Transition
    applies: Term
    fires: Term
    eligible: Term


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """The term that a definition stands for, as seen by those who use it.

    Wherever the definition is used with these eyes, this very term stands.
    """

    name: str
    view: View
    term: Term


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A property's claim about how long something lasts, as a number that can be measured.

    Attributes:
        text: What lasts, as it is written.
        lasted: How long, in the unit of `type`.
        limit: What it is compared with, in the same unit; may be a parameter.
        at_least: The property needs `lasted` to be at least `limit`; else at most, or less.
        context: When the claim is made: the comparison matters only while this holds.
        timer: The state variable that counts; once it is full, `lasted` tells too little.
    """

    text: str
    type: Quantity
    lasted: Term
    limit: Term
    at_least: bool
    context: Term
    timer: str


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A declared property and, where it has one, the term that states it.

    Attributes:
        requirement: Id of the requirement.
        index: Position among the requirement's properties, from 0.
        term: Must hold (or be reached); None for properties that are not about one run.
        premise: What must happen for the term to say anything; None if it always does.
        bound: The claim about a duration in it, if it makes exactly one.
    """

    requirement: str
    index: int
    declared: Property
    term: Term | None
    premise: Term | None
    bound: Bound | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Somewhere a timer is compared with something as large as `highest`."""

    timer: str
    highest: int
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class TransitionSystem:
    """A machine, lowered.

    Attributes:
        inputs: The machine's inputs, then the world's (dt, drift, latency) that are needed.
        assumptions: True in every step of every run considered; the time model's are the first.
        definitions: Those that are used, each after those it uses.
        old_modes: The mode of each region before the step, where no mode counts as the safe one.
        new_modes: The mode of each region after the step.
    """

    machine: Machine
    parameters: tuple[Constant, ...]
    inputs: tuple[Signal, ...]
    state: tuple[StateVariable, ...]
    assumptions: tuple[Term, ...]
    definitions: tuple[Named, ...]
    edges: tuple[Edge, ...]
    old_modes: dict[str, Term]
    new_modes: dict[str, Term]
    outputs: dict[str, Term]
    goals: tuple[Goal, ...]
    questions: tuple[Question, ...]

    def cone(self, *terms: Term) -> tuple[StateVariable, ...]:
        """The state variables that can ever influence `terms`, in order of the system."""
        by_name = {each.name: each for each in self.state}
        found: set[str] = set()
        pending = [*terms, *self.assumptions]
        while pending:
            names = [name for name in variables(*pending) if name in by_name]
            new = [name for name in names if name not in found]
            found.update(new)
            pending = [by_name[name].next for name in new]
        return tuple(each for each in self.state if each.name in found)
