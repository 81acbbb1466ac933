"""Signals: inputs, parameters and outputs, their types and their sources."""

from __future__ import annotations

import re
from fractions import Fraction

from spec.expression import BOOLEAN, Enumeration, Kind, Quantity, ValueType
from spec.language import syntax
from spec.language.amounts import Value, read, way_out_of_units
from spec.language.errors import Code, Diagnostic
from spec.language.permissions import Where
from spec.language.resolver import Resolver
from spec.language.scope import Scope
from spec.machine import Input, Output, Parameter, Source, Span
from spec.units import Dimension, common_resolution

_GRADE = re.compile(r"[SABCF]|D[0-9]+")


def read_sources(scope: Scope, sources: tuple[syntax.Source, ...]) -> tuple[Source, ...]:
    """Where a statement comes from."""
    for source in sources:
        if not _GRADE.fullmatch(source.grade.text):
            scope.error(
                Code.BAD_SOURCE,
                source.grade.place,
                f"'{source.grade.text}' is no evidence grade and no decision",
                "write S, A, B, C or F, or the id of a decision such as D11",
            )
    return tuple(Source(each.grade.text, each.passage, each.read_as) for each in sources)


def read_input(scope: Scope, item: syntax.Input) -> Input | None:
    """Declare an input."""
    sources = read_sources(scope, item.sources)
    found = _type(scope, item.type)
    if found is None:
        scope.broken.add(item.name.text)
        return None
    scope.declare(item.name, Kind.INPUT, *found)
    return Input(item.name.text, *found, item.text, sources, item.name.place)


def read_parameter(scope: Scope, item: syntax.Parameter) -> Parameter | None:
    """Declare a parameter; without 'by' it is as fine as the inputs of its dimension."""
    sources = read_sources(scope, item.sources)
    type_ = _parameter_type(scope, item)
    default = scope.count(item.default, type_) if type_ else None
    span = None if default is None else Span(default, default)
    if type_ and item.lowest and item.highest:
        span = scope.range(item.lowest, item.highest, type_)
    if type_ is None or default is None or span is None:
        scope.broken.add(item.name.text)
        return None
    if not span.lowest <= default <= span.highest:
        scope.error(
            Code.OUT_OF_RANGE,
            item.default.place,
            f"the default {type_.show(default)} lies outside its range, "
            f"{type_.show(span.lowest)} .. {type_.show(span.highest)}",
            "correct the default, or the range",
        )
    scope.declare(item.name, Kind.PARAMETER, type_, span)
    return Parameter(item.name.text, type_, default, span, item.text, sources, item.name.place)


def declare_output(scope: Scope, item: syntax.Output) -> tuple[ValueType, Span] | None:
    """Declare an output, whose value is resolved later: it may speak of everything."""
    found = _type(scope, item.type)
    if found is None:
        scope.broken.add(item.name.text)
    else:
        scope.declare(item.name, Kind.OUTPUT, *found)
    return found


def resolve_output(
    scope: Scope,
    item: syntax.Output,
    found: tuple[ValueType, Span] | None,
    where: Where = Where.OUTPUT,
) -> Output | None:
    """The output with its value."""
    serves = scope.distinct(item.serves)
    resolver = Resolver(scope, where)
    if found is None:
        resolver.anything(item.expression)
        return None
    type_, span = found
    expression = resolver.value(item.expression, type_)
    if expression is None:
        return None
    values = scope.span(expression)
    if values.lowest < span.lowest or values.highest > span.highest:
        scope.error(
            Code.OUT_OF_RANGE,
            item.expression.place,
            f"this can be {type_.show(values.lowest)} .. {type_.show(values.highest)}, the output "
            f"is declared as {type_.show(span.lowest)} .. {type_.show(span.highest)}",
            "widen the range of the output, or bound its value with 'when … else …'",
        )
    return Output(item.name.text, type_, span, expression, item.text, serves, item.name.place)


def _type(scope: Scope, type_: syntax.Type) -> tuple[ValueType, Span] | None:
    match type_:
        case syntax.BooleanType():
            return BOOLEAN, Span(0, 1)
        case syntax.EnumerationType(members=members):
            names = scope.distinct(members)
            return Enumeration(names), Span(0, len(names) - 1)
        case syntax.RangeType(lowest=low, highest=high, resolution=by):
            quantity = _range_type(scope, low, high, by)
            span = scope.range(low, high, quantity) if quantity else None
            if quantity is None or span is None:
                return None
            scope.note_resolution(quantity)
            return quantity, span


def _range_type(
    scope: Scope, low: syntax.Amount, high: syntax.Amount, by: syntax.Amount | None
) -> Quantity | None:
    values = _values(scope, (low, high))
    if by is not None:
        return resolution_of(scope, by, values[0].dimension if values else None)
    if values is None:
        return None
    dimension = values[0].dimension
    if dimension is not Dimension.COUNT:
        scope.error(
            Code.TOO_FINE,
            high.place,
            "how fine this quantity is measured is not declared",
            f"write its resolution behind the range: by 1 {low.unit}",
        )
        return None
    return Quantity(dimension, Fraction(1))


def _parameter_type(scope: Scope, item: syntax.Parameter) -> Quantity | None:
    amounts = (item.default, item.lowest, item.highest)
    values = _values(scope, tuple(each for each in amounts if each))
    if item.resolution:
        return resolution_of(scope, item.resolution, values[0].dimension if values else None)
    if values is None:
        return None
    dimension = values[0].dimension
    known = scope.resolutions.get(dimension)
    if known is not None:
        return known
    resolution = values[0].written
    for value in values[1:]:
        resolution = common_resolution(resolution, value.written)
    return Quantity(dimension, resolution)


def _values(scope: Scope, amounts: tuple[syntax.Amount, ...]) -> list[Value] | None:
    """The values of `amounts`, all of the dimension of the first."""
    read_ = [read(each) for each in amounts]
    good: list[Value] = []
    for amount, value in zip(amounts, read_, strict=True):
        if isinstance(value, Diagnostic):
            scope.report(value)
        elif good and value.dimension is not good[0].dimension:
            scope.error(
                Code.UNIT_MISMATCH,
                amount.place,
                f"this is a {value.dimension.value}, a {good[0].dimension.value} is needed",
                way_out_of_units(value.dimension, good[0].dimension),
            )
        else:
            good.append(value)
    return good if len(good) == len(read_) else None


def resolution_of(scope: Scope, by: syntax.Amount, dimension: Dimension | None) -> Quantity | None:
    """The quantity of `dimension` that is measured in steps of `by`; None if either is wrong."""
    value = read(by)
    if isinstance(value, Diagnostic):
        scope.report(value)
        return None
    if dimension is None:
        return None
    is_step_of_temperature = (
        dimension is Dimension.TEMPERATURE and value.dimension is Dimension.TEMPERATURE_DIFFERENCE
    )
    if value.dimension is not dimension and not is_step_of_temperature:
        scope.error(
            Code.UNIT_MISMATCH,
            by.place,
            f"this is a {value.dimension.value}, a {dimension.value} is needed",
            way_out_of_units(value.dimension, dimension),
        )
        return None
    if value.number <= 0:
        scope.error(
            Code.OUT_OF_RANGE,
            by.place,
            "a resolution is more than 0",
            "write the smallest difference that is told apart",
        )
        return None
    return Quantity(dimension, value.number)
