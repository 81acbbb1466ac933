"""Tables of runs: what is folded, what is left out, and how wide they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallbms.presenters.lines import plain
from smallbms.presenters.trace_table import run_table
from spec.machine import Machine
from spec.reference import replay
from spec.trace import Trace
from tests.smallbms import samples
from tests.smallbms.golden import assert_golden
from tests.smallbms.samples import inputs

LAMP = samples.lamp()


def table(trace: Trace, width: int = 100, most_rows: int | None = None) -> str:
    return plain(run_table(trace, width, fails=True, most_rows=most_rows))


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip(" >")[:1].isdigit()]


def test_a_violating_run(lamp: Machine) -> None:
    trace = samples.burns_too_long(lamp)
    assert trace.truth[-2:] == (True, False)
    assert_golden("violating_run.txt", table(trace))


def test_a_run_with_true_times_and_latencies(lamp: Machine) -> None:
    slow = [inputs(true_dt=50_500, latency=300)] * 3
    trace = replay(lamp, {}, [inputs(0, latency=5000), inputs(button=1), *slow])
    assert_golden("true_times.txt", table(trace))


def test_a_step_from_any_state(lamp: Machine) -> None:
    assert_golden("any_state.txt", table(samples.by_day(lamp)))


def test_equal_steps_are_folded_and_the_last_one_is_not(lamp: Machine) -> None:
    text = table(replay(lamp, {}, [inputs(0), *[inputs()] * 61]))
    assert "... 60 equal steps, 500 ms each, until 30 s\n" in text
    assert [row.split()[0] for row in rows(text)] == ["0", ">>"]


def test_steps_that_differ_in_time_only_are_folded_with_both_ends(lamp: Machine) -> None:
    steps = [inputs(0), inputs(1), inputs(500), inputs(20), inputs(500)]
    assert "... 3 equal steps, 1 ms to 500 ms each, until 521 ms" in table(replay(lamp, {}, steps))


def test_a_single_equal_step_is_shown(lamp: Machine) -> None:
    text = table(replay(lamp, {}, [inputs(0), inputs(), inputs(brightness=0)]))
    assert "equal" not in text
    assert len(rows(text)) == 3


def test_a_step_with_a_transition_is_never_folded(lamp: Machine) -> None:
    trace = replay(lamp, {}, [inputs(0), inputs(button=1), *[inputs()] * 14])
    text = table(trace)
    assert "lamp: lit -> cooling, line 32" in text
    assert "lamp: cooling -> off, line 33" in text


def test_rows_beyond_the_limit_are_left_out_of_the_middle_and_counted(lamp: Machine) -> None:
    steps = [inputs(0), *(inputs(brightness=k) for k in range(30))]
    text = table(replay(lamp, {}, steps), most_rows=9)
    assert "... 22 rows left out\n" in text
    assert len(rows(text)) == 9
    # The row behind the gap cannot rely on the row above.
    assert "240 mV" in text


RUNS = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.fixed_dictionaries(
            {
                "dt": st.sampled_from([1, 7, 500]),
                "button": st.integers(0, 1),
                "brightness": st.integers(0, 500),
                "latency": st.sampled_from([0, 5000]),
            }
        ),
    ),
    min_size=1,
    max_size=8,
)


@given(RUNS)
def test_every_step_is_shown_or_counted(run: list[tuple[int, dict[str, int]]]) -> None:
    steps = [inputs(**values) for times, values in run for _ in range(times)]
    text = table(replay(LAMP, {}, steps))
    first_block = text.partition("\n\n")[2].partition("\n\n")[0]
    folded = [int(number) for number in re.findall(r"\.\.\. (\d+) equal steps", first_block)]
    assert len(rows(first_block)) + sum(folded) == len(steps)
    assert text.splitlines()[-1] == ">> the property fails in this step"
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_line_is_wider_than_the_page(lamp: Machine, width: int) -> None:
    steps = [inputs(0), inputs(button=1, cold=-10), *[inputs(brightness=3, true_dt=49_900)] * 14]
    text = table(replay(lamp, {"burning": 12_000}, steps), width)
    assert max(map(len, text.splitlines())) <= width


def test_blocks_repeat_the_times_and_show_transitions_once(lamp: Machine) -> None:
    steps = [inputs(0), inputs(button=1, cold=-10), inputs(button=1, cold=5)]
    text = table(replay(lamp, {}, steps), 40)
    assert text.count("step  ") > 1
    assert text.count("lamp: off -> lit, line 31") == 1


def test_a_memory_that_holds_no_mode_is_shown_as_it_is(lamp: Machine) -> None:
    trace = samples.by_day(lamp)
    start = {"lamp.mode": 3, "lamp.time": 7}
    text = table(Trace(lamp, trace.parameters, trace.steps, trace.truth, start))
    assert "lamp.mode #3, lamp.time 7 ms" in text
