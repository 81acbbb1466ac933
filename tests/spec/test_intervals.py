"""An interval holds every value that its expression takes."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.expression import (
    BOOLEAN,
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
)
from spec.intervals import UNBOUNDED, compare, interval
from spec.machine import Definition, Span
from spec.place import NOWHERE
from spec.units import Dimension

VOLTAGE = Quantity(Dimension.VOLTAGE, Fraction(1, 1000))
SPANS = {"a": Span(-3, 4), "b": Span(2, 9), "c": Span(5, 5), "flag": Span(0, 1)}
COMPARISONS = {
    Operator.LESS: lambda left, right: left < right,
    Operator.AT_MOST: lambda left, right: left <= right,
    Operator.GREATER: lambda left, right: left > right,
    Operator.AT_LEAST: lambda left, right: left >= right,
    Operator.EQUAL: lambda left, right: left == right,
    Operator.NOT_EQUAL: lambda left, right: left != right,
}


def quantity(name: str) -> Expression:
    return Reference(name, Kind.INPUT, VOLTAGE, NOWHERE)


FLAG = Reference("flag", Kind.INPUT, BOOLEAN, NOWHERE)


def operation(operator: Operator, left: Expression, right: Expression) -> Expression:
    type_ = BOOLEAN if operator in COMPARISONS else VOLTAGE
    return Operation(operator, (left, right), type_, NOWHERE)


def value_of(expression: Expression, values: Mapping[str, int]) -> int:
    match expression:
        case Literal(value=value):
            return value
        case Reference(name=name):
            return values[name]
        case Scaled(factor=factor, operand=operand):
            return factor * value_of(operand, values)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return value_of(then if value_of(condition, values) else otherwise, values)
        case Operation(operator=operator, operands=(first, second)):
            left, right = value_of(first, values), value_of(second, values)
            if operator is Operator.ADD:
                return left + right
            if operator is Operator.SUBTRACT:
                return left - right
            return int(COMPARISONS[operator](left, right))
        case _:
            raise AssertionError(expression)


def conditions(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    compared = st.builds(operation, st.sampled_from(sorted(COMPARISONS, key=str)), inner, inner)
    return st.one_of(st.just(FLAG), compared)


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(operation, st.sampled_from([Operator.ADD, Operator.SUBTRACT]), inner, inner),
        st.builds(
            lambda factor, operand: Scaled(factor, operand, VOLTAGE, NOWHERE),
            st.integers(-3, 3),
            inner,
        ),
        st.builds(
            lambda condition, then, otherwise: Choice(condition, then, otherwise, VOLTAGE, NOWHERE),
            conditions(inner),
            inner,
            inner,
        ),
    )


LEAVES = st.one_of(
    st.sampled_from("abc").map(quantity),
    st.integers(-5, 5).map(lambda value: Literal(value, VOLTAGE, NOWHERE)),
)
QUANTITIES = st.recursive(LEAVES, larger, max_leaves=8)
VALUES = st.fixed_dictionaries(
    {name: st.integers(span.lowest, span.highest) for name, span in SPANS.items()}
)


@given(st.one_of(QUANTITIES, conditions(QUANTITIES)), VALUES)
def test_a_value_lies_in_its_interval(expression: Expression, values: dict[str, int]) -> None:
    span = interval(expression, SPANS, {})
    assert span.lowest <= value_of(expression, values) <= span.highest


SMALL = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(lambda ends: Span(*sorted(ends)))


@given(st.sampled_from(sorted(COMPARISONS, key=str)), SMALL, SMALL)
def test_a_comparison_is_decided_exactly_when_all_values_agree(
    operator: Operator, left: Span, right: Span
) -> None:
    truths = {
        int(COMPARISONS[operator](one, other))
        for one in range(left.lowest, left.highest + 1)
        for other in range(right.lowest, right.highest + 1)
    }
    assert compare(operator, left, right) == Span(min(truths), max(truths))


def test_a_definition_has_the_values_of_its_expression() -> None:
    sum_ = operation(Operator.ADD, quantity("a"), quantity("b"))
    definitions = {"sum": Definition("sum", sum_, "", (), NOWHERE)}
    reference = Reference("sum", Kind.DEFINITION, VOLTAGE, NOWHERE)
    assert interval(reference, SPANS, definitions) == Span(-1, 13)


def test_definitions_that_use_one_another_twice_each_take_no_longer_for_it() -> None:
    definitions = {"d0": Definition("d0", quantity("a"), "", (), NOWHERE)}
    for k in range(1, 60):
        inner = Reference(f"d{k - 1}", Kind.DEFINITION, VOLTAGE, NOWHERE)
        choice = Choice(FLAG, inner, inner, VOLTAGE, NOWHERE)
        definitions[f"d{k}"] = Definition(f"d{k}", choice, "", (), NOWHERE)
    last = Reference("d59", Kind.DEFINITION, VOLTAGE, NOWHERE)
    assert interval(last, SPANS, definitions) == SPANS["a"]


@pytest.mark.parametrize(
    ("type_", "span"), [(BOOLEAN, Span(0, 1)), (Enumeration(("low", "middle", "high")), Span(0, 2))]
)
def test_what_is_no_quantity_has_all_values_of_its_type(type_: Enumeration, span: Span) -> None:
    assert interval(Reference("x", Kind.INPUT, type_, NOWHERE), {}, {}) == span


def test_measured_time_is_never_negative_but_true_time_may_be() -> None:
    time = Quantity(Dimension.TIME, Fraction(1, 1000))
    spans = [interval(Lasting(clock, FLAG, time, NOWHERE), SPANS, {}) for clock in Clock]
    assert spans == [Span(0, UNBOUNDED), Span(-UNBOUNDED, UNBOUNDED)]
