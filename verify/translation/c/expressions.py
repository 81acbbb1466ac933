"""Expressions: their values, and what must hold for them to have one.

An expression changes nothing: assignments are statements, and a function that is called within an
expression must not write, because C leaves open when it would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from pycparser import c_ast

from verify import bits
from verify.translation.c.arithmetic import (
    Number,
    balanced,
    calculated,
    compared,
    constant,
    converted,
    inverted,
    negated,
    of_truth,
    shifted,
)
from verify.translation.c.evaluation import Evaluation
from verify.translation.c.memory import ALONE, Address, Object, Slot, chosen
from verify.translation.c.refusals import Node, place_of
from verify.translation.c.types import INT, Integer, Pointer, Type, literal, promoted
from verify.translation.evaluated import NotUnderstood

_LITERAL = re.compile(
    r"(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)(?:([uU]?)(ll|LL|l|L|)|(ll|LL|l|L)([uU]))"
)
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})
_CALCULATIONS = frozenset({"+", "-", "*", "/", "%", "&", "|", "^"})
_SHIFTS = frozenset({"<<", ">>"})


@dataclass(frozen=True, slots=True)
class PointerVariable:
    """A variable that points somewhere, and never elsewhere."""

    type: Pointer
    address: Address


Variable = Object | PointerVariable


class Call(Protocol):
    """What calls functions."""

    def __call__(self, node: Node, *, alone: bool) -> Number | None:
        """What a function returns, which may write if it is called `alone`; None for nothing."""


class Expressions:
    """The expressions of one function.

    Args:
        names: The variables that can be seen, those of the innermost block last.
        call: Calls another function.
    """

    def __init__(
        self, evaluation: Evaluation, names: list[dict[str, Variable]], call: Call
    ) -> None:
        self._evaluation = evaluation
        self._names = names
        self._call = call

    def value(self, node: Node) -> Number:
        """The value of an expression.

        Raises:
            NotUnderstood: It has none that is understood.
        """
        place = place_of(node)
        require = self._evaluation.requiring(place)
        match node:
            case c_ast.Constant():
                return _constant(node, place)
            case c_ast.ID(name=name) if self._variable(name) is None:
                return self._enumerator(name, place)
            case c_ast.ID() | c_ast.StructRef() | c_ast.UnaryOp(op="*"):
                return self._evaluation.load(self.place(node), place)
            case c_ast.Cast():
                to = self._evaluation.program.type_of(node.to_type.type)
                return self.as_type(node.expr, to, place)
            case c_ast.UnaryOp(op="+"):
                operand = self.value(node.expr)
                return converted(operand, promoted(operand.type), require)
            case c_ast.UnaryOp(op="-"):
                return negated(self.value(node.expr), require)
            case c_ast.UnaryOp(op="~"):
                return inverted(self.value(node.expr), require)
            case c_ast.UnaryOp(op="!"):
                return of_truth(bits.negation(self.value(node.expr).true()))
            case c_ast.BinaryOp(op="&&" | "||"):
                return self._short(node)
            case c_ast.BinaryOp(op=operator):
                left, right = self.value(node.left), self.value(node.right)
                if operator in _COMPARISONS:
                    return compared(operator, left, right, require)
                if operator in _CALCULATIONS:
                    return calculated(operator, left, right, require)
                if operator in _SHIFTS:
                    return shifted(operator, left, right, require)
            case c_ast.TernaryOp():
                return self._ternary(node)
            case c_ast.FuncCall():
                return self._called(node, place, alone=False)
        raise NotUnderstood(_KINDS.get(type(node), "an expression of this kind"), place)

    def whole(self, node: Node) -> Number:
        """The value of an expression that is all that is evaluated; it may be a call that writes.

        Raises:
            NotUnderstood: It has no value that is understood.
        """
        if isinstance(node, c_ast.FuncCall):
            return self._called(node, place_of(node), alone=True)
        return self.value(node)

    def as_type(self, node: Node, to: Type, place: str) -> Number:
        """The value of an expression, converted to `to`.

        Raises:
            NotUnderstood: There is none that is understood.
        """
        if not isinstance(to, Integer):
            raise NotUnderstood("a conversion to what is no number", place)
        return converted(self.value(node), to, self._evaluation.requiring(place))

    def constant(self, node: Node) -> Number:
        """The value of an expression that is the same in every call.

        Raises:
            NotUnderstood: It is not.
        """
        found = self.value(node)
        if bits.number_of(found.bits) is None:
            raise NotUnderstood("a value that must be constant", place_of(node))
        return found

    def place(self, node: Node) -> Address:
        """Where the number is that an expression stands for.

        Raises:
            NotUnderstood: It stands for none.
        """
        match node:
            case c_ast.ID(name=name):
                variable = self._variable(name)
                if isinstance(variable, Object):
                    return Address(variable, ALONE)
                told = f"{name}, which is no variable of the function"
                if variable is not None:
                    told = f"the value of the pointer {name}"
                raise NotUnderstood(told, place_of(node))
            case c_ast.StructRef():
                return self._member(node)
            case c_ast.UnaryOp(op="*"):
                return self.address(node.expr)[1]
        raise NotUnderstood(_KINDS.get(type(node), "a place of this kind"), place_of(node))

    def copied(self, node: Node) -> Slot | None:
        """The variable that an expression is a copy of, if it is no more than that."""
        while isinstance(node, c_ast.Cast):
            node = node.expr
        variable = self._variable(node.name) if isinstance(node, c_ast.ID) else None
        return (variable, ALONE) if isinstance(variable, Object) else None

    def address(self, node: Node) -> tuple[Pointer, Address]:
        """The type and value of an expression that is a pointer.

        Raises:
            NotUnderstood: It is none.
        """
        match node:
            case c_ast.ID(name=name):
                variable = self._variable(name)
                if isinstance(variable, PointerVariable):
                    return variable.type, variable.address
            case c_ast.UnaryOp(op="&", expr=c_ast.UnaryOp(op="*", expr=inside)):
                return self.address(inside)
            case c_ast.UnaryOp(op="&"):
                address = self.place(node.expr)
                if address.member is not None:
                    return Pointer(address.object.members[address.member]), address
        raise NotUnderstood("a pointer of this kind", place_of(node))

    def _member(self, node: Node) -> Address:
        name, place = node.field.name, place_of(node)
        if node.type == "->":
            _, address = self.address(node.name)
        elif isinstance(node.name, c_ast.UnaryOp) and node.name.op == "*":
            _, address = self.address(node.name.expr)
        else:
            raise NotUnderstood("a structure that is no parameter", place)
        if address.member is not None or name not in address.object.members:
            raise NotUnderstood(f"{address.object.name} has no {name}", place)
        return Address(address.object, name)

    def _variable(self, name: str) -> Variable | None:
        for each in reversed(self._names):
            if name in each:
                return each[name]
        return None

    def _enumerator(self, name: str, place: str) -> Number:
        known = self._evaluation.program.enumerators
        if name not in known:
            raise NotUnderstood(f"{name}, which is no variable of the function", place)
        # An expression sees what stands before it only, so this comes to an end.
        value, before = known[name]
        require = self._evaluation.requiring(place)
        if value is not None:
            return converted(
                Expressions(self._evaluation, [], self._call).constant(value), INT, require
            )
        if before is None:
            return constant(0, INT)
        return calculated("+", self._enumerator(before, place), constant(1, INT), require)

    def _called(self, node: Node, place: str, *, alone: bool) -> Number:
        result = self._call(node, alone=alone)
        if result is None:
            raise NotUnderstood("the value of a function that returns nothing", place)
        return result

    def _short(self, node: Node) -> Number:
        left = self.value(node.left).true()
        decided = bits.negation(left) if node.op == "&&" else left
        if bits.truth_of(decided) is True:
            return of_truth(left)
        with self._evaluation.only_if(bits.negation(decided)):
            right = self.value(node.right).true()
        return of_truth((bits.both if node.op == "&&" else bits.either)(left, right))

    def _ternary(self, node: Node) -> Number:
        condition = self.value(node.cond).true()
        with self._evaluation.only_if(condition):
            then = self.value(node.iftrue)
        with self._evaluation.only_if(bits.negation(condition)):
            otherwise = self.value(node.iffalse)
        require = self._evaluation.requiring(place_of(node))
        return chosen(condition, *balanced(then, otherwise, require))


def _constant(node: Node, place: str) -> Number:
    found = _LITERAL.fullmatch(node.value)
    if found is None or not node.type.endswith("int"):
        raise NotUnderstood(f"the constant {node.value}", place)
    digits, unsigned, length, other_length, other_unsigned = found.groups(default="")
    decimal = not digits.startswith("0")
    value = int(digits, 10 if decimal else 16 if digits[1:2] in {"x", "X"} else 8)
    of = literal(
        value,
        decimal=decimal,
        unsigned=bool(unsigned or other_unsigned),
        length=(length or other_length).lower(),
    )
    if of is None:
        raise NotUnderstood(f"the constant {node.value}, which is too large", place)
    return constant(value, of)


_KINDS = {
    c_ast.ArrayRef: "an array",
    c_ast.Assignment: "an assignment within an expression",
    c_ast.ExprList: "a comma between expressions",
    c_ast.UnaryOp: "an operator that is not understood here",
    c_ast.CompoundLiteral: "a structure that is written as a value",
}
