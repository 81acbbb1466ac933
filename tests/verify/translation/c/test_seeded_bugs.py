"""Bugs that are made on purpose in the smallBMS are found, and shown where they matter."""

from __future__ import annotations

import pytest

from tests.verify.translation.c.routines import findings, written
from verify.translation.finding import Finding, Outcome

SYSTEM, FILES = written(settable=False)


def found(old: str, new: str, *, file: str = "smallbms.c", first: bool = False) -> Finding:
    """What is found in `file` with `new` where it says `old`, which it says once if not `first`."""
    assert FILES[file].count(old) == 1 or first
    files = {**FILES, file: FILES[file].replace(old, new, 1)}
    started, stepped = findings(SYSTEM, files, settable=False)
    return stepped if started.outcome is Outcome.PROVED else started


DIFFERENT = {
    "off by one": ("load_time_ms < SMALLBMS_HOLD_OFF_MS", "load_time_ms <= SMALLBMS_HOLD_OFF_MS"),
    "off by one at a limit": ("in->remote_l_mv < SMALLBMS", "in->remote_l_mv <= SMALLBMS"),
    "a timer that wraps": (
        "if (load_time_ms > SMALLBMS_LOAD_TIME_MOST_MS) {",
        "if (load_time_ms > 4 * SMALLBMS_LOAD_TIME_MOST_MS) {",
    ),
    "too narrow a timer": ("(uint16_t)load_time_ms", "(uint8_t)load_time_ms"),
    "too narrow a variable": ("    uint32_t load_time_ms = 0U;", "    uint16_t load_time_ms = 0U;"),
    "a missing case": (
        "(load_before == SMALLBMS_LOAD_CONNECTED)\n            || ",
        "",
    ),
    "swapped stores": ("state->load = load;", "state->charge = load;"),
    "a store that is left out": ("    state->load_time_ms = (uint16_t)load_time_ms;\n", ""),
    "a wrong constant": (
        "charge = SMALLBMS_CHARGE_BLOCKED;",
        "charge = SMALLBMS_CHARGE_ALLOWED;",
    ),
    "a wrong macro": ("SMALLBMS_H_ON_MV)", "SMALLBMS_L_ON_MV)"),
    "a sign that is forgotten": (
        "if (!enabled) {\n        /* R07, R16, R17: any -> off when not enabled */\n        load",
        "if (enabled) {\n        /* R07, R16, R17: any -> off when not enabled */\n        load",
    ),
    "a wrong first state": (
        "state->charge = SMALLBMS_CHARGE_OFF;",
        "state->charge = SMALLBMS_CHARGE_BLOCKED;",
    ),
}


@pytest.mark.parametrize(("old", "new"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_value_that_is_wrong_comes_with_an_example(old: str, new: str) -> None:
    finding = found(old, new)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None
    assert finding.example.differences
    assert not finding.example.broken
    for each in finding.example.differences:
        # What is kept and never written comes from nowhere.
        assert each.place.startswith("smallbms.c:") or each.name.startswith("state.")


def test_a_wrong_value_is_shown_where_it_comes_from() -> None:
    finding = found(*DIFFERENT["off by one"])
    assert finding.example is not None
    lines = FILES["smallbms.c"].splitlines()
    wrong = {
        each.name: lines[int(each.place.split(":")[1]) - 1].strip()
        for each in finding.example.differences
    }
    assert wrong["state.load"] == "load = SMALLBMS_LOAD_WARNING;"
    assert wrong["outputs.blue_led"] == "out->blue_led = SMALLBMS_BLUE_LED_LIT;"


BROKEN = {
    "no value": ("    uint8_t charge;\n", "    uint8_t charge;\n    charge++;\n", "read before"),
    "a value in one branch only": (
        "        load = SMALLBMS_LOAD_OFF;\n    } else if (in->low_cell",
        "        ;\n    } else if (in->low_cell",
        "load is read before it has a value",
    ),
    "its own value": (
        "uint8_t load_before = state->load;",
        "uint8_t load_before = load_before + state->load;",
        "load_before is read before it has a value",
    ),
    "an output that is read first": (
        "    out->red_led = SMALLBMS_RED_LED_DARK;\n",
        "    out->red_led = out->blue_led & out->red_led;\n",
        "outputs.red_led is read before it has a value",
    ),
    "signed numbers that are too large": (
        "const bool no_charge = ",
        "const bool no_charge = (100000 * (int32_t)in->supply_mv < 0) || ",
        "the product does not fit into",
    ),
    "a signed number that is too small": (
        "const bool no_charge = ",
        "const bool no_charge = ((int16_t)in->supply_mv < 0) || ",
        "the value does not fit into short",
    ),
    "a shift by too much": (
        "const bool no_charge = ",
        "const bool no_charge = ((1U << in->dt_ms) == 7U) || ",
        "the shift is by less than 0, or by 32 or more",
    ),
    "a division by zero": (
        "const bool no_charge = ",
        "const bool no_charge = ((1000U / in->dt_ms) == 1001U) || ",
        "a division by zero",
    ),
}


@pytest.mark.parametrize(("old", "new", "told"), BROKEN.values(), ids=BROKEN)
def test_what_c_does_not_define_comes_with_an_example_and_a_place(
    old: str, new: str, told: str
) -> None:
    finding = found(old, new)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None
    assert told in finding.example.broken
    file, line = finding.example.place.split(":")
    changed = FILES["smallbms.c"].replace(old, new, 1).splitlines()
    assert file == "smallbms.c"
    assert 1 <= int(line) <= len(changed)
    assert changed[int(line) - 1].strip()


def test_an_output_that_is_not_written_is_told() -> None:
    finding = found("    out->blue_led = SMALLBMS_BLUE_LED_DARK;\n", "")
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None
    assert finding.example.broken == "outputs.blue_led is not written"


def test_a_state_that_is_not_set_up_is_told() -> None:
    finding = found("    state->load_time_ms = 0U;\n", "")
    assert finding.subject == "smallbms_init"
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None
    assert finding.example.broken == "state.load_time_ms is not written"


def test_an_input_that_is_written_is_told() -> None:
    prototype = "const struct smallbms_inputs *in"
    text = FILES["smallbms.c"].replace(prototype, "struct smallbms_inputs *in")
    text = text.replace(
        "    state->load = load;\n", "    state->load = load;\n    in->valid = 1U;\n"
    )
    _, finding = findings(SYSTEM, {**FILES, "smallbms.c": text}, settable=False)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None
    assert finding.example.broken == "inputs.valid is written, which may only be read"
    line = text.splitlines().index("    in->valid = 1U;") + 1
    assert finding.example.place == f"smallbms.c:{line}"


NARROW = {
    "uint32_t supply_mv": ("uint16_t supply_mv", "has no room for 8000 to 70000"),
    "uint16_t load_time_ms": ("uint8_t load_time_ms", "has no room for 0 to 60000"),
    "uint8_t red_led;": ("_Bool red_led;", "has no room for 0 to 1"),
    "uint8_t too_hot;": ("uint8_t too_heavy;", "lack too_hot, and there is too_heavy"),
    "uint8_t too_cold;": ("uint8_t too_cold;\n    uint8_t more;", "have more besides"),
}


@pytest.mark.parametrize("old", NARROW)
def test_a_structure_that_does_not_fit_is_told(old: str) -> None:
    new, told = NARROW[old]
    finding = found(old, new, file="smallbms.h")
    assert finding.outcome is Outcome.DIFFERS
    assert told in finding.reason


def test_a_bool_is_trusted_only_of_those_who_promise_it() -> None:
    trusted = found("uint8_t too_hot;", "_Bool too_hot;", file="smallbms.h")
    assert trusted.outcome is Outcome.PROVED
    kept = "uint8_t remote_closed_before;"
    finding = found(kept, kept.replace("uint8_t", "_Bool"), file="smallbms.h")
    assert finding.outcome is Outcome.UNKNOWN
    assert "is a bool, in a structure that may hold anything" in finding.reason


def test_what_is_only_written_otherwise_is_proved() -> None:
    for old, new in (
        ("remote_closed ? 1U : 0U", "remote_closed"),
        ("(uint8_t)remote_closed_time_ms", "remote_closed_time_ms"),
        ("const bool no_charge", "bool no_charge"),
        ("load_time_ms > SMALLBMS_LOAD_TIME_MOST_MS", "load_time_ms >= SMALLBMS_LOAD_TIME_MOST_MS"),
        ("uint32_t dt_ms", "uint16_t dt_ms"),
        (
            "uint8_t load_before = state->load;",
            "const int x = 5 / 2; uint8_t load_before = state->load + x - 2;",
        ),
    ):
        file = "smallbms.h" if "dt_ms" in old else "smallbms.c"
        assert found(old, new, file=file).outcome is Outcome.PROVED, old
