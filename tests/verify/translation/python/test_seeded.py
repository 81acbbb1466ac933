"""Bugs in generated MicroPython are found at both levels, with a call that shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spec.language.reader import shipped
from tests.codegen.machines import machine
from tests.verify.translation.python.levels import findings, replayed, routines_of, text_of
from tests.verify.translation.python.small import NUMBER, module, routine
from verify.translation.finding import Outcome

MACHINE = machine(shipped())
TEXT = text_of(MACHINE, settable=False)
STEP, INIT = routines_of(MACHINE, settable=False)
SETTABLE = text_of(MACHINE, settable=True)
SETTABLE_STEP, _, CHECK, DEFAULTS = routines_of(MACHINE, settable=True)


def changed(old: str, new: str, text: str = TEXT) -> str:
    """The module with one change."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


WRONG = {
    "off by one": ("remote_closed_time_ms >= CONFIRM_MS", "remote_closed_time_ms > CONFIRM_MS"),
    "a wrong constant": ("HOLD_OFF_MS = const(30500)", "HOLD_OFF_MS = const(30499)"),
    "another constant": ("inputs.remote_h_mv > H_ON_MV", "inputs.remote_h_mv > H_OVER_MV"),
    "two attributes swapped": (
        "inputs.remote_l_mv < L_ON_MV or (",
        "inputs.remote_h_mv < L_ON_MV or (",
    ),
    "a missing branch": (
        "    elif inputs.pre_alarm != 0:\n",
        "    elif inputs.pre_alarm != 0 and False:\n",
    ),
    "a comparison the other way round": (
        "load_time_ms < HOLD_OFF_MS",
        "load_time_ms > HOLD_OFF_MS",
    ),
    "no upper limit": ("load_time_ms < 0 or load_time_ms > LOAD_TIME_MOST_MS", "load_time_ms < 0"),
    "no lower limit": (
        "load_time_ms < 0 or load_time_ms > LOAD_TIME_MOST_MS",
        "load_time_ms > LOAD_TIME_MOST_MS",
    ),
    "minus for plus": ("state.load_time_ms + inputs.dt_ms", "state.load_time_ms - inputs.dt_ms"),
    "a mode that is no mode": ("LOAD_DROPPED = const(3)", "LOAD_DROPPED = const(4)"),
    "or for and": ("enabled = remote_on and inputs", "enabled = remote_on or inputs"),
    "a condition turned round": ("    elif no_charge:", "    elif not no_charge:"),
    "a flag stored the wrong way": ("= 1 if remote_closed else 0", "= 0 if remote_closed else 1"),
    "memory of the step before": ("    state.load = load\n", "    state.load = load_before\n"),
    "numbers that grow": (
        "state.load_time_ms = load_time_ms\n",
        "state.load_time_ms = load_time_ms * 100000 - load_time_ms * 99999\n",
    ),
}


@pytest.mark.parametrize(("old", "new"), WRONG.values(), ids=WRONG)
def test_a_wrong_step_is_refuted_by_a_call_that_goes_wrong(old: str, new: str) -> None:
    text = changed(old, new)
    for level, finding in findings(text, STEP).items():
        assert finding.outcome is Outcome.DIFFERS, (level, finding)
        assert finding.example is not None, (level, finding)
        replayed(text, STEP, finding.example)


# What no controller may do, whatever it is given: where, and what is said of it.
FORBIDDEN = {
    "an input is written": (
        "    state.load = load\n",
        "    state.load = load\n    inputs.valid = 1\n",
        "inputs.valid is written",
        "inputs.valid = 1",
    ),
    "an output is not written": (
        "    out.red_led = RED_LED_LIT",
        "    red_led = RED_LED_LIT",
        "outputs.red_led is not written on every way",
        "def step",
    ),
    "an output is written on some ways only": (
        "    out.red_led = RED_LED_LIT",
        "    if remote_on:\n        out.red_led = RED_LED_LIT",
        "outputs.red_led is not written on every way",
        "def step",
    ),
    "an output is read before it is written": (
        "    # R08: remote_closed = ",
        "    state.charge = out.red_led\n    # R08: remote_closed = ",
        "outputs.red_led is read, and on one way",
        "state.charge = out.red_led",
    ),
    "an attribute that is no member": (
        "inputs.too_hot != 0\n",
        "inputs.much_too_hot != 0\n",
        "inputs.much_too_hot is no member",
        "inputs.much_too_hot",
    ),
    "an attribute that is made": (
        "    state.load = load\n",
        "    state.load = load\n    state.loads = load\n",
        "state.loads is no member",
        "state.loads = load",
    ),
    "a name that may not be assigned": (
        "        load_before = LOAD_OFF\n\n",
        "        loads_before = LOAD_OFF\n    state.load_time_ms = loads_before\n\n",
        "is read, and on one way to here nothing has been written",
        "state.load_time_ms = loads_before",
    ),
    "a number that takes memory": (
        "    load_time_ms = 0\n",
        "    load_time_ms = 1073741824\n",
        "1073741824 is not a small integer",
        "load_time_ms = 1073741824",
    ),
    "a parameter more": (
        "def step(state, inputs, out):",
        "def step(state, inputs, out, more):",
        "it has 4 parameters instead of 3",
        "def step",
    ),
    "another function": ("def step(", "def take_step(", "there is no function step", ""),
    "an attribute less": (
        "        self.load_time_ms = 0\n",
        "",
        "the state of the code lack load_time_ms",
        "def step",
    ),
}


@pytest.mark.parametrize(("old", "new", "reason", "where"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_no_controller_may_do_is_named_with_its_place(
    old: str, new: str, reason: str, where: str
) -> None:
    text = changed(old, new)
    line = next((k for k, each in enumerate(text.splitlines(), 1) if where and where in each), 0)
    for level, finding in findings(text, STEP).items():
        assert finding.outcome is Outcome.DIFFERS, (level, finding)
        assert finding.example is None
        assert reason in finding.reason
        if line:
            # A compiled function begins where its first instruction is.
            lines = [line] if where != "def step" or level == "source" else range(line, line + 40)
            assert any(f"sample.py:{each}" in finding.place for each in lines), (level, finding)


def test_numbers_that_may_take_memory_are_named_with_their_place() -> None:
    text = changed("inputs.supply_mv + H_OVER_MV", "inputs.supply_mv * H_OVER_MV * 40")
    line = 1 + text[: text.index("* 40")].count("\n")
    for finding in findings(text, STEP).values():
        assert finding.example is not None
        assert "small integer" in finding.example.broken or finding.example.differences
    text = changed(
        "    state.load = load\n",
        "    state.load = load + (state.load_time_ms - state.load_time_ms) * 2\n",
    )
    assert {each.outcome for each in findings(text, STEP).values()} == {Outcome.PROVED}
    text = changed(
        "    state.load_time_ms = load_time_ms\n",
        "    state.load_time_ms = load_time_ms + inputs.dt_ms * 3000000 - inputs.dt_ms * 3000000\n",
    )
    line = 1 + text[: text.index("3000000")].count("\n")
    for finding in findings(text, STEP).values():
        assert finding.outcome is Outcome.DIFFERS
        assert finding.example is not None
        assert "may not be a small integer: memory would be allocated" in finding.example.broken
        assert f"sample.py:{line}" in finding.example.place
        replayed(text, STEP, finding.example)


def test_the_first_memory_and_the_check_of_parameters_are_looked_at_too() -> None:
    wrong = (
        (changed("    state.charge = CHARGE_OFF\n", "    state.charge = 1\n"), INIT),
        (changed(">= 30500 and", "> 30500 and", SETTABLE), CHECK),
        (changed("<= 60000", "<= 60001", SETTABLE), CHECK),
        (changed("<= 60000", "<= 60000 or True", SETTABLE), CHECK),
    )
    for text, wanted in wrong:
        for level, finding in findings(text, wanted).items():
            assert finding.outcome is Outcome.DIFFERS, (level, finding)
            assert finding.example is not None
            replayed(text, wanted, finding.example)
    text = changed("self.hold_off_ms = 30500", "self.hold_off_ms = 30501", SETTABLE)
    for finding in findings(text, DEFAULTS).values():
        assert finding.outcome is Outcome.DIFFERS


def test_a_parameter_that_is_not_used_is_found() -> None:
    text = changed("load_time_ms < parameters.hold_off_ms", "load_time_ms < 30500", SETTABLE)
    for finding in findings(text, SETTABLE_STEP).values():
        assert finding.outcome is Outcome.DIFFERS
        assert finding.example is not None
        replayed(text, SETTABLE_STEP, finding.example)


def test_a_check_that_returns_nothing_is_no_check() -> None:
    text = changed("    return parameters.hold_off_ms", "    ok = parameters.hold_off_ms", SETTABLE)
    for finding in findings(text, CHECK).values():
        assert (finding.outcome, finding.reason) == (Outcome.DIFFERS, "nothing is returned")
    text = changed(
        "    return parameters.hold_off_ms",
        "    if parameters.hold_off_ms < 7:\n        return\n    return parameters.hold_off_ms",
        SETTABLE,
    )
    for finding in findings(text, CHECK).values():
        assert (finding.outcome, finding.reason) == (
            Outcome.DIFFERS,
            "on some way nothing is returned",
        )


def test_a_wrong_value_is_said_to_come_from_where_it_got_its_name() -> None:
    text = changed("        load = LOAD_CONNECTED\n", "        load = LOAD_DROPPED\n")
    lines = text.splitlines()
    expected = {
        # What is only copied comes from elsewhere.
        "state.load": lines.index("        load = LOAD_DROPPED") + 1,
        "outputs.load_disconnect": lines.index("    out.load_disconnect = (") + 1,
    }
    for level, finding in findings(text, STEP).items():
        assert finding.example is not None
        places = {each.name: each.place for each in finding.example.differences}
        assert places.keys() >= expected.keys()
        for name, line in expected.items():
            if level == "source":
                assert places[name] == f"sample.py:{line}"
            else:
                assert places[name].startswith("step+0x")
                # A statement of several lines has code in each of them.
                assert any(f"(sample.py:{line + k})" in places[name] for k in range(5))


def test_a_wrong_result_is_said_to_come_from_where_it_is_returned() -> None:
    text = module("return inputs.number + 1 if inputs.other > 3 else inputs.number").replace(
        "    return", "    out.shown = inputs.number\n    return"
    )
    for finding in findings(text, replace(routine(), result=NUMBER)).values():
        assert finding.example is not None
        (difference,) = finding.example.differences
        assert difference.name == "the result"
        assert "sample.py:5" in difference.place
