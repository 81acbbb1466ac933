"""Statements: one function of a program, run for all calls at once.

Where ways part, both are gone, and what they leave behind is put together where they meet. Loops
are none of a controller's business, and are refused.
"""

from __future__ import annotations

from pycparser import c_ast

from verify import bits
from verify.bits import Condition
from verify.translation.c.arithmetic import (
    Number,
    calculated,
    constant,
    converted,
    shifted,
)
from verify.translation.c.evaluation import Evaluation
from verify.translation.c.expressions import Expressions, PointerVariable, Variable
from verify.translation.c.memory import ALONE, Address, Object, Slot, State, chosen, joined, merged
from verify.translation.c.program import Function
from verify.translation.c.refusals import Node, check_body, check_variable, place_of
from verify.translation.c.switches import labels_of
from verify.translation.c.types import INT, Integer, Pointer, Void, promoted
from verify.translation.evaluated import NotUnderstood

# What a function is given for a parameter.
Argument = Number | PointerVariable

# More than any controller has: a program that calls more may do so without end.
_MOST_CALLS = 1000


class Calls:
    """Functions that are called: each is run where it is called.

    Args:
        evaluation: Stands where the first function begins.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._running: list[str] = []
        self._made = 0

    def run(self, function: Function, arguments: list[Argument], place: str) -> Number | None:
        """What `function` returns; None if it is of a kind that returns nothing.

        Raises:
            NotUnderstood: It does something that has no meaning here.
        """
        self._made += 1
        if function.name in self._running:
            raise NotUnderstood(f"{function.name} calls itself", place)
        if self._made > _MOST_CALLS:
            raise NotUnderstood(f"more than {_MOST_CALLS} calls", place)
        check_body(function.body)
        self._running.append(function.name)
        returned = _Run(self._evaluation, self, function, len(self._running)).run(arguments)
        self._running.pop()
        return returned


class _Run:
    """One call of a function."""

    def __init__(
        self, evaluation: Evaluation, calls: Calls, function: Function, depth: int
    ) -> None:
        self._evaluation = evaluation
        self._calls = calls
        self._function = function
        self._depth = depth
        self._names: list[dict[str, Variable]] = [{}]
        self._expressions = Expressions(evaluation, self._names, self._call)
        self._returned: list[tuple[State, Number | None]] = []
        # For each switch around: where those stand who have left it.
        self._left: list[list[State]] = []

    def run(self, arguments: list[Argument]) -> Number | None:
        function, evaluation = self._function, self._evaluation
        for parameter, argument in zip(function.parameters, arguments, strict=True):
            if isinstance(argument, Number):
                self._variable(parameter.name, argument.type, argument, parameter.place)
            elif parameter.name:
                self._names[-1][parameter.name] = argument
        self._block(function.body)
        if evaluation.state is not None:
            if isinstance(function.result, Integer):
                told = f"{function.name} ends without a value to return"
                evaluation.requiring(function.place)(bits.FALSE, told)
                self._returned.append((evaluation.state, constant(0, function.result)))
            else:
                self._returned.append((evaluation.state, None))
        evaluation.state = joined([state for state, _ in self._returned])
        value: Number | None = None
        for state, each in reversed(self._returned):
            value = chosen(state.path, each, value) if each and value else each
        return value

    def _block(self, node: Node) -> None:
        self._names.append({})
        for each in node.block_items or ():
            self._statement(each)
        self._names.pop()

    def _statement(self, node: Node) -> None:
        # What no call comes to has no labels: `check_body` has seen to that.
        if self._evaluation.state is None:
            return
        match node:
            case c_ast.Compound():
                self._block(node)
            case c_ast.Decl():
                self._declaration(node)
            case c_ast.Assignment():
                self._assignment(node)
            case c_ast.UnaryOp(op="++" | "--" | "p++" | "p--"):
                self._assign(node.expr, node.op[-1], constant(1, INT), place_of(node))
            case c_ast.If():
                self._if(node)
            case c_ast.Switch():
                self._switch(node)
            case c_ast.Break() if self._left:
                self._left[-1].append(self._evaluation.here())
                self._evaluation.state = None
            case c_ast.Return():
                self._return(node)
            case c_ast.FuncCall():
                self._call(node, alone=True)
            case c_ast.EmptyStatement():
                pass
            case c_ast.Cast() if isinstance(self._type(node.to_type.type), Void):
                # Says that a parameter is not used, mostly.
                if not isinstance(node.expr, c_ast.ID):
                    self._expressions.whole(node.expr)
            case (
                c_ast.ID()
                | c_ast.Constant()
                | c_ast.BinaryOp()
                | c_ast.UnaryOp()
                | c_ast.TernaryOp()
            ):
                self._expressions.value(node)
            case _:
                raise NotUnderstood("a statement of this kind", place_of(node))

    def _declaration(self, node: Node) -> None:
        place = place_of(node)
        check_variable(node)
        declared = self._type(node.type)
        if isinstance(declared, Pointer) and node.init is not None:
            self._names[-1][node.name] = self._pointer(declared, node.init)
        elif isinstance(declared, Integer):
            # The name can be seen in its own initialiser.
            variable = self._variable(node.name, declared, None, place)
            if node.init is not None:
                self._store(Address(variable, ALONE), self._expressions.whole(node.init), place)
        else:
            raise NotUnderstood(f"the variable {node.name} is no number", place)

    def _assignment(self, node: Node) -> None:
        place = place_of(node)
        if node.op == "=":
            number = self._expressions.whole(node.rvalue)
            copied = self._expressions.copied(node.rvalue)
            self._store(self._expressions.place(node.lvalue), number, place, copied)
        else:
            right = self._expressions.value(node.rvalue)
            self._assign(node.lvalue, node.op[:-1], right, place)

    def _assign(self, target: Node, operator: str, right: Number, place: str) -> None:
        """``target operator= right``."""
        require = self._evaluation.requiring(place)
        address = self._expressions.place(target)
        left = self._evaluation.load(address, place)
        operation = shifted if operator in {"<<", ">>"} else calculated
        self._store(address, operation(operator, left, right, require), place)

    def _store(
        self, address: Address, number: Number, place: str, copied: Slot | None = None
    ) -> None:
        if address.member is None:
            raise NotUnderstood(f"an assignment to {address.object.name} as a whole", place)
        to = address.object.members[address.member]
        number = converted(number, to, self._evaluation.requiring(place))
        self._evaluation.store(address, number, place, copied=copied)

    def _if(self, node: Node) -> None:
        condition = self._expressions.value(node.cond).true()
        entry = self._evaluation.here()
        then = self._way(entry, condition, node.iftrue)
        otherwise = self._way(entry, bits.negation(condition), node.iffalse)
        self._evaluation.either_way(condition, then, otherwise)
        if not self._ended(then, otherwise):
            # All are here again.
            self._evaluation.here().path = entry.path

    def _way(self, entry: State, condition: Condition, node: Node | None) -> State | None:
        """Where those stand who went from `entry` through `node`, which all with `condition` do."""
        if bits.truth_of(condition) is False:
            return None
        self._evaluation.state = entry.narrowed(condition)
        if node is not None:
            self._names.append({})
            self._statement(node)
            self._names.pop()
        return self._evaluation.state

    def _switch(self, node: Node) -> None:
        number = self._expressions.value(node.cond)
        items = node.stmt.block_items if isinstance(node.stmt, c_ast.Compound) else None
        require = self._evaluation.requiring(place_of(node))
        number = converted(number, promoted(number.type), require)
        entry = self._evaluation.here()
        labels = labels_of(self._evaluation, self._expressions, items or [node], number)
        unlabelled = bits.negation(bits.either(*labels.values()))
        self._left.append([])
        falling: State | None = None
        for each in items or ():
            label = labels.get(each, unlabelled)
            self._evaluation.state = merged(label, entry.narrowed(label), falling)
            self._names.append({})
            for inside in each.stmts:
                if isinstance(inside, c_ast.Decl):
                    raise NotUnderstood("a variable in a switch", place_of(inside))
                self._statement(inside)
            self._names.pop()
            falling = self._evaluation.state
        ends = [*self._left.pop(), *([falling] if falling else [])]
        if not any(isinstance(each, c_ast.Default) for each in items or ()):
            ends.append(entry.narrowed(unlabelled))
        self._evaluation.state = joined(ends)
        if not self._ended(self._evaluation.state):
            self._evaluation.here().path = entry.path

    def _return(self, node: Node) -> None:
        place, result = place_of(node), self._function.result
        value: Number | None = None
        if isinstance(result, Integer) and node.expr is not None:
            require = self._evaluation.requiring(place)
            value = converted(self._expressions.whole(node.expr), result, require)
        elif isinstance(result, Integer) or node.expr is not None:
            raise NotUnderstood("a return that does not fit the function", place)
        self._returned.append((self._evaluation.here(), value))
        self._evaluation.state = None

    def _call(self, node: Node, *, alone: bool) -> Number | None:
        place, evaluation = place_of(node), self._evaluation
        if not isinstance(node.name, c_ast.ID):
            raise NotUnderstood("a call of a pointer", place)
        if not evaluation.program.has(node.name.name):
            raise NotUnderstood(f"a call of {node.name.name}, which is not defined here", place)
        if node.name.name not in self._function.visible:
            raise NotUnderstood(f"{node.name.name} is declared further down", place)
        function = evaluation.program.function(node.name.name)
        given = node.args.exprs if node.args is not None else []
        if len(given) != len(function.parameters):
            raise NotUnderstood(f"{function.name} is given another number of arguments", place)
        arguments: list[Argument] = []
        for parameter, each in zip(function.parameters, given, strict=True):
            if isinstance(parameter.type, Pointer):
                arguments.append(self._pointer(parameter.type, each))
            else:
                arguments.append(self._expressions.as_type(each, parameter.type, place))
        path, before = evaluation.here().path, len(evaluation.written)
        value = self._calls.run(function, arguments, place)
        # Whoever calls comes back: there are no loops.
        evaluation.here().path = path
        if not alone and any(each.depth <= self._depth for each in evaluation.written[before:]):
            told = f"{function.name} writes, and is called within an expression: when, is left open"
            raise NotUnderstood(told, place)
        return value

    def _variable(self, name: str, of: Integer, number: Number | None, place: str) -> Object:
        variable = Object(name, "", {ALONE: of}, depth=self._depth)
        self._evaluation.declare(variable)
        if number is not None:
            self._evaluation.store(Address(variable, ALONE), number, place)
        if name:
            self._names[-1][name] = variable
        return variable

    def _pointer(self, wanted: Pointer, node: Node) -> PointerVariable:
        """The value of `node`, which must be a pointer of the type `wanted`."""
        found, address = self._expressions.address(node)
        if found != wanted:
            raise NotUnderstood("a pointer of another type", place_of(node))
        return PointerVariable(wanted, address)

    def _type(self, node: Node) -> Integer | Pointer | Void:
        return self._evaluation.program.type_of(node)

    def _ended(self, *ways: State | None) -> bool:
        """Some who went one of `ways` have not come out of it."""
        return any(each is None for each in ways) or bool(self._returned) or any(self._left)
