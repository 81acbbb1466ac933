"""Printing: terms as expressions of a target; what all targets have in common.

The printer of a target says how things are spelt. Here is which things there are: comparisons the
way a person writes them (what is tested on the left, the limit on the right), no negation that
turning a comparison round makes needless, and brackets where they help a reader.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from codegen.layout import Atom, Binding, Chain, Group, Piece, Prefixed, binding, chain, closer
from codegen.ranges import Ranges
from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Truth,
    Variable,
    is_boolean,
)

_OPPOSITE = {"<": ">=", "<=": ">", "==": "!="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a variable is written.

    Attributes:
        stored: A condition that is kept as a number, 0 for false.
        fixed: It does not change from step to step: a limit, not what is limited.
        value: Of what has a value that is known where the code is written.
        members: What its values are called, if they have names.
    """

    text: str
    stored: bool = False
    fixed: bool = False
    value: int | None = None
    members: tuple[str, ...] = ()


class Printer(ABC):
    """Prints the terms over `symbols`."""

    #: Spelt as in the target: conjunction, disjunction, negation.
    both: str
    either: str
    no: str
    #: What is in brackets beside a comparison, and beside a plus or minus.
    loosest_side: Binding
    loosest_term: Binding

    def __init__(self, symbols: Mapping[str, Symbol], ranges: Ranges) -> None:
        self.symbols = symbols
        self.ranges = ranges

    # How a target spells

    @abstractmethod
    def truth(self, value: bool) -> str:
        """True or false."""

    @abstractmethod
    def number(self, value: int, *, signed: bool) -> str:
        """An integer; `signed` if it is to be combined with what may be negative."""

    @abstractmethod
    def integer(self, symbol: Symbol, term: Variable, *, signed: bool) -> str:
        """The value of a variable."""

    @abstractmethod
    def limit(self, piece: Piece) -> Piece:
        """A comparison as an operand of a conjunction or disjunction."""

    @abstractmethod
    def choice(self, condition: Piece, then: Piece, otherwise: Piece) -> Chain:
        """`then` if `condition` else `otherwise`."""

    def decided(self, sign: str, limit: int, *, signed: bool) -> bool | None:
        """What a comparison with `limit` comes to whatever is compared; None if it depends.

        A target in which any number fits, into any variable, has none that are decided.
        """
        return None

    # Conditions

    def condition(self, term: Term, *, holds: bool = True) -> Piece:
        """`term`, or with `holds` false its negation."""
        match term:
            case Truth(value=value):
                return Atom(self.truth(value is holds))
            case Variable(name=name):
                return self._tested(self.symbols[name], holds)
            case Not(operand=operand):
                return self.condition(operand, holds=not holds)
            case AtMost(left=left, right=right):
                return self._compared("<=", left, right, holds)
            case Less(left=left, right=right):
                return self._compared("<", left, right, holds)
            case Equal(left=left, right=right) if is_boolean(left):
                return self._alike(left, right, holds)
            case Equal(left=left, right=right):
                return self._compared("==", left, right, holds)
            case And() | Or() if not holds:
                return self._negated(self.condition(term))
            case And():
                return self._several(Binding.BOTH, self.both, self._joined(term, And))
            case Or():
                return self._several(Binding.EITHER, self.either, self._joined(term, Or))
            case Choose(condition=condition, then=then, otherwise=otherwise):
                return self._chosen(
                    self.condition(condition),
                    self.condition(then, holds=holds),
                    self.condition(otherwise, holds=holds),
                )
            case _:
                raise AssertionError(term)

    def _alike(self, left: Term, right: Term, holds: bool) -> Piece:
        """That two conditions are both true or both false."""
        for one, other in ((left, right), (right, left)):
            known = self._truth(self.condition(one))
            if known is not None:
                return self.condition(other, holds=known is holds)
        sides = [closer(self.condition(each), Binding.SUM) for each in (left, right)]
        return chain(Binding.COMPARISON, "==" if holds else "!=", *sides)

    def _chosen(self, condition: Piece, then: Piece, otherwise: Piece) -> Piece:
        known = self._truth(condition)
        if known is None:
            return self.choice(condition, then, otherwise)
        return then if known else otherwise

    def _truth(self, piece: Piece) -> bool | None:
        """The value of a condition that is true or false whatever happens; else None."""
        return next((each for each in (True, False) if piece == Atom(self.truth(each))), None)

    def _tested(self, symbol: Symbol, holds: bool) -> Piece:
        if symbol.stored:
            sign = "!=" if holds else "=="
            zero = Atom(self.number(0, signed=False))
            return chain(Binding.COMPARISON, sign, Atom(symbol.text), zero)
        tested = Atom(symbol.text)
        return tested if holds else Prefixed(self.no, tested)

    def _negated(self, piece: Piece) -> Piece:
        known = self._truth(piece)
        return Prefixed(self.no, Group(piece)) if known is None else Atom(self.truth(not known))

    def _several(self, kind: Binding, sign: str, pieces: list[Piece]) -> Piece:
        """A conjunction or disjunction of `pieces`, without those that are decided."""
        neutral = kind is Binding.BOTH
        known = [self._truth(each) for each in pieces]
        if (not neutral) in known:
            return Atom(self.truth(not neutral))
        match [piece for piece, truth in zip(pieces, known, strict=True) if truth is None]:
            case []:
                return Atom(self.truth(neutral))
            case [Group(inside=only)] | [only]:
                return only
            case left:
                return chain(kind, sign, *left)

    def _joined(self, term: Term, kind: type[And] | type[Or]) -> list[Piece]:
        """The operands of a conjunction or disjunction, with those that are one themselves."""
        if isinstance(term, kind):
            return [piece for each in term.operands for piece in self._joined(each, kind)]
        inside = closer(self.condition(term), Binding.BOTH)
        return [self.limit(inside) if binding(inside) is Binding.COMPARISON else inside]

    def _compared(self, sign: str, left: Term, right: Term, holds: bool) -> Piece:
        sign = sign if holds else _OPPOSITE[sign]
        if self._liveliness(left) < self._liveliness(right):
            sign, left, right = _TURNED[sign], right, left
        signed = is_signed(left, self.ranges) or is_signed(right, self.ranges)
        for compared, limit in ((sign, self._known(right)), (_TURNED[sign], self._known(left))):
            decided = None if limit is None else self.decided(compared, limit, signed=signed)
            if decided is not None:
                return Atom(self.truth(decided))
        members = self.members(left) or self.members(right)
        sides = [self.value(each, members, signed=signed) for each in (left, right)]
        closed = [closer(each, self.loosest_side) for each in sides]
        return chain(Binding.COMPARISON, sign, *closed)

    def _known(self, term: Term) -> int | None:
        """The value of `term`, if it is one while the code is written."""
        match term:
            case Number(value=value):
                return value
            case Variable(name=name):
                return self.symbols[name].value
            case Sum(left=left, right=right):
                one, other = self._known(left), self._known(right)
                return None if one is None or other is None else one + other
            case Product(factor=factor, operand=operand):
                known = self._known(operand)
                return None if known is None else factor * known
        return None

    def _liveliness(self, term: Term) -> int:
        """How much `term` is what is compared, rather than what it is compared with."""
        match term:
            case Number():
                return 0
            case Variable(name=name):
                return 1 if self.symbols[name].fixed else 3
            case Sum(left=left, right=right):
                return min(2, max(self._liveliness(left), self._liveliness(right)))
            case Product(operand=operand):
                return min(2, self._liveliness(operand))
        return 2

    # Integers

    def value(
        self, term: Term, members: tuple[str, ...] = (), *, signed: bool | None = None
    ) -> Piece:
        """`term` as an integer; `members` is what its values are called, if they have names.

        `signed` tells that it is combined with what may be negative; None that it stands alone.
        """
        signed = is_signed(term, self.ranges) if signed is None else signed
        match term:
            case Number(value=value) if members:
                return Atom(members[value])
            case Number(value=value):
                return Atom(self.number(value, signed=signed))
            case Variable(name=name):
                return Atom(self.integer(self.symbols[name], term, signed=signed))
            case Sum(left=left, right=right):
                return self._sum(left, right, signed)
            case Product(factor=factor, operand=operand):
                return self._product(factor, operand, signed)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                return self._chosen(
                    self.condition(condition),
                    self.value(then, members, signed=signed),
                    self.value(otherwise, members, signed=signed),
                )
            case _:
                raise AssertionError(term)

    def _product(self, factor: int, operand: Term, signed: bool) -> Piece:
        times = Atom(self.number(factor, signed=signed))
        multiplied = closer(self.value(operand, signed=signed), Binding.PRODUCT)
        return chain(Binding.PRODUCT, "*", times, multiplied)

    def _sum(self, left: Term, right: Term, signed: bool) -> Piece:
        first = closer(self.value(left, signed=signed), Binding.COMPARISON)
        if binding(first) is Binding.PRODUCT:
            first = closer(first, self.loosest_term)
        match right:
            case Number(value=value) if value < 0:
                sign, second = "-", self.value(Number(-value), signed=signed)
            case Product(factor=-1, operand=operand):
                sign, second = "-", self.value(operand, signed=signed)
            case Product(factor=factor, operand=operand) if factor < 0:
                sign, second = "-", self._product(-factor, operand, signed)
            case _:
                sign, second = "+", self.value(right, signed=signed)
        link = (sign, closer(second, self.loosest_term))
        # One chain, which is broken as a whole or not at all.
        if isinstance(first, Chain) and first.binding is Binding.SUM:
            return Chain(Binding.SUM, first.first, (*first.rest, link))
        return Chain(Binding.SUM, first, (link,))

    def members(self, term: Term) -> tuple[str, ...]:
        """What the values of `term` are called, if they have names."""
        match term:
            case Variable(name=name):
                return self.symbols[name].members
            case Choose(then=then, otherwise=otherwise):
                return self.members(then) or self.members(otherwise)
        return ()


def is_signed(term: Term, ranges: Ranges) -> bool:
    """Whether `term`, or anything that it is added up or chosen from, may be negative."""
    if ranges.of(term).lowest < 0:
        return True
    match term:
        case Sum(left=left, right=right) | Choose(then=left, otherwise=right):
            return is_signed(left, ranges) or is_signed(right, ranges)
        case Product(operand=operand):
            return is_signed(operand, ranges)
    return False
