"""Expressions of MicroPython source, for all values at once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from verify import bits
from verify.bits import Condition
from verify.translation.evaluated import NotUnderstood
from verify.translation.python.call import Call
from verify.translation.python.module import Module
from verify.translation.python.path import Path, readable
from verify.translation.python.syntax import local_names
from verify.translation.python.values import (
    MISSING,
    Item,
    Mixed,
    Notes,
    Operation,
    Site,
    Truth,
    chosen,
    integer,
    literal,
    operated,
    tested,
)

_OPERATIONS: dict[type[ast.operator | ast.cmpop], Operation] = {
    ast.Add: Operation.ADD,
    ast.Sub: Operation.SUBTRACT,
    ast.Mult: Operation.MULTIPLY,
    ast.RShift: Operation.SHIFT_RIGHT,
    ast.Lt: Operation.LESS,
    ast.Gt: Operation.MORE,
    ast.Eq: Operation.EQUAL,
    ast.LtE: Operation.AT_MOST,
    ast.GtE: Operation.AT_LEAST,
    ast.NotEq: Operation.DIFFERENT,
}

# Runs another function of the module: its name, the arguments, and when and where it is called.
Caller = Callable[[str, Sequence[Item], Site], Item]


class Expressions:
    """What expressions of one function are."""

    def __init__(
        self, function: ast.FunctionDef, module: Module, call: Call, notes: Notes, caller: Caller
    ) -> None:
        self._function = function
        self._module = module
        self._call = call
        self._notes = notes
        self._caller = caller

    def value(self, node: ast.expr, path: Path, condition: Condition) -> Item:
        """What `node` is where `path` has led; it is only looked at if `condition` holds.

        Raises:
            NotUnderstood: It is no expression of the kind that controllers need.
            Forbidden: It reads what may not be there.
        """
        place = self._module.place(node)
        match node:
            case ast.Constant(value=bool(value)):
                return Truth(bits.truth(value))
            case ast.Constant(value=int(value)):
                return literal(value, place)
            case ast.Name(id=name):
                return self._name(name, path, place)
            case ast.Attribute(value=owner, attr=name):
                return self._call.load(path, self.value(owner, path, condition), name, place)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._operated(operator, left, right, path, Site(place, condition))
            case ast.BinOp(left=left, op=operator, right=right):
                return self._operated(operator, left, right, path, Site(place, condition))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Truth(bits.negation(self.truth(operand, path, condition)))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                item = self.value(operand, path, condition)
                site = Site(place, condition)
                return operated(Operation.SUBTRACT, integer(0), item, self._notes, site)
            case ast.BoolOp(op=ast.And(), values=values):
                return self._both(values, path, condition)
            case ast.BoolOp(values=values):
                return self._either(values, path, condition)
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return self._choice(test, then, otherwise, path, condition)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                self._require_global(name, place)
                items = [self.value(each, path, condition) for each in arguments]
                return self._caller(name, items, Site(place, condition))
        raise NotUnderstood(_named(node), place)

    def truth(self, node: ast.expr, path: Path, condition: Condition) -> Condition:
        """As `value`, of a truth."""
        return tested(self.value(node, path, condition), self._module.place(node))

    def _name(self, name: str, path: Path, place: str) -> Item:
        if name in local_names(self._function):
            return readable(path.names.get(name, MISSING), name, place)
        known = self._module.constants.get(name)
        self._require_global(name, place)
        if known is None:
            raise NotUnderstood(f"the name {name}", place)
        if known.line > self._function.lineno:
            raise NotUnderstood(f"{name}, which is given further down", place)
        return integer(known.value)

    def _require_global(self, name: str, place: str) -> None:
        if name in local_names(self._function):
            raise NotUnderstood(f"a call of {name}, which is no function of the module", place)
        if name in self._module.globals_set:
            raise NotUnderstood(f"{name}, which a function may set", place)

    def _operated(
        self,
        operator: ast.operator | ast.cmpop,
        left: ast.expr,
        right: ast.expr,
        path: Path,
        site: Site,
    ) -> Item:
        operation = _OPERATIONS.get(type(operator))
        if operation is None:
            raise NotUnderstood(f"the operator {type(operator).__name__}", site.place)
        first = self.value(left, path, site.condition)
        second = self.value(right, path, site.condition)
        return operated(operation, first, second, self._notes, site)

    def _both(self, nodes: list[ast.expr], path: Path, condition: Condition) -> Item:
        so_far = bits.TRUE
        for each in nodes:
            # What comes after something false is not looked at.
            reached = bits.both(condition, so_far)
            so_far = bits.both(so_far, self.truth(each, path, reached))
        return Truth(so_far)

    def _either(self, nodes: list[ast.expr], path: Path, condition: Condition) -> Item:
        so_far = bits.FALSE
        for each in nodes:
            reached = bits.both(condition, bits.negation(so_far))
            so_far = bits.either(so_far, self.truth(each, path, reached))
        return Truth(so_far)

    def _choice(
        self,
        test: ast.expr,
        then: ast.expr,
        otherwise: ast.expr,
        path: Path,
        condition: Condition,
    ) -> Item:
        tested_ = self.truth(test, path, condition)
        first = self.value(then, path, bits.both(condition, tested_))
        second = self.value(otherwise, path, bits.both(condition, bits.negation(tested_)))
        made = chosen(tested_, first, second)
        if isinstance(made, Mixed):
            raise NotUnderstood("values of different kinds", self._module.place(then))
        return made


def _named(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=value):
            return f"the constant {value!r}"
        case ast.Compare():
            return "several comparisons in one"
        case ast.Call():
            return "a call of this kind"
        case ast.Subscript():
            return "an element of something"
        case ast.Tuple() | ast.List():
            return f"a {type(node).__name__.lower()}"
    return f"the expression {type(node).__name__}"
