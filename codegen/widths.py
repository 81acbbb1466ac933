"""Widths: refuses a program with a number that its target has no room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.printing import is_signed
from codegen.program import Count, Decide, Define, Program, Recall, conditions
from spec.machine import Span
from spec.place import NOWHERE, Place
from spec.term import (
    AtMost,
    Choose,
    Equal,
    Less,
    Product,
    Sum,
    Term,
    is_boolean,
    postorder,
)


@dataclass(frozen=True, slots=True)
class Room:
    """What a target calculates with.

    Attributes:
        signed: For numbers that are combined with what may be negative.
        unsigned: For all others.
    """

    name: str
    signed: Span
    unsigned: Span


class TooWide(Exception):
    """The code cannot be written: a number in it does not fit.

    Attributes:
        place: Where in the machine text it comes from.
    """

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


def require_room(program: Program, room: Room) -> None:
    """Refuse `program` if any value or intermediate result of it leaves `room`.

    Raises:
        TooWide: One does.
    """
    for name, span, place in _kept(program):
        fitting = room.signed if span.lowest < 0 else room.unsigned
        _require(span, fitting, f"'{name}'", place, room)
    ranges = program.ranges
    for root, place in _terms(program):
        for term in postorder([root]):
            sides = _together(term)
            signed = any(is_signed(each, ranges) for each in sides)
            fitting = room.signed if signed else room.unsigned
            for side in sides:
                for each in _within(side):
                    _require(ranges.of(each), fitting, "a result in here", place, room)


def _require(span: Span, fitting: Span, what: str, place: Place, room: Room) -> None:
    if span.lowest < fitting.lowest or span.highest > fitting.highest:
        raise TooWide(
            f"{what} reaches from {span.lowest} to {span.highest}, and {room.name} has room for "
            f"{fitting.lowest} to {fitting.highest}",
            place,
        )


def _kept(program: Program) -> Iterator[tuple[str, Span, Place]]:
    """What is kept in a member or constant, and how far timers count before they stop."""
    machine = program.machine
    places = {each.name: each.place for each in machine.inputs}
    places |= {each.name: each.place for each in machine.parameters}
    for each in (*program.inputs, *program.constants, *program.settings):
        yield each.name, each.span, places.get(each.name, NOWHERE)
    for output in machine.outputs:
        yield output.name, output.span, output.place
    longest = machine.time.step.highest
    for statement in program.statements:
        if isinstance(statement, Count):
            span = Span(0, statement.timer.span.highest + longest)
            yield statement.timer.meaning, span, NOWHERE


def _terms(program: Program) -> Iterator[tuple[Term, Place]]:
    for statement in program.statements:
        match statement:
            case Define(value=value, declared=declared):
                yield value, declared.place
            case Decide(region=region, decision=decision):
                for condition in conditions(decision):
                    yield condition, region.place
            case Count(running=running):
                if running is not None:
                    yield running, NOWHERE
            case Recall():
                pass
    for drive in program.drives:
        yield drive.value, drive.output.place
    for claim in program.claims:
        yield claim.value, claim.property.place
    for store in program.stores:
        yield store.value, NOWHERE


def _together(term: Term) -> tuple[Term, ...]:
    """The integers that `term` brings together, which are all signed if one of them is."""
    match term:
        case AtMost() | Less() | Equal() if not is_boolean(term.left):
            return (term.left, term.right)
        case Sum() | Product() | Choose() if not is_boolean(term):
            return (term,)
    return ()


def _within(term: Term) -> Iterator[Term]:
    """`term` and what it is made of; what a choice asks is calculated by itself."""
    yield term
    match term:
        case Sum(left=one, right=other) | Choose(then=one, otherwise=other):
            yield from _within(one)
            yield from _within(other)
        case Product(operand=operand):
            yield from _within(operand)
