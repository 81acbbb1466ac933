"""Whatever divider is described, the conversion chosen for it is proved, or the divider refused."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.boards.scaling import OutOfReach, scale
from spec.conversion import Bound, Chain, Converter, Divider
from spec.expression import Quantity
from spec.machine import Input, Span
from spec.place import NOWHERE
from spec.units import Dimension
from tests.codegen.boards.samples import BOARDS, board_of, machine_of, measured_by
from verify.conversion import Measured, check_conversion
from verify.thresholds import Sure, check_tied, uses
from verify.verdict import Verdict

TOLERANCES = st.fractions(min_value=0, max_value=Fraction(1, 20), max_denominator=10_000)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Chains of a converter of few counts, so that each is soon looked at."""
    converter = Converter(
        draw(st.integers(4, 9)),
        Fraction(draw(st.integers(2000, 3600)), 1000),
        draw(TOLERANCES),
        draw(st.integers(0, 9)),
        draw(st.integers(1, 4)),
    )
    divider = Divider(draw(st.integers(0, 10**6)), draw(st.integers(1000, 10**5)), draw(TOLERANCES))
    return Chain(divider, converter, draw(st.sampled_from([Fraction(1, 1000), Fraction(1, 10)])))


@settings(max_examples=300)
@given(chains(), st.sampled_from(Bound), st.data())
def test_what_is_chosen_is_proved(chain: Chain, side: Bound, data: st.DataObject) -> None:
    reach = int(chain.least * (1 << chain.converter.bits))
    lowest = data.draw(st.integers(0, max(0, reach // 2)))
    span = Span(lowest, data.draw(st.integers(lowest, reach)))
    try:
        conversion = scale(chain, span, side)
    except OutOfReach:
        return
    quantity = Quantity(Dimension.VOLTAGE, chain.resolution)
    measured = Measured(Input("terminal", quantity, span, "", (), NOWHERE), chain, conversion)
    assert {each.verdict for each in check_conversion(measured)} == {Verdict.PROVED}


@pytest.mark.parametrize("name", BOARDS)
def test_the_conversions_of_a_board_are_proved(name: str) -> None:
    for measured in measured_by(board_of(name), machine_of(name)):
        assert {each.verdict for each in check_conversion(measured)} == {Verdict.PROVED}


@pytest.mark.parametrize("name", ["pico", "other"])
def test_a_board_of_the_smallbms_keeps_its_promises_at_the_terminals(name: str) -> None:
    machine = machine_of(name)
    measured = measured_by(board_of(name), machine)
    below, above, against = uses(machine, measured)
    # Never on too early, and never off because H seems to be above the supply.
    assert (below.sure, above.sure, against.sure) == (Sure.YES, Sure.YES, Sure.NO)
    # R09: L and H connected are on at every voltage.
    (tied,) = check_tied(machine, measured)
    assert tied.verdict is Verdict.PROVED


def test_a_conversion_is_as_fine_as_thirty_bits_allow() -> None:
    for measured in board_of("pico").analogue:
        made = measured.conversion
        most = (made.last - made.first) * made.multiplier + made.offset
        assert 2**29 <= most < 2**30


@pytest.mark.parametrize(
    ("chain", "span", "message"),
    [
        (
            Chain(
                Divider(9000, 1000, Fraction(0)),
                Converter(12, Fraction(3), Fraction(0), 0, 1),
                Fraction(1, 1000),
            ),
            Span(0, 30_000),
            "converter's highest",
        ),
        (
            Chain(
                Divider(10**8, 1, Fraction(0)),
                Converter(12, Fraction(3), Fraction(0), 0, 1),
                Fraction(1, 1000),
            ),
            Span(0, 30_000),
            "more than the whole range",
        ),
        (
            Chain(
                Divider(9000, 1000, Fraction(0)),
                Converter(12, Fraction(3), Fraction(0), 0, 1),
                Fraction(1, 10**9),
            ),
            Span(0, 29 * 10**9),
            "do not fit into 30 bits",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(chain: Chain, span: Span, message: str) -> None:
    with pytest.raises(OutOfReach, match=message):
        scale(chain, span, Bound.UP)
