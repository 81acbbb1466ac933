"""Interval arithmetic on declared expressions: what values an expression can have at all.

Sound, not exact: the interval holds every value the expression takes, and perhaps more.
"""

from __future__ import annotations

from collections.abc import Mapping

from spec.expression import (
    After,
    Boolean,
    Choice,
    Enumeration,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
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
    match expression:
        case Literal(value=value):
            return Span(value, value)
        case Reference(kind=Kind.DEFINITION):
            return interval(definitions[expression.name].expression, spans, definitions)
        case Reference(type=Boolean()):
            return Span(0, 1)
        case Reference(type=Enumeration(members=members)):
            return Span(0, len(members) - 1)
        case Reference():
            return spans[expression.name]
        case Scaled(factor=factor, operand=operand):
            inner = interval(operand, spans, definitions)
            ends = (factor * inner.lowest, factor * inner.highest)
            return Span(min(ends), max(ends))
        case Choice():
            one = interval(expression.then, spans, definitions)
            other = interval(expression.otherwise, spans, definitions)
            return Span(min(one.lowest, other.lowest), max(one.highest, other.highest))
        case Lasting():
            return Span(0, UNBOUNDED)
        case Temporally() | After():
            return Span(0, 1)
        case Operation(operator=operator, operands=operands):
            sides = [interval(each, spans, definitions) for each in operands]
            if operator is Operator.ADD:
                return Span(sides[0].lowest + sides[1].lowest, sides[0].highest + sides[1].highest)
            if operator is Operator.SUBTRACT:
                return Span(sides[0].lowest - sides[1].highest, sides[0].highest - sides[1].lowest)
            if operator in _COMPARISONS and operands[0] != operands[1]:
                return compare(operator, sides[0], sides[1])
            return Span(0, 1)


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
