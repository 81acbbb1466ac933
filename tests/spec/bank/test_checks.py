"""Every rule about outputs and receivers, by an example just inside and one just outside."""

from __future__ import annotations

import pytest

from spec.bank.assessment import assess
from spec.bank.bank import Attached
from spec.bank.outputs import Output
from spec.bank.receivers import RECEIVERS, Role
from spec.bank.rules import Finding, Kind
from tests.spec.bank.samples import CHARGE, LOAD, SWITCHED, WARN, attached, bank, found, strings


def only(*on: Attached) -> tuple[Finding, ...]:
    """All findings of a bank that has nothing but `on` on its outputs."""
    return assess(bank(on=on)).findings


def message(findings: tuple[Finding, ...], rule: str) -> str:
    return next(each.message for each in findings if each.rule.id == rule)


def test_of_a_bank_in_order_nothing_is_said_but_its_wiring() -> None:
    assert found(bank()) == set()
    assert assess(bank()).is_allowed


@pytest.mark.parametrize(
    ("output", "name", "highest_ua"),
    [
        (LOAD, "other-load", 1_000_000),
        (CHARGE, "other-charger", 10_000),
        (WARN, "alarm-lamp", 1_000_000),
    ],
)
def test_an_output_gives_what_it_may_and_no_more(
    output: Output, name: str, highest_ua: int
) -> None:
    rest = tuple(each for each in SWITCHED if each.output is not output)
    for inside in (attached(output, name, highest_ua), attached(output, name, 5_000, count=2)):
        assert found(bank(on=(*rest, inside)), Kind.ERROR) == set()
    for outside in (
        attached(output, name, highest_ua + 1),
        attached(output, name, highest_ua // 2 + 1, count=2),
    ):
        assert found(bank(on=(*rest, outside)), Kind.ERROR) == {"output-current"}
    two = (attached(output, name, highest_ua), attached(output, name, 1))
    assert found(bank(on=(*rest, *two)), Kind.ERROR) == {"output-current"}


def test_what_is_known_only_as_a_bound_is_said_to_be() -> None:
    one = only(attached(CHARGE, "ip43"))
    assert {each.kind for each in one if each.rule.id == "current-measured"} == {Kind.REMARK}
    two = only(attached(CHARGE, "ip43"), attached(CHARGE, "mppt"))
    error = next(each for each in two if each.rule.id == "output-current")
    assert error.message.startswith("charge disconnect: 20 mA at most is asked for")
    assert error.way_out.startswith("measure the current of Phoenix Smart IP43 charger, SmartSolar")
    measured = only(attached(CHARGE, "ip43", 1_000), attached(CHARGE, "mppt", 9_000))
    assert {each.rule.id for each in measured}.isdisjoint({"output-current", "current-measured"})


def test_measuring_is_no_way_out_where_the_rest_is_too_much_already() -> None:
    for given_ua, is_way_out in ((9_999, True), (10_000, False)):
        both = only(attached(CHARGE, "other-charger", given_ua), attached(CHARGE, "ip43"))
        error = next(each for each in both if each.rule.id == "output-current")
        assert ("measure" in error.way_out) is is_way_out


@pytest.mark.parametrize("output", list(Output))
@pytest.mark.parametrize("name", ["multiplus", "quattro"])
def test_ve_bus_equipment_is_refused_with_the_reason(name: str, output: Output) -> None:
    made = assess(bank(on=(*SWITCHED, attached(output, name))))
    assert [each.rule.id for each in made.of(Kind.ERROR)] == ["ve-bus"]
    assert "the smallBMS has no VE.Bus" in made.findings[0].message
    assert not made.is_allowed


def test_a_coil_hangs_on_two_of_the_outputs_only() -> None:
    relay = [attached(each, "contactor", 5_000) for each in (LOAD, CHARGE)]
    assert found(bank(on=(*SWITCHED, relay[0]))) == {"pull-in"}
    assert found(bank(on=(*SWITCHED, relay[1])), Kind.ERROR) == {"coil"}
    assert found(bank(on=(*SWITCHED, attached(WARN, "alarm-relay", 5_000)))) == {"pull-in"}
    coil = attached(CHARGE, "other-charger", 5_000, is_inductive=True)
    assert found(bank(on=(*SWITCHED, coil)), Kind.ERROR) == {"coil"}
    coil = attached(CHARGE, "other-charger", 5_000)
    assert found(bank(on=(*SWITCHED, coil)), Kind.ERROR) == set()


def test_what_a_coil_takes_is_what_it_takes_while_charging() -> None:
    told = message(only(attached(LOAD, "contactor", 600_000)), "pull-in")
    assert "600 mA" in told
    assert "28.8 V" in told


# By hand: what each role is on each output.
RIGHT: dict[Role, dict[Output, Kind | None]] = {
    Role.LOAD: {LOAD: None, CHARGE: Kind.ERROR, WARN: Kind.ERROR},
    Role.CHARGER: {LOAD: Kind.ERROR, CHARGE: None, WARN: Kind.ERROR},
    Role.EITHER: {LOAD: None, CHARGE: None, WARN: Kind.ERROR},
    Role.ALARM: {LOAD: Kind.WARNING, CHARGE: Kind.WARNING, WARN: None},
    Role.VE_BUS: {LOAD: None, CHARGE: None, WARN: None},
}


@pytest.mark.parametrize("output", list(Output))
@pytest.mark.parametrize("name", list(RECEIVERS))
def test_a_receiver_on_the_wrong_output(name: str, output: Output) -> None:
    made = only(attached(output, name, 1_000))
    kinds = [each.kind for each in made if each.rule.id == "right-output"]
    expected = RIGHT[RECEIVERS[name].role][output]
    assert kinds == ([] if expected is None else [expected])
    assert all(each.way_out for each in made if each.kind is Kind.ERROR)


def test_somebody_must_switch_loads_and_chargers_and_be_warned() -> None:
    for output, rule in (
        (LOAD, "loads-switched"),
        (CHARGE, "chargers-switched"),
        (WARN, "warned"),
    ):
        rest = tuple(each for each in SWITCHED if each.output is not output)
        assert found(bank(on=rest)) == {rule}
    lamps = [attached(each, "alarm-lamp", 5_000) for each in Output]
    assert {"loads-switched", "chargers-switched"} <= found(bank(on=tuple(lamps)))


@pytest.mark.parametrize(("system_v", "rules"), [(24, set()), (48, {"receiver-voltage"})])
def test_a_receiver_is_made_for_the_system(system_v: int, rules: set[str]) -> None:
    of = strings("25.6/200", system_v // 24)
    rest = tuple(each for each in SWITCHED if each.output is not CHARGE)
    on = (*rest, attached(CHARGE, "cyrix-li-ct", 1_000))
    assert found(bank(system_v, of, on=on)) == rules
    assert found(bank(system_v, of)) == set()


def test_the_cable_of_equipment_that_is_not_known_is_mentioned() -> None:
    assert "cable" in found(bank(on=(*SWITCHED, attached(LOAD, "other-load", 1))))
    assert "cable" not in found(bank())


def test_findings_come_with_the_worst_first_and_a_source_each() -> None:
    worst = only(attached(LOAD, "ip43"), attached(CHARGE, "contactor", 2_000_000))
    kinds = [list(Kind).index(each.kind) for each in worst]
    assert kinds == sorted(kinds)
    assert set(kinds) == {0, 1, 2}
    assert all(each.source.grade for each in worst)
