"""What comparisons of readings say holds at the terminals, whatever the parts do."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.conversion import Bound, Chain, Conversion, Converter, Divider
from spec.language.reader import read, read_text, shipped
from spec.machine import Machine, Span
from verify.conversion import Measured
from verify.thresholds import Band, Sure, Use, check_tied, uses
from verify.verdict import Verdict

SMALLBMS = read(shipped())[0]
CHAIN = Chain(
    Divider(232_000, 10_200, Fraction(2, 1000)),
    Converter(12, Fraction(3), Fraction(6, 1000), 8, 3),
    Fraction(1, 1000),
)
UP = Conversion(Bound.UP, 143_876, 1_590_824, 13, 0, 3974, 0, 70_000, Span(0, 4075))
DOWN = Conversion(Bound.DOWN, 141_074, 0, 13, 11, 4075, 0, 70_000, Span(0, 4075))
SUPPLY = replace(UP, offset=65_615_497, first=445, lowest=8000, plausible=Span(445, 4075))
CONVERSIONS = {"remote_l": UP, "remote_h": DOWN, "supply": SUPPLY}


def measured(
    machine: Machine = SMALLBMS, chain: Chain = CHAIN, **conversions: Conversion
) -> tuple[Measured, ...]:
    """The inputs of `machine` that have a conversion, all with the same parts."""
    return tuple(
        Measured(each, chain, (CONVERSIONS | conversions)[each.name])
        for each in machine.inputs
        if each.name in CONVERSIONS | conversions
    )


MEASURED = measured()
BELOW, ABOVE, AGAINST = uses(SMALLBMS, MEASURED)


def test_every_comparison_of_a_voltage_is_found_where_it_is_written() -> None:
    found = [(each.text, each.inputs) for each in (BELOW, ABOVE, AGAINST)]
    assert found == [
        ("remote_l < l_on", ("remote_l",)),
        ("remote_h > h_on", ("remote_h",)),
        ("remote_h <= supply + h_over", ("remote_h", "supply")),
    ]
    line = SMALLBMS.definition("remote_closed").place.line
    assert {each.line for each in (BELOW, ABOVE, AGAINST)} == {line}


def test_the_remote_is_never_said_to_be_on_too_early() -> None:
    assert (BELOW.sure, ABOVE.sure) == (Sure.YES, Sure.YES)
    # Never said that H is above the supply while it is not.
    assert AGAINST.sure is Sure.NO


def test_the_figures_of_the_smallbms() -> None:
    assert _rounded(BELOW) == (Span(0, 188), 3065, 3495)
    assert _rounded(ABOVE) == (Span(180, 4075), 2910, 3337)
    assert AGAINST.band is None
    assert [each.error and round(each.error) for each in (BELOW, ABOVE, AGAINST)] == [
        435,
        437,
        3485,
    ]


def _rounded(use: Use) -> tuple[Span, int, int] | None:
    band = use.band
    return None if band is None else (band.yes, round(band.lowest), round(band.highest))


def test_l_and_h_connected_are_on_at_every_voltage() -> None:
    (tied,) = check_tied(SMALLBMS, MEASURED)
    assert (tied.below, tied.above, tied.verdict) == (BELOW, ABOVE, Verdict.PROVED)
    assert round(tied.margin * 1000) == 44


# --- Parts within their tolerances, by chance and at their worst ---

OFF = st.sampled_from([-1, 1]) | st.integers(-100, 100).map(lambda each: Fraction(each, 100))
DIVIDERS = st.tuples(OFF, OFF, OFF)
Off = Fraction | int


def count_of(
    voltage: Fraction, divider: tuple[Off, Off], reference: Off, common: Off, own: Off
) -> int:
    """What the converter says of `voltage` [mV], with each part off by that share."""
    upper, lower = (1 + each * CHAIN.divider.tolerance for each in divider)
    ratio = 1 + CHAIN.divider.upper_ohm * upper / (CHAIN.divider.lower_ohm * lower)
    converter = CHAIN.converter
    one = converter.reference * (1 + reference * converter.tolerance) / (1 << converter.bits)
    exact = voltage / 1000 / ratio / one + common * converter.common_counts
    # The nearest count in the direction of its error that is not beyond it.
    off = own * converter.own_counts
    count = floor(exact + off) if off >= 0 else ceil(exact + off)
    return min(max(count, 0), converter.highest)


@given(
    st.integers(0, 70_000) | st.integers(2700, 3700),
    st.integers(0, 70_000) | st.integers(2700, 3700),
    st.integers(8000, 70_000),
    st.lists(st.tuples(OFF, OFF, OFF), min_size=3, max_size=3),
    st.tuples(OFF, OFF),
)
def test_a_sure_answer_is_true_at_the_terminals(
    l_mv: int,
    h_mv: int,
    supply_mv: int,
    parts: list[tuple[Off, Off, Off]],
    shared: tuple[Off, Off],
) -> None:
    voltages = (Fraction(l_mv), Fraction(h_mv), Fraction(supply_mv))
    counts = [
        count_of(voltage, (upper, lower), *shared, own)
        for voltage, (upper, lower, own) in zip(voltages, parts, strict=True)
    ]
    readings = [each.conversion.read(count) for each, count in zip(MEASURED, counts, strict=True)]
    for each, count in zip(MEASURED, counts, strict=True):
        plausible = each.conversion.plausible
        assert plausible.lowest <= count <= plausible.highest
    if readings[0] < 3500:
        assert l_mv < 3500
    if readings[1] > 2900:
        assert h_mv > 2900
    if not readings[1] <= readings[2] + 500:
        assert h_mv > supply_mv + 500
    # And beyond the bands the other answer is given.
    for use, voltage, yes in (
        (BELOW, voltages[0], readings[0] < 3500),
        (ABOVE, voltages[1], readings[1] > 2900),
    ):
        assert use.band is not None
        if not use.band.lowest <= voltage <= use.band.highest:
            assert yes is ((voltage < use.band.lowest) is (use is BELOW))
    assert AGAINST.error is not None
    if h_mv > supply_mv + 500 + AGAINST.error:
        assert not readings[1] <= readings[2] + 500


@given(
    st.fractions(min_value=2800, max_value=3600, max_denominator=50),
    st.tuples(OFF, OFF, OFF),
    st.tuples(OFF, OFF, OFF),
    st.tuples(OFF, OFF),
)
def test_no_parts_leave_connected_terminals_off(
    voltage: Fraction,
    of_l: tuple[Off, Off, Off],
    of_h: tuple[Off, Off, Off],
    shared: tuple[Off, Off],
) -> None:
    l_count = count_of(voltage, of_l[:2], *shared, of_l[2])
    h_count = count_of(voltage, of_h[:2], *shared, of_h[2])
    assert UP.read(l_count) < 3500 or DOWN.read(h_count) > 2900


# --- What is not so ---


@pytest.mark.parametrize(
    ("conversions", "sure"),
    [
        ({"remote_l": replace(DOWN, side=Bound.DOWN)}, (Sure.NO, Sure.YES, Sure.NO)),
        ({"remote_h": UP}, (Sure.YES, Sure.NO, Sure.NEITHER)),
        ({"supply": replace(SUPPLY, side=Bound.DOWN)}, (Sure.YES, Sure.YES, Sure.NEITHER)),
        ({"remote_h": UP, "supply": replace(SUPPLY, side=Bound.DOWN)},
         (Sure.YES, Sure.NO, Sure.YES)),
    ],
)  # fmt: skip
def test_read_to_the_other_side_another_answer_is_sure(
    conversions: dict[str, Conversion], sure: Sequence[Sure]
) -> None:
    found = uses(SMALLBMS, measured(SMALLBMS, CHAIN, **conversions))
    assert [each.sure for each in found] == list(sure)
    assert all((each.error is None) is (each.sure is Sure.NEITHER) for each in found)


def later(conversion: Conversion, counts: int) -> Conversion:
    """`conversion` with so many counts of error more, where the remote's thresholds are."""
    more = counts * conversion.multiplier
    if conversion.side is Bound.UP:
        return replace(conversion, offset=conversion.offset + more, last=conversion.last - counts)
    return replace(conversion, first=conversion.first + counts)


@pytest.mark.parametrize(("more", "verdict"), [(0, Verdict.PROVED), (3, Verdict.VIOLATED)])
def test_thresholds_too_far_apart_leave_a_gap(more: int, verdict: Verdict) -> None:
    chain = replace(CHAIN, converter=replace(CHAIN.converter, common_counts=8 + more))
    wide = [later(each, more) for each in (UP, DOWN, SUPPLY)]
    inputs = dict(zip(CONVERSIONS, wide, strict=True))
    (tied,) = check_tied(SMALLBMS, measured(SMALLBMS, chain, **inputs))
    assert tied.verdict is verdict
    assert (tied.margin > 0) is (verdict is Verdict.PROVED)


def test_a_gap_that_is_told_can_be_met() -> None:
    # Each input noisier by two counts, and the conversions unaware of it.
    noisy = replace(CHAIN.converter, own_counts=5)
    (tied,) = check_tied(SMALLBMS, measured(SMALLBMS, replace(CHAIN, converter=noisy)))
    assert tied.verdict is Verdict.VIOLATED
    assert any(UP.read(n) >= 3500 and DOWN.read(m) <= 2900 for n, m in _at_worst(noisy))


def _at_worst(converter: Converter) -> Iterator[tuple[int, int]]:
    """The counts of both terminals at one voltage, L as high and H as low as they can be."""
    ratios = CHAIN.divider.least, CHAIN.divider.most
    for tenth, common in product(range(29_000, 35_000), (-1, 0, 1)):
        exact = [
            Fraction(tenth, 10_000) / ratio * (1 << converter.bits) / converter.reference
            + common * converter.common_counts
            for ratio in ratios
        ]
        yield floor(exact[0] + converter.own_counts), ceil(exact[1] - converter.own_counts)


def test_terminals_at_two_converters_are_not_compared() -> None:
    of_l, of_h, supply = MEASURED
    other = replace(CHAIN, converter=replace(CHAIN.converter, reference=Fraction(33, 10)))
    assert check_tied(SMALLBMS, (of_l, replace(of_h, chain=other), supply)) == ()
    assert check_tied(SMALLBMS, (of_l, supply)) == ()


COMPARED = """machine compared "ways to compare voltages"

time
    step             1 ms .. 500 ms by 1 ms    source F
    clock tolerance  1 %                       source F
    output latency   0 ms .. 50 ms             source F

inputs
    remote_l : 0 V .. 70 V by 1 mV    "one"          source F
    remote_h : 0 V .. 70 V by 1 mV    "the other"    source F
    chosen   : bool                   "which"        source F

parameters
    limit : 5 V    "some voltage"    source F

define
    middle = remote_l when chosen else limit    for R1
    {condition}

region lamp  "is it lit?"
    mode off    initial, safe
    mode on

    any -> off    when not met    for R1
    any -> on     otherwise       for R1

outputs
    light : bool = lamp is on and middle < 60 V    for R1

requirement R1  "It is lit when the condition is met."
    source F
    always light implies met
"""


@pytest.mark.parametrize(
    ("condition", "sure", "band"),
    [
        ("remote_l <= limit", Sure.YES, Span(0, 273)),
        ("limit > remote_l", Sure.YES, Span(0, 273)),
        ("remote_l >= limit", Sure.NO, Span(274, 4075)),
        ("remote_l + 1 V < limit + 2 V", Sure.YES, Span(0, 330)),
        ("2 * remote_l < limit", Sure.YES, Span(0, 131)),
        ("10 V - remote_h < limit", Sure.YES, Span(302, 4075)),
        ("remote_l < 70.5 V", Sure.YES, None),
        ("remote_l == limit", Sure.NEITHER, None),
        ("remote_l != limit", Sure.NEITHER, None),
        ("remote_l < remote_h", Sure.YES, None),
        ("remote_l + remote_h < limit", Sure.NEITHER, None),
        ("middle < limit", Sure.NEITHER, None),
    ],
)
def test_any_comparison_is_understood_or_called_unsure(
    condition: str, sure: Sure, band: Span | None
) -> None:
    text = COMPARED.replace("{condition}", f"met = {condition}    for R1")
    machine = read_text(text, "compared.machine")[0]
    found = next(each for each in uses(machine, measured(machine)) if each.text == condition)
    assert found.sure is sure
    assert (found.band and found.band.yes) == band
    assert isinstance(found.band, Band) is (band is not None)
