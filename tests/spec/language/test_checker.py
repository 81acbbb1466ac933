"""A whole text becomes a machine, in the order of the text, with every number exact."""

from fractions import Fraction

import pytest

from spec.expression import Quantity
from spec.language.errors import Severity
from spec.language.reader import read_text
from spec.machine import (
    Always,
    Every,
    FromAnyState,
    Independent,
    Reachable,
    Source,
    Span,
    Subject,
    TimeModel,
)
from spec.units import Dimension
from tests.spec.language.texts import diagnostics, machine, text, told


def time_of(*lines: str) -> TimeModel:
    whole = "machine m\ntime\n" + "\n".join(f"    {line}" for line in lines)
    return read_text(whole, "test.machine")[0].time


def messages(*lines: str) -> list[str]:
    return [f"{each.code.value} {each.message}" for each in diagnostics("\n".join(lines))]


@pytest.mark.parametrize(
    ("line", "tick", "step"),
    [
        ("step 1 ms .. 500 ms", Fraction(1, 1000), Span(1, 500)),
        ("step 20 ms .. 50 ms", Fraction(1, 100), Span(2, 5)),
        ("step 20 ms .. 50 ms by 1 ms", Fraction(1, 1000), Span(20, 50)),
        ("step 1 s .. 1 min", Fraction(1), Span(1, 60)),
        ("step 250 µs .. 250 µs", Fraction(1, 4000), Span(1, 1)),
    ],
)
def test_a_tick_is_the_coarsest_that_fits_unless_it_is_written(
    line: str, tick: Fraction, step: Span
) -> None:
    time = time_of(line)
    assert (time.tick.resolution, time.step) == (tick, step)
    assert time.tolerance == 0
    assert (time.latency, time.saturation) == (Span(0, 0), None)


def test_true_time_is_counted_in_parts_of_a_tick() -> None:
    time = time_of("step 1 ms .. 5 ms", "clock tolerance 0.5 %", "output latency 0 ms .. 50 ms")
    assert time.tolerance == Fraction(1, 200)
    assert time.fine == Quantity(Dimension.TIME, Fraction(1, 200_000))
    assert time.latency == Span(0, 10_000)
    assert (time.fine_per_tick, time.true_per_tick) == (200, Span(199, 201))


def test_timers_saturate_where_it_is_said() -> None:
    assert time_of("step 1 ms .. 5 ms", "timers saturate at 60 s").saturation == 60_000


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["step 5 ms .. 1 ms"], "SPEC401 the range is upside down: 5 ms is more than 1 ms"),
        (["step 0 ms .. 5 ms"], "SPEC402 two steps are never at the same time"),
        (["step 0 ms .. 5 ms by 1 ms"], "SPEC402 two steps are never at the same time"),
        (["step 1 ms .. 5 ms by 0 ms"], "SPEC402 a resolution is more than 0"),
        (["step 1 ms .. 4 ms by 2 ms"], "SPEC304 1 ms is no multiple of the resolution, 2 ms"),
        (["step 1 V .. 5 ms"], "SPEC302 this is a voltage, a time is needed"),
        (["step 1 .. 5 ms"], "SPEC302 this is a number, a time is needed"),
        (["step 1 ms .. 5 msec"], "SPEC301 'msec' is no unit of this language"),
        (["step 1 ms .. 365 d"], "SPEC404 31536000 s is 2^31 times the resolution, 1 ms, or more"),
        (["clock tolerance 1 %"], "SPEC501 the time between two steps is not declared"),
        (
            ["step 1 ms .. 5 ms", "clock tolerance 100 %"],
            "SPEC402 a tolerance is at least 0 % and less than 100 %",
        ),
        (
            ["step 1 ms .. 5 ms", "clock tolerance -1 %"],
            "SPEC402 a tolerance is at least 0 % and less than 100 %",
        ),
        (
            ["step 1 ms .. 5 ms", "clock tolerance 0.0001 ppm"],
            "SPEC304 a tolerance is a multiple of 0.001 ppm",
        ),
        (
            ["step 1 ms .. 5 ms", "clock tolerance 1 s"],
            "SPEC302 this is a time, a ratio is needed",
        ),
        (
            ["step 1 ms .. 5 ms", "output latency -1 ms .. 5 ms"],
            "SPEC402 no output acts before its step",
        ),
        (
            ["step 1 ms .. 5 ms", "output latency 5 ms .. 1 ms"],
            "SPEC401 the range is upside down: 5 ms is more than 1 ms",
        ),
        (
            ["step 1 ms .. 5 ms", "output latency 0 ms .. 0.5 ms"],
            "SPEC304 500 µs is no multiple of the resolution, 1 ms",
        ),
        (
            ["step 1 ms .. 5 ms", "timers saturate at 0 s"],
            "SPEC402 a timer that stops at once tells nothing",
        ),
        (
            ["step 1 ms .. 5 ms", "timers saturate at 1 µs"],
            "SPEC304 1 µs is no multiple of the resolution, 1 ms",
        ),
        (
            ["step 1 ms .. 5 ms", "step 1 ms .. 5 ms"],
            "SPEC202 'step' is set already, in line 3",
        ),
    ],
)
def test_what_is_refused_of_time(lines: list[str], message: str) -> None:
    assert messages("machine m", "time", *(f"    {line}" for line in lines)) == [message]


@pytest.mark.parametrize(
    ("written", "dimension", "resolution", "span"),
    [
        ("0 V .. 70 V by 1 mV", Dimension.VOLTAGE, Fraction(1, 1000), Span(0, 70_000)),
        ("-40 °C .. 85 °C by 0.5 K", Dimension.TEMPERATURE, Fraction(1, 2), Span(-80, 170)),
        ("0 .. 10", Dimension.COUNT, Fraction(1), Span(0, 10)),
        ("-10 .. 10 by 5", Dimension.COUNT, Fraction(5), Span(-2, 2)),
        ("0 % .. 100 % by 0.1 %", Dimension.RATIO, Fraction(1, 1000), Span(0, 1000)),
        ("0 kohm .. 10 kohm by 1 ohm", Dimension.RESISTANCE, Fraction(1), Span(0, 10_000)),
        ("0 Ah .. 10 Ah by 1 mAh", Dimension.CHARGE, Fraction(1, 1000), Span(0, 10_000)),
    ],
)
def test_a_range_is_counted_in_its_resolution(
    written: str, dimension: Dimension, resolution: Fraction, span: Span
) -> None:
    signal = machine("inputs", f"    x : {written}").inputs[-1]
    assert (signal.type, signal.span) == (Quantity(dimension, resolution), span)


def test_a_parameter_is_as_fine_as_the_signals_it_is_compared_with() -> None:
    constants = machine(
        "parameters", "    volt : 1 V", "    amp : 1.25 A in 0.5 A .. 2 A"
    ).parameters
    volt, amp = constants[-2:]
    assert (volt.default, volt.span, volt.type.show(1)) == (1000, Span(1000, 1000), "1 mV")
    assert (amp.default, amp.span, amp.type.show(1)) == (125, Span(50, 200), "10 mA")


def test_order_is_that_of_the_text() -> None:
    declared = machine(
        "requirement R2",
        "    never a",
        "define",
        "    late = early and b",
        "    early = a",
        "requirement R1",
        "    never late",
    )
    assert [each.name for each in declared.definitions] == ["late", "early"]
    assert [each.id for each in declared.requirements] == ["R2", "R1"]


def test_a_block_may_come_in_parts() -> None:
    declared = machine("inputs", "    c : bool", "define", "    d = c", "define", "    e = d")
    assert [each.name for each in declared.inputs][-1] == "c"
    assert [each.name for each in declared.definitions] == ["d", "e"]


def test_sources_are_kept_with_what_they_are_for() -> None:
    (requirement,) = machine(
        'requirement R1 "Sentence."',
        '    source S "page 3" read as I2, D1',
        "    source A",
        "    never a",
    ).requirements
    assert requirement.sources == (
        Source("S", "page 3", "I2"),
        Source("D1", "", ""),
        Source("A", "", ""),
    )
    assert [str(each) for each in requirement.sources] == ['S "page 3" read as I2', "D1", "A"]


def test_properties_of_every_kind() -> None:
    (requirement,) = machine(
        "outputs",
        "    lamp : bool = a",
        "requirement R1",
        "    always a",
        "    never a",
        "    reachable a",
        "    from any state a",
        "    independent lamp of a, b",
        "    every mode is reachable",
    ).requirements
    always, never, reachable, any_state, independent, every = requirement.properties
    assert isinstance(always, Always)
    assert isinstance(never, Always)
    assert isinstance(reachable, Reachable)
    assert isinstance(any_state, FromAnyState)
    assert isinstance(independent, Independent)
    assert (independent.output, independent.inputs) == ("lamp", ("a", "b"))
    assert isinstance(every, Every)
    assert every.subject is Subject.MODE
    assert [each.place.line for each in requirement.properties] == [21, 22, 23, 24, 25, 26]


def test_transitions_keep_their_order_and_their_origins() -> None:
    (region,) = machine(
        "region load",
        "    mode off  initial",
        "    mode on",
        "    mode failed  safe",
        "    any -> off when a for R1",
        "    off, failed -> on",
        "    on -> failed otherwise",
        "requirement R1",
        "    never a",
    ).regions
    assert [str(edge) for edge in region.transitions] == [
        "any -> off",
        "off, failed -> on",
        "on -> failed",
    ]
    first, second, third = region.transitions
    assert (first.origins, first.from_any, first.serves) == (("on", "failed"), True, ("R1",))
    assert (second.otherwise, third.otherwise) == (False, True)
    assert (region.initial, region.safe) == (0, 2)


def test_cycles_are_told_once_each_and_spoil_nothing_else() -> None:
    lines = ["    a1 = a2", "    a2 = a3 or b1", "    a3 = a1", "    b1 = b1", "    c = a1 and x"]
    assert told("define", *lines) == [
        "SPEC203 'a1' is defined by itself: a1 -> a2 -> a3 -> a1",
        "SPEC203 'b1' is defined by itself: b1 -> b1",
        "SPEC201 'x' is not declared",
    ]


def test_definitions_may_be_chained_in_any_order_but_not_too_deep() -> None:
    forth = [f"    d{k} = not d{k + 1}" for k in range(2000)]
    (fault,) = told("define", *forth, "    d2000 = a")
    assert fault.startswith("SPEC104")
    assert told("define", *forth[-40:], "    d2000 = a") == []


def test_a_duplicate_is_the_later_one_and_is_checked_all_the_same() -> None:
    lines = ["outputs", "    a : bool = x", "define", "    b = y", "    a = z"]
    assert told(*lines) == [
        "SPEC202 'a' is declared already, in line 9",
        "SPEC201 'x' is not declared",
        "SPEC202 'b' is declared already, in line 10",
        "SPEC201 'y' is not declared",
        "SPEC202 'a' is declared already, in line 9",
        "SPEC201 'z' is not declared",
    ]


def test_what_could_not_be_read_is_not_called_unknown() -> None:
    whole = text("inputs", "    c bool", "define", "    d = c and e", "region r", "    mod off")
    assert [each.code.value for each in diagnostics(whole) if each.severity is Severity.ERROR] == [
        "SPEC101",
        "SPEC201",
        "SPEC101",
    ]


def test_a_typing_mistake_leaves_nothing_unused() -> None:
    head = ["machine m", "time", "    step 1 ms .. 5 ms", "inputs", "    pre_alarm : bool"]
    assert messages(*head, "requirement R1", "    always pre_alrm") == [
        "SPEC201 'pre_alrm' is not declared"
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["supply >= 0 V"], "true"),
        (["supply < 0 V"], "false"),
        (["supply != 70.001 V"], "true"),
        (["supply == 71 V"], "false"),
        (["limit > 4 V"], "false"),
        (["supply + 1 V > 71 V"], "false"),
        (["duration(a) >= 0 s"], "true"),
        (["dt > 1 s"], "false"),
    ],
)
def test_what_a_range_decides_is_warned_of(lines: list[str], message: str) -> None:
    warnings = told("define", f"    it = {lines[0]}")
    assert warnings == [f"SPEC403 this is always {message}, by the ranges of its sides"]


@pytest.mark.parametrize(
    "line", ["supply < 70 V", "limit < 4 V", "stood(a) >= 0 s", "supply < supply"]
)
def test_what_a_range_does_not_decide_is_not(line: str) -> None:
    assert told("define", f"    it = {line}") == []


def test_an_assumption_may_say_what_constants_already_do() -> None:
    constants = ("parameters", "    low : 3 V", "    high : 4 V", "assume")
    assert told(*constants, "    low < high") == []
    assert told(*constants, "    low > high") == [
        "SPEC403 this is always false, by the ranges of its sides"
    ]


def test_a_property_may_say_what_the_ranges_of_settings_already_do() -> None:
    settings = ("parameters", "    low : 3 V", "    high : 4 V", "requirement R1")
    assert told(*settings, "    always low + 50 mV <= high and high < 5 V") == []
    for line, holds in (("low > high", "false"), ("supply <= 70 V", "true"), ("1 V < 2 V", "true")):
        assert told(*settings, f"    always {line} and low < high") == [
            f"SPEC403 this is always {holds}, by the ranges of its sides"
        ]


def test_warnings_do_not_refuse_a_text_and_come_in_its_order() -> None:
    machine_, warnings = read_text(text("define", "    it = supply > 80 V"), "test.machine")
    assert machine_.definitions[0].name == "it"
    assert {each.severity for each in warnings} == {Severity.WARNING}
    assert [each.place for each in warnings] == sorted(each.place for each in warnings)
