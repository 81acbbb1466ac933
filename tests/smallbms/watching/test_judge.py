"""What is judged of steps that were not told."""

from __future__ import annotations

import pytest

from smallbms.watching.judge import Judge, Seen, Verdict
from spec.language.reader import read_text

LIGHT = """\
machine light  "A light"

time
    step  10 ms .. 500 ms by 10 ms

inputs
    level  : 0 V .. 5 V by 1 mV
    button : bool

define
    is_high = level > 3 V

region light
    mode off  initial, safe
    mode on

    off  -> on   when GUARD
    on   -> off  otherwise

outputs
    lamp : {dark, lit} = lit when light is on else dark

requirement A1  "A high level lights the lamp."
    always duration(is_high) >= 1 s implies lamp is lit

requirement A2  "A button lights the lamp."
    always duration(button) >= 1 s implies lamp is lit

requirement A3  "It was pressed."
    always once(button) or lamp is lit
"""
# Of that the controller remembers nothing; of that, whether the level was high.
FORGETFUL = "button"
REMEMBERING = "duration(is_high) >= 5 s"


def judge(guard: str) -> Judge:
    made = Judge(read_text(LIGHT.replace("GUARD", guard), "light.machine")[0])
    made.start()
    return made


def seen(guard: str, *, level: int = 5000, button: int = 1, flag: int = 1) -> Seen:
    state = {"light.mode": 0}
    if guard == REMEMBERING:
        state |= {"was.1": flag, "duration.1": 0}
    return Seen({"level": level, "button": button}, state, {"lamp": 0})


def test_what_is_told_of_every_step_is_judged() -> None:
    watching = judge(FORGETFUL)
    watching.step(seen(FORGETFUL), 0)
    verdicts = [watching.step(seen(FORGETFUL), 50)["A1"] for _ in range(3)]
    assert verdicts == [Verdict.HOLDS, Verdict.VIOLATED, Verdict.VIOLATED]


@pytest.mark.parametrize(
    ("guard", "flag", "verdict"),
    [
        (FORGETFUL, 1, Verdict.OPEN),
        (REMEMBERING, 1, Verdict.VIOLATED),
        # It contradicts its own inputs.
        (REMEMBERING, 0, Verdict.OPEN),
    ],
)
def test_a_level_may_have_dipped_unless_the_controller_would_remember(
    guard: str, flag: int, verdict: Verdict
) -> None:
    watching = judge(guard)
    watching.step(seen(guard, flag=flag), 0)
    assert watching.pass_over(seen(guard, flag=flag), 150, 150)["A1"] is verdict


def test_a_condition_among_the_inputs_stays() -> None:
    watching = judge(FORGETFUL)
    watching.step(seen(FORGETFUL), 0)
    assert watching.pass_over(seen(FORGETFUL), 99, 99)["A2"] is Verdict.HOLDS
    assert watching.step(seen(FORGETFUL), 1)["A2"] is Verdict.VIOLATED


def test_a_time_that_is_not_known_exactly_is_not_held_against_anybody() -> None:
    watching = judge(FORGETFUL)
    watching.step(seen(FORGETFUL), 0)
    assert watching.pass_over(seen(FORGETFUL), 98, 102)["A2"] is Verdict.OPEN
    assert watching.step(seen(FORGETFUL), 1)["A2"] is Verdict.OPEN
    assert watching.step(seen(FORGETFUL), 1)["A2"] is Verdict.VIOLATED


def test_nothing_is_said_of_steps_that_there_may_not_have_been() -> None:
    watching = judge(FORGETFUL)
    watching.step(seen(FORGETFUL), 0)
    assert watching.pass_over(seen(FORGETFUL), 0, 300) == {}


def test_what_was_once_so_is_remembered_through_steps_of_which_nothing_is_known() -> None:
    watching = judge(FORGETFUL)
    watching.step(seen(FORGETFUL), 0)
    watching.pass_over(None, 300, 300)
    later = watching.step(seen(FORGETFUL, button=0), 1)
    assert later["A3"] is Verdict.HOLDS
    watching.forget()
    assert watching.step(seen(FORGETFUL, button=0), 1)["A3"] is Verdict.OPEN
    watching.start()
    assert watching.step(seen(FORGETFUL, button=0), 0)["A3"] is Verdict.VIOLATED
