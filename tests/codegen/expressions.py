"""Random typed expressions over random variables, as a program may hold them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from codegen.printing import is_signed
from codegen.ranges import Ranges
from codegen.widths import Room
from spec.machine import Span
from spec.term import (
    AtMost,
    Choose,
    Equal,
    Less,
    Product,
    Sum,
    Term,
    Variable,
    at_most,
    both,
    choose,
    either,
    equal,
    is_boolean,
    less,
    minus,
    negation,
    number,
    parts,
    plus,
    postorder,
    times,
)

COLOURS = ("red", "green", "blue")


@dataclass(frozen=True, slots=True)
class Named:
    """A variable of a world.

    Attributes:
        place: Where it is kept: ``input``, ``setting``, ``constant``, ``local``.
        named: Its values have names: `COLOURS`.
    """

    variable: Variable
    span: Span
    place: str
    named: bool = False

    @property
    def name(self) -> str:
        """Unique in a world."""
        return self.variable.name


class _Exhausted(Exception):
    """All variables of a kind are in the expression already."""


class World:
    """Variables, and expressions over them that fit into `room`."""

    def __init__(self, rnd: random.Random, room: Room) -> None:
        self._random, self._room = rnd, room
        wide = [
            Span(0, 3),
            Span(-5, 5),
            Span(0, 70_000),
            Span(-40_000, 1_000_000),
            Span(7, 7),
            Span(-9, -2),
            Span(0, room.unsigned.highest),
            room.signed,
        ]
        places = ("input", "input", "setting", "constant", "local")
        self.variables: list[Named] = []
        for number_, span in enumerate([*wide, *wide, *wide]):
            place = rnd.choice(places)
            self._add(Named(Variable(f"n{number_}", False), span, place))
        for number_ in range(16):
            place = rnd.choice(("input", "local"))
            self._add(Named(Variable(f"p{number_}", True), Span(0, 1), place))
        for number_ in range(8):
            place = rnd.choice(("input", "local"))
            span = Span(0, len(COLOURS) - 1)
            self._add(Named(Variable(f"c{number_}", False), span, place, named=True))
        self.ranges = Ranges({each.name: each.span for each in self.variables})

    def _add(self, each: Named) -> None:
        self.variables.append(each)

    def term(self) -> tuple[Term, bool]:
        """An expression that is no mere variable, and whether its values have names."""
        rnd = self._random
        while True:
            self._left = [each for each in self.variables if rnd.random() < 0.9]
            depth = rnd.choice((1, 2, 2, 3, 3, 4, 5))
            kind = rnd.choice(("condition", "condition", "integer", "colour"))
            try:
                term: Term = getattr(self, f"_{kind}")(depth)
            except _Exhausted:
                continue
            if not isinstance(term, Variable) and self._fits(term):
                return term, kind == "colour"

    def values(self) -> dict[str, int]:
        """A value for every variable but constants, which have their lowest; often at an end."""
        return {each.name: self._value(each) for each in self.variables}

    def _value(self, each: Named) -> int:
        rnd, (low, high) = self._random, (each.span.lowest, each.span.highest)
        if each.place == "constant":
            return low
        if each.variable.boolean and each.place == "input":
            return rnd.choice((0, 0, 1, 2, 255))
        near = [value for value in (0, 1, 2, -1, low + 1, high - 1) if low <= value <= high]
        return rnd.choice((low, high, rnd.randint(low, high), *near))

    def _fits(self, term: Term) -> bool:
        """Whether everything in `term` has room, whatever it is combined with."""
        for part in postorder([term]):
            match part:
                case AtMost() | Less() | Equal() if not is_boolean(part.left):
                    together: tuple[Term, ...] = (part.left, part.right)
                case Sum() | Product() | Choose() if not is_boolean(part):
                    together = (part,)
                case _:
                    continue
            signed = any(is_signed(each, self.ranges) for each in together)
            room = self._room.signed if signed else self._room.unsigned
            for each in together:
                if not self._all_fit(each, room):
                    return False
        return True

    def _all_fit(self, term: Term, room: Span) -> bool:
        """Whether `term` and all that it is made of fit into `room`, conditions apart."""
        span = self.ranges.of(term)
        inside = [each for each in parts(term) if not is_boolean(each)]
        fits = room.lowest <= span.lowest and span.highest <= room.highest
        return fits and all(self._all_fit(each, room) for each in inside)

    def _one(self, *, boolean: bool, named: bool = False) -> Term:
        """A variable that the expression does not have yet: compilers know ``p && !p``."""
        fitting = [
            each for each in self._left if each.variable.boolean == boolean and each.named == named
        ]
        if not fitting:
            raise _Exhausted
        one = self._random.choice(fitting)
        self._left.remove(one)
        return one.variable

    def _integer(self, depth: int) -> Term:
        rnd, below = self._random, depth - 1
        if not depth or rnd.random() < 0.15:
            small = rnd.choice((0, 1, -1, rnd.randint(-9, 9), rnd.randint(-70_000, 70_000)))
            return rnd.choice((self._one(boolean=False), self._one(boolean=False), number(small)))
        for _ in range(5):
            made = self._combined(below)
            if self._fits(made):
                return made
        return self._one(boolean=False)

    def _combined(self, below: int) -> Term:
        rnd = self._random
        match rnd.randrange(4):
            case 0:
                return plus(self._integer(below), self._integer(below))
            case 1:
                return minus(self._integer(below), self._integer(below))
            case 2:
                factor = rnd.choice((-1, -1, 2, 3, -3, rnd.randint(-1000, 1000)))
                return times(factor, self._integer(below))
            case _:
                then, otherwise = self._integer(below), self._integer(below)
                return choose(self._condition(below), then, otherwise)

    def _colour(self, depth: int) -> Term:
        if not depth or self._random.random() < 0.2:
            member = number(self._random.randrange(len(COLOURS)))
            return self._random.choice((member, self._one(boolean=False, named=True)))
        below = depth - 1
        return choose(self._condition(below), self._colour(below), self._colour(below))

    def _condition(self, depth: int) -> Term:
        rnd, below = self._random, depth - 1
        if not depth:
            return self._one(boolean=True)
        match rnd.randrange(10):
            case 0:
                return negation(self._condition(below))
            case 1:
                return both(*(self._condition(below) for _ in range(rnd.choice((2, 3)))))
            case 2:
                return either(*(self._condition(below) for _ in range(rnd.choice((2, 3)))))
            case 3:
                then, otherwise = self._condition(below), self._condition(below)
                return choose(self._condition(below), then, otherwise)
            case 4:
                return equal(self._condition(below), self._condition(below))
            case 5:
                one = choose(self._condition(below), self._colour(0), self._colour(0))
                colour = rnd.choice((one, self._one(boolean=False, named=True)))
                return equal(colour, self._colour(0))
            case 6:
                return equal(self._integer(below), self._integer(below))
            case _:
                return rnd.choice((less, at_most))(self._integer(below), self._integer(below))
