"""Every model, in every arrangement, for every system: against a table that was written by hand."""

from __future__ import annotations

import pytest

from spec.bank.assessment import assess
from spec.bank.batteries import BATTERIES
from spec.bank.rules import Kind
from tests.spec.bank.samples import bank, found, strings

# Tenths of a volt and system: how many in series, and what is warned of.
DOCUMENTED = {
    (128, 12): (1, set()),
    (256, 24): (1, set()),
    (128, 24): (2, {"fewest-in-series"}),
    (256, 48): (2, set()),
    (128, 48): (4, {"fewest-in-series", "balancing-time"}),
}
MOST_IN_SERIES = {128: 4, 256: 2}
SIZES = {128: [50, 60, 100, 160, 180, 200, 300, 330], 256: [100, 200]}


def test_the_catalogue_is_that_of_the_product() -> None:
    named = [f"{volts // 10}.{volts % 10}/{ah}" for volts, all_ah in SIZES.items() for ah in all_ah]
    assert list(BATTERIES) == named


@pytest.mark.parametrize("system_v", [12, 24, 36, 48])
@pytest.mark.parametrize("model", list(BATTERIES))
def test_all_of_them(model: str, system_v: int) -> None:
    volts, ah = int(model[:4].replace(".", "")), int(model[5:])
    series_needed, warned = DOCUMENTED.get((volts, system_v), (0, set()))
    for series in range(1, 7):
        for parallel in range(1, 23):
            made = assess(bank(system_v, strings(model, series, parallel)))
            errors = {each.rule.id for each in made.of(Kind.ERROR)}
            expected = set()
            if series * parallel > 20:
                expected.add("batteries")
            if series > MOST_IN_SERIES[volts]:
                expected.add("series")
            if series != series_needed:
                expected.add("system-voltage")
            # At 3.6 V for each of 4 cells in 12.8 V.
            if series * volts * 9 > 700 * 8:
                expected.add("supply")
            assert errors == expected, (series, parallel)
            assert made.is_allowed is not bool(expected)
            if made.is_allowed:
                assert {each.rule.id for each in made.of(Kind.WARNING)} == warned
            assert made.bank.count == series * parallel
            assert made.bank.capacity_ah == ah * parallel
            assert made.bank.energy_mwh == volts * 100 * ah * series * parallel
            assert made.bank.nominal_mv == volts * 100 * series


@pytest.mark.parametrize(
    ("system_v", "of"),
    [
        (12, strings("12.8/330", 1, 20)),
        (24, strings("12.8/330", 2, 10)),
        (48, strings("12.8/330", 4, 5)),
    ],
)
def test_the_84_kwh_of_the_datasheet(system_v: int, of: object) -> None:
    made = assess(bank(system_v, of))  # type: ignore[arg-type]
    assert made.is_allowed
    assert made.bank.energy_mwh == 84_480_000


@pytest.mark.parametrize(("system_v", "series"), [(24, 1), (48, 2)])
def test_the_102_kwh_of_the_datasheet(system_v: int, series: int) -> None:
    made = assess(bank(system_v, strings("25.6/200", series, 20 // series)))
    assert made.is_allowed
    assert made.bank.energy_mwh == 102_400_000


def test_no_bank_that_is_allowed_holds_more() -> None:
    most = {
        system_v: max(
            made.bank.energy_mwh
            for model in BATTERIES
            for series in (1, 2, 4)
            if (made := assess(bank(system_v, strings(model, series, 20 // series)))).is_allowed
        )
        for system_v in (12, 24, 48)
    }
    assert most == {12: 84_480_000, 24: 102_400_000, 48: 102_400_000}


def test_strings_in_parallel_must_be_alike() -> None:
    one = strings("12.8/100", 2, 2)
    assert "alike" not in found(bank(24, one, strings("12.8/100", 2, 1)), Kind.ERROR)
    assert "alike" in found(bank(24, one, strings("12.8/200", 2, 1)), Kind.ERROR)
    assert "alike" in found(bank(24, one, strings("25.6/100", 1, 1)), Kind.ERROR)
    assert "alike" in found(bank(24, one, strings("12.8/100", 1, 1)), Kind.ERROR)


def test_the_batteries_of_all_strings_count() -> None:
    made = bank(12, strings("12.8/100", 1, 12), strings("12.8/100", 1, 8))
    assert found(made, Kind.ERROR) == set()
    assert (made.count, made.capacity_ah, made.energy_mwh) == (20, 2000, 25_600_000)
    made = bank(12, strings("12.8/100", 1, 12), strings("12.8/100", 1, 9))
    assert found(made, Kind.ERROR) == {"batteries"}


def test_the_same_fault_of_two_strings_is_said_once() -> None:
    made = assess(bank(12, strings("25.6/100"), strings("25.6/100")))
    assert [each.rule.id for each in made.of(Kind.ERROR)] == ["system-voltage"]
