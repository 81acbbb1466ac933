"""Layouts of structures: found in debug information, or refused with a reason."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from spec.expression import BOOLEAN, Quantity
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.machine import Span
from spec.term import TRUE, Variable
from spec.units import Dimension
from tests.verify.translation.machine_code.processors import M0PLUS, RV32, Target, build, image_of
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.elf import UnreadableImage, read_image
from verify.translation.machine_code.image import Image
from verify.translation.machine_code.layout import Layout, Layouts, Scalar, structures
from verify.translation.machine_code.types import Integer
from verify.translation.matching import Unmatched
from verify.translation.routine import (
    RESULT,
    Access,
    Claim,
    Member,
    Routine,
    Structure,
    after,
    step,
)

_MILLIVOLTS = Quantity(Dimension.VOLTAGE, Fraction(1, 1000))
_LEVEL = Member("level", "level", _MILLIVOLTS, Span(0, 70_000), False)
_CHANGE = Member("change", "change", _MILLIVOLTS, Span(-500, 500), False)
_FLAG = Member("flag", "flag", BOOLEAN, Span(0, 1), True)
_DRIVE = Member("drive", "drive", BOOLEAN, Span(0, 1), True)
_INPUTS = Structure("inputs", Access.READ, (_LEVEL, _CHANGE, _FLAG), trusted=True)
_OUTPUTS = Structure("outputs", Access.WRITTEN, (_DRIVE,))
_ROUTINE = Routine("step", (_INPUTS, _OUTPUTS), {"drive": TRUE})

_RIGHT = "uint32_t level; int16_t change; uint8_t flag;"
_TARGETS = pytest.mark.parametrize("target", [M0PLUS, RV32], ids=lambda target: target.name)
_DWARF = pytest.mark.parametrize("version", ["-gdwarf-4", "-gdwarf-5"])


def _source(inputs: str, *, before: str = "", parameters: str = "") -> str:
    given = parameters or "const struct inputs *in, struct outputs *out"
    names = [each.split()[-1].lstrip("*") for each in given.split(",") if " " in each]
    used = "".join(f" (void){name};" for name in names)
    return (
        f"#include <stdint.h>\n#include <stdbool.h>\n{before}\n"
        f"struct inputs {{ {inputs} }};\nstruct outputs {{ uint8_t drive; }};\n"
        f"void f({given})\n{{{used}\n}}\n"
    )


def _layouts(
    source: str,
    folder: Path,
    target: Target = M0PLUS,
    version: str = "-g",
    routine: Routine = _ROUTINE,
) -> Layouts:
    return structures(image_of(source, folder, target, ("-Os", version)), routine, "f")


def _inputs(layouts: Layouts) -> Layout:
    found = layouts.parameters[0]
    assert isinstance(found, Layout)
    return found


def _places(layouts: Layouts) -> dict[str, tuple[int, Integer]]:
    return {each.name: (each.offset, each.type) for each in _inputs(layouts).places}


# --- What is found ---


@_TARGETS
@_DWARF
def test_members_are_found_where_they_lie(target: Target, version: str, tmp_path: Path) -> None:
    layouts = _layouts(_source(_RIGHT), tmp_path, target, version)
    assert _places(layouts) == {
        "level": (0, Integer(4, False)),
        "change": (4, Integer(2, True)),
        "flag": (6, Integer(1, False)),
    }
    inputs, outputs = layouts.parameters
    assert isinstance(inputs, Layout)
    assert isinstance(outputs, Layout)
    assert (inputs.size, inputs.alignment, inputs.structure) == (8, 4, _INPUTS)
    assert (outputs.size, outputs.alignment, outputs.structure) == (1, 1, _OUTPUTS)
    assert layouts.result is None


@_TARGETS
def test_the_order_of_members_is_the_compilers(target: Target, tmp_path: Path) -> None:
    source = _source("uint8_t flag; uint32_t level; int16_t change;")
    assert {name: at for name, (at, _) in _places(_layouts(source, tmp_path, target)).items()} == {
        "flag": 0,
        "level": 4,
        "change": 8,
    }


@pytest.mark.parametrize(
    ("type_", "integer"),
    [
        ("bool", Integer(1, False, True)),
        ("_Bool", Integer(1, False, True)),
        ("char", Integer(1, False)),
        ("signed char", Integer(1, True)),
        ("int", Integer(4, True)),
        ("unsigned long", Integer(4, False)),
        ("const uint16_t", Integer(2, False)),
        ("named", Integer(2, True)),
        ("enum three", Integer(1, False)),
        ("enum below", Integer(1, True)),
    ],
)
def test_conditions_may_be_of_any_type_of_integers(
    type_: str, integer: Integer, tmp_path: Path
) -> None:
    before = (
        "typedef const int16_t first; typedef first named;\n"
        "enum three { NONE, ONE, TWO }; enum below { BELOW = -1, ABOVE };"
    )
    source = _source(f"uint32_t level; int16_t change; {type_} flag;", before=before)
    assert _places(_layouts(source, tmp_path))["flag"][1] == integer


@_TARGETS
@_DWARF
def test_enumerations_of_other_processors_are_as_wide_as_they_say(
    target: Target, version: str, tmp_path: Path
) -> None:
    source = _source(
        "uint32_t level; int16_t change; enum three flag;", before="enum three { NONE, ONE };"
    )
    found = _places(_layouts(source, tmp_path, target, version))["flag"][1]
    assert found == Integer(1 if target is M0PLUS else 4, False)


def test_packed_structures_may_lie_anywhere(tmp_path: Path) -> None:
    packed = "uint8_t flag; uint32_t level; int16_t change;"
    source = _source(packed).replace(f"{packed} }}", f"{packed} }} __attribute__((packed))")
    inputs = _inputs(_layouts(source, tmp_path))
    assert (inputs.size, inputs.alignment) == (7, 1)


def test_an_alignment_that_is_asked_for_counts(tmp_path: Path) -> None:
    source = _source(_RIGHT).replace(f"{_RIGHT} }}", f"{_RIGHT} }} __attribute__((aligned(16)))")
    inputs = _inputs(_layouts(source, tmp_path, version="-gdwarf-5"))
    assert (inputs.size, inputs.alignment) == (16, 16)


def test_names_that_are_taken_have_a_mark(tmp_path: Path) -> None:
    source = _source("uint32_t level_; int16_t change; uint8_t flag;")
    assert set(_places(_layouts(source, tmp_path))) == {"level_", "change", "flag"}


@_TARGETS
def test_numbers_by_value_and_results_have_their_types(target: Target, tmp_path: Path) -> None:
    count = Member("count", "count", _MILLIVOLTS, Span(0, 4095), False)
    routine = Routine("reading", (count,), {}, result=TRUE)
    source = "#include <stdint.h>\nint16_t f(uint16_t n) { return n; }\n"
    layouts = _layouts(source, tmp_path, target, routine=routine)
    assert layouts == Layouts((Scalar("count", count, Integer(2, False)),), Integer(2, True))


def test_a_function_that_is_inlined_elsewhere_is_found_as_well(tmp_path: Path) -> None:
    source = _source(_RIGHT) + "void g(struct inputs *in, struct outputs *out) { f(in, out); }\n"
    layouts = _layouts(source, tmp_path, version="-gdwarf-5")
    assert set(_places(layouts)) == {"level", "change", "flag"}


@_TARGETS
def test_the_shipped_machine_is_laid_out_as_it_says(target: Target, tmp_path: Path) -> None:
    machine = read(shipped())[0]
    files = generate(machine, "c99", Options(settable=True))
    image = read_image(build(files, "smallbms.c", tmp_path, target))
    layouts = structures(image, step(lower(machine), settable=True), "smallbms_step")
    sizes = [each.size for each in layouts.parameters if isinstance(each, Layout)]
    assert sizes == [6, 24, 5, 4]


# --- What is refused ---


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ("uint32_t level; int16_t change;", "the inputs of the code lack flag"),
        (f"{_RIGHT} uint8_t more;", "the inputs of the code have more besides"),
        (
            "uint32_t level; int16_t change; uint8_t flog;",
            "the inputs of the code lack flag, and there is flog",
        ),
        (
            "uint16_t level; int16_t change; uint8_t flag;",
            "inputs.level is unsigned, 16 bits, and must have room for 0 to 70000",
        ),
        (
            "uint32_t level; uint16_t change; uint8_t flag;",
            "inputs.change is unsigned, 16 bits, and must have room for -500 to 500",
        ),
        (
            "bool level; int16_t change; uint8_t flag;",
            "inputs.level is a bool, and must have room for 0 to 70000",
        ),
    ],
)
def test_other_members_are_told(members: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(Unmatched) as caught:
        _layouts(_source(members), tmp_path)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ("uint32_t level; int16_t change; uint8_t flag : 1;", "flag is a bit-field"),
        ("uint32_t level; int16_t change; uint8_t flag[2];", "flag is an array"),
        ("float level; int16_t change; uint8_t flag;", "level is no integer"),
        ("uint64_t level; int16_t change; uint8_t flag;", "level has 8 bytes"),
        ("volatile uint32_t level; int16_t change; uint8_t flag;", "level is volatile"),
        ("uint32_t *level; int16_t change; uint8_t flag;", "level is a pointer"),
        ("uint32_t level; int16_t change; union { uint8_t a; } flag;", "flag is a union"),
        ("uint32_t level; int16_t change; struct { int a; } flag;", "flag is a structure itself"),
        (
            "uint32_t level; struct { int16_t change; uint8_t flag; };",
            "parameter 1 of f points to a structure that has a member without a name",
        ),
    ],
)
@_TARGETS
def test_types_that_are_not_supported_are_told(
    target: Target, members: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(NotUnderstood) as caught:
        _layouts(_source(members), tmp_path, target)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ("const struct inputs *in", "f takes 1 parameters instead of 2"),
        (
            "const struct inputs *in, struct outputs *out, int more",
            "f takes 3 parameters instead of 2",
        ),
        ("struct outputs *out, const struct inputs *in", "the inputs of the code lack level"),
        (
            "int in, struct outputs *out",
            "parameter 1 of f is a number, not a pointer to the inputs",
        ),
    ],
)
def test_other_parameters_are_told(parameters: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(Unmatched) as caught:
        _layouts(_source(_RIGHT, parameters=parameters), tmp_path)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ("const void *in, struct outputs *out", "parameter 1 of f points to something else"),
        ("const struct unknown *in, struct outputs *out", "parameter 1 of f points to a structure"),
        ("union both *in, struct outputs *out", "parameter 1 of f points to something else"),
        ("struct inputs **in, struct outputs *out", "parameter 1 of f points to something else"),
        ("volatile struct inputs *in, struct outputs *out", "parameter 1 of f points to something"),
        ("struct inputs in, struct outputs *out", "parameter 1 of f is a structure itself"),
        ("struct inputs *in, double out", "parameter 2 of f is no integer"),
    ],
)
def test_parameters_that_are_not_supported_are_told(
    parameters: str, reason: str, tmp_path: Path
) -> None:
    before = "struct unknown; union both { int one; };"
    with pytest.raises(NotUnderstood) as caught:
        _layouts(_source(_RIGHT, before=before, parameters=parameters), tmp_path)
    assert str(caught.value).startswith(reason)


def test_any_number_of_parameters_is_too_many(tmp_path: Path) -> None:
    source = _source(_RIGHT).replace("struct outputs *out)", "struct outputs *out, ...)")
    with pytest.raises(NotUnderstood, match="f takes any number of parameters"):
        _layouts(source, tmp_path)


def test_a_pointer_is_no_number(tmp_path: Path) -> None:
    routine = replace(_ROUTINE, parameters=(_LEVEL, _OUTPUTS))
    with pytest.raises(Unmatched, match="parameter 1 of f is a pointer, not the number level"):
        _layouts(_source(_RIGHT), tmp_path, routine=routine)


def test_a_function_that_returns_nothing_has_no_result(tmp_path: Path) -> None:
    claim = Claim("it is told", Variable(after(RESULT), True))
    for routine in (replace(_ROUTINE, result=TRUE), replace(_ROUTINE, claims=(claim,))):
        with pytest.raises(Unmatched, match="f returns nothing"):
            _layouts(_source(_RIGHT), tmp_path, routine=routine)


@_TARGETS
def test_nothing_is_guessed_without_debug_information(target: Target, tmp_path: Path) -> None:
    image = image_of(_source(_RIGHT), tmp_path, target, ("-Os",))
    with pytest.raises(NotUnderstood, match="no debug information: compile with -g"):
        structures(image, _ROUTINE, "f")


def test_a_function_without_debug_information_is_told(tmp_path: Path) -> None:
    lines = r".text\n.thumb_func\n.global f\n.type f, %function\nf: bx lr\n.size f, 2\n"
    source = _source(_RIGHT).replace("void f(", "void g(") + f'__asm__("{lines}");\n'
    with pytest.raises(NotUnderstood, match="f has no debug information: compile it with -g"):
        _layouts(source, tmp_path)


@_TARGETS
@_DWARF
def test_broken_debug_information_is_told(target: Target, version: str, tmp_path: Path) -> None:
    content = build({"f.c": _source(_RIGHT)}, "f.c", tmp_path, target, ("-Os", version))
    image = read_image(content)
    whole = structures(image, _ROUTINE, "f")
    told = 0
    for where in random.Random(1).sample(_debug_bytes(image), 150):
        damaged = bytearray(content)
        damaged[where] ^= 1 << where % 8
        try:
            found = structures(read_image(bytes(damaged)), _ROUTINE, "f")
        except (NotUnderstood, Unmatched, UnreadableImage) as error:
            told += bool(str(error))
        else:
            assert isinstance(found, type(whole))
    assert told


def _debug_bytes(image: Image) -> list[int]:
    """Where in the file the descriptions are that everything depends on."""
    places: list[int] = []
    for name in (".debug_info", ".debug_abbrev"):
        section = image.elf.get_section_by_name(name)
        assert section is not None
        start = section["sh_offset"]
        places += range(start, start + section["sh_size"])
    return places
