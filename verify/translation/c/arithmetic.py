"""Arithmetic: what the operators of C make of integers, and when they make nothing of them.

C99, 6.3.1 and 6.5. What a standard leaves open, be it undefined or up to the implementation, is
required not to happen; what it defines, such as that unsigned numbers wrap, is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.c.types import INT, Integer, common, promoted

# Notes that something must hold here, and what is wrong where it does not.
Require = Callable[[Condition, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """The value of an expression.

    Attributes:
        bits: As many as the type has.
        truth: If it is known that the number is 1 where this holds, and 0 elsewhere.
    """

    type: Integer
    bits: Bits
    truth: Condition | None = None

    def true(self) -> Condition:
        """It is not 0."""
        return bits.negation(bits.is_zero(self.bits)) if self.truth is None else self.truth

    def extended(self, width: int) -> Bits:
        """The same number in `width` bits, which are no fewer."""
        extend = bits.sign_extended if self.type.signed else bits.zero_extended
        return extend(self.bits, width)


def constant(value: int, of: Integer) -> Number:
    """`value`, which fits into `of`."""
    return Number(of, bits.constant(value, of.width))


def of_truth(truth: Condition, of: Integer = INT) -> Number:
    """1 where `truth` holds, else 0; an int, as comparisons give, unless something else is said."""
    return Number(of, bits.as_bits(truth, of.width), truth)


def converted(number: Number, to: Integer, require: Require) -> Number:
    """`number` as a value of another type: 6.3.1.2 and 6.3.1.3."""
    if number.type == to:
        return number
    if to.boolean:
        return of_truth(number.true(), to)
    if number.truth is not None:
        return of_truth(number.truth, to)
    if not to.signed:
        wide = number.extended(max(to.width, number.type.width))
        return Number(to, bits.low(wide, to.width))
    # One more bit than either, so that an unsigned number has room for its sign.
    width = max(to.width, number.type.width) + 1
    exact = number.extended(width)
    require(_fits(exact, to), f"the value does not fit into {to.name}")
    return Number(to, bits.low(exact, to.width))


def negated(operand: Number, require: Require) -> Number:
    """``-operand``."""
    operand = converted(operand, promoted(operand.type), require)
    return calculated("-", constant(0, operand.type), operand, require)


def inverted(operand: Number, require: Require) -> Number:
    """``~operand``; of signed numbers too, because they are two's complement."""
    operand = converted(operand, promoted(operand.type), require)
    return Number(operand.type, bits.complement(operand.bits))


def balanced(left: Number, right: Number, require: Require) -> tuple[Number, Number]:
    """Both in the type that they have in common."""
    to = common(left.type, right.type)
    return converted(left, to, require), converted(right, to, require)


def compared(operator: str, left: Number, right: Number, require: Require) -> Number:
    """``left operator right`` for one of ``== != < > <= >=``."""
    left, right = balanced(left, right, require)
    signed = left.type.signed
    less = bits.signed_less if signed else bits.unsigned_less
    at_most = bits.signed_at_most if signed else bits.unsigned_at_most
    match operator:
        case "==":
            truth = bits.same(left.bits, right.bits)
        case "!=":
            truth = bits.negation(bits.same(left.bits, right.bits))
        case "<":
            truth = less(left.bits, right.bits)
        case ">":
            truth = less(right.bits, left.bits)
        case "<=":
            truth = at_most(left.bits, right.bits)
        case _:
            truth = at_most(right.bits, left.bits)
    return of_truth(truth)


def calculated(operator: str, left: Number, right: Number, require: Require) -> Number:
    """``left operator right`` for one of ``+ - * / % & | ^``."""
    left, right = balanced(left, right, require)
    of = left.type
    match operator:
        case "&":
            return Number(of, bits.bitwise_and(left.bits, right.bits))
        case "|":
            return Number(of, bits.bitwise_or(left.bits, right.bits))
        case "^":
            return Number(of, bits.bitwise_xor(left.bits, right.bits))
        case "/" | "%":
            return _divided(operator, left, right, require)
        case "+":
            operation, said, width = bits.add, "sum", of.width + 1
        case "-":
            operation, said, width = bits.subtract, "difference", of.width + 1
        case _:
            operation, said, width = bits.multiply, "product", _room(left, right)
    if not of.signed:
        return Number(of, operation(left.bits, right.bits))
    exact = operation(left.extended(width), right.extended(width))
    require(_fits(exact, of), f"the {said} does not fit into {of.name}")
    return Number(of, bits.low(exact, of.width))


def shifted(operator: str, left: Number, right: Number, require: Require) -> Number:
    """``left operator right`` for ``<<`` or ``>>``: 6.5.7."""
    left = converted(left, promoted(left.type), require)
    right = converted(right, promoted(right.type), require)
    of = left.type
    width = right.type.width
    # A negative count is a large one to an unsigned comparison.
    within = bits.unsigned_less(right.bits, bits.constant(of.width, width))
    require(within, f"the shift is by less than 0, or by {of.width} or more")
    natural = bits.signed_at_most(bits.constant(0, of.width), left.bits)
    by = bits.low(right.extended(max(width, of.width)), of.width)
    if operator == ">>":
        if of.signed:
            require(natural, "a negative number is shifted right")
        return Number(of, bits.shift_right(left.bits, by))
    made = bits.shift_left(left.bits, by)
    if of.signed:
        require(natural, "a negative number is shifted left")
        # Nothing is lost exactly if all of it comes back, with a sign that is still 0.
        back = bits.same(bits.shift_right(made, by), left.bits)
        kept = bits.signed_at_most(bits.constant(0, of.width), made)
        require(bits.both(back, kept), f"the shifted number does not fit into {of.name}")
    return Number(of, made)


def _fits(exact: Bits, into: Integer) -> Condition:
    """The signed number `exact`, which has more bits, is one of the signed type `into`."""
    width = bits.width_of(exact)
    lowest = bits.constant(-(1 << into.width - 1), width)
    highest = bits.constant((1 << into.width - 1) - 1, width)
    return bits.both(bits.signed_at_most(lowest, exact), bits.signed_at_most(exact, highest))


def _room(left: Number, right: Number) -> int:
    """Bits for the product of two signed numbers of one type; fewer if one is known."""
    known = [number for each in (left, right) if (number := bits.number_of(each.bits)) is not None]
    # Read without its sign, a number has no fewer bits than with it.
    return left.type.width + min((each.bit_length() for each in known), default=left.type.width) + 1


def _divided(operator: str, left: Number, right: Number, require: Require) -> Number:
    """Quotients are rounded towards 0, and remainders have the sign of `left`: 6.5.5."""
    of = left.type
    zero = bits.constant(0, of.width)
    require(bits.negation(bits.is_zero(right.bits)), "a division by zero")
    if not of.signed:
        quotient = bits.unsigned_divide(left.bits, right.bits)
    else:
        least = bits.same(left.bits, bits.constant(1 << of.width - 1, of.width))
        minus_one = bits.same(right.bits, bits.constant(-1, of.width))
        told = f"the quotient does not fit into {of.name}"
        require(bits.negation(bits.both(least, minus_one)), told)
        below = bits.signed_less(left.bits, zero), bits.signed_less(right.bits, zero)
        sizes = [
            bits.choose(negative, bits.subtract(zero, each.bits), each.bits)
            for negative, each in zip(below, (left, right), strict=True)
        ]
        size = bits.unsigned_divide(*sizes)
        quotient = bits.choose(bits.agree(*below), size, bits.subtract(zero, size))
    if operator == "/":
        return Number(of, quotient)
    return Number(of, bits.subtract(left.bits, bits.multiply(quotient, right.bits)))
