"""Comparisons: where a machine compares voltages, and the sums that it compares.

Requirements are no part of that: they say what must be true, and no firmware runs them.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from spec.expression import (
    Expression,
    Kind,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    walk,
)
from spec.machine import Always, Machine
from spec.units import Dimension

COMPARISONS: dict[Operator, Callable[[int, int], bool]] = {
    Operator.LESS: python.lt,
    Operator.AT_MOST: python.le,
    Operator.GREATER: python.gt,
    Operator.AT_LEAST: python.ge,
    Operator.EQUAL: python.eq,
    Operator.NOT_EQUAL: python.ne,
}


@dataclass(frozen=True, slots=True)
class Sum:
    """Inputs with their factors, and all the rest, with the parameters' defaults."""

    factors: Mapping[str, int]
    rest: int

    def plus(self, factor: int, other: Sum) -> Sum:
        """This and `factor` times `other`."""
        factors = dict(self.factors)
        for name, each in other.factors.items():
            factors[name] = factors.get(name, 0) + factor * each
        kept = {name: each for name, each in factors.items() if each}
        return Sum(kept, self.rest + factor * other.rest)


def pairs_said_equal(machine: Machine) -> list[set[str]]:
    """The inputs that are said to be equal, in a requirement."""
    found: list[set[str]] = []
    for requirement in machine.requirements:
        for each in requirement.properties:
            if isinstance(each, Always):
                for part in walk(each.expression):
                    match part:
                        case Operation(
                            operator=Operator.EQUAL,
                            operands=(
                                Reference(kind=Kind.INPUT, name=one),
                                Reference(kind=Kind.INPUT, name=other),
                            ),
                        ):
                            found.append({one, other})
    return found


def comparisons(machine: Machine) -> Iterator[Operation]:
    """Every comparison of two voltages, in written order."""
    for expression in _written(machine):
        for each in walk(expression):
            match each:
                case Operation(operator=operator, operands=(left, _)) if operator in COMPARISONS:
                    type_ = left.type
                    if isinstance(type_, Quantity) and type_.dimension is Dimension.VOLTAGE:
                        yield each


def _written(machine: Machine) -> Iterator[Expression]:
    for definition in machine.definitions:
        yield definition.expression
    for region in machine.regions:
        for transition in region.transitions:
            yield transition.guard
    for output in machine.outputs:
        yield output.expression


def inputs_of(machine: Machine, expression: Expression) -> list[str]:
    """The inputs in `expression`, in written order."""
    found: list[str] = []
    for each in walk(expression):
        match each:
            case Reference(kind=Kind.INPUT, name=name):
                found.append(name)
            case Reference(kind=Kind.DEFINITION, name=name):
                found += inputs_of(machine, machine.definition(name).expression)
    return list(dict.fromkeys(found))


def sum_of(expression: Expression, machine: Machine) -> Sum | None:
    """`expression` as a sum; None if it chooses among voltages."""
    match expression:
        case Literal(value=value):
            return Sum({}, value)
        case Reference(kind=Kind.INPUT, name=name):
            return Sum({name: 1}, 0)
        case Reference(kind=Kind.PARAMETER, name=name):
            default = next(each.default for each in machine.parameters if each.name == name)
            return Sum({}, default)
        case Reference(kind=Kind.DEFINITION, name=name):
            return sum_of(machine.definition(name).expression, machine)
        case Scaled(factor=factor, operand=operand):
            inside = sum_of(operand, machine)
            return None if inside is None else Sum({}, 0).plus(factor, inside)
        case Operation(operator=Operator.ADD | Operator.SUBTRACT, operands=(left, right)):
            one, other = sum_of(left, machine), sum_of(right, machine)
            sign = 1 if expression.operator is Operator.ADD else -1
            return None if one is None or other is None else one.plus(sign, other)
        case _:
            return None


def passage(machine: Machine, expression: Expression) -> str:
    """`expression` as it is written."""
    place = expression.place
    line = machine.lines(place.file)[place.line - 1]
    return " ".join(line[place.column - 1 : place.column - 1 + place.length].split())
