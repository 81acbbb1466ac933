"""Units are exact, and a value is shown as a reader writes it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.units import UNITS, Dimension, common_resolution, decimal, shown, unit_of, units_of

RESOLUTIONS = st.fractions(min_value=Fraction(1, 10**9), max_value=10**6)


@pytest.mark.parametrize(
    ("symbol", "dimension", "scale"),
    [
        ("V", Dimension.VOLTAGE, Fraction(1)),
        ("mV", Dimension.VOLTAGE, Fraction(1, 1000)),
        ("µV", Dimension.VOLTAGE, Fraction(1, 10**6)),
        ("uV", Dimension.VOLTAGE, Fraction(1, 10**6)),
        ("kΩ", Dimension.RESISTANCE, Fraction(1000)),
        ("kohm", Dimension.RESISTANCE, Fraction(1000)),
        ("mAh", Dimension.CHARGE, Fraction(1, 1000)),
        ("min", Dimension.TIME, Fraction(60)),
        ("h", Dimension.TIME, Fraction(3600)),
        ("K", Dimension.TEMPERATURE_DIFFERENCE, Fraction(1)),
        ("°C", Dimension.TEMPERATURE, Fraction(1)),
        ("%", Dimension.RATIO, Fraction(1, 100)),
        ("ppm", Dimension.RATIO, Fraction(1, 10**6)),
    ],
)
def test_a_unit_has_one_dimension_and_an_exact_size(
    symbol: str, dimension: Dimension, scale: Fraction
) -> None:
    unit = unit_of(symbol)
    assert unit is not None
    assert (unit.dimension, unit.scale) == (dimension, scale)


@pytest.mark.parametrize(
    ("sign", "symbol"), [("k\N{OHM SIGN}", "kΩ"), ("\N{GREEK SMALL LETTER MU}s", "µs"), ("℃", "°C")]
)
def test_a_sign_that_looks_the_same_is_the_same(sign: str, symbol: str) -> None:
    assert unit_of(sign) is UNITS[symbol]


@pytest.mark.parametrize("symbol", ["", "v", "mv", "ks", "m", "C", "F", "sec", "kelvin"])
def test_what_is_no_unit_is_none(symbol: str) -> None:
    assert unit_of(symbol) is None


def test_every_dimension_but_numbers_has_usual_units_of_its_own() -> None:
    for dimension in Dimension:
        symbols = units_of(dimension)
        assert {UNITS[symbol].dimension for symbol in symbols} <= {dimension}
        assert bool(symbols) == (dimension is not Dimension.COUNT)


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (Fraction(0), "0"),
        (Fraction(-1), "-1"),
        (Fraction(61, 2), "30.5"),
        (Fraction(-1, 20), "-0.05"),
        (Fraction(10**12 + 1, 10**12), "1.000000000001"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(-2, 3), "-0.666667"),
    ],
)
def test_decimal_digits(value: Fraction, digits: str) -> None:
    assert decimal(value) == digits


@given(st.integers(-(10**20), 10**20), st.integers(0, 20))
def test_decimal_digits_that_end_are_exact(number: int, places: int) -> None:
    value = Fraction(number, 10**places)
    assert Fraction(decimal(value)) == value


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (Fraction(61, 2), Dimension.TIME, "30.5 s"),
        (Fraction(1, 20), Dimension.TIME, "50 ms"),
        (Fraction(0), Dimension.TIME, "0 s"),
        (Fraction(-7, 2), Dimension.VOLTAGE, "-3.5 V"),
        (Fraction(1, 10**7), Dimension.VOLTAGE, "0.1 µV"),
        (Fraction(-20), Dimension.TEMPERATURE, "-20 °C"),
        (Fraction(1, 2), Dimension.TEMPERATURE_DIFFERENCE, "0.5 K"),
        (Fraction(1, 100), Dimension.RATIO, "1 %"),
        (Fraction(3), Dimension.COUNT, "3"),
        (Fraction(4700), Dimension.RESISTANCE, "4.7 kΩ"),
    ],
)
def test_a_value_is_shown_as_a_reader_writes_it(
    value: Fraction, dimension: Dimension, text: str
) -> None:
    assert shown(value, dimension) == text


@given(RESOLUTIONS, RESOLUTIONS)
def test_both_resolutions_are_multiples_of_the_one_they_share(
    first: Fraction, second: Fraction
) -> None:
    shared = common_resolution(first, second)
    one, other = first / shared, second / shared
    assert one.denominator == other.denominator == 1
    # None is coarser: the two multiples have nothing more in common.
    assert common_resolution(one, other) == 1


def test_times_are_not_measured_in_kiloseconds() -> None:
    assert {"ks", "Ms"} & set(UNITS) == set()
