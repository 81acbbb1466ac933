"""A conversion that is wrong anywhere is refuted, with a count that shows it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from spec.conversion import Bound, Chain, Conversion, Converter, Divider
from spec.expression import Quantity
from spec.machine import Input, Span
from spec.place import NOWHERE
from spec.units import Dimension
from verify.conversion import Checked, Claim, Measured, check_conversion
from verify.verdict import Verdict

CHAIN = Chain(
    Divider(232_000, 10_200, Fraction(2, 1000)),
    Converter(12, Fraction(3), Fraction(6, 1000), 8, 3),
    Fraction(1, 1000),
)
UP = Conversion(Bound.UP, 143_876, 1_590_824, 13, 0, 3974, 0, 70_000, Span(0, 4075))
DOWN = Conversion(Bound.DOWN, 141_074, 0, 13, 11, 4075, 0, 70_000, Span(0, 4075))


def measured(conversion: Conversion, chain: Chain = CHAIN, lowest: int = 0) -> Measured:
    voltage = Quantity(Dimension.VOLTAGE, Fraction(1, 1000))
    declared = Input("terminal", voltage, Span(lowest, 70_000), "", (), NOWHERE)
    return Measured(declared, chain, conversion)


def refuted(of: Measured) -> dict[Claim, Checked]:
    found = {each.claim: each for each in check_conversion(of)}
    assert list(found) == list(Claim)
    return {claim: each for claim, each in found.items() if each.verdict is not Verdict.PROVED}


@pytest.mark.parametrize("conversion", [UP, DOWN])
def test_a_right_conversion_is_proved(conversion: Conversion) -> None:
    assert refuted(measured(conversion)) == {}


@pytest.mark.parametrize(
    ("wrong", "claims"),
    [
        # A multiplier off by one, to either side: rounding is to the safe side only.
        (replace(UP, multiplier=UP.multiplier - 8), {Claim.SAFE}),
        (replace(DOWN, multiplier=DOWN.multiplier + 8), {Claim.SAFE}),
        (replace(UP, multiplier=UP.multiplier + 40, last=3900), {Claim.NEAR}),
        (replace(DOWN, multiplier=DOWN.multiplier - 40), {Claim.NEAR}),
        # Rounded as the other side wants it, and the nominal value.
        (replace(UP, offset=UP.offset - 2**13 + 1), {Claim.SAFE}),
        (replace(DOWN, offset=2**13 - 1), {Claim.SAFE}),
        (replace(UP, multiplier=142_470), {Claim.SAFE, Claim.NEAR}),
        (replace(UP, side=Bound.DOWN), {Claim.SAFE, Claim.NEAR}),
        (replace(DOWN, side=Bound.UP), {Claim.SAFE, Claim.NEAR}),
        # The errors of the converter forgotten.
        (replace(DOWN, first=0, last=4064), {Claim.SAFE, Claim.NEAR}),
        (replace(UP, offset=2**13 - 1), {Claim.SAFE, Claim.NEAR}),
        # Clamped too late, and too early.
        (replace(UP, last=3975), {Claim.IN_RANGE, Claim.MONOTONE}),
        (replace(UP, last=3900), {Claim.NEAR}),
        (replace(DOWN, last=4000), {Claim.SAFE, Claim.NEAR}),
        (replace(DOWN, first=10), {Claim.SAFE}),
        (replace(DOWN, first=20), {Claim.NEAR}),
        (replace(UP, highest=69_000), {Claim.SAFE, Claim.NEAR, Claim.MONOTONE}),
        (replace(UP, highest=70_001), {Claim.IN_RANGE}),
        # Too large for 30 bits, for 32, and for a shift.
        (replace(UP, multiplier=UP.multiplier * 2, offset=UP.offset * 2 + 1, shift=14),
         {Claim.NO_OVERFLOW}),
        (replace(UP, multiplier=UP.multiplier * 8, offset=UP.offset * 8 + 7, shift=16),
         {Claim.NO_OVERFLOW}),
        (replace(UP, multiplier=0, offset=0, shift=32),
         {Claim.NO_OVERFLOW, Claim.SAFE, Claim.NEAR}),
        (replace(DOWN, offset=-1), {Claim.NO_OVERFLOW, Claim.IN_RANGE, Claim.MONOTONE}),
        # Counts that no voltage gives taken for plausible, and some that one gives for not.
        (replace(UP, plausible=Span(0, 4076)), {Claim.PLAUSIBLE}),
        (replace(UP, plausible=Span(0, 4095)), {Claim.PLAUSIBLE}),
        (replace(UP, plausible=Span(0, 4074)), {Claim.PLAUSIBLE}),
        (replace(UP, plausible=Span(1, 4075)), {Claim.PLAUSIBLE}),
    ],
)  # fmt: skip
def test_a_wrong_conversion_is_refuted(wrong: Conversion, claims: set[Claim]) -> None:
    found = refuted(measured(wrong))
    assert found.keys() >= claims
    for each in found.values():
        assert each.count is not None
        assert each.reason


SMALLER = replace(CHAIN, divider=replace(CHAIN.divider, upper_ohm=231_000))
LOOSER = replace(CHAIN, divider=replace(CHAIN.divider, tolerance=Fraction(1, 100)))
WORSE = replace(CHAIN, converter=replace(CHAIN.converter, tolerance=Fraction(1, 100)))
NOISIER = replace(CHAIN, converter=replace(CHAIN.converter, own_counts=4))
LESS_LINEAR = replace(CHAIN, converter=replace(CHAIN.converter, common_counts=9))


@pytest.mark.parametrize("chain", [LOOSER, WORSE, NOISIER, LESS_LINEAR])
@pytest.mark.parametrize("conversion", [UP, DOWN])
def test_a_conversion_for_better_parts_is_refuted(chain: Chain, conversion: Conversion) -> None:
    assert Claim.SAFE in refuted(measured(conversion, chain))


def test_a_conversion_for_another_divider_is_refuted() -> None:
    # What reads too high for this divider is on the safe side of it, and too far away.
    assert Claim.NEAR in refuted(measured(UP, SMALLER))
    assert Claim.SAFE in refuted(measured(DOWN, SMALLER))


def test_a_converter_that_ends_within_the_range_is_refuted() -> None:
    smaller = replace(CHAIN, divider=replace(CHAIN.divider, upper_ohm=220_000))
    found = refuted(measured(replace(UP, plausible=Span(0, 4095)), smaller))
    assert found[Claim.PLAUSIBLE].count == 4095


def test_the_range_is_the_one_that_the_machine_declares() -> None:
    supply = replace(UP, offset=65_615_497, first=445, lowest=8000, plausible=Span(445, 4075))
    assert refuted(measured(supply, lowest=8000)) == {}
    assert Claim.IN_RANGE in refuted(measured(UP, lowest=8000))
    assert Claim.NEAR in refuted(measured(supply))


def test_the_resolution_is_the_one_that_the_machine_declares() -> None:
    coarse = replace(CHAIN, resolution=Fraction(1, 100))
    assert refuted(measured(UP, coarse)) == {}


def test_what_a_chain_says_of_itself_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: dict[str, Callable[[Chain], Fraction]] = {
        "least": lambda chain: chain.nominal,
        "most": lambda chain: chain.nominal,
    }
    for name, value in wrong.items():
        monkeypatch.setattr(Chain, name, property(value))
    nominal = replace(DOWN, multiplier=142_470, plausible=Span(0, 4036), last=4036)
    assert refuted(measured(nominal)).keys() >= {Claim.SAFE, Claim.PLAUSIBLE}
