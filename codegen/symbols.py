"""Symbols: how the variables of a program are written in a target."""

from __future__ import annotations

from codegen.naming import Names
from codegen.printing import Symbol
from codegen.program import Program
from spec.system import Cell


def symbols_of(
    program: Program, names: Names, *, inputs: str, memory: str, settings: str
) -> dict[str, Symbol]:
    """For each variable of `program` how it is written.

    `inputs`, `memory` and `settings` are what stands in front of their members, ``in->`` say.
    """
    symbols = {
        each.name: Symbol(names.constants[each.name], fixed=True) for each in program.constants
    }
    for setting in program.settings:
        symbols[setting.name] = Symbol(settings + names.settings[setting.name], fixed=True)
    for signal in program.inputs:
        symbols[signal.name] = _member(signal, inputs + names.inputs[signal.name], names)
    for cell in program.memory:
        symbols[cell.name] = _member(cell, memory + names.memory[cell.name], names)
    for local in program.locals:
        name = local.variable.name
        symbols[name] = Symbol(names.locals[name], members=names.members.get(local.kin, ()))
    return symbols


def _member(cell: Cell, text: str, names: Names) -> Symbol:
    stored = cell.variable.boolean
    return Symbol(text, stored=stored, members=names.members.get(cell.name, ()))
