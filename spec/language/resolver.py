"""Resolver: names, types and units of expressions.

Every method returns the typed expression, or None after it has said what is wrong; None spreads
silently, so that one mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    Temporal,
    Temporally,
    ValueType,
)
from spec.language import arithmetic, several, syntax
from spec.language.amounts import way_out_of_units
from spec.language.arithmetic import COMPARISONS, alike
from spec.language.errors import Code
from spec.language.members import is_member, membership, refuse_undeclared
from spec.language.permissions import Need, Where, is_allowed, refusal
from spec.language.scope import Meaning, Scope
from spec.language.vocabulary import CLOCKS, FUNCTIONS, OVER_PARTS, TEMPORAL
from spec.language.wording import described, named, way_out_of_mismatch
from spec.place import Place

# Deeper than any formula a person can read, and shallow enough for recursive passes.
DEEPEST = 100

_LOGIC = {
    "not": Operator.NOT,
    "and": Operator.AND,
    "or": Operator.OR,
    "implies": Operator.IMPLIES,
    "iff": Operator.IFF,
}


class Resolver:
    """Resolves one expression that stands in one place of a text."""

    def __init__(
        self, scope: Scope, where: Where, region: str = "", meant: Mapping[str, str] | None = None
    ) -> None:
        self._scope = scope
        self._where = where
        self._region = region
        # Which part the name of several stands for here.
        self._meant = dict(meant or {})
        self._needs: dict[Need, str] = {}
        self._level = 0
        self._deepest = 0

    def boolean(self, tree: syntax.Tree) -> Expression | None:
        """`tree` as a condition."""
        return self.value(tree, BOOLEAN)

    def value(self, tree: syntax.Tree, type_: ValueType) -> Expression | None:
        """`tree` as a value of `type_`."""
        return self._expect(self._any(tree, type_), type_, tree.place)

    def anything(self, tree: syntax.Tree) -> Expression | None:
        """`tree` as whatever it is, but no bare duration."""
        return self._no_duration(self._any(tree, None), tree.place)

    @property
    def meaning(self) -> Meaning:
        """What was learnt about the expression while it was resolved."""
        return Meaning(self._needs, self._deepest)

    def _no_duration(self, expression: Expression | None, place: Place) -> Expression | None:
        if not isinstance(expression, Lasting):
            return expression
        arithmetic.refuse_duration(self._scope, expression, place)
        return None

    def _expect(
        self, expression: Expression | None, type_: ValueType, place: Place
    ) -> Expression | None:
        expression = self._no_duration(expression, place)
        if expression is None or expression.type == type_:
            return expression
        found = expression.type
        if isinstance(found, Quantity) and isinstance(type_, Quantity):
            if found.dimension is type_.dimension:
                return arithmetic.rescaled(self._scope, expression, type_)
            self._scope.error(
                Code.UNIT_MISMATCH,
                place,
                f"{named(expression)} is a {found.dimension.value}, "
                f"a {type_.dimension.value} is needed",
                way_out_of_units(found.dimension, type_.dimension),
            )
            return None
        needed = "a condition" if isinstance(type_, Boolean) else described(type_)
        self._scope.error(
            Code.TYPE_MISMATCH,
            place,
            f"{needed} is needed, {named(expression)} is {described(found)}",
            way_out_of_mismatch(expression, type_),
        )
        return None

    def _any(self, tree: syntax.Tree, expected: ValueType | None) -> Expression | None:
        self._level += 1
        expression = self._node(tree, expected) if self._is_shallow(tree, 0) else None
        self._level -= 1
        return expression

    def _is_shallow(self, tree: syntax.Tree, unfolded: int) -> bool:
        """Whether `tree`, with definitions `unfolded` levels deep in it, can be resolved here."""
        depth = self._level + unfolded
        if depth > DEEPEST >= self._deepest:
            self._scope.error(
                Code.TOO_DEEP,
                tree.place,
                f"this formula is nested more than {DEEPEST} deep"
                + (", with the definitions in it unfolded" if unfolded else ""),
                "say it with less" if unfolded else "give its parts names with 'define'",
            )
        self._deepest = max(self._deepest, depth)
        if depth > DEEPEST:
            self._scope.used.update(word.text for word in syntax.words(tree))
        return depth <= DEEPEST

    def _node(self, tree: syntax.Tree, expected: ValueType | None) -> Expression | None:
        match tree:
            case syntax.Truth(value=value, place=place):
                return Literal(int(value), BOOLEAN, place)
            case syntax.Amount():
                return arithmetic.literal(self._scope, tree)
            case syntax.Word():
                return self._word(tree, expected)
            case syntax.Call():
                return self._call(tree)
            case syntax.Membership():
                operand = self._any(tree.operand, None)
                return operand and membership(self._scope, tree, operand)
            case syntax.Multiple():
                operand = self._any(tree.operand, None)
                return operand and arithmetic.multiplied(self._scope, tree, operand)
            case syntax.When():
                return self._when(tree, expected)
            case syntax.Operator(symbol="+" | "-"):
                left, right = (self._any(each, None) for each in tree.operands)
                return left and right and arithmetic.added(self._scope, tree, left, right)
            case syntax.Operator(symbol=symbol) if symbol in COMPARISONS:
                left, right = self._pair(tree.operands[0], tree.operands[1], None)
                if left is None or right is None:
                    return None
                return arithmetic.compared(self._scope, tree, left, right, self._where)
            case syntax.Operator(symbol="since"):
                return self._temporal(Temporal.SINCE, tree.operands, tree.place)
            case syntax.Operator(symbol=symbol):
                operands = self._booleans(tree.operands)
                if operands is None:
                    return None
                return Operation(_LOGIC[symbol], operands, BOOLEAN, tree.place)

    def _booleans(self, trees: tuple[syntax.Tree, ...]) -> tuple[Expression, ...] | None:
        operands = [self.boolean(each) for each in trees]
        good = tuple(each for each in operands if each is not None)
        return good if len(good) == len(operands) else None

    # Names

    def _word(self, tree: syntax.Word, expected: ValueType | None) -> Expression | None:
        if "." in tree.text:
            return self._signal_of_part(tree)
        name, scope = tree.text, self._scope
        kind, type_ = scope.known(name)
        if isinstance(expected, Enumeration) and name in expected.members:
            if type_ == expected and kind is not None:
                scope.error(
                    Code.AMBIGUOUS,
                    tree.place,
                    f"'{name}' is one of {{{', '.join(expected.members)}}}, and the name of "
                    f"another {kind.value} that has one of these values",
                    "rename one of them",
                )
                return None
            return Literal(expected.members.index(name), expected, tree.place)
        if kind is None or type_ is None:
            refuse_undeclared(scope, tree, expected)
            return None
        scope.used.add(name)
        if not self._may_speak_of(tree, kind):
            return None
        return Reference(name, kind, type_, tree.place)

    def _signal_of_part(self, tree: syntax.Word) -> Expression | None:
        name = several.name_of(self._scope, tree, self._meant)
        if name is None:
            return None
        kind, type_ = self._scope.known(name)
        assert kind is not None
        assert type_ is not None
        if kind is Kind.OUTPUT:
            may = self._may(Need.SIGNALS, tree.text, tree.place)
        elif kind is Kind.PARAMETER or name in self._scope.exposed:
            may = True
        else:
            may = self._may(Need.INSIDE, tree.text, tree.place)
        if may and kind is Kind.DEFINITION:
            may = self._may_speak_of(syntax.Word(name, tree.place), kind)
        return Reference(name, kind, type_, tree.place) if may else None

    def _may_speak_of(self, tree: syntax.Word, kind: Kind) -> bool:
        name, place = tree.text, tree.place
        match kind:
            case Kind.OUTPUT:
                return self._may(Need.OUTPUTS, name, place)
            case Kind.MODE:
                return self._may(Need.MODES, name, place)
            case Kind.DEFINITION:
                meaning = self._scope.meanings[name]
                may = [self._may(need, what, place, name) for need, what in meaning.needs.items()]
                return all(may) and self._is_shallow(tree, meaning.depth)
            case Kind.INPUT | Kind.PARAMETER | Kind.STEP_TIME:
                return True

    def _may(self, need: Need, what: str, place: Place, through: str = "") -> bool:
        self._needs.setdefault(need, what)
        if is_allowed(need, self._where):
            return True
        self._scope.error(Code.NOT_HERE, place, *refusal(need, what, self._where, through))
        return False

    # Functions

    def _call(self, tree: syntax.Call) -> Expression | None:
        function = tree.function.text
        if function in TEMPORAL:
            return self._temporal(TEMPORAL[function], (tree.argument,), tree.place)
        if function in CLOCKS:
            return self._lasting(CLOCKS[function], tree)
        if function == "after":
            return self._after(tree)
        if self._scope.is_system and function in OVER_PARTS:
            return self._over_parts(tree)
        self._scope.unknown(tree.function, f"there is no function '{function}'", FUNCTIONS)
        # What it is asked about may have faults of its own.
        self._any(tree.argument, None)
        return None

    def _temporal(
        self, operator: Temporal, trees: tuple[syntax.Tree, ...], place: Place
    ) -> Expression | None:
        may = self._may(Need.PAST, operator.value, place)
        operands = self._booleans(trees)
        return Temporally(operator, operands, place) if may and operands else None

    def _lasting(self, clock: Clock, tree: syntax.Call) -> Expression | None:
        time = self._scope.time
        measured = clock is Clock.MEASURED
        need = Need.DURATION if measured else Need.TRUE_TIME
        may = self._may(need, clock.value, tree.place)
        operand = self.boolean(tree.argument)
        if not may or operand is None:
            return None
        return Lasting(clock, operand, time.tick if measured else time.fine, tree.place)

    def _after(self, tree: syntax.Call) -> Expression | None:
        time = self.value(tree.argument, self._scope.time.tick)
        if not self._region:
            self._scope.error(
                Code.NOT_HERE,
                tree.place,
                "'after' asks how long a region has been in its mode: it belongs in a guard",
                "use duration(region is mode)",
            )
            return None
        if time is None:
            return None
        if self._scope.span(time).highest <= 0:
            arithmetic.warn_of_constant(self._scope, tree.place, holds=True)
        return After(self._region, time, tree.place)

    def _over_parts(self, tree: syntax.Call) -> Expression | None:
        family = several.family_in(self._scope, tree)
        if family is None:
            return None
        outside = dict(self._meant)
        inside = self.boolean if tree.function.text in ("any", "all") else self.anything
        found: list[Expression] = []
        for name in family.names:
            self._meant[family.name] = name
            expression = inside(tree.argument)
            if expression is None:
                # What is wrong of one is wrong of all.
                break
            found.append(expression)
        self._meant = outside
        if len(found) < len(family.names):
            return None
        return several.taken_together(self._scope, tree, family, found)

    # Alternatives

    def _when(self, tree: syntax.When, expected: ValueType | None) -> Expression | None:
        condition = self.boolean(tree.condition)
        then, otherwise = self._pair(tree.then, tree.otherwise, expected)
        then = self._no_duration(then, tree.then.place)
        otherwise = self._no_duration(otherwise, tree.otherwise.place)
        if condition is None or then is None or otherwise is None:
            return None
        pair = alike(self._scope, then, otherwise, tree.place)
        if pair is None:
            return None
        return Choice(condition, pair[0], pair[1], pair[0].type, tree.place)

    def _pair(
        self, left: syntax.Tree, right: syntax.Tree, expected: ValueType | None
    ) -> tuple[Expression | None, Expression | None]:
        """Two sides of one type; a bare member of an enumeration takes that of the other side."""
        if expected is None and is_member(self._scope, left) and not is_member(self._scope, right):
            other, one = self._pair(right, left, None)
            return one, other
        one = self._any(left, expected)
        if expected is None:
            if one is None and is_member(self._scope, right):
                # Of which enumeration, the broken side would have told.
                return None, None
            expected = one.type if one is not None else None
        return one, self._any(right, expected)
