"""Identifiers: the author's where they can be, and no trouble whatever the author calls things."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from codegen.assembly import assemble
from codegen.naming import Names, names_of
from spec.expression import BOOLEAN, Enumeration, Quantity
from spec.identifiers import unit_suffix
from spec.language.errors import SpecificationError
from spec.language.reader import read_text, shipped
from spec.lower import lower
from spec.machine import Machine
from spec.units import UNITS, Dimension
from tests.codegen.checks import agree
from tests.codegen.machines import MACHINES, machine, write
from tests.codegen.steps import SMALL, some_steps
from tests.codegen.toolchain.compilers import CLANG, GCC, compile_object
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host

STEPS = 300
TEXT = """machine {m}  "Names"

time
    step  1 ms .. 10 ms by 1 ms

inputs
    {a}  : bool
    {b}  : 0 V .. 10 V by 1 mV
    {k}  : {{{v}, other}}

parameters
    {p} : 20 ms in 10 ms .. 30 ms
    {l} : 3 V

define
    {d} = {a} and {b} > {l}
    {e} = duration({d}) >= {p}

region {r}
    mode {q}   initial, safe
    mode off_duty
    {q} -> off_duty  when {e} and {k} is {v} and after(5 ms)
    off_duty -> {q}  when not {a} and duration({a}) >= 40 ms

outputs
    {o} : {{no, yes}} = yes when {r} is {q} else no
    {w} : 0 V .. 10 V by 1 mV = {b} when {d} else 0 V
"""
ROLES = ("m", "a", "b", "k", "v", "p", "l", "d", "e", "r", "q", "o", "w")
# Of C, of Python, of both; of headers; of the generated code; of MicroPython's file system.
_WORDS = """
int if else for while return struct const static volatile default case switch break register
def class lambda pass None True False yield global nonlocal with assert del not_ is_ self print
uint8_t uint32_t int32_t bool_t UINT8_MAX INT32_MAX UINT32_C NULL SIZE_MAX errno main boot machine
state inputs out parameters step init monitor const_ INPUTS State Outputs unused
_x __x _Bool __LINE__ __init__ _ __ X Y_ x__y micropython array json h H E
"""
WORDS = tuple(_WORDS.split())


def declared(names: dict[str, str]) -> Machine | None:
    """The machine with `names` for its roles; None where the language refuses them."""
    try:
        return read_text(TEXT.format(**names), "names.machine")[0]
    except SpecificationError:
        return None


def plain(role: str) -> str:
    return f"plain_{role}"


def runs(made: Machine, folder: Path, *, settable: bool) -> None:
    """The code of `made` compiles and does what it should."""
    written = write(made, folder, settable=settable)
    (source,) = written.code.in_language(".c")
    compile_object(GCC, source, folder, optimisation="-O1")
    rows = some_steps(written, STEPS, seed=6, widest=SMALL)
    host = Host(CLANG, written.code, folder, optimisation="-O0")
    agree([host, CPython(written.code)], written, *rows)


@pytest.mark.parametrize("word", WORDS)
def test_any_word_may_be_any_name(word: str, tmp_path: Path) -> None:
    """Rotated, so that each word has each role, and meets others in their roles."""
    start = WORDS.index(word)
    spread = [WORDS[(start + 5 * k) % len(WORDS)] for k in range(len(ROLES))]
    made = declared(dict(zip(ROLES, spread, strict=True)))
    if made is None:
        made = declared({role: word if role == "d" else plain(role) for role in ROLES})
    if made is None:
        # A word of the language is none of the author's.
        pytest.fail(word)
    assert made is not None
    runs(made, tmp_path, settable=start % 2 == 0)


# What the generated code makes of one name is what another is called.
COLLISIONS = (
    {"r": "load", "d": "LOAD_OFF_DUTY"},
    {"r": "load", "d": "load_before"},
    {"r": "load", "e": "load_time_ms"},
    {"b": "level", "d": "level_mv"},
    {"b": "level", "o": "LEVEL_MV_"},
    {"m": "lamp", "a": "LAMP_H", "d": "lamp_step"},
    {"m": "lamp", "a": "LAMP_LIMIT_MV", "l": "limit"},
    {"m": "lamp", "d": "LAMP_LIMIT_MV", "l": "limit"},
    {"p": "LOAD_TIME", "r": "load"},
    {"p": "load_time_most", "r": "load"},
    {"k": "load_off", "v": "duty", "r": "load"},
    {"d": "a_time_ms", "a": "a"},
    {"d": "lit", "r": "lit_before"},
    {"l": "limit", "d": "LIMIT_MV"},
    {"o": "kept", "d": "KEPT_NO"},
    {"d": "condition_1", "e": "condition_2"},
)


@pytest.mark.parametrize("names", COLLISIONS, ids=lambda each: " ".join(each.values()))
def test_names_that_are_made_meet_no_names_that_are_given(
    names: dict[str, str], tmp_path: Path
) -> None:
    made = declared({role: plain(role) for role in ROLES} | names)
    assert made is not None
    runs(made, tmp_path, settable=False)


def test_the_longest_names_are_kept(tmp_path: Path) -> None:
    names = {role: f"{role}{'x' * 60}" for role in ROLES}
    made = declared(names)
    assert made is not None
    runs(made, tmp_path, settable=False)
    names_in_c = names_of(assemble(lower(made), settable=False), prefix="", own="")
    assert names_in_c.memory[f"{names['r']}.mode"] == names["r"]


# Units


def test_no_two_units_of_a_dimension_are_spelt_alike() -> None:
    spelt: dict[tuple[Dimension, str], Fraction] = {}
    for unit in UNITS.values():
        suffix = unit_suffix(Quantity(unit.dimension, unit.scale))
        assert spelt.setdefault((unit.dimension, suffix), unit.scale) == unit.scale
        assert re.fullmatch(r"\w*", suffix, re.ASCII)


@pytest.mark.parametrize(
    ("type_", "suffix"),
    [
        (Quantity(Dimension.VOLTAGE, UNITS["mV"].scale), "_mv"),
        (Quantity(Dimension.VOLTAGE, 10 * UNITS["mV"].scale), "_in_10mv"),
        (Quantity(Dimension.TIME, UNITS["ms"].scale), "_ms"),
        (Quantity(Dimension.TIME, 10 * UNITS["ms"].scale), "_in_10ms"),
        (Quantity(Dimension.TIME, UNITS["min"].scale), "_minutes"),
        (Quantity(Dimension.TEMPERATURE, UNITS["°C"].scale), "_celsius"),
        (Quantity(Dimension.TEMPERATURE, UNITS["°C"].scale / 10), "_decicelsius"),
        (Quantity(Dimension.COUNT, Fraction(1)), ""),
        (Quantity(Dimension.COUNT, Fraction(5)), "_in_5"),
        (BOOLEAN, ""),
        (Enumeration(("a", "b")), ""),
    ],
)
def test_a_name_ends_in_its_unit(type_: Quantity, suffix: str) -> None:
    assert unit_suffix(type_) == suffix


def test_any_resolution_has_a_name() -> None:
    seen: dict[tuple[Dimension, str], Fraction] = {}
    multiples = [Fraction(a, b) for a, b in product((1, 2, 3, 5, 10, 25, 1000), repeat=2)]
    for unit in UNITS.values():
        for multiple in multiples:
            resolution = unit.scale * multiple
            suffix = unit_suffix(Quantity(unit.dimension, resolution))
            assert re.fullmatch(r"\w*", suffix, re.ASCII), suffix
            assert seen.setdefault((unit.dimension, suffix), resolution) == resolution


def test_the_smallbms_has_the_names_of_its_author() -> None:
    program = assemble(lower(machine(shipped())), settable=True)
    names: Names = names_of(program, prefix="smallbms_", own="smallbms_")
    assert names.inputs["remote_l"] == "remote_l_mv"
    assert names.memory["load.time"] == "load_time_ms"
    assert names.settings["hold_off"] == "hold_off_ms"
    assert names.constants["l_on"] == "SMALLBMS_L_ON_MV"
    assert names.members["load"][2] == "SMALLBMS_LOAD_WARNING"


@MACHINES
def test_no_name_is_given_twice_in_one_place(path: Path) -> None:
    program = assemble(lower(machine(path)), settable=True)
    for prefix in ("", f"{program.machine.name}_"):
        names = names_of(program, prefix=prefix, own=prefix)
        members = [name for group in names.members.values() for name in group]
        file = [*members, *names.constants.values(), *names.most.values()]
        for scope in (
            file,
            [*file, *names.locals.values()],
            [*names.inputs.values()],
            [*names.memory.values()],
            [*names.outputs.values()],
            [*names.settings.values()],
        ):
            assert len(scope) == len(set(scope))
