"""Arithmetic: quantities that are added, multiplied and compared, and how fine they are.

Every function returns the typed expression, or None after it has said what is wrong.
"""

from __future__ import annotations

from fractions import Fraction

from spec.expression import (
    BOOLEAN,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    walk,
)
from spec.language import syntax
from spec.language.amounts import LARGEST, Value, multiples, read
from spec.language.errors import Code, Diagnostic
from spec.language.permissions import Where
from spec.language.scope import Scope
from spec.language.wording import described, named, way_out_of_dimensions, way_out_of_mixture
from spec.place import Place
from spec.units import Dimension, common_resolution

COMPARISONS = {
    each.value: each
    for each in (
        Operator.LESS,
        Operator.AT_MOST,
        Operator.GREATER,
        Operator.AT_LEAST,
        Operator.EQUAL,
        Operator.NOT_EQUAL,
    )
}


def literal(scope: Scope, tree: syntax.Amount) -> Expression | None:
    """`tree` as fine as its dimension is measured here, or finer if it is written so."""
    value = _read(scope, tree)
    if value is None:
        return None
    type_ = scope.resolutions.get(value.dimension)
    if type_ is None or (value.number / type_.resolution).denominator != 1:
        # Kept exact; whether it is too fine shows where it is compared.
        type_ = Quantity(value.dimension, value.written)
    count = multiples(value, type_, tree.place)
    if isinstance(count, Diagnostic):
        scope.report(count)
        return None
    return Literal(count, type_, tree.place)


def multiplied(scope: Scope, tree: syntax.Multiple, operand: Expression) -> Expression | None:
    """`operand`, a whole number of times."""
    factor = _read(scope, tree.factor)
    if factor is None:
        return None
    if factor.dimension is not Dimension.COUNT or factor.number.denominator != 1:
        scope.error(
            Code.TYPE_MISMATCH,
            tree.factor.place,
            "only whole numbers multiply a quantity",
            "multiply the other side of the comparison too, until this is a whole number",
        )
        return None
    type_ = _quantity(scope, operand, tree.operand.place)
    if type_ is None:
        return None
    if type_.dimension is Dimension.TEMPERATURE:
        scope.error(
            Code.UNIT_MISMATCH,
            tree.place,
            "a temperature has no multiples, only differences of temperatures have",
            "write differences in K",
        )
        return None
    return _bounded(scope, Scaled(int(factor.number), operand, type_, tree.place))


def added(
    scope: Scope, tree: syntax.Operator, left: Expression, right: Expression
) -> Expression | None:
    """The sum or the difference of two quantities."""
    types = [
        _quantity(scope, side, operand.place)
        for side, operand in zip((left, right), tree.operands, strict=True)
    ]
    if types[0] is None or types[1] is None:
        return None
    operator = Operator(tree.symbol)
    first, second = types[0].dimension, types[1].dimension
    dimension = _sum_dimension(operator, first, second)
    if dimension is None:
        verb = "cannot be added" if operator is Operator.ADD else "cannot be subtracted"
        scope.error(
            Code.UNIT_MISMATCH,
            tree.place,
            f"{named(left)} is a {first.value}, {named(right)} a {second.value}: they {verb}",
            way_out_of_dimensions(left, right, first, second),
        )
        return None
    resolution = _shared_resolution(left, right, types[0], types[1])
    one = rescaled(scope, left, Quantity(first, resolution))
    other = rescaled(scope, right, Quantity(second, resolution))
    if one is None or other is None:
        return None
    type_ = Quantity(dimension, resolution)
    return _bounded(scope, Operation(operator, (one, other), type_, tree.place))


def compared(
    scope: Scope, tree: syntax.Operator, left: Expression, right: Expression, where: Where
) -> Expression | None:
    """A comparison; the only place where a duration may stand."""
    operator = COMPARISONS[tree.symbol]
    if isinstance(left, Lasting) and isinstance(right, Lasting):
        scope.error(
            Code.NOT_COMPARED,
            tree.place,
            "two durations cannot be compared with each other",
            "compare each with a time",
        )
        return None
    pair = alike(scope, left, right, tree.place)
    if pair is None:
        return None
    if tree.symbol not in ("==", "!=") and not isinstance(left.type, Quantity):
        scope.error(
            Code.TYPE_MISMATCH,
            tree.place,
            f"'{tree.symbol}' compares quantities, {named(left)} is {described(left.type)}",
            "compare with '==' or '!='",
        )
        return None
    comparison = Operation(operator, pair, BOOLEAN, tree.place)
    if isinstance(left.type, Quantity):
        truth = scope.span(comparison)
        if truth.lowest == truth.highest and not (truth.lowest and _is_of_settings(pair, where)):
            warn_of_constant(scope, tree.place, holds=bool(truth.lowest))
    return comparison


def _is_of_settings(sides: tuple[Expression, ...], where: Where) -> bool:
    """Whether a comparison says what must hold when somebody changes a setting or its range."""
    read_ = {each.kind for side in sides for each in walk(side) if isinstance(each, Reference)}
    return where is Where.ASSUMPTION or (where is Where.PROPERTY and read_ == {Kind.PARAMETER})


def warn_of_constant(scope: Scope, place: Place, *, holds: bool) -> None:
    """Say that ranges alone decide the comparison at `place`."""
    scope.warn(
        Code.CONSTANT,
        place,
        f"this is always {'true' if holds else 'false'}, by the ranges of its sides",
        "correct the bound, or the range",
    )


def alike(
    scope: Scope, left: Expression, right: Expression, place: Place
) -> tuple[Expression, Expression] | None:
    """Both sides in one type; a literal takes the resolution of the other side."""
    if left.type == right.type:
        return left, right
    if not (isinstance(left.type, Quantity) and isinstance(right.type, Quantity)):
        scope.error(
            Code.TYPE_MISMATCH,
            place,
            f"{named(left)} is {described(left.type)}, {named(right)} {described(right.type)}: "
            "they cannot be compared",
            way_out_of_mixture(left, right),
        )
        return None
    first, second = left.type.dimension, right.type.dimension
    if first is not second:
        scope.error(
            Code.UNIT_MISMATCH,
            place,
            f"{named(left)} is a {first.value}, {named(right)} a {second.value}: "
            "they cannot be compared",
            way_out_of_dimensions(left, right, first, second),
        )
        return None
    type_ = Quantity(first, _shared_resolution(left, right, left.type, right.type))
    one, other = rescaled(scope, left, type_), rescaled(scope, right, type_)
    return None if one is None or other is None else (one, other)


def rescaled(scope: Scope, expression: Expression, type_: Quantity) -> Expression | None:
    """`expression` in the resolution of `type_`, which is of the same dimension."""
    assert isinstance(expression.type, Quantity)
    if expression.type.resolution == type_.resolution:
        return expression
    factor = expression.type.resolution / type_.resolution
    if isinstance(expression, Literal):
        value = expression.value * factor
        if value.denominator == 1:
            return _bounded(scope, Literal(int(value), type_, expression.place))
        message = f"{named(expression)} is no multiple of {type_.show(1)}, the resolution here"
    elif factor.denominator == 1:
        return _bounded(scope, Scaled(int(factor), expression, type_, expression.place))
    else:
        message = (
            f"{named(expression)} has steps of {expression.type.show(1)}, "
            f"finer than {type_.show(1)}, the resolution here"
        )
    scope.error(
        Code.TOO_FINE,
        expression.place,
        message,
        f"use multiples of {type_.show(1)}, or choose a finer resolution with 'by'",
    )
    return None


def _read(scope: Scope, amount: syntax.Amount) -> Value | None:
    value = read(amount)
    if isinstance(value, Diagnostic):
        scope.report(value)
        return None
    return value


def _quantity(scope: Scope, operand: Expression, place: Place) -> Quantity | None:
    """The type of `operand` if it can be reckoned with."""
    if isinstance(operand, Lasting):
        refuse_duration(scope, operand, place)
    elif isinstance(operand.type, Quantity):
        return operand.type
    else:
        scope.error(
            Code.TYPE_MISMATCH,
            place,
            f"a quantity is needed, {named(operand)} is {described(operand.type)}",
        )
    return None


def refuse_duration(scope: Scope, operand: Lasting, place: Place) -> None:
    """Report that `operand` is no side of a comparison."""
    scope.error(
        Code.NOT_COMPARED,
        place,
        f"what {operand.clock.value}(…) measures may only be compared",
        f"compare it directly with a time: {operand.clock.value}(…) >= 1 s",
    )


def _shared_resolution(
    left: Expression, right: Expression, first: Quantity, second: Quantity
) -> Fraction:
    """The resolution in which both can be written.

    A literal gives way to what it is written for, and everything to a duration, whose timer
    counts in the resolution it has.
    """
    if isinstance(left, Lasting) or (isinstance(right, Literal) and not isinstance(left, Literal)):
        return first.resolution
    if isinstance(right, Lasting) or (isinstance(left, Literal) and not isinstance(right, Literal)):
        return second.resolution
    return common_resolution(first.resolution, second.resolution)


def _bounded(scope: Scope, expression: Expression) -> Expression | None:
    """`expression` if it fits a 32 bit integer; true times are only ever reasoned about."""
    assert isinstance(expression.type, Quantity)
    span, time = scope.span(expression), scope.time
    fits = span.lowest >= -LARGEST and span.highest <= LARGEST
    if fits or (expression.type == time.fine and time.fine != time.tick):
        return expression
    scope.error(
        Code.TOO_LARGE,
        expression.place,
        f"this can be {expression.type.show(span.lowest)} .. {expression.type.show(span.highest)}, "
        f"2^31 times the resolution, {expression.type.show(1)}, or more",
        "narrow the ranges, or choose coarser resolutions with 'by'",
    )
    return None


def _sum_dimension(operator: Operator, left: Dimension, right: Dimension) -> Dimension | None:
    """The dimension of a sum or difference; None where there is none."""
    temperature, difference = Dimension.TEMPERATURE, Dimension.TEMPERATURE_DIFFERENCE
    if left is right:
        if left is not temperature:
            return left
        return difference if operator is Operator.SUBTRACT else None
    if (left, right) == (temperature, difference):
        return temperature
    if (left, right) == (difference, temperature) and operator is Operator.ADD:
        return temperature
    return None
