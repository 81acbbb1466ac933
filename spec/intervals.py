"""Interval arithmetic on declared expressions: what values an expression can have at all.

Sound, not exact: the interval holds every value the expression takes, and perhaps more.
"""

from __future__ import annotations

from collections.abc import Mapping

from spec.expression import (
    After,
    Choice,
    Clock,
    Enumeration,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    Temporally,
)
from spec.machine import Definition, Span

# Durations have no bound; this stands for one and is larger than any 32 bit value.
UNBOUNDED = 2**62

_COMPARISONS = {
    Operator.LESS,
    Operator.AT_MOST,
    Operator.GREATER,
    Operator.AT_LEAST,
    Operator.EQUAL,
    Operator.NOT_EQUAL,
}


def interval(
    expression: Expression, spans: Mapping[str, Span], definitions: Mapping[str, Definition]
) -> Span:
    """The values of `expression`; `spans` tells those of inputs, parameters, outputs and dt."""
    unfolded: dict[str, Span] = {}

    def of(each: Expression) -> Span:
        match each:
            case Literal(value=value):
                return Span(value, value)
            case Reference(kind=Kind.DEFINITION, name=name):
                # Once each: a definition may be used by many that are used by one.
                if name not in unfolded:
                    unfolded[name] = of(definitions[name].expression)
                return unfolded[name]
            case Reference(type=Enumeration(members=members)):
                return Span(0, len(members) - 1)
            case Reference(type=Quantity(), name=name):
                return spans[name]
            case Scaled(factor=factor, operand=operand):
                inner = of(operand)
                ends = (factor * inner.lowest, factor * inner.highest)
                return Span(min(ends), max(ends))
            case Choice(then=then, otherwise=otherwise):
                one, other = of(then), of(otherwise)
                return Span(min(one.lowest, other.lowest), max(one.highest, other.highest))
            case Lasting(clock=clock):
                # True time runs from pin to pin: a late rise and a prompt fall make it negative.
                return Span(0 if clock is Clock.MEASURED else -UNBOUNDED, UNBOUNDED)
            case Operation(operator=Operator.ADD, operands=(left, right)):
                one, other = of(left), of(right)
                return Span(one.lowest + other.lowest, one.highest + other.highest)
            case Operation(operator=Operator.SUBTRACT, operands=(left, right)):
                one, other = of(left), of(right)
                return Span(one.lowest - other.highest, one.highest - other.lowest)
            case Operation(operator=operator, operands=(left, right)) if operator in _COMPARISONS:
                return compare(operator, of(left), of(right))
            case Operation() | Reference() | Temporally() | After():
                return Span(0, 1)

    return of(expression)


def compare(operator: Operator, left: Span, right: Span) -> Span:
    """The truth of `left operator right` as an interval: decided where both ends agree."""
    match operator:
        case Operator.GREATER:
            return compare(Operator.LESS, right, left)
        case Operator.AT_LEAST:
            return compare(Operator.AT_MOST, right, left)
        case Operator.LESS:
            always, never = left.highest < right.lowest, left.lowest >= right.highest
        case Operator.AT_MOST:
            always, never = left.highest <= right.lowest, left.lowest > right.highest
        case Operator.NOT_EQUAL:
            equal = compare(Operator.EQUAL, left, right)
            return Span(1 - equal.highest, 1 - equal.lowest)
        case _:
            never = left.highest < right.lowest or right.highest < left.lowest
            always = left == right and left.lowest == left.highest
    return Span(int(always), int(not never))
