"""The figures of a bank: fuse, voltages at the outputs, and how long it lasts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from spec.bank.assessment import assess
from spec.bank.batteries import BATTERIES
from spec.bank.fuse import RATINGS_UA
from spec.bank.outputs import ON_UA, SUPPLY_HIGHEST_MV, SUPPLY_LOWEST_MV, Output
from spec.bank.receivers import RECEIVERS, Role
from spec.expression import Quantity
from spec.language.reader import read, shipped
from tests.spec.bank.samples import CHARGE, LOAD, WARN, attached, bank, strings


@pytest.mark.parametrize(
    ("load_ua", "alarm_ua", "rating_ua"),
    [
        (1, 1, 315_000),
        (200_000, 52_000, 315_000),
        (200_000, 52_001, 400_000),
        (320_000, 80_000, 500_000),
        (320_001, 80_000, 630_000),
        (1_000_000, 600_000, 2_000_000),
        (1_000_000, 600_001, 2_500_000),
        # The limits of both outputs are what the datasheet's largest fuse is for.
        (1_000_000, 1_000_000, 2_500_000),
        (1_000_001, 1, None),
        (1, 1_000_001, None),
    ],
)
def test_the_fuse_is_the_smallest_that_has_a_quarter_to_spare(
    load_ua: int, alarm_ua: int, rating_ua: int | None
) -> None:
    on = (attached(LOAD, "contactor", load_ua), attached(WARN, "alarm-lamp", alarm_ua))
    fuse = assess(bank(on=on)).fuse
    assert fuse.carried_ua == load_ua + alarm_ua
    assert fuse.rating_ua == rating_ua


@pytest.mark.parametrize(
    ("load_ua", "needed_ua"), [(1, 300_000), (240_000, 300_000), (240_001, 300_002)]
)
def test_what_a_fuse_needs_is_rounded_up(load_ua: int, needed_ua: int) -> None:
    assert assess(bank(on=(attached(LOAD, "contactor", load_ua),))).fuse.needed_ua == needed_ua


def test_the_fuse_carries_all_that_flows_through_it() -> None:
    for carried_ua in range(0, 2_000_001, 2_500):
        on = (
            attached(LOAD, "contactor", min(carried_ua, 1_000_000)),
            attached(CHARGE, "other-charger", 10_000),
            attached(WARN, "alarm-lamp", max(carried_ua - 1_000_000, 0)),
        )
        fuse = assess(bank(on=on)).fuse
        assert fuse.rating_ua is not None
        assert fuse.rating_ua * 4 >= carried_ua * 5
        assert 300_000 <= fuse.rating_ua <= 2_500_000
        assert fuse.rating_ua > carried_ua + 10_000 + ON_UA
        smaller = [each for each in RATINGS_UA if each < fuse.rating_ua]
        assert all(each * 4 < carried_ua * 5 for each in smaller)


def test_a_fuse_of_a_charge_disconnect_that_is_overloaded_is_none_either() -> None:
    assert assess(bank(on=(attached(CHARGE, "other-charger", 10_001),))).fuse.rating_ua is None


def test_the_fuse_must_interrupt_the_charge_voltage() -> None:
    assert assess(bank(12, strings("12.8/50"))).fuse.voltage_mv == 14_400
    assert assess(bank(48, strings("12.8/50", 4))).fuse.voltage_mv == 57_600


@pytest.mark.parametrize("name", list(BATTERIES))
def test_voltages_at_the_outputs_are_those_of_the_supply_less_the_drop(name: str) -> None:
    twelfths = 2 if name.startswith("25.6") else 1
    made = assess(bank(12 * twelfths, strings(name)))
    for each, drop_mv in zip(made.supplied, (100, 600, 100), strict=True):
        assert each.empty_mv == 11_200 * twelfths - drop_mv
        assert each.nominal_mv == 12_800 * twelfths - drop_mv
        assert each.charging_mv == 14_400 * twelfths - drop_mv


@pytest.mark.parametrize(("capacity", "days"), [("50", 17), ("100", 34), ("200", 69)])
def test_what_is_left_at_a_low_cell_lasts_as_long_as_the_maker_reckons(
    capacity: str, days: int
) -> None:
    made = assess(bank(12, strings(f"12.8/{capacity}"), on=()))
    left = made.standby[2]
    assert left.charge_mah == int(capacity) * 10
    assert int(left.alone_days) == int(left.days) == days


def test_standby_is_exact() -> None:
    on = (
        attached(LOAD, "contactor", 600_000),
        attached(CHARGE, "ip43", 4_000),
        attached(WARN, "alarm-lamp", 1_000_000),
    )
    off, running, left = assess(bank(24, strings("25.6/200", 1, 3), on=on)).standby
    assert off.days == off.alone_days == Fraction(600_000_000, 1_200 * 24)
    assert running.alone_days == Fraction(600_000_000, 2_200 * 24)
    assert running.days == Fraction(600_000_000, 606_200 * 24)
    assert left.alone_days == Fraction(6_000_000, 1_200 * 24)
    # The charge disconnect alone is still high then.
    assert left.days == Fraction(6_000_000, 5_200 * 24)


def test_the_machine_and_the_bank_are_of_the_same_smallbms() -> None:
    machine, _ = read(shipped())
    supply = next(each for each in machine.inputs if each.name == "supply")
    assert isinstance(supply.type, Quantity)
    assert supply.type.show(SUPPLY_LOWEST_MV) == "8 V"
    assert (supply.span.lowest, supply.span.highest) == (SUPPLY_LOWEST_MV, SUPPLY_HIGHEST_MV)
    driven = [each.name.removesuffix("_output") for each in machine.outputs]
    assert [each.value for each in Output] == driven[: len(Output)]


def test_currents_are_known_where_a_source_bounds_them_and_nowhere_else() -> None:
    unknown = {
        each.name
        for each in RECEIVERS.values()
        if each.bound is None and each.role is not Role.VE_BUS
    }
    assert unknown == {
        "contactor", "other-load", "other-charger", "alarm-lamp", "alarm-buzzer", "alarm-relay",
    }  # fmt: skip
    assert all(
        each.bound.source.grade == "F" for each in RECEIVERS.values() if each.bound is not None
    )
