"""Conditions of faults: what follows from their being absent, read off the text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec.expression import (
    BOOLEAN,
    Expression,
    Kind,
    Literal,
    Operation,
    Operator,
    Reference,
    Temporal,
    Temporally,
)
from spec.machine import Machine
from spec.place import NOWHERE
from verify.composition.shapes import Shapes

_OPPOSITE = {
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.GREATER: Operator.AT_MOST,
    Operator.AT_MOST: Operator.GREATER,
}
_DUAL = {Operator.AND: Operator.OR, Operator.OR: Operator.AND}


def literal(*, truth: bool) -> Literal:
    """True, or false."""
    return Literal(int(truth), BOOLEAN, NOWHERE)


def negated(expression: Expression, definitions: Mapping[str, Expression]) -> Expression:
    """That `expression` does not hold, with the negation as far inside as it will go.

    A disjunction is then seen to be one, which proofs may split.
    """
    match expression:
        case Reference(kind=Kind.DEFINITION, name=name):
            return negated(definitions[name], definitions)
        case Operation(operator=Operator.NOT, operands=(inside,)):
            return inside
        case Operation(operator=Operator.AND | Operator.OR as operator, operands=operands):
            turned = tuple(negated(each, definitions) for each in operands)
            return Operation(_DUAL[operator], turned, BOOLEAN, expression.place)
        case Operation(operator=Operator.IMPLIES, operands=(premise, conclusion)):
            turned = (premise, negated(conclusion, definitions))
            return Operation(Operator.AND, turned, BOOLEAN, expression.place)
        case Operation(operands=(Reference(kind=Kind.PARAMETER), _)):
            # Whether a part takes part is known by how that is written.
            pass
        case Operation(operator=operator, operands=operands) if operator in _OPPOSITE:
            return Operation(_OPPOSITE[operator], operands, BOOLEAN, expression.place)
    return Operation(Operator.NOT, (expression,), BOOLEAN, expression.place)


class Absence:
    """What follows from `absent` never being the case.

    Attributes:
        inputs: The only value of each input that has but one.
    """

    def __init__(self, machine: Machine, absent: Sequence[Expression]) -> None:
        self._definitions = {each.name: each.expression for each in machine.definitions}
        self._shapes = Shapes({each.name: each for each in machine.definitions})
        self._false = {self._shapes.number(each) for each in absent}
        found = map(self.input_of, absent)
        self.inputs: dict[str, int] = dict(each for each in found if each is not None)

    def input_of(self, condition: Expression) -> tuple[str, int] | None:
        """The input whose one value, given beside it, is all it takes for `condition` to fail."""
        match condition:
            case Reference(kind=Kind.INPUT, name=name):
                return name, 0
            case Reference(kind=Kind.DEFINITION, name=name):
                return self.input_of(self._definitions[name])
            case Operation(operator=Operator.NOT, operands=(inside,)):
                found = self.input_of(inside)
                return None if found is None else (found[0], 1 - found[1])
        return None

    def truth(self, expression: Expression) -> bool | None:
        """What `expression` is in every step; None where that is more than the text tells."""
        if self._shapes.number(expression) in self._false:
            return False
        match expression:
            case Literal(value=value):
                return bool(value)
            case Reference(kind=Kind.INPUT, name=name) if name in self.inputs:
                return bool(self.inputs[name])
            case Reference(kind=Kind.DEFINITION, name=name):
                return self.truth(self._definitions[name])
            case Operation(operator=Operator.NOT, operands=(inside,)):
                truth = self.truth(inside)
                return None if truth is None else not truth
            case Operation(operator=Operator.AND | Operator.OR as operator, operands=operands):
                absorbing = operator is Operator.OR
                found = {self.truth(each) for each in operands}
                if absorbing in found:
                    return absorbing
                return None if None in found else not absorbing
            case Temporally(operator=Temporal.ONCE | Temporal.HISTORICALLY, operands=(inside,)) if (
                expression.type == BOOLEAN
            ):
                return self.truth(inside)
        return None
