"""Both levels of a MicroPython module, and the examples that are found, run on CPython."""

from __future__ import annotations

import ast
from functools import lru_cache
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from codegen.generation import generate
from codegen.options import Options
from spec.lower import lower
from spec.machine import Machine
from verify.translation import routine as routines
from verify.translation.finding import Example, Finding, Outcome
from verify.translation.python.bytecode import compile_module, validate_bytecode
from verify.translation.python.source import validate_source
from verify.translation.python.values import SMALL
from verify.translation.routine import Access, Routine, Structure

LEVELS = ("source", "bytecode")


def text_of(machine: Machine, *, settable: bool) -> str:
    """The module that is generated of `machine`."""
    return generate(machine, "micropython", Options(settable=settable))[f"{machine.name}.py"]


def routines_of(machine: Machine, *, settable: bool) -> list[Routine]:
    """All that the functions of the module must do."""
    system = lower(machine)
    found = [routines.step(system, settable=settable), routines.init(system)]
    if settable and routines.settings_of(system):
        found += [routines.parameters_check(system), routines.parameters_init(system)]
    return found


def findings(text: str, routine: Routine, file: str = "sample.py") -> dict[str, Finding]:
    """What is found at each level."""
    return {
        "source": validate_source(text, file, routine),
        "bytecode": validate_bytecode(compile_module(text, file), routine),
    }


def outcomes(text: str, routine: Routine) -> set[Outcome]:
    """What the levels come to; one outcome, if they agree."""
    return {each.outcome for each in findings(text, routine).values()}


class LargeNumberError(Exception):
    """What MicroPython would allocate memory for."""


class Small(int):
    """A small integer of MicroPython's: what is calculated with it is one, or an error."""

    def __add__(self, other: int) -> Small:
        return small(int(self) + int(other))

    def __sub__(self, other: int) -> Small:
        return small(int(self) - int(other))

    def __mul__(self, other: int) -> Small:
        return small(int(self) * int(other))

    def __rsub__(self, other: int) -> Small:
        return small(int(other) - int(self))

    def __rshift__(self, other: int) -> Small:
        return small(int(self) >> int(other))

    def __neg__(self) -> Small:
        return small(-int(self))

    __radd__, __rmul__ = __add__, __mul__


def small(value: int) -> Small:
    """`value`.

    Raises:
        LargeNumberError: It is none.
    """
    if not SMALL.lowest <= value <= SMALL.highest:
        raise LargeNumberError(value)
    return Small(value)


@lru_cache(maxsize=4)
def imported(text: str) -> dict[str, Any]:
    """What the module `text` defines on CPython."""
    return _run(ast.parse(text))


@lru_cache(maxsize=4)
def watched(text: str) -> dict[str, Any]:
    """As `imported`; but every number is `Small`."""
    return _run(ast.fix_missing_locations(_Watched().visit(ast.parse(text))))


class _Watched(ast.NodeTransformer):
    """Makes every number a small one."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """A number is made."""
        if type(node.value) is not int:
            return node
        return ast.Call(ast.Name("small", ast.Load()), [node], [])


def _run(tree: ast.Module) -> dict[str, Any]:
    micropython = ModuleType("micropython")
    micropython.__dict__["const"] = lambda value: value
    module: dict[str, Any] = {"small": small}
    with patch.dict("sys.modules", {"micropython": micropython}):
        exec(compile(tree, "sample.py", "exec"), module)
    return module


def replayed(text: str, routine: Routine, example: Example) -> None:
    """Assert that CPython goes wrong on `example` in the very way that it says."""
    given = {each.name: small(each.value) for each in example.given}
    arguments = [_argument(each, given) for each in routine.parameters]
    try:
        result = watched(text)[routine.name](*arguments)
    except LargeNumberError:
        assert "small integer" in example.broken
        return
    assert "small integer" not in example.broken
    held = {
        f"{each.role}.{name}": value
        for each, argument in zip(routine.parameters, arguments, strict=True)
        if isinstance(each, Structure)
        for name, value in vars(argument).items()
    }
    held[routines.RESULT] = result
    boolean = {
        f"{each.role}.{member.name}": member.boolean
        for each in routine.structures
        for member in each.members
    }
    assert example.differences or example.broken
    for each in example.differences:
        got = bool(held[each.name]) if boolean.get(each.name) else held[each.name]
        assert got == each.got != each.expected, each


def _argument(parameter: Any, given: dict[str, Small]) -> Any:
    if not isinstance(parameter, Structure):
        return given[parameter.name]
    if parameter.access is Access.WRITTEN:
        return SimpleNamespace()
    marks = f"{parameter.role}."
    return SimpleNamespace(
        **{name.removeprefix(marks): each for name, each in given.items() if name.startswith(marks)}
    )
