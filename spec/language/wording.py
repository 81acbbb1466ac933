"""Wording: how a message speaks of an expression or a type, and what to write instead."""

from __future__ import annotations

from spec.expression import (
    Boolean,
    Enumeration,
    Expression,
    Lasting,
    Literal,
    Quantity,
    Reference,
    Scaled,
    ValueType,
)
from spec.language.amounts import way_out_of_units
from spec.units import Dimension


def named(expression: Expression) -> str:
    """`expression` as a message speaks of it."""
    match expression:
        case Reference(name=name):
            return f"'{name}'"
        case Literal(value=value, type=type_):
            return f"'{type_.show(value)}'"
        case Scaled(operand=operand):
            return named(operand)
        case Lasting(clock=clock):
            return f"'{clock.value}(…)'"
        case _:
            return "this"


def described(type_: ValueType) -> str:
    """`type_` as a message speaks of it."""
    match type_:
        case Boolean():
            return "true or false"
        case Enumeration(members=members):
            return f"one of {{{', '.join(members)}}}"
        case Quantity(dimension=dimension):
            return f"a {dimension.value}"


def way_out_of_dimensions(
    left: Expression, right: Expression, first: Dimension, second: Dimension
) -> str:
    """What to do where `left`, of the dimension `first`, met `right`, of the dimension `second`."""
    if first is second is Dimension.TEMPERATURE:
        return "write differences of temperatures in K"
    if isinstance(left, Literal) and not isinstance(right, Literal):
        return way_out_of_units(first, second)
    if isinstance(right, Literal):
        return way_out_of_units(second, first)
    return f"only a {first.value} goes with {named(left)}"


def way_out_of_mixture(left: Expression, right: Expression) -> str:
    """What to do where two types met that are not of one kind."""
    if isinstance(left.type, Enumeration) and isinstance(right.type, Enumeration):
        return "compare each with a value of its own"
    for side in (left, right):
        if isinstance(side.type, Boolean) and isinstance(side, Reference):
            return f"write {side.name} or not {side.name}"
        if isinstance(side.type, Enumeration) and isinstance(side, Reference):
            return f"write {side.name} is {side.type.members[0]}" if side.type.members else ""
    return ""


def way_out_of_mismatch(expression: Expression, needed: ValueType) -> str:
    """How `expression` could have been meant where `needed` is needed."""
    if isinstance(needed, Enumeration) and isinstance(expression.type, Boolean):
        first, *_, last = (needed.members[0], *needed.members)
        return f"write {last} when … else {first}"
    if not isinstance(expression, Reference) or not isinstance(needed, Boolean):
        return ""
    match expression.type:
        case Enumeration(members=[member, *_]):
            return f"ask it for a value: {expression.name} is {member}"
        case Quantity():
            return f"compare it: {expression.name} >= …"
        case _:
            return ""
