"""P-code: right code is proved for every processor, and wrong code never is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.system import TransitionSystem
from tests.codegen.machines import FILES
from tests.verify.translation.machine_code.demonstration import (
    NAME,
    RIGHT,
    ROUTINE,
    in_c,
)
from tests.verify.translation.machine_code.processors import (
    M0PLUS,
    M3,
    M4,
    RV32,
    Target,
    build,
    found,
    image_of,
)
from verify.translation.evaluated import Forbidden
from verify.translation.finding import Outcome
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image
from verify.translation.monitoring import Monitoring
from verify.translation.routine import (
    Routine,
    init,
    parameters_check,
    parameters_init,
    settings_of,
    step,
)

_TARGETS = (M0PLUS, M3, M4, RV32)
_EVERY_TARGET = pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target.name)
_BUILDS = [
    *((M0PLUS, level) for level in ("-O0", "-O1", "-Os", "-O2", "-O3")),
    *((target, level) for target in (M3, M4) for level in ("-Os", "-O2")),
    *((RV32, level) for level in ("-O0", "-Os", "-O2")),
]
# Between them: several regions and resolutions, temperatures below zero, definitions, products.
_MACHINES = (
    "kitchen",
    "temperatures_below_zero",
    "timers_saturate",
    "parameters_in_order",
    "self_transition_restarts",
    "regions_read_old_modes",
    "definitions_and_choices",
)


def _build_name(each: tuple[Target, str]) -> str:
    return f"{each[0].name}{each[1]}"


@cache
def _written(path: Path, *, settable: bool) -> tuple[TransitionSystem, dict[str, str]]:
    machine = read(path)[0]
    return lower(machine), generate(machine, "c99", Options(settable=settable))


def _routines(system: TransitionSystem, *, settable: bool) -> list[Routine]:
    routines = [init(system), step(system, settable=settable)]
    if settable and settings_of(system):
        routines += [parameters_init(system), parameters_check(system)]
    return routines


def _outcomes(
    path: Path, folder: Path, target: Target, level: str, *, settable: bool
) -> dict[str, Outcome]:
    """What is found of each function of the machine in the file `path`."""
    system, files = _written(path, settable=settable)
    name = system.machine.name
    image = read_image(build(files, f"{name}.c", folder, target, (level, "-g")))
    return {
        each.name: found(image, each, f"{name}_{each.name}").outcome
        for each in _routines(system, settable=settable)
    }


# --- What is proved ---


@pytest.mark.parametrize("settable", [False, True], ids=["constant", "settable"])
@pytest.mark.parametrize("built", _BUILDS, ids=_build_name)
def test_every_build_of_the_shipped_machine_is_proved(
    built: tuple[Target, str], settable: bool, tmp_path: Path
) -> None:
    target, level = built
    outcomes = _outcomes(shipped(), tmp_path, target, level, settable=settable)
    assert set(outcomes.values()) == {Outcome.PROVED}


@pytest.mark.parametrize("name", _MACHINES)
@pytest.mark.parametrize("target", [M4, RV32], ids=lambda target: target.name)
def test_other_machines_are_proved(target: Target, name: str, tmp_path: Path) -> None:
    path = next(each for each in FILES if each.stem == name)
    outcomes = _outcomes(path, tmp_path, target, "-Os", settable=True)
    assert set(outcomes.values()) == {Outcome.PROVED}


@pytest.mark.parametrize("target", [M4, RV32], ids=lambda target: target.name)
def test_the_monitor_is_proved(target: Target, tmp_path: Path) -> None:
    machine = read(shipped())[0]
    files = generate(machine, "c99", Options(settable=True, monitors=True))
    image = read_image(build(files, "smallbms_monitor.c", tmp_path, target))
    monitoring = Monitoring(machine, settable=True)
    for routine in (monitoring.init(), monitoring.step()):
        finding = found(image, routine, f"smallbms_monitor_{routine.name}")
        assert finding.outcome is Outcome.PROVED


@_EVERY_TARGET
@pytest.mark.parametrize("level", ["-O0", "-Os"])
def test_the_demonstration_is_proved(target: Target, level: str, tmp_path: Path) -> None:
    image = image_of(in_c(RIGHT), tmp_path, target, (level, "-g"))
    assert found(image, ROUTINE, NAME).outcome is Outcome.PROVED


# --- What is refuted, with an example ---


@dataclass(frozen=True)
class _Bug:
    """A mistake in the code of the shipped machine: `right` became `wrong` in the file `file`."""

    name: str
    file: str
    right: str
    wrong: str


_CODE = "smallbms.c"
_BUGS = (
    _Bug("off by one", _CODE, "load_time_ms < SMALL", "load_time_ms <= SMALL"),
    _Bug("another limit", "smallbms.h", "_L_ON_MV 3500U", "_L_ON_MV 3501U"),
    _Bug(
        "a narrow timer",
        _CODE,
        "= state->load_time_ms + in->dt_ms;",
        "= (uint16_t)(state->load_time_ms + in->dt_ms);",
    ),
    _Bug(
        "a narrow sum",
        _CODE,
        "= state->remote_closed_time_ms + in->dt_ms;",
        "= (uint8_t)(state->remote_closed_time_ms + in->dt_ms);",
    ),
    _Bug("a lost case", _CODE, "} else if (in->pre_alarm != 0U) {", "} else if (0) {"),
    _Bug("the opposite", _CODE, "} else if (no_charge) {", "} else if (!no_charge) {"),
    _Bug("a lost output", _CODE, "out->blue_led = SMALLBMS_BLUE_LED_DARK;", ""),
    _Bug(
        "the wrong output",
        _CODE,
        "out->blue_led = SMALLBMS_BLUE_LED_L",
        "out->red_led = SMALLBMS_BLUE_LED_L",
    ),
    _Bug("a lost memory", _CODE, "state->load = load;", ""),
    _Bug("another input", _CODE, "(in->too_cold != 0U)", "(in->low_cell != 0U)"),
    _Bug("signed for unsigned", _CODE, "(in->remote_l_mv <", "((int16_t)in->remote_l_mv < (int)"),
    _Bug("no saturation", _CODE, "if (load_time_ms > SMALLBMS_LOAD_TIME_MOST_MS) {", "if (0) {"),
)


@pytest.mark.parametrize("bug", _BUGS, ids=lambda bug: bug.name)
@pytest.mark.parametrize("target", [M0PLUS, M4, RV32], ids=lambda target: target.name)
def test_bugs_are_refuted_with_an_example(target: Target, bug: _Bug, tmp_path: Path) -> None:
    system, files = _written(shipped(), settable=False)
    text = files[bug.file]
    assert bug.right in text
    changed = {**files, bug.file: text.replace(bug.right, bug.wrong)}
    image = read_image(build(changed, "smallbms.c", tmp_path, target))
    finding = found(image, step(system, settable=False), "smallbms_step")
    assert finding.outcome is Outcome.DIFFERS
    assert finding.example is not None


_INPUTS = re.compile(r"struct smallbms_inputs (\{.*?\n\};)", re.DOTALL)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (("pre_alarm;", "low_cell;"), ("low_cell;", "pre_alarm;")),
        (("uint32_t supply_mv;",), ("uint32_t shifted; uint32_t supply_mv;",)),
        (("uint32_t dt_ms;",), ("uint8_t dt_ms;",)),
        ((), ()),
    ],
    ids=["swapped members", "another offset", "another width", "the same"],
)
@_EVERY_TARGET
def test_code_that_was_compiled_with_another_header_is_refuted(
    target: Target, right: tuple[str, ...], wrong: tuple[str, ...], tmp_path: Path
) -> None:
    system, files = _written(shipped(), settable=False)
    members = _INPUTS.search(files["smallbms.h"])
    assert members is not None
    other = members[1]
    for one, mark in zip(right, "\1\2", strict=False):
        other = other.replace(one, mark)
    for another, mark in zip(wrong, "\1\2", strict=False):
        other = other.replace(mark, another)
    body = files["smallbms.c"].replace("in->", "((const struct other *)in)->")
    declared = body.replace("#include <stdbool.h>", f"#include <stdbool.h>\nstruct other {other}")
    image = read_image(build({**files, "smallbms.c": declared}, "smallbms.c", tmp_path, target))
    finding = _finding(image, step(system, settable=False), "smallbms_step")
    same = right == wrong
    assert finding is (Outcome.PROVED if same else Outcome.DIFFERS)


def _finding(image: Image, routine: Routine, name: str) -> Outcome:
    try:
        return found(image, routine, name).outcome
    except Forbidden:
        return Outcome.DIFFERS
