"""The reference run against runs worked out by hand from section 3 of the semantics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec.language.reader import read_text
from spec.machine import Always, Machine
from spec.reference import ReferenceRun, replay

_TIME = """
time
    step             1 ms .. 10 ms by 1 ms
    clock tolerance  10 %
    output latency   0 ms .. 2 ms
inputs
    x : bool
    y : bool
"""


def machine(body: str) -> Machine:
    return read_text(f'machine hand "worked out by hand"\n{_TIME}{body}', "hand.machine")[0]


def step(dt: int, *, x: int = 0, y: int = 0, late: int = 0, ahead: int = 0) -> Mapping[str, int]:
    """One step; `late` and `ahead` in tenths of a millisecond."""
    return {"x": x, "y": y, "dt": dt, "true_dt": 10 * dt + ahead, "latency": late}


def modes(made: Machine, region: str, steps: Sequence[Mapping[str, int]]) -> list[str]:
    names = [mode.name for mode in made.region(region).modes]
    return [names[each.modes[region]] for each in replay(made, {}, steps).steps]


def truths(made: Machine, steps: Sequence[Mapping[str, int]]) -> list[bool]:
    (requirement,) = made.requirements
    (declared,) = requirement.properties
    assert isinstance(declared, Always)
    run = ReferenceRun(made, {}, [declared.expression])
    return [bool(run.step(each)[1][0]) for each in steps]


_OUTPUT = "outputs\n    o : bool = x\n"


def prop(text: str) -> Machine:
    return machine(f'{_OUTPUT}requirement P "by hand"\n    always {text}\n')


def test_the_first_transition_that_fits_is_taken() -> None:
    made = machine(
        "region r\n    mode a initial, safe\n    mode b\n    mode c\n"
        "    a -> b when x\n    a -> c when y\n    b, c -> a otherwise\n"
    )
    assert modes(made, "r", [step(0, x=1, y=1), step(1, y=1), step(1, y=1)]) == ["b", "a", "c"]


def test_any_to_the_mode_it_is_in_is_no_transition_and_ends_the_search() -> None:
    made = machine(
        "region r\n    mode a initial, safe\n    mode b\n"
        "    any -> a when x\n    a -> b when y\n    b -> a when not y and after(3 ms)\n"
    )
    steps = [step(0, x=1, y=1), step(1, y=1), step(2), step(1)]
    assert modes(made, "r", steps) == ["a", "b", "b", "a"]


def test_regions_read_the_modes_before_the_step() -> None:
    made = machine(
        "region one\n    mode a initial, safe\n    mode b\n    a -> b when x\n    b -> a when y\n"
        "region two\n    mode c initial, safe\n    mode d\n"
        "    c -> d when one is b\n    d -> c when one is a\n"
    )
    steps = [step(0, x=1), step(1), step(1, y=1), step(1)]
    assert modes(made, "one", steps) == ["b", "b", "a", "a"]
    assert modes(made, "two", steps) == ["c", "d", "d", "c"]


def test_after_counts_from_entering_up_to_this_step() -> None:
    made = machine(
        "region r\n    mode a initial, safe\n    mode b\n    mode c\n"
        "    a -> b when x\n    b -> c when after(10 ms)\n    c -> a when y\n"
    )
    steps = [step(0), step(9, x=1), step(5), step(4), step(1)]
    assert modes(made, "r", steps) == ["a", "b", "b", "b", "c"]


def test_an_explicit_self_transition_starts_the_time_again() -> None:
    made = machine(
        "region r\n    mode a initial, safe\n    mode b\n"
        "    a -> b when after(5 ms)\n    a -> a when x and not after(5 ms)\n    b -> a when y\n"
    )
    steps = [step(0), step(4, x=1), step(4), step(1)]
    assert modes(made, "r", steps) == ["a", "a", "a", "b"]


def test_duration_is_nothing_in_the_step_in_which_it_begins() -> None:
    made = prop("duration(x) >= 5 ms")
    steps = [step(0, x=1), step(4, x=1), step(1, x=1), step(1), step(9, x=1)]
    assert truths(made, steps) == [False, False, True, False, False]


def test_stood_is_true_time_at_the_pins_and_still_told_when_it_falls() -> None:
    # High at the pins 1.5 ms after the first step; 10 ms on a clock that is 0.6 ms slow; the fall
    # reaches the pins 0.4 ms late: 10.6 - 1.5 + 0.4 = 9.5 ms.
    steps = [step(0, x=1, late=15), step(10, late=4, ahead=6), step(1)]
    assert truths(prop("stood(x) >= 9.5 ms"), steps) == [False, True, False]
    assert truths(prop("stood(x) >= 9.6 ms"), steps) == [False, False, False]


def test_nothing_was_before_the_first_step() -> None:
    steps = [step(0, x=1), step(1, x=1), step(1), step(1, x=1)]
    assert truths(prop("past(x)"), steps) == [False, True, True, False]
    assert truths(prop("rose(x)"), steps) == [True, False, False, True]
    assert truths(prop("fell(x)"), steps) == [False, False, True, False]
    assert truths(prop("historically(x)"), steps) == [True, True, False, False]
    assert truths(prop("once(not x)"), steps) == [False, False, True, True]


def test_since_begins_with_its_right_side() -> None:
    steps = [step(0, x=1), step(1, y=1), step(1, x=1), step(1), step(1, x=1)]
    assert truths(prop("x since y"), steps) == [False, True, True, False, False]
