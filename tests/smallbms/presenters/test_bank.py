"""The sheet of a bank, as a whole."""

from __future__ import annotations

from smallbms.presenters.bank import assessment_text
from spec.bank.assessment import assess
from spec.bank.description import read_bank, shipped
from tests.smallbms.golden import assert_golden
from tests.spec.bank.samples import CHARGE, LOAD, WARN, attached, bank, strings


def test_a_bank_that_is_allowed() -> None:
    assert_golden("bank_allowed.txt", assessment_text(assess(read_bank(shipped())), None))


def test_a_bank_with_all_that_can_be_wrong() -> None:
    on = (
        attached(LOAD, "multiplus"),
        attached(LOAD, "ip43"),
        attached(LOAD, "contactor", 999_999, count=2),
        attached(CHARGE, "contactor", 250_000),
        attached(CHARGE, "mppt"),
        attached(WARN, "phoenix-inverter"),
        attached(WARN, "other-load", 5_500),
    )
    of = strings("12.8/330", 6, 4), strings("12.8/100", 4)
    assert_golden("bank_not_allowed.txt", assessment_text(assess(bank(48, *of, on=on)), None))


def test_a_bank_with_nothing_on_its_outputs() -> None:
    text = assessment_text(assess(bank(48, strings("12.8/50", 4), on=())), None)
    assert_golden("bank_bare.txt", text)


def test_no_line_is_wider_than_a_page() -> None:
    text = assessment_text(assess(read_bank(shipped())), shipped())
    assert max(map(len, text.splitlines()[1:])) <= 100
