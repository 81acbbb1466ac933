"""Declared expressions: what an author wrote, resolved and typed.

A closed union of frozen values; every node knows its type and its place. The meaning of each node
is section 3 of the language's semantics, written out in `spec.reference`; `spec.lower` turns the
same nodes into terms. The two must never share code, because each is the check of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from spec.place import Place
from spec.units import Dimension, shown


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def show(self, value: int) -> str:
        """`value` as the author writes it."""
        return "true" if value else "false"


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of `members`; the value is the index. Two enumerations with the same members are one."""

    members: tuple[str, ...]

    def show(self, value: int) -> str:
        """`value` as the author writes it; an index outside the members keeps its number."""
        return self.members[value] if 0 <= value < len(self.members) else f"#{value}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An integer multiple of `resolution`, which is in base units of `dimension`."""

    dimension: Dimension
    resolution: Fraction

    def show(self, value: int) -> str:
        """`value` multiples of the resolution, with a unit: ``30.5 s``."""
        return shown(value * self.resolution, self.dimension)


ValueType = Boolean | Enumeration | Quantity
BOOLEAN = Boolean()


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as such; booleans are 0 and 1, enumerations their index."""

    value: int
    type: ValueType
    place: Place


class Kind(Enum):
    """What a name stands for."""

    INPUT = "input"
    PARAMETER = "parameter"
    DEFINITION = "definition"
    OUTPUT = "output"
    MODE = "mode of region"
    STEP_TIME = "step time"


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of a named thing in this step; for `Kind.MODE`, `name` is the region.

    In a guard, a region's mode is the one before the step; everywhere else the one after it.
    """

    name: str
    kind: Kind
    type: ValueType
    place: Place


class Operator(Enum):
    """Operators that look at this step only."""

    NOT = "not"
    AND = "and"
    OR = "or"
    IMPLIES = "implies"
    IFF = "iff"
    ADD = "+"
    SUBTRACT = "-"
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    NOT_EQUAL = "!="


@dataclass(frozen=True, slots=True)
class Operation:
    """`operator` applied to one or more operands; both sides of a comparison share one type."""

    operator: Operator
    operands: tuple[Expression, ...]
    type: ValueType
    place: Place


@dataclass(frozen=True, slots=True)
class Scaled:
    """An integer multiple of a quantity, or the same quantity in a finer resolution."""

    factor: int
    operand: Expression
    type: ValueType
    place: Place


@dataclass(frozen=True, slots=True)
class Choice:
    """`then` when `condition` holds, else `otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    type: ValueType
    place: Place


class Temporal(Enum):
    """Operators that look back; see rule 6 of the semantics. Before the first step all is false."""

    PAST = "past"
    ROSE = "rose"
    FELL = "fell"
    ONCE = "once"
    HISTORICALLY = "historically"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Temporally:
    """A past-time operator on booleans."""

    operator: Temporal
    operands: tuple[Expression, ...]
    place: Place
    type: ValueType = BOOLEAN


class Clock(Enum):
    """Whose time a `Lasting` is measured in."""

    MEASURED = "duration"
    TRUE_AT_PINS = "stood"


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long `operand` has held: ``duration(e)`` or ``stood(e)``. Only ever compared."""

    clock: Clock
    operand: Expression
    type: ValueType
    place: Place


@dataclass(frozen=True, slots=True)
class After:
    """The region has been in its mode for at least `time`, this step's dt included."""

    region: str
    time: Expression
    place: Place
    type: ValueType = BOOLEAN


Expression = Literal | Reference | Operation | Scaled | Choice | Temporally | Lasting | After


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside `expression`, in written order."""
    match expression:
        case Literal() | Reference():
            return ()
        case Operation() | Temporally():
            return expression.operands
        case Scaled() | Lasting():
            return (expression.operand,)
        case Choice():
            return (expression.then, expression.condition, expression.otherwise)
        case After():
            return (expression.time,)


def walk(expression: Expression) -> Iterator[Expression]:
    """`expression` and everything inside it, outermost first."""
    yield expression
    for part in parts(expression):
        yield from walk(part)
