"""Syntax of MicroPython source: the statements of a module that have one meaning only."""

from __future__ import annotations

import ast
from functools import lru_cache

# The function whose calls MicroPython's compiler replaces with numbers.
CONST = "const"


@lru_cache(maxsize=64)
def local_names(function: ast.FunctionDef) -> frozenset[str]:
    """The names that are local to `function`: its parameters, and all that it assigns to."""
    parameters = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}
    assigned = {
        each.id
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del)
    }
    return frozenset(parameters | assigned)


def is_text(node: ast.stmt) -> bool:
    """Whether it is text by itself, which says something to readers only."""
    return isinstance(node, ast.Expr) and (
        isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )


def is_import_of_const(node: ast.stmt) -> bool:
    """Whether it is ``from micropython import const``."""
    match node:
        case ast.ImportFrom(
            module="micropython", level=0, names=[ast.alias(name=name, asname=None)]
        ):
            return name == CONST
    return False


def is_guarded_import(node: ast.Try) -> bool:
    """Whether it imports const, and makes it where there is no MicroPython."""
    match node:
        case ast.Try(
            body=[imported],
            handlers=[
                ast.ExceptHandler(
                    type=ast.Name(id="ImportError"),
                    name=None,
                    body=[ast.FunctionDef(name=name)],
                )
            ],
            orelse=[],
            finalbody=[],
        ):
            return name == CONST and is_import_of_const(imported)
    return False


def named(node: ast.stmt) -> str:
    """What kind of statement it is, for a person to read."""
    return _STATEMENTS.get(type(node).__name__, f"the statement {type(node).__name__}")


_STATEMENTS = {
    "For": "a loop",
    "While": "a loop",
    "Import": "an import",
    "ImportFrom": "an import",
    "Try": "try",
    "If": "if",
    "Expr": "an expression by itself",
    "Assign": "an assignment of this kind",
    "AugAssign": "an assignment of this kind",
}
