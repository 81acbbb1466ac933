"""Modules of MicroPython source: constants, classes of plain attributes, and functions.

Read once and for all functions; what is inside of functions is looked at when one is run. Where
CPython and MicroPython differ, MicroPython counts: its compiler puts the value of a constant
wherever its name stands by itself, whatever the name means there.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.python.call import Signature
from verify.translation.python.syntax import (
    CONST,
    is_guarded_import,
    is_import_of_const,
    is_text,
    named,
)
from verify.translation.python.values import SMALL


@dataclass(frozen=True, slots=True)
class Constant:
    """A name of the module for a number.

    Attributes:
        line: Where it is given; functions above cannot use it.
    """

    value: int
    line: int
    folded: bool


@dataclass(frozen=True, slots=True)
class Module:
    """What a module declares.

    Attributes:
        file: Its name, for places.
        classes: The attributes of each class, and the function that makes them.
        globals_set: The names that some function sets.
    """

    file: str
    constants: Mapping[str, Constant]
    classes: Mapping[str, tuple[str, ...]]
    constructors: Mapping[str, ast.FunctionDef]
    functions: Mapping[str, ast.FunctionDef]
    globals_set: frozenset[str]

    def declares(self, name: str) -> bool:
        """Whether `name` means something in the whole module."""
        return name == CONST or name in {**self.constants, **self.classes, **self.functions}

    def place(self, node: ast.stmt | ast.expr) -> str:
        """Where `node` is."""
        return f"{self.file}:{node.lineno}"

    def signature(self, function: ast.FunctionDef) -> Signature:
        """What is known of `function`.

        Raises:
            NotUnderstood: It has parameters that are not simply names, or is decorated.
        """
        place = self.place(function)
        given = function.args
        special = (given.posonlyargs, given.kwonlyargs, given.vararg, given.kwarg, given.defaults)
        if any(special):
            raise NotUnderstood("parameters other than plain names", place)
        if function.decorator_list:
            raise NotUnderstood("a decorator", place)
        names = tuple(each.arg for each in given.args)
        used: dict[str, dict[str, None]] = {each: {} for each in names}
        for node in ast.walk(function):
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in used:
                    used[owner][name] = None
        return Signature(names, tuple(tuple(each) for each in used.values()), place)


@lru_cache(maxsize=16)
def read(text: str, file: str) -> Module:
    """The module with this text, in the file of this name.

    Raises:
        NotUnderstood: There is something else at module level.
        Forbidden: It is no Python.
    """
    try:
        tree = ast.parse(text)
    except (RecursionError, MemoryError):
        raise NotUnderstood("an expression nested so deeply", file) from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = file if line is None else f"{file}:{line}"
        raise Forbidden(f"not Python: {getattr(error, 'msg', error)}", place) from None
    return _Reader(file).module(tree)


class _Reader:
    """What has been found of a module so far."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._constants: dict[str, Constant] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._constructors: dict[str, ast.FunctionDef] = {}
        self._functions: dict[str, ast.FunctionDef] = {}
        self._is_const_known = False

    def module(self, tree: ast.Module) -> Module:
        for each in tree.body:
            self._statement(each)
        self._look_for_constants_inside(tree)
        changed = {
            name
            for each in ast.walk(tree)
            if isinstance(each, ast.Global | ast.Nonlocal)
            for name in each.names
        }
        if unsure := changed & self._classes.keys():
            raise NotUnderstood(f"{min(unsure)}, which a function may set", self._file)
        return Module(
            self._file,
            self._constants,
            self._classes,
            self._constructors,
            self._functions,
            frozenset(changed),
        )

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                return
            case ast.ImportFrom() if is_import_of_const(node):
                self._is_const_known = True
                return
            case ast.Try() if is_guarded_import(node):
                self._is_const_known = True
                return
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._bind(name, node)
                self._constants[name] = self._constant(value, node.lineno)
                return
            case ast.ClassDef(name=name):
                self._bind(name, node)
                self._classes[name] = self._attributes(node)
                return
            case ast.FunctionDef(name=name):
                self._bind(name, node)
                self._functions[name] = node
                return
        raise self._refusal(f"{named(node)} at module level", node)

    def _look_for_constants_inside(self, tree: ast.Module) -> None:
        """Refuse constants of functions: in MicroPython they hide names of the whole module."""
        given = [each.value for each in tree.body if isinstance(each, ast.Assign)]
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name == CONST and node not in given:
                    raise self._refusal("const inside of something", node)

    def _bind(self, name: str, node: ast.stmt) -> None:
        known = {CONST, *self._constants, *self._classes, *self._functions}
        if name in known:
            raise self._refusal(f"another {name}", node)

    def _constant(self, node: ast.expr, line: int) -> Constant:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name == CONST:
                if not self._is_const_known:
                    raise self._refusal("const that is not MicroPython's", node)
                return Constant(self._number(inner, folded=True), line, True)
        return Constant(self._number(node, folded=False), line, False)

    def _number(self, node: ast.expr, *, folded: bool) -> int:
        value: int
        match node:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return self._small(value, node)
            case ast.Name(id=name) if name in self._constants:
                known = self._constants[name]
                if known.folded or not folded:
                    return known.value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._small(-self._number(operand, folded=folded), node)
            case ast.BinOp(
                left=left, op=ast.Add() | ast.Sub() | ast.Mult() as operator, right=right
            ):
                first = self._number(left, folded=folded)
                second = self._number(right, folded=folded)
                match operator:
                    case ast.Add():
                        return self._small(first + second, node)
                    case ast.Sub():
                        return self._small(first - second, node)
                return self._small(first * second, node)
        raise self._refusal("anything but a constant number at module level", node)

    def _small(self, value: int, node: ast.expr) -> int:
        if SMALL.lowest <= value <= SMALL.highest:
            return value
        told = f"{value} is not a small integer: memory would be allocated"
        raise Forbidden(told, self._place(node))

    def _attributes(self, node: ast.ClassDef) -> tuple[str, ...]:
        """Those that every object of the class has, all of them plain."""
        if node.bases or node.keywords or node.decorator_list:
            raise self._refusal("a class that is derived or decorated", node)
        body = [each for each in node.body if not is_text(each)]
        match body:
            case [] | [ast.Pass()]:
                return ()
            case [ast.FunctionDef(name="__init__", args=ast.arguments(args=[given])) as init]:
                self._constructors[node.name] = init
                return tuple(self._made(init, given.arg))
        raise self._refusal("a class with more than its attributes, set in __init__", node)

    def _made(self, init: ast.FunctionDef, owner: str) -> dict[str, None]:
        made: dict[str, None] = {}
        for each in init.body:
            match each:
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id=name), attr=attribute)]
                ) if name == owner and not attribute.startswith("__"):
                    made[attribute] = None
                case ast.Pass():
                    pass
                case _ if not is_text(each):
                    raise self._refusal(f"{named(each)} in __init__", each)
        return made

    def _refusal(self, what: str, node: ast.stmt | ast.expr) -> NotUnderstood:
        return NotUnderstood(what, self._place(node))

    def _place(self, node: ast.stmt | ast.expr) -> str:
        return f"{self._file}:{node.lineno}"
