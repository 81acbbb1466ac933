"""What a chain says of a voltage holds whatever its parts do within their tolerances."""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.conversion import Bound, Chain, Conversion, Converter, Divider
from spec.machine import Span

TOLERANCES = st.fractions(min_value=0, max_value=Fraction(1, 10))
# How far within its tolerance a part is off.
OFF = st.fractions(min_value=-1, max_value=1, max_denominator=100)
SHARE = st.fractions(min_value=0, max_value=1, max_denominator=1000)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Chains that measure some volts, well or badly."""
    return Chain(
        Divider(draw(st.integers(0, 10**6)), draw(st.integers(1, 10**5)), draw(TOLERANCES)),
        Converter(
            draw(st.integers(4, 12)),
            Fraction(draw(st.integers(2000, 3600)), 1000),
            draw(TOLERANCES),
            draw(st.integers(0, 20)),
            draw(st.integers(1, 5)),
        ),
        Fraction(1, 1000),
    )


@given(chains(), st.tuples(OFF, OFF, OFF), SHARE, SHARE)
def test_no_error_of_a_part_leads_out_of_what_a_count_says(
    chain: Chain, off: tuple[Fraction, Fraction, Fraction], of_range: Fraction, of_error: Fraction
) -> None:
    upper, lower, reference = off
    divider, converter = chain.divider, chain.converter
    upper_ohm = divider.upper_ohm * (1 + upper * divider.tolerance)
    lower_ohm = divider.lower_ohm * (1 + lower * divider.tolerance)
    real_reference = converter.reference * (1 + reference * converter.tolerance)
    exact = of_range * converter.highest
    measured = exact * real_reference / (1 << converter.bits)
    voltage = measured * (upper_ohm + lower_ohm) / lower_ohm / chain.resolution
    least, most = ceil(exact - converter.error_counts), floor(exact + converter.error_counts)
    count = least + round(of_error * (most - least))
    assert chain.at_least(count) <= voltage <= chain.at_most(count)


@given(chains(), st.integers(0, 4095))
def test_the_nominal_voltage_lies_between_the_extremes(chain: Chain, count: int) -> None:
    assert chain.least <= chain.nominal <= chain.most
    assert chain.at_least(count) <= count * chain.nominal <= chain.at_most(count)
    assert chain.bound(count, Bound.DOWN) == chain.at_least(count)
    assert chain.bound(count, Bound.UP) == chain.at_most(count)


def test_parts_without_tolerance_leave_the_errors_of_the_converter() -> None:
    chain = Chain(
        Divider(9000, 1000, Fraction(0)),
        Converter(10, Fraction(1024, 1000), Fraction(0), 2, 1),
        Fraction(1, 1000),
    )
    assert chain.least == chain.nominal == chain.most == 10
    assert chain.at_least(100) == 970
    assert chain.at_most(100) == 1030
    assert chain.at_least(2) == 0


@pytest.mark.parametrize(
    ("count", "reading"), [(0, 8), (9, 8), (10, 8), (11, 9), (12, 11), (20, 23), (21, 24), (63, 24)]
)
def test_a_reading_is_a_product_a_sum_and_a_shift_between_two_clamps(
    count: int, reading: int
) -> None:
    conversion = Conversion(Bound.DOWN, 3, 16, 1, 10, 20, 8, 24, Span(5, 25))
    assert conversion.read(count) == reading
