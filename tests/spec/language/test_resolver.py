"""Names, types and units of expressions: what fits, what is refused and what it becomes."""

from fractions import Fraction

import pytest

from spec.expression import (
    BOOLEAN,
    After,
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
from spec.units import Dimension
from tests.spec.language.texts import machine, told

MILLIVOLTS = Quantity(Dimension.VOLTAGE, Fraction(1, 1000))
MILLISECONDS = Quantity(Dimension.TIME, Fraction(1, 1000))


def define(*written: str) -> tuple[str, ...]:
    return ("define", *(f"    it{k} = {each}" for k, each in enumerate(written)))


def resolved(written: str) -> Expression:
    return machine(*define(written)).definitions[0].expression


@pytest.mark.parametrize(
    "written",
    [
        "a == b",
        "a != true",
        "knob == low",
        "low == knob",
        "knob != high",
        "knob is low or knob in {low, high}",
        "knob is not low",
        "supply > 3 V",
        "supply > 3000 mV",
        "2 * supply > 3 V",
        "-supply < -3 V",
        "supply + 1 V - 500 mV >= limit",
        "(supply when a else 3 V) > limit",
        "(knob when a else low) == high",
        "(low when a else knob) == high",
        "cell > 20.5 °C",
        "cell - 20 °C > 5 K",
        "cell + 5 K > 20 °C",
        "5 K + cell > 20 °C",
        "cell - 5 K > 20 °C",
        "2 * (cell - 20 °C) > 5 K",
        "duration(a) > 3 s",
        "3 s <= duration(a)",
        "duration(a) == wait",
        "stood(a and b) >= wait",
        "stood(a) < 1.5 s",
        "dt <= 500 ms and dt != 2 ms",
        "load is off",
        "load == on",
        "a since b",
        "past(a) or rose(a) or fell(a) or once(a) or historically(a)",
        "once(duration(a) > 1 s)",
    ],
)
def test_what_fits(written: str) -> None:
    region = ("region load", "    mode off  initial, safe", "    mode on", "    off -> on")
    assert [each for each in told(*define(written), *region) if "SPEC403" not in each] == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("supply > 3 s", "SPEC302 'supply' is a voltage, '3 s' a time: they cannot be compared"),
        ("3 s > supply", "SPEC302 '3 s' is a time, 'supply' a voltage: they cannot be compared"),
        ("supply + dt > 3 V", "SPEC302 'supply' is a voltage, 'dt' a time: they cannot be added"),
        (
            "dt - supply > 3 V",
            "SPEC302 'dt' is a time, 'supply' a voltage: they cannot be subtracted",
        ),
        ("cell > 5 K", "SPEC302 'cell' is a temperature, '5 K' a temperature difference: they "
         "cannot be compared"),
        ("5 K - cell > 5 K", "SPEC302 '5 K' is a temperature difference, 'cell' a temperature: "
         "they cannot be subtracted"),
        ("-cell > 5 °C", "SPEC302 a temperature has no multiples, only differences of "
         "temperatures have"),
        ("supply > 3.0005 V", "SPEC304 '3.0005 V' is no multiple of 1 mV, the resolution here"),
        ("duration(a) > 1.5 ms", "SPEC304 '1.5 ms' is no multiple of 1 ms, the resolution here"),
        ("supply", None),
        ("not supply", "SPEC303 a condition is needed, 'supply' is a voltage"),
        ("a and limit", "SPEC303 a condition is needed, 'limit' is a voltage"),
        ("once(knob)", "SPEC303 a condition is needed, 'knob' is one of {low, high}"),
        ("a + supply > 3 V", "SPEC303 a quantity is needed, 'a' is true or false"),
        ("2 * a", "SPEC303 a quantity is needed, 'a' is true or false"),
        ("a == 1", "SPEC303 'a' is true or false, '1' a number: they cannot be compared"),
        ("a < b", "SPEC303 '<' compares quantities, 'a' is true or false"),
        ("knob == a", "SPEC303 'knob' is one of {low, high}, 'a' true or false: they cannot be "
         "compared"),
        ("a is low", "SPEC303 'is' and 'in' ask a name for one of several values, 'a' is true or "
         "false"),
        ("supply is low", "SPEC303 'is' and 'in' ask a name for one of several values, 'supply' "
         "is a voltage"),
        ("(knob when a else low) is low", "SPEC303 'is' and 'in' ask a name for one of several "
         "values, this is one of {low, high}"),
        ("knob is middle", "SPEC201 'middle' is none of {low, high}"),
        ("knob == middle", "SPEC201 'middle' is not declared"),
        ("middle", "SPEC201 'middle' is not declared"),
        ("a or low", "SPEC201 'low' is a value of 'knob', and means nothing by itself"),
        ("once", "SPEC201 'once' is a function"),
        ("never_heard_of(a)", "SPEC201 there is no function 'never_heard_of'"),
        ("duration(a)", "SPEC305 what duration(…) measures may only be compared"),
        ("stood(a)", "SPEC305 what stood(…) measures may only be compared"),
        ("not duration(a)", "SPEC305 what duration(…) measures may only be compared"),
        ("-duration(a) < 1 s", "SPEC305 what duration(…) measures may only be compared"),
        ("2 * duration(a) < 1 s", "SPEC305 what duration(…) measures may only be compared"),
        ("dt + duration(a) < 1 s", "SPEC305 what duration(…) measures may only be compared"),
        ("(duration(a) when a else 1 s) < 1 s", "SPEC305 what duration(…) measures may only be "
         "compared"),
        ("duration(a) is low", "SPEC305 what duration(…) measures may only be compared"),
        ("duration(a) < stood(a)", "SPEC305 two durations cannot be compared with each other"),
        ("after(1 s)", "SPEC204 'after' asks how long a region has been in its mode: it belongs "
         "in a guard"),
        ("supply > 123456789012345678 V", "SPEC404 123456789012345678 V is 2^31 times the "
         "resolution, 1 mV, or more"),
        ("3000000 * supply > 3 V", "SPEC404 this can be 0 V .. 210000000 V, 2^31 times the "
         "resolution, 1 mV, or more"),
    ],
)  # fmt: skip
def test_what_is_refused(written: str, message: str | None) -> None:
    assert told(*define(written)) == ([message] if message else [])


def test_one_mistake_is_told_once_however_often_it_is_used() -> None:
    lines = define("unknown and a", "it0 or b", "it1 and it1", "it2 and it0")
    assert told(*lines) == ["SPEC201 'unknown' is not declared"]


def test_both_sides_of_a_formula_are_looked_at() -> None:
    assert told(*define("(unknown and supply) implies (knob is middle or cell)")) == [
        "SPEC201 'unknown' is not declared",
        "SPEC303 a condition is needed, 'supply' is a voltage",
        "SPEC201 'middle' is none of {low, high}",
        "SPEC303 a condition is needed, 'cell' is a temperature",
    ]


def test_a_broken_side_does_not_spoil_the_member_on_the_other() -> None:
    assert told(*define("unknown == low")) == ["SPEC201 'unknown' is not declared"]


def test_a_literal_takes_the_resolution_of_what_it_is_compared_with() -> None:
    comparison = resolved("supply > 3 V")
    assert isinstance(comparison, Operation)
    _, literal = comparison.operands
    assert isinstance(literal, Literal)
    assert (literal.value, literal.type) == (3000, MILLIVOLTS)


def test_the_coarser_of_two_signals_is_scaled() -> None:
    lines = ("inputs", "    coarse : 0 V .. 70 V by 100 mV", "define", "    it = coarse > supply")
    comparison = machine(*lines).definition("it").expression
    assert isinstance(comparison, Operation)
    coarse, supply = comparison.operands
    assert isinstance(coarse, Scaled)
    assert (coarse.factor, coarse.type) == (100, MILLIVOLTS)
    assert isinstance(supply, Reference)


def test_true_time_is_as_fine_as_the_tolerance_of_the_clock() -> None:
    comparison = resolved("stood(a) >= wait")
    assert isinstance(comparison, Operation)
    stood, wait = comparison.operands
    assert isinstance(stood, Lasting)
    assert stood.clock is Clock.TRUE_AT_PINS
    fine = Quantity(Dimension.TIME, Fraction(1, 100_000))
    assert stood.type == fine
    assert isinstance(wait, Scaled)
    assert (wait.factor, wait.type) == (100, fine)


def test_a_difference_of_temperatures_is_one() -> None:
    comparison = resolved("cell - 20 °C > 5 K")
    assert isinstance(comparison, Operation)
    difference = comparison.operands[0]
    assert difference.type == Quantity(Dimension.TEMPERATURE_DIFFERENCE, Fraction(1, 2))


def test_membership_asks_for_each_value() -> None:
    found = resolved("not knob in {low, high}")
    assert isinstance(found, Operation)
    assert found.operator is Operator.NOT
    (either,) = found.operands
    assert isinstance(either, Operation)
    assert either.operator is Operator.OR
    asked = [each.operands[1] for each in either.operands if isinstance(each, Operation)]
    assert [each.value for each in asked if isinstance(each, Literal)] == [0, 1]


def test_a_member_may_be_called_like_a_signal_of_another_kind() -> None:
    lines = ("inputs", "    low : bool", "define", "    it = knob == low and low and knob is low")
    it = machine(*lines).definition("it").expression
    assert isinstance(it, Operation)
    first, second, _ = it.operands
    assert isinstance(first, Operation)
    assert isinstance(first.operands[1], Literal)
    assert isinstance(second, Reference)


def test_a_member_called_like_a_signal_of_its_own_kind_is_ambiguous_without_is() -> None:
    signal = ("inputs", "    low : {low, high}")
    assert told(*signal, *define("knob is low and low is high")) == []
    (message,) = told(*signal, *define("knob == low"))
    assert message.startswith("SPEC507 'low' is one of {low, high}, and the name of another input")


def test_a_choice_of_members_takes_the_type_of_the_output() -> None:
    lines = ("outputs", "    load : {off, slow, on} = off when a else slow when b else on")
    choice = machine(*lines).output("load").expression
    assert isinstance(choice, Choice)
    assert choice.type == Enumeration(("off", "slow", "on"))


def test_after_belongs_to_the_region_of_its_guard() -> None:
    lines = ("region load", "    mode off  initial, safe", "    mode on")
    edge = "    off -> on when after(wait)"
    (region,) = machine(*lines, edge).regions
    guard = region.transitions[0].guard
    assert isinstance(guard, After)
    assert guard.region == "load"
    assert guard.time.type == MILLISECONDS


def test_a_condition_may_be_compared_like_a_value() -> None:
    comparison = resolved("(supply > 3 V) == (knob == low)")
    assert isinstance(comparison, Operation)
    assert comparison.type is BOOLEAN


def test_references_know_what_they_stand_for() -> None:
    lines = (
        *define("a and limit > 3 V", "it0 or dt > 3 ms or load is on or lamp"),
        "region load",
        "    mode on  initial, safe",
        "outputs",
        "    lamp : bool = it0",
    )
    expression = machine(*lines).definition("it1").expression
    assert isinstance(expression, Operation)
    kinds = [
        leaf.kind
        for part in expression.operands
        for leaf in (part.operands if isinstance(part, Operation) else (part,))
        if isinstance(leaf, Reference)
    ]
    assert kinds == [Kind.DEFINITION, Kind.STEP_TIME, Kind.MODE, Kind.OUTPUT]


WHERE = {
    "guard": ("region r", "    mode off  initial, safe", "    off -> off when {}"),
    "output": ("outputs", "    lamp : bool = {}"),
    "definition": ("define", "    it = {}"),
    "assumption": ("assume", "    {}"),
    "property": ("requirement R1", "    always {}"),
    "from any state": ("requirement R1", "    from any state {}"),
}
OFFERED = (
    "region load",
    "    mode off  initial, safe",
    "outputs",
    "    led : bool = a",
    "define",
    "    read_led = led",
    "    read_load = load is off",
    "    look_back = once(a)",
    "    measure = duration(a) > 1 s",
    "    know = stood(a) > 1 s",
    "    chain = know or a",
)


@pytest.mark.parametrize(
    ("direct", "through", "places"),
    [
        ("led", "read_led", "definition, property, from any state"),
        ("load is off", "read_load", "guard, output, definition, property, from any state"),
        ("once(a)", "look_back", "definition, assumption, property"),
        ("duration(a) > 1 s", "measure", "guard, output, definition, assumption, property"),
        ("stood(a) > 1 s", "know", "definition, property"),
        ("stood(a) > 1 s", "chain", "definition, property"),
    ],
)
@pytest.mark.parametrize("where", WHERE)
def test_what_may_be_said_where(where: str, direct: str, through: str, places: str) -> None:
    for said in (direct, through):
        lines = [each.format(said) for each in WHERE[where]]
        codes = [each.partition(" ")[0] for each in told(*OFFERED, *lines)]
        assert codes == ([] if where in places.split(", ") else ["SPEC204"])


def test_a_definition_that_says_too_much_is_named_where_it_is_used() -> None:
    (message,) = told(*OFFERED, "assume", "    chain")
    assert message == "SPEC204 'chain' speaks of 'stood': an assumption may not know true time"
