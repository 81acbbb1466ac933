"""A function of machine code, run by Unicorn: what it leaves behind, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unicorn import UC_ARCH_ARM, UC_HOOK_CODE, UC_MODE_MCLASS, UC_MODE_THUMB, Uc
from unicorn.arm_const import (
    UC_ARM_REG_LR,
    UC_ARM_REG_R0,
    UC_ARM_REG_R4,
    UC_ARM_REG_SP,
    UC_CPU_ARM_CORTEX_M0,
)

from verify.translation.machine_code.image import Function, Image
from verify.translation.machine_code.layout import Layout, Layouts, Scalar

_RETURN = 0x3000_0000
_STACK, _STACK_SIZE = 0x2000_0000, 0x1000
_STRUCTURES, _APART = 0x2001_0000, 0x1000
_PAGE = 0x1000
_CALLERS = [UC_ARM_REG_R4 + index for index in range(8)]


@dataclass(frozen=True)
class Done:
    """A call.

    Attributes:
        after: What is in each member of each structure, by name: ``state.load``.
        result: What is in r0.
        kept: Registers that belong to the caller, and the stack pointer, are as before.
    """

    after: Mapping[str, int]
    result: int
    instructions: int
    cycles: int
    stack_bytes: int
    kept: bool


class Emulator:
    """Calls `function`, whose code and constants are in `image`."""

    def __init__(self, image: Image, function: Function, layouts: Layouts) -> None:
        self._image = image
        self._function = function
        self._layouts = layouts
        self._machine = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self._machine.ctl_set_cpu_model(UC_CPU_ARM_CORTEX_M0)
        for start, size in (
            (_RETURN, _PAGE),
            (_STACK, _STACK_SIZE),
            (_STRUCTURES, _APART * len(layouts.parameters)),
        ):
            self._machine.mem_map(start, max(size, _PAGE))
        first, last = function.address & -_PAGE, (function.end + _PAGE) & -_PAGE
        self._machine.mem_map(first, last - first)
        self._machine.mem_write(
            function.address,
            bytes(image.rom(at) or 0 for at in range(function.address, function.end)),
        )
        self._passed: list[int] = []
        self._lowest = 0
        self._machine.hook_add(UC_HOOK_CODE, self._count)

    def call(self, given: Mapping[str, int]) -> Done:
        """Call the function; of `given`, ``inputs.dt_ms`` and the like, what is missing is 0."""
        machine = self._machine
        for index, each in enumerate(self._layouts.parameters):
            start = _STRUCTURES + index * _APART
            match each:
                case Scalar(name=name):
                    machine.reg_write(UC_ARM_REG_R0 + index, given.get(name, 0) & 0xFFFF_FFFF)
                case Layout():
                    machine.reg_write(UC_ARM_REG_R0 + index, start)
                    machine.mem_write(start, self._content(each, given))
        for index, register in enumerate(_CALLERS):
            machine.reg_write(register, 0x5A5A_0000 + index)
        top = _STACK + _STACK_SIZE
        machine.reg_write(UC_ARM_REG_SP, top)
        machine.reg_write(UC_ARM_REG_LR, _RETURN | 1)
        self._passed.clear()
        self._lowest = top
        machine.emu_start(self._function.address | 1, _RETURN)
        kept = [machine.reg_read(each) for each in (*_CALLERS, UC_ARM_REG_SP)]
        return Done(
            self._after(),
            machine.reg_read(UC_ARM_REG_R0),
            len(self._passed),
            self._cycles(),
            top - self._lowest,
            kept == [*(0x5A5A_0000 + index for index in range(len(_CALLERS))), top],
        )

    def _content(self, layout: Layout, given: Mapping[str, int]) -> bytes:
        content = bytearray(layout.size)
        for place in layout.places:
            value = given.get(f"{layout.structure.role}.{place.name}", 0)
            size = place.type.size
            field = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
            content[place.offset : place.offset + size] = field
        return bytes(content)

    def _after(self) -> dict[str, int]:
        after = {}
        for index, layout in enumerate(self._layouts.parameters):
            if not isinstance(layout, Layout):
                continue
            content = self._machine.mem_read(_STRUCTURES + index * _APART, layout.size)
            for place in layout.places:
                field = content[place.offset : place.offset + place.type.size]
                value = int.from_bytes(field, "little", signed=place.type.signed)
                after[f"{layout.structure.role}.{place.name}"] = value
        return after

    def _count(self, machine: Uc, address: int, _size: int, _data: object) -> None:
        self._passed.append(address)
        self._lowest = min(self._lowest, machine.reg_read(UC_ARM_REG_SP))

    def _cycles(self) -> int:
        """What the instructions that were passed took, by a table of its own."""
        following = [*self._passed[1:], _RETURN]
        return sum(map(self._taken, self._passed, following))

    def _taken(self, address: int, following: int) -> int:
        code = (self._image.rom(address) or 0) | (self._image.rom(address + 1) or 0) << 8
        listed = (code & 0xFF).bit_count()
        match code >> 12:
            case 5 | 6 | 7 | 8 | 9:
                return 2
            case 4 if code >> 11 == 0b01001:
                return 2
            case 4 if code >> 8 == 0x47:
                return 2
            case 0xB if code >> 9 == 0b1011010:
                return 1 + listed + (code >> 8 & 1)
            case 0xB if code >> 9 == 0b1011110:
                return 1 + listed + 3 * (code >> 8 & 1)
            case 0xC:
                return 1 + listed
            case 0xD:
                return 1 if following == address + 2 else 2
            case 0xE:
                return 2
            case 0xF:
                return 3
        return 1
