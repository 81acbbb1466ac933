"""Symbols: how the variables of a program are written in a target."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.naming import Names
from codegen.printing import Symbol
from codegen.program import Program
from spec.expression import Boolean
from spec.system import Cell


@dataclass(frozen=True, slots=True)
class Access:
    """What stands in front of members, ``in->`` say."""

    inputs: str
    memory: str
    settings: str
    outputs: str


def symbols_of(program: Program, names: Names, access: Access) -> dict[str, Symbol]:
    """For each variable of `program` how it is written; only a monitor reads outputs."""
    symbols = {
        each.name: Symbol(names.constants[each.name], fixed=True, value=each.default)
        for each in program.constants
    }
    for setting in program.settings:
        symbols[setting.name] = Symbol(access.settings + names.settings[setting.name], fixed=True)
    for signal in program.inputs:
        symbols[signal.name] = _member(signal, access.inputs + names.inputs[signal.name], names)
    for cell in program.memory:
        symbols[cell.name] = _member(cell, access.memory + names.memory[cell.name], names)
    for output in program.machine.outputs:
        symbols[output.name] = Symbol(
            access.outputs + names.outputs[output.name],
            stored=isinstance(output.type, Boolean),
            members=names.members.get(output.name, ()),
        )
    for local in program.locals:
        name = local.variable.name
        symbols[name] = Symbol(names.locals[name], members=names.members.get(local.kin, ()))
    return symbols


def _member(cell: Cell, text: str, names: Names) -> Symbol:
    stored = cell.variable.boolean
    return Symbol(text, stored=stored, members=names.members.get(cell.name, ()))
