"""P-code, against emulators: whole functions for Cortex-M3, Cortex-M4 and RV32IMC.

There is no second reading of these in the validator.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from unicorn import (
    UC_ARCH_ARM,
    UC_ARCH_RISCV,
    UC_MODE_MCLASS,
    UC_MODE_RISCV32,
    UC_MODE_THUMB,
    Uc,
)
from unicorn import arm_const as arm
from unicorn import riscv_const as riscv

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read
from spec.lower import lower
from tests.codegen.machines import FILES
from tests.verify.translation.machine_code.processors import M3, M4, RV32, Target, build
from verify import questions
from verify.translation.evaluated import Evaluated
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Function, Image
from verify.translation.machine_code.layout import Layout, Layouts, structures
from verify.translation.machine_code.pcode import evaluate
from verify.translation.routine import Member, step

_TIMES = 40
_PAGE = 0x1000
_STACK, _STRUCTURES, _RETURN = 0x2000_0000, 0x2010_0000, 0x3000_0000


@dataclass(frozen=True)
class _Processor:
    """What an emulator is called for, and where a function finds its parameters."""

    target: Target
    kind: tuple[int, int, int]
    arguments: Sequence[int]
    kept: Sequence[int]
    stack: int
    link: int
    thumb: int


def _cortex(target: Target, model: int) -> _Processor:
    return _Processor(
        target,
        (UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, model),
        [arm.UC_ARM_REG_R0 + index for index in range(4)],
        [arm.UC_ARM_REG_R4 + index for index in range(8)],
        arm.UC_ARM_REG_SP,
        arm.UC_ARM_REG_LR,
        thumb=1,
    )


_PROCESSORS = (
    _cortex(M3, arm.UC_CPU_ARM_CORTEX_M3),
    _cortex(M4, arm.UC_CPU_ARM_CORTEX_M4),
    _Processor(
        RV32,
        (UC_ARCH_RISCV, UC_MODE_RISCV32, riscv.UC_CPU_RISCV32_ANY),
        [riscv.UC_RISCV_REG_A0 + index for index in range(8)],
        [getattr(riscv, f"UC_RISCV_REG_S{index}") for index in range(12)],
        riscv.UC_RISCV_REG_SP,
        riscv.UC_RISCV_REG_RA,
        thumb=0,
    ),
)


class _Emulator:
    """Calls `function`, whose code and constants are in `image`."""

    def __init__(self, processor: _Processor, image: Image, function: Function) -> None:
        self._processor = processor
        self._function = function
        architecture, mode, model = processor.kind
        self._machine = Uc(architecture, mode)
        self._machine.ctl_set_cpu_model(model)
        first, last = function.address & -_PAGE, (function.end + _PAGE) & -_PAGE
        for start, size in (
            (_RETURN, _PAGE),
            (_STACK, _PAGE),
            (_STRUCTURES, 8 * _PAGE),
            (first, last - first),
        ):
            self._machine.mem_map(start, size)
        code = bytes(image.rom(at) or 0 for at in range(function.address, function.end))
        self._machine.mem_write(function.address, code)

    def call(self, structures: Sequence[bytes]) -> list[bytes]:
        """What is left of `structures`, which it is called with."""
        machine, processor = self._machine, self._processor
        for index, content in enumerate(structures):
            # As little aligned as may be: 4 bytes, and no more.
            start = _STRUCTURES + index * _PAGE + 4
            machine.mem_write(start, content)
            machine.reg_write(processor.arguments[index], start)
        for index, register in enumerate(processor.kept):
            machine.reg_write(register, 0x5A5A_0000 + index)
        machine.reg_write(processor.stack, _STACK + _PAGE)
        machine.reg_write(processor.link, _RETURN | processor.thumb)
        machine.emu_start(self._function.address | processor.thumb, _RETURN)
        for index, register in enumerate(processor.kept):
            assert machine.reg_read(register) == 0x5A5A_0000 + index
        assert machine.reg_read(processor.stack) == _STACK + _PAGE
        return [
            bytes(machine.mem_read(_STRUCTURES + index * _PAGE + 4, len(content)))
            for index, content in enumerate(structures)
        ]


def _value(chosen: random.Random, member: Member, size: int, *, trusted: bool) -> int:
    """Any bits, or if the caller promises so, a number that is legal, often at an end."""
    if trusted and not member.boolean:
        span = member.span
        near = chosen.choice((span.lowest, span.highest)) + chosen.randint(-2, 2)
        inside = max(span.lowest, min(span.highest, near))
        return chosen.choice((inside, chosen.randint(span.lowest, span.highest))) % (1 << 8 * size)
    return chosen.choice((chosen.getrandbits(8 * size), chosen.randint(0, 4), 1))


def _given(chosen: random.Random, layouts: Layouts) -> dict[str, int]:
    """A value for each member of each structure, by the name of its symbol."""
    return {
        f"{layout.structure.role}.{place.name}": _value(
            chosen, place.member, place.type.size, trusted=layout.structure.trusted
        )
        for layout in layouts.parameters
        if isinstance(layout, Layout)
        for place in layout.places
    }


def _content(layout: Layout, given: Mapping[str, int]) -> bytes:
    content = bytearray(layout.size)
    for each in layout.places:
        value = given[f"{layout.structure.role}.{each.name}"]
        content[each.offset : each.offset + each.type.size] = value.to_bytes(
            each.type.size, "little"
        )
    return bytes(content)


def _compare(
    evaluated: Evaluated, layouts: Layouts, given: Mapping[str, int], left: list[bytes]
) -> None:
    for layout, content in zip(layouts.parameters, left, strict=True):
        assert isinstance(layout, Layout)
        for each in layout.places:
            found = int.from_bytes(content[each.offset : each.offset + each.type.size], "little")
            value = evaluated.after.get(each.member.variable)
            name = f"{layout.structure.role}.{each.name}"
            expected = given[name] if value is None else questions.run(value.bits, given)
            assert found == expected, (name, given)
    for obligation in evaluated.obligations:
        assert questions.run_truth(obligation.holds, given)


@pytest.mark.parametrize("name", ["smallbms", "temperatures_below_zero"])
@pytest.mark.parametrize("level", ["-Os", "-O3"])
@pytest.mark.parametrize("processor", _PROCESSORS, ids=lambda each: each.target.name)
def test_a_function_does_what_an_emulator_does(
    processor: _Processor, level: str, name: str, tmp_path: Path
) -> None:
    path = next(each for each in FILES if each.stem == name)
    machine = read(path)[0]
    files = generate(machine, "c99", Options(settable=True))
    image = read_image(build(files, f"{name}.c", tmp_path, processor.target, (level, "-g")))
    routine = step(lower(machine), settable=True)
    layouts = structures(image, routine, f"{name}_step")
    function = image.function(f"{name}_step")
    evaluated = evaluate(image, function, layouts, routine)
    emulator = _Emulator(processor, image, function)
    chosen = random.Random(f"{name}{level}")
    for _ in range(_TIMES):
        given = _given(chosen, layouts)
        contents = [
            _content(each, given) for each in layouts.parameters if isinstance(each, Layout)
        ]
        _compare(evaluated, layouts, given, emulator.call(contents))
