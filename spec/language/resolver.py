"""Resolver: names, types and units of expressions.

Every method returns the typed expression, or None after it has said what is wrong; None spreads
silently, so that one mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from spec.expression import (
    BOOLEAN,
    After,
    Boolean,
    Choice,
    Clock,
    Enumeration,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    Temporal,
    Temporally,
    ValueType,
    parts,
)
from spec.intervals import interval
from spec.language import syntax
from spec.language.amounts import multiples, read
from spec.language.errors import Code, Diagnostic, Severity, did_you_mean
from spec.machine import Definition, Span, TimeModel
from spec.place import Place
from spec.units import Dimension, common_resolution

STEP_TIME = "dt"
_TEMPORAL = {each.value: each for each in Temporal if each is not Temporal.SINCE}
_CLOCKS = {each.value: each for each in Clock}
FUNCTIONS = (*_TEMPORAL, *_CLOCKS, "after")
_LOGIC = {
    "not": Operator.NOT,
    "and": Operator.AND,
    "or": Operator.OR,
    "implies": Operator.IMPLIES,
    "iff": Operator.IFF,
}
_COMPARISONS = {
    each.value: each
    for each in (
        Operator.LESS,
        Operator.AT_MOST,
        Operator.GREATER,
        Operator.AT_LEAST,
        Operator.EQUAL,
        Operator.NOT_EQUAL,
    )
}


class Where(Enum):
    """Where an expression stands; decides what it may speak of."""

    GUARD = "a guard"
    OUTPUT = "an output"
    DEFINITION = "a definition"
    ASSUMPTION = "an assumption"
    PROPERTY = "a property"
    FROM_ANY_STATE = "a property from any state"


_TEMPORAL_HERE = {Where.DEFINITION, Where.ASSUMPTION, Where.PROPERTY}
_DURATION_HERE = {Where.GUARD, Where.OUTPUT} | _TEMPORAL_HERE
_OUTPUTS_HERE = {Where.DEFINITION, Where.PROPERTY, Where.FROM_ANY_STATE}
_MODES_HERE = {Where.GUARD, Where.OUTPUT} | _OUTPUTS_HERE


@dataclass
class Scope:
    """All names of one machine text, filled in the order of the text."""

    time: TimeModel
    report: Callable[[Diagnostic], None]
    kinds: dict[str, tuple[Kind, ValueType]] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    resolutions: dict[Dimension, Quantity] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    definitions: dict[str, Definition] = field(default_factory=dict)
    # Resolves a definition on first use, so that definitions may stand in any order.
    resolve_definition: Callable[[str], Definition | None] = lambda name: None

    def note_resolution(self, type_: Quantity) -> None:
        """Let literals and parameters of this dimension be as fine as `type_`."""
        known = self.resolutions.get(type_.dimension)
        if known is not None:
            finer = common_resolution(known.resolution, type_.resolution)
            type_ = Quantity(type_.dimension, finer)
        self.resolutions[type_.dimension] = type_

    def span(self, expression: Expression) -> Span:
        """The values that `expression` can have."""
        return interval(expression, self.spans, self.definitions)


class Resolver:
    """Resolves the expressions of one place of a text."""

    def __init__(self, scope: Scope, where: Where, region: str = "") -> None:
        self._scope = scope
        self._where = where
        self._region = region

    def boolean(self, tree: syntax.Tree) -> Expression | None:
        """`tree` as a condition."""
        return self._expect(self._any(tree, BOOLEAN), BOOLEAN, tree.place)

    def value(self, tree: syntax.Tree, type_: ValueType) -> Expression | None:
        """`tree` as a value of `type_`."""
        return self._expect(self._any(tree, type_), type_, tree.place)

    def anything(self, tree: syntax.Tree) -> Expression | None:
        """`tree` as whatever it is."""
        return self._any(tree, None)

    def _error(self, code: Code, place: Place, message: str, way_out: str = "") -> None:
        self._scope.report(Diagnostic(code, place, message, way_out))

    def _expect(
        self, expression: Expression | None, type_: ValueType, place: Place
    ) -> Expression | None:
        if expression is None or expression.type == type_:
            return expression
        if isinstance(expression.type, Quantity) and isinstance(type_, Quantity):
            if expression.type.dimension is type_.dimension:
                return self._rescaled(expression, type_, place)
            self._error(
                Code.UNIT_MISMATCH,
                place,
                f"this is a {expression.type.dimension.value}, a {type_.dimension.value} is needed",
            )
            return None
        self._error(
            Code.TYPE_MISMATCH,
            place,
            f"{_described(type_)} is needed, this is {_described(expression.type)}",
        )
        return None

    def _any(self, tree: syntax.Tree, expected: ValueType | None) -> Expression | None:
        match tree:
            case syntax.Truth(value=value, place=place):
                return Literal(int(value), BOOLEAN, place)
            case syntax.Amount():
                return self._amount(tree)
            case syntax.Word():
                return self._word(tree, expected)
            case syntax.Call():
                return self._call(tree)
            case syntax.Membership():
                return self._membership(tree)
            case syntax.Multiple():
                return self._multiple(tree)
            case syntax.When():
                return self._when(tree, expected)
            case syntax.Operator(symbol="+" | "-"):
                return self._sum(tree)
            case syntax.Operator(symbol=symbol) if symbol in _COMPARISONS:
                return self._comparison(tree)
            case syntax.Operator(symbol="since"):
                return self._temporal(Temporal.SINCE, tree.operands, tree.place)
            case syntax.Operator(symbol=symbol):
                operands = [self.boolean(each) for each in tree.operands]
                if None in operands:
                    return None
                return Operation(_LOGIC[symbol], tuple(filter(None, operands)), BOOLEAN, tree.place)

    def _amount(self, tree: syntax.Amount) -> Expression | None:
        value = read(tree)
        if isinstance(value, Diagnostic):
            self._scope.report(value)
            return None
        type_ = self._scope.resolutions.get(value.dimension)
        if type_ is None or (value.number / type_.resolution).denominator != 1:
            # Kept exact; whether it is too fine shows where it is compared.
            type_ = Quantity(value.dimension, value.written)
        count = multiples(value, type_, tree.place)
        if isinstance(count, Diagnostic):
            self._scope.report(count)
            return None
        return Literal(count, type_, tree.place)

    def _word(self, tree: syntax.Word, expected: ValueType | None) -> Expression | None:
        name = tree.text
        if isinstance(expected, Enumeration) and name in expected.members:
            return Literal(expected.members.index(name), expected, tree.place)
        if name == STEP_TIME:
            return Reference(name, Kind.STEP_TIME, self._scope.time.tick, tree.place)
        known = self._scope.kinds.get(name)
        if known is None:
            definition = self._scope.resolve_definition(name)
            if definition is None:
                self._unknown(tree, expected)
                return None
            known = (Kind.DEFINITION, definition.expression.type)
        self._scope.used.add(name)
        kind, type_ = known
        if kind is Kind.DEFINITION and not self._definition_fits(name, tree.place):
            return None
        if not self._fits(kind, name, tree.place):
            return None
        return Reference(name, kind, type_, tree.place)

    def _unknown(self, tree: syntax.Word, expected: ValueType | None) -> None:
        if tree.text in self._scope.definitions or tree.text in self._scope.kinds:
            return
        members = expected.members if isinstance(expected, Enumeration) else ()
        if self._scope.kinds.get(tree.text, (None,))[0] is None:
            self._error(
                Code.UNKNOWN_NAME,
                tree.place,
                f"'{tree.text}' is not declared",
                did_you_mean(tree.text, (*members, *self._known())),
            )

    def _known(self) -> list[str]:
        return [*self._scope.kinds, STEP_TIME, *FUNCTIONS]

    def _fits(self, kind: Kind, name: str, place: Place) -> bool:
        if kind is Kind.OUTPUT and self._where not in _OUTPUTS_HERE:
            self._error(
                Code.NOT_HERE,
                place,
                f"'{name}' is an output, and {self._where.value} may not read outputs",
                "say it with inputs and modes",
            )
            return False
        if kind is Kind.MODE and self._where not in _MODES_HERE:
            self._error(
                Code.NOT_HERE,
                place,
                f"'{name}' is a region, and {self._where.value} may not read modes",
                "an assumption speaks of the world outside: of inputs and parameters",
            )
            return False
        return True

    def _definition_fits(self, name: str, place: Place) -> bool:
        """Whether what `name` stands for may be said here."""
        pending = [self._scope.definitions[name].expression]
        while pending:
            node = pending.pop()
            match node:
                case Reference(kind=Kind.DEFINITION, name=inner):
                    pending.append(self._scope.definitions[inner].expression)
                case Reference(kind=kind, name=inner):
                    if not self._fits(kind, inner, place):
                        return False
                case Temporally():
                    if not self._time_fits(node.operator.value, _TEMPORAL_HERE, place):
                        return False
                case Lasting():
                    allowed = (
                        _DURATION_HERE
                        if node.clock is Clock.MEASURED
                        else {Where.DEFINITION, Where.PROPERTY}
                    )
                    if not self._time_fits(node.clock.value, allowed, place):
                        return False
                case _:
                    pass
            pending += parts(node)
        return True

    def _time_fits(self, function: str, allowed: set[Where], place: Place) -> bool:
        if self._where in allowed:
            return True
        way_out = {
            Where.GUARD: "a guard may use duration(…) and after(…)",
            Where.OUTPUT: "an output may use duration(…)",
            Where.ASSUMPTION: "an assumption may use duration(…) and the past-time operators",
            Where.FROM_ANY_STATE: "it speaks of one step only: of inputs, modes and outputs",
        }.get(self._where, "")
        self._error(
            Code.NOT_HERE, place, f"'{function}' may not stand in {self._where.value}", way_out
        )
        return False

    def _call(self, tree: syntax.Call) -> Expression | None:
        function = tree.function.text
        if function in _TEMPORAL:
            return self._temporal(_TEMPORAL[function], (tree.argument,), tree.place)
        if function in _CLOCKS:
            clock = _CLOCKS[function]
            allowed = (
                _DURATION_HERE if clock is Clock.MEASURED else {Where.DEFINITION, Where.PROPERTY}
            )
            operand = self.boolean(tree.argument)
            if not self._time_fits(function, allowed, tree.place) or operand is None:
                return None
            time = self._scope.time
            type_ = time.tick if clock is Clock.MEASURED else time.fine
            return Lasting(clock, operand, type_, tree.place)
        if function == "after":
            if not self._region:
                self._error(
                    Code.NOT_HERE,
                    tree.place,
                    "'after' asks how long a region has been in its mode: it belongs in a guard",
                    "use duration(region is mode)",
                )
                return None
            time_ = self.value(tree.argument, self._scope.time.tick)
            return None if time_ is None else After(self._region, time_, tree.place)
        self._error(
            Code.UNKNOWN_NAME,
            tree.function.place,
            f"there is no function '{function}'",
            did_you_mean(function, FUNCTIONS),
        )
        return None

    def _temporal(
        self, operator: Temporal, trees: tuple[syntax.Tree, ...], place: Place
    ) -> Expression | None:
        operands = [self.boolean(each) for each in trees]
        if not self._time_fits(operator.value, _TEMPORAL_HERE, place) or None in operands:
            return None
        return Temporally(operator, tuple(filter(None, operands)), place)

    def _membership(self, tree: syntax.Membership) -> Expression | None:
        operand = self._any(tree.operand, None)
        if operand is None:
            return None
        if not isinstance(operand.type, Enumeration):
            self._error(
                Code.TYPE_MISMATCH,
                tree.operand.place,
                f"'is' and 'in' ask for one of several names, this is {_described(operand.type)}",
            )
            return None
        alternatives: list[Expression] = []
        for member in tree.members:
            if member.text not in operand.type.members:
                self._error(
                    Code.UNKNOWN_NAME,
                    member.place,
                    f"'{member.text}' is none of {{{', '.join(operand.type.members)}}}",
                    did_you_mean(member.text, operand.type.members),
                )
                return None
            index = operand.type.members.index(member.text)
            literal = Literal(index, operand.type, member.place)
            alternatives.append(Operation(Operator.EQUAL, (operand, literal), BOOLEAN, tree.place))
        found = (
            alternatives[0]
            if len(alternatives) == 1
            else Operation(Operator.OR, tuple(alternatives), BOOLEAN, tree.place)
        )
        return Operation(Operator.NOT, (found,), BOOLEAN, tree.place) if tree.negated else found

    def _multiple(self, tree: syntax.Multiple) -> Expression | None:
        operand = self._any(tree.operand, None)
        factor = read(tree.factor)
        if isinstance(factor, Diagnostic):
            self._scope.report(factor)
            return None
        if operand is None:
            return None
        if factor.dimension is not Dimension.COUNT or factor.number.denominator != 1:
            self._error(
                Code.TYPE_MISMATCH, tree.factor.place, "only whole numbers multiply a quantity"
            )
            return None
        if not self._is_summable(operand, tree.operand.place):
            return None
        return Scaled(int(factor.number), operand, operand.type, tree.place)

    def _is_summable(self, operand: Expression, place: Place) -> bool:
        if isinstance(operand, Lasting):
            self._error(
                Code.NOT_COMPARED,
                place,
                "a duration may only be compared",
                "move the rest to the other side of the comparison",
            )
            return False
        if not isinstance(operand.type, Quantity):
            self._error(
                Code.TYPE_MISMATCH,
                place,
                f"a quantity is needed, this is {_described(operand.type)}",
            )
            return False
        if operand.type.dimension is Dimension.TEMPERATURE:
            self._error(
                Code.UNIT_MISMATCH,
                place,
                "a temperature has no multiples, only differences have",
                "write differences in K",
            )
            return False
        return True

    def _when(self, tree: syntax.When, expected: ValueType | None) -> Expression | None:
        condition = self.boolean(tree.condition)
        then = self._any(tree.then, expected)
        otherwise = self._any(tree.otherwise, expected or (then.type if then else None))
        if condition is None or then is None or otherwise is None:
            return None
        pair = self._alike(then, otherwise, tree.place)
        if pair is None:
            return None
        return Choice(condition, pair[0], pair[1], pair[0].type, tree.place)

    def _sum(self, tree: syntax.Operator) -> Expression | None:
        left, right = (self._any(each, None) for each in tree.operands)
        if left is None or right is None:
            return None
        for side, place in zip((left, right), (each.place for each in tree.operands), strict=True):
            if isinstance(side, Lasting) or not isinstance(side.type, Quantity):
                self._is_summable(side, place)
                return None
        assert isinstance(left.type, Quantity)
        assert isinstance(right.type, Quantity)
        operator = Operator(tree.symbol)
        dimension = _sum_dimension(operator, left.type.dimension, right.type.dimension)
        if dimension is None:
            verb = "added to" if operator is Operator.ADD else "subtracted from"
            first, second = (left, right) if operator is Operator.ADD else (right, left)
            self._error(
                Code.UNIT_MISMATCH,
                tree.place,
                f"{_named(first)} is a {_dimension(first)}, {_named(second)} a "
                f"{_dimension(second)}: the one cannot be {verb} the other",
            )
            return None
        resolution = common_resolution(left.type.resolution, right.type.resolution)
        left_type = Quantity(left.type.dimension, resolution)
        right_type = Quantity(right.type.dimension, resolution)
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left_type = Quantity(left.type.dimension, right.type.resolution)
            right_type = right.type
        elif isinstance(right, Literal) and not isinstance(left, Literal):
            left_type = left.type
            right_type = Quantity(right.type.dimension, left.type.resolution)
        one = self._rescaled(left, left_type, left.place)
        other = self._rescaled(right, right_type, right.place)
        if one is None or other is None:
            return None
        type_ = Quantity(dimension, left_type.resolution)
        return Operation(operator, (one, other), type_, tree.place)

    def _comparison(self, tree: syntax.Operator) -> Expression | None:
        left_tree, right_tree = tree.operands
        left = self._any(left_tree, None) if not self._is_member(left_tree) else None
        if left is None and self._is_member(left_tree):
            right = self._any(right_tree, None)
            left = self._any(left_tree, right.type) if right else self._any(left_tree, None)
        else:
            right = self._any(right_tree, left.type if left else None)
        if left is None or right is None:
            return None
        operator = _COMPARISONS[tree.symbol]
        if isinstance(left, Lasting) and isinstance(right, Lasting):
            self._error(
                Code.NOT_COMPARED,
                tree.place,
                "two durations cannot be compared with each other",
                "compare each with a time",
            )
            return None
        pair = self._alike(left, right, tree.place)
        if pair is None:
            return None
        ordered = operator not in (Operator.EQUAL, Operator.NOT_EQUAL)
        if ordered and not isinstance(left.type, Quantity):
            self._error(
                Code.TYPE_MISMATCH,
                tree.place,
                f"'{tree.symbol}' compares quantities, this is {_described(left.type)}",
            )
            return None
        comparison = Operation(operator, pair, BOOLEAN, tree.place)
        self._warn_if_constant(comparison)
        return comparison

    def _is_member(self, tree: syntax.Tree) -> bool:
        """Whether `tree` can only be a member of the enumeration on the other side."""
        return (
            isinstance(tree, syntax.Word)
            and tree.text != STEP_TIME
            and tree.text not in self._scope.kinds
        )

    def _warn_if_constant(self, comparison: Operation) -> None:
        if not isinstance(comparison.operands[0].type, Quantity):
            return
        truth = self._scope.span(comparison)
        if truth.lowest == truth.highest:
            always = "true" if truth.lowest else "false"
            self._scope.report(
                Diagnostic(
                    Code.CONSTANT,
                    comparison.place,
                    f"this is always {always}, by the ranges of its sides",
                    "correct the bound, or the range",
                    Severity.WARNING,
                )
            )

    def _alike(
        self, left: Expression, right: Expression, place: Place
    ) -> tuple[Expression, Expression] | None:
        """Both sides in one type; a literal takes the resolution of the other side."""
        if left.type == right.type:
            return left, right
        if not (isinstance(left.type, Quantity) and isinstance(right.type, Quantity)):
            self._error(
                Code.TYPE_MISMATCH,
                place,
                f"{_named(left)} is {_described(left.type)}, "
                f"{_named(right)} {_described(right.type)}: they cannot be compared",
            )
            return None
        if left.type.dimension is not right.type.dimension:
            self._error(
                Code.UNIT_MISMATCH,
                place,
                f"{_named(left)} is a {_dimension(left)}, {_named(right)} a "
                f"{_dimension(right)}: they cannot be compared",
            )
            return None
        if isinstance(left, Literal) and not isinstance(right, Literal):
            type_: Quantity = right.type
        elif isinstance(right, Literal) and not isinstance(left, Literal):
            type_ = left.type
        else:
            resolution = common_resolution(left.type.resolution, right.type.resolution)
            type_ = Quantity(left.type.dimension, resolution)
        one = self._rescaled(left, type_, left.place)
        other = self._rescaled(right, type_, right.place)
        return None if one is None or other is None else (one, other)

    def _rescaled(self, expression: Expression, type_: Quantity, place: Place) -> Expression | None:
        """`expression` in the resolution of `type_`, of the same dimension."""
        assert isinstance(expression.type, Quantity)
        if expression.type == type_:
            return expression
        factor = expression.type.resolution / type_.resolution
        if isinstance(expression, Literal):
            value = expression.value * factor
            if value.denominator == 1:
                return Literal(int(value), type_, expression.place)
        elif factor.denominator == 1:
            return Scaled(int(factor), expression, type_, expression.place)
        self._error(
            Code.TOO_FINE,
            place,
            f"{expression.type.show(expression.value)} is finer than the resolution it is "
            f"compared with, {type_.show(1)}"
            if isinstance(expression, Literal)
            else f"this has steps of {expression.type.show(1)}, finer than {type_.show(1)}",
            "write a multiple of that, or choose a finer resolution with 'by'",
        )
        return None


def _sum_dimension(operator: Operator, left: Dimension, right: Dimension) -> Dimension | None:
    """The dimension of a sum or difference; None where there is none."""
    temperature, difference = Dimension.TEMPERATURE, Dimension.TEMPERATURE_DIFFERENCE
    if left is right:
        if left is not temperature:
            return left
        return difference if operator is Operator.SUBTRACT else None
    if (left, right) == (temperature, difference):
        return temperature
    if (left, right) == (difference, temperature) and operator is Operator.ADD:
        return temperature
    return None


def _dimension(expression: Expression) -> str:
    assert isinstance(expression.type, Quantity)
    return expression.type.dimension.value


def _named(expression: Expression) -> str:
    match expression:
        case Reference(name=name):
            return f"'{name}'"
        case Literal(value=value, type=type_):
            return f"'{type_.show(value)}'"
        case Scaled(operand=operand):
            return _named(operand)
        case Lasting(clock=clock):
            return f"'{clock.value}(…)'"
        case _:
            return "this"


def _described(type_: ValueType) -> str:
    match type_:
        case Boolean():
            return "true or false"
        case Enumeration(members=members):
            return f"one of {{{', '.join(members)}}}"
        case Quantity(dimension=dimension):
            return f"a {dimension.value}"
