"""Values: what a name can hold while a function is run for all calls at once.

A number is a small integer: MicroPython keeps it in a word, without allocating memory, if it has at
most 31 bits on the Pico. That every result is one is an obligation; so nothing ever wraps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from spec.machine import Span
from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import Forbidden, NotUnderstood, Obligation
from verify.translation.meaning import Value

# As they are stored.
WIDTH = 32
# Small integers of the ports with 32 bits.
SMALL = Span(-(1 << 30), (1 << 30) - 1)
# What may be in the memory and in what is given: a sum of two is small still.
HELD = Span(-(1 << 29), (1 << 29) - 1)
# More than there are places in a module.
_PLACE_WIDTH = 24
_NOWHERE = bits.constant(0, _PLACE_WIDTH)


@dataclass(frozen=True, slots=True, eq=False)
class Integer:
    """A small integer: `WIDTH` bits, signed.

    Attributes:
        origin: Where it was given its name, as a number of `Notes.places`; 0 if it has none yet.
    """

    bits: Bits
    origin: Bits = _NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """``True`` or ``False``."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Object:
    """What the caller owns.

    Attributes:
        role: See `verify.translation.routine.Structure`.
    """

    role: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the same module."""

    name: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """``None``."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing at all, on one way to here at least: no controller may read it."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Values of different kinds, by the way taken: whoever reads it is not understood."""


Item = Integer | Truth | Object | Function | Nothing | Missing | Mixed

MISSING = Missing()
NOTHING = Nothing()


def integer(value: int) -> Integer:
    """The constant `value`, which is small."""
    return Integer(bits.constant(value, WIDTH))


def chosen(condition: Condition, then: Item, otherwise: Item) -> Item:
    """`then` if `condition`, else `otherwise`."""
    match then, otherwise:
        case Integer(), Integer():
            origin = bits.choose(condition, then.origin, otherwise.origin)
            return Integer(bits.choose(condition, then.bits, otherwise.bits), origin)
        case Truth(), Truth():
            return Truth(bits.choose_truth(condition, then.condition, otherwise.condition))
        case (Missing(), _) | (_, Missing()):
            return MISSING
    return then if then == otherwise else Mixed()


def kind(item: Item) -> str:
    """What `item` is, for a person to read."""
    match item:
        case Integer():
            return "a number"
        case Truth():
            return "a truth"
        case Object(role=role):
            return f"the {role}"
        case Function(name=name):
            return f"the function {name}"
        case Nothing():
            return "None"
        case Missing():
            return "nothing on one way to here"
    return "values of different kinds"


class Operation(Enum):
    """What makes one value of two."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    SHIFT_RIGHT = ">>"
    LESS = "<"
    MORE = ">"
    EQUAL = "=="
    AT_MOST = "<="
    AT_LEAST = ">="
    DIFFERENT = "!="


_COMPARISONS: dict[Operation, Callable[[Bits, Bits], Condition]] = {
    Operation.LESS: bits.signed_less,
    Operation.MORE: lambda left, right: bits.signed_less(right, left),
    Operation.EQUAL: bits.same,
    Operation.AT_MOST: bits.signed_at_most,
    Operation.AT_LEAST: lambda left, right: bits.signed_at_most(right, left),
    Operation.DIFFERENT: lambda left, right: bits.negation(bits.same(left, right)),
}
_ARITHMETIC = {
    Operation.ADD: bits.add,
    Operation.SUBTRACT: bits.subtract,
    Operation.MULTIPLY: bits.multiply,
}


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place in the code, and under which condition it is reached."""

    place: str
    condition: Condition


@dataclass
class Notes:
    """What is noted on the way.

    Attributes:
        duties: The obligations met so far.
        places: Where numbers were given names, with nowhere first.
    """

    duties: list[Obligation] = field(default_factory=list)
    places: list[str] = field(default_factory=lambda: [""])

    def named(self, item: Item, place: str) -> Item:
        """`item`, which gets a name at `place`; what is only copied comes from elsewhere."""
        if not isinstance(item, Integer):
            return item
        if place not in self.places:
            self.places.append(place)
        here = bits.constant(self.places.index(place), _PLACE_WIDTH)
        return Integer(item.bits, bits.choose(bits.is_zero(item.origin), here, item.origin))

    def small(self, wide: Bits, site: Site) -> Integer:
        """The number `wide`, which has to be small if `site` is reached."""
        width = bits.width_of(wide)
        holds = bits.both(
            bits.signed_at_most(bits.constant(SMALL.lowest, width), wide),
            bits.signed_at_most(wide, bits.constant(SMALL.highest, width)),
        )
        if bits.truth_of(holds) is not True:
            text = "the result may not be a small integer: memory would be allocated"
            duty = bits.either(bits.negation(site.condition), holds)
            self.duties.append(Obligation(duty, text, site.place))
        return Integer(bits.low(wide, WIDTH))


def literal(value: int, place: str) -> Integer:
    """The constant `value`.

    Raises:
        Forbidden: It is not small.
    """
    if not SMALL.lowest <= value <= SMALL.highest:
        raise Forbidden(f"{value} is not a small integer: memory would be allocated", place)
    return integer(value)


def operated(
    operation: Operation, left: Item, right: Item, notes: Notes, site: Site
) -> Integer | Truth:
    """What `operation` makes of two values.

    Raises:
        NotUnderstood: They are not both numbers, nor both truths that are told apart.
    """
    match left, right:
        case Integer(), Integer():
            if operation in _COMPARISONS:
                return Truth(_COMPARISONS[operation](left.bits, right.bits))
            if operation is Operation.SHIFT_RIGHT:
                return _shifted(left, right, site.place)
            width = _width(operation, left, right)
            wide = [bits.sign_extended(each.bits, width) for each in (left, right)]
            return notes.small(_ARITHMETIC[operation](*wide), site)
        case Truth(), Truth() if operation in (Operation.EQUAL, Operation.DIFFERENT):
            same = bits.agree(left.condition, right.condition)
            return Truth(same if operation is Operation.EQUAL else bits.negation(same))
    raise NotUnderstood(f"{kind(left)} {operation.value} {kind(right)}", site.place)


def _width(operation: Operation, left: Integer, right: Integer) -> int:
    """Enough for every result."""
    if operation is not Operation.MULTIPLY:
        return WIDTH + 1
    factors = [_constant(each) for each in (left, right)]
    known = [abs(each).bit_length() for each in factors if each is not None]
    return WIDTH + min([*known, WIDTH]) + 1


def _shifted(left: Integer, right: Integer, place: str) -> Integer:
    by = _constant(right)
    if by is None or not 0 <= by < WIDTH:
        raise NotUnderstood(f"a shift by anything but a constant from 0 to {WIDTH - 1}", place)
    return Integer(bits.shift_right_signed(left.bits, right.bits))


def _constant(number: Integer) -> int | None:
    unsigned = bits.number_of(number.bits)
    return None if unsigned is None else Value(number.bits, True).number(unsigned)


def tested(item: Item, place: str) -> Condition:
    """The condition that `item` is.

    Raises:
        NotUnderstood: It is no truth; which numbers count as true is not for a reader to guess.
    """
    if isinstance(item, Truth):
        return item.condition
    raise NotUnderstood(f"{kind(item)} where a truth belongs: compare it with something", place)
