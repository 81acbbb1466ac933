"""Mistakes put into the code of the smallBMS: each is found, with a call that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from spec.language.reader import shipped
from tests.codegen.toolchain.compilers import ARM, compile_object
from tests.verify.translation.machine_code import compiled
from tests.verify.translation.machine_code.emulator import Emulator
from verify.translation.finding import Finding, Outcome
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image
from verify.translation.machine_code.layout import structures
from verify.translation.machine_code.validation import validate

_STEP = "smallbms_step"
_BOTH = pytest.mark.parametrize("optimisation", ["-Os", "-O2"])
_SATURATED = """        if (load_time_ms > SMALLBMS_LOAD_TIME_MOST_MS) {
            load_time_ms = SMALLBMS_LOAD_TIME_MOST_MS;
        }
"""


@dataclass(frozen=True)
class Change:
    """What is written in the place of `right`, in the source or in the header.

    Attributes:
        replayed: The example says all that matters: not so where a condition is neither 0 nor 1,
            or where an output keeps its old value.
    """

    name: str
    right: str
    wrong: str
    file: str = "smallbms.c"
    replayed: bool = True


_BUGS = (
    Change(
        "one off", "load_time_ms < SMALLBMS_HOLD_OFF_MS", "load_time_ms <= SMALLBMS_HOLD_OFF_MS"
    ),
    Change("one less", "in->remote_h_mv > SMALLBMS_H_ON_MV", "in->remote_h_mv >= SMALLBMS_H_ON_MV"),
    Change("a timer that wraps", _SATURATED, ""),
    Change(
        "a timer of 16 bits",
        "load_time_ms = state->load_time_ms + in->dt_ms;",
        "load_time_ms = (uint16_t)(state->load_time_ms + in->dt_ms);",
    ),
    Change(
        "a mode that is forgotten",
        "(load_before == SMALLBMS_LOAD_CONNECTED)\n            ||",
        "(load_before == SMALLBMS_LOAD_OFF)\n            ||",
    ),
    Change(
        "an illegal mode that stays",
        "        load_before = SMALLBMS_LOAD_OFF;",
        "        load_before = SMALLBMS_LOAD_WARNING;",
    ),
    Change(
        "a way that falls through",
        "        load = SMALLBMS_LOAD_OFF;\n    } else if (in->low_cell != 0U) {",
        "        load = SMALLBMS_LOAD_OFF;\n    }\n    if (in->low_cell != 0U) {",
    ),
    Change(
        "two members taken for each other",
        "    state->remote_closed_before = remote_closed ? 1U : 0U;\n"
        "    state->remote_closed_time_ms = (uint8_t)remote_closed_time_ms;\n",
        "    state->remote_closed_time_ms = remote_closed ? 1U : 0U;\n"
        "    state->remote_closed_before = (uint8_t)remote_closed_time_ms;\n",
    ),
    Change(
        "a member that is only right if it is 1",
        "(in->too_hot != 0U)",
        "(in->too_hot == 1U)",
        replayed=False,
    ),
    Change(
        "a sign",
        "(in->remote_l_mv < SMALLBMS_L_ON_MV)",
        "((int32_t)(in->remote_l_mv - 70000U) < 3500)",
    ),
    Change(
        "an output that is forgotten",
        "    out->blue_led = SMALLBMS_BLUE_LED_DARK;\n",
        "",
        replayed=False,
    ),
    Change(
        "an output that never falls",
        "        out->red_led = SMALLBMS_RED_LED_LIT;\n    }\n}",
        "        out->red_led = SMALLBMS_RED_LED_LIT;\n    }\n"
        "    out->red_led |= out->blue_led;\n}",
    ),
    Change(
        "another parameter",
        "#define SMALLBMS_CONFIRM_MS 100U",
        "#define SMALLBMS_CONFIRM_MS 99U",
        "smallbms.h",
    ),
)
_HARMLESS = (
    Change(
        "a limit that is one off",
        "if (load_time_ms > SMALLBMS_LOAD_TIME_MOST_MS)",
        "if (load_time_ms >= SMALLBMS_LOAD_TIME_MOST_MS)",
    ),
    Change(
        "a local that nobody reads",
        "    uint8_t load;\n",
        "    volatile uint8_t unread = 1U; (void)unread;\n    uint8_t load;\n",
    ),
    Change(
        "a division that is none",
        "state->load_time_ms + in->dt_ms;",
        "(state->load_time_ms + in->dt_ms) / 1U;",
    ),
    Change(
        "another order",
        "(in->high_cell != 0U) || (in->too_cold != 0U)",
        "(in->too_cold != 0U) || (in->high_cell != 0U)",
    ),
)
_LAYOUTS = (
    Change(
        "a narrow member", "    uint16_t load_time_ms;", "    uint8_t load_time_ms;", "smallbms.h"
    ),
    Change(
        "a member too many",
        "    uint16_t load_time_ms;",
        "    uint16_t load_time_ms;\n    uint8_t other;",
        "smallbms.h",
    ),
    Change("another name", "uint32_t remote_h_mv;", "uint32_t remote_hh_mv;", "smallbms.h"),
)


def _build(change: Change, folder: Path, optimisation: str) -> Image:
    made = compiled.written(shipped(), settable=False)
    for file in made.files:
        text = file.read_text(encoding="utf-8")
        if file.name == change.file:
            assert text.count(change.right) == 1, change.name
            text = text.replace(change.right, change.wrong)
        if change.name == "another name":
            text = text.replace("in->remote_h_mv", "in->remote_hh_mv")
        (folder / file.name).write_text(text, encoding="utf-8")
    options = ("-Wno-conversion", "-Wno-maybe-uninitialized", "-Wno-strict-overflow")
    built = compile_object(
        ARM, folder / "smallbms.c", folder, optimisation=optimisation, options=options
    )
    return read_image(built.read_bytes())


def _validate(image: Image) -> Finding:
    routine = compiled.routines(shipped(), settable=False)[_STEP]
    return validate(image, routine, _STEP, extrema=False)


@_BOTH
@pytest.mark.parametrize("change", _BUGS, ids=lambda change: change.name)
def test_the_example_goes_wrong_in_the_emulator_too(
    change: Change, optimisation: str, tmp_path: Path
) -> None:
    image = _build(change, tmp_path, optimisation)
    finding = _validate(image)
    assert finding.outcome is Outcome.DIFFERS
    example = finding.example
    assert example is not None, finding
    routine = compiled.routines(shipped(), settable=False)[_STEP]
    layouts = structures(image, routine, _STEP)
    given = {each.name: each.value for each in example.given}
    done = Emulator(image, image.function(_STEP), layouts).call(given)
    assert example.differences
    for each in example.differences:
        assert each.got != each.expected
        if change.replayed:
            assert done.after[each.name] == each.got


@_BOTH
@pytest.mark.parametrize("change", _HARMLESS, ids=lambda change: change.name)
def test_what_is_no_mistake_is_proved(change: Change, optimisation: str, tmp_path: Path) -> None:
    assert _validate(_build(change, tmp_path, optimisation)).outcome is Outcome.PROVED


@pytest.mark.parametrize("change", _LAYOUTS, ids=lambda change: change.name)
def test_another_layout_is_told(change: Change, tmp_path: Path) -> None:
    finding = _validate(_build(change, tmp_path, "-Os"))
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is None
    assert finding.reason
