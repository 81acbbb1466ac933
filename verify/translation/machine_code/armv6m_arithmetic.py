"""What ARMv6-M computes: results and flags, exactly.

Source: ARMv6-M Architecture Reference Manual (ARM DDI 0419), A2.2.1 for shifts and additions, and
the pseudocode of each instruction in A6.7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.armv6m_instructions import Operation, When
from verify.translation.machine_code.word import (
    WORD,
    Word,
    add,
    apply,
    number,
    subtract,
)

_SIGN = WORD - 1
_BYTE = 8
_HALF = 16


@dataclass(frozen=True, slots=True, eq=False)
class Flags:
    """The condition flags; None where they depend on addresses, which are not known."""

    negative: Condition | None
    zero: Condition | None
    carry: Condition | None
    overflow: Condition | None

    def joined(self, condition: Condition, other: Flags) -> Flags:
        """These flags if `condition`, else `other`."""
        return Flags(
            _joined(condition, self.negative, other.negative),
            _joined(condition, self.zero, other.zero),
            _joined(condition, self.carry, other.carry),
            _joined(condition, self.overflow, other.overflow),
        )


UNKNOWN = Flags(None, None, None, None)


def holds(when: When, flags: Flags) -> Condition:
    """Whether `when` is true of `flags`; A6.3.

    Raises:
        NotUnderstood: It depends on flags that are not known.
    """
    if when.value % 2:
        # Each odd code is the opposite of the even one before it.
        return bits.negation(holds(When(when.value - 1), flags))
    match when:
        case When.EQ:
            return _known(flags.zero)
        case When.CS:
            return _known(flags.carry)
        case When.MI:
            return _known(flags.negative)
        case When.VS:
            return _known(flags.overflow)
        case When.HI:
            return bits.both(_known(flags.carry), bits.negation(_known(flags.zero)))
        case When.GE:
            return bits.agree(_known(flags.negative), _known(flags.overflow))
    not_less = bits.agree(_known(flags.negative), _known(flags.overflow))
    return bits.both(not_less, bits.negation(_known(flags.zero)))


def compute(operation: Operation, left: Word, right: Word, flags: Flags) -> tuple[Word, Flags]:
    """The result of `operation`, and the flags if it sets them.

    Raises:
        NotUnderstood: It depends on flags that are not known.
    """
    match operation:
        case Operation.ADD | Operation.CMN:
            return _addition(left, right)
        case Operation.SUB | Operation.CMP:
            return _subtraction(left, right)
        case Operation.RSB:
            return _subtraction(right, left)
        case Operation.ADC:
            return _addition_with_carry(left, right, _known(flags.carry))
        case Operation.SBC:
            inverted = apply(bits.complement, right)
            return _addition_with_carry(left, inverted, _known(flags.carry))
        case Operation.LSL | Operation.LSR | Operation.ASR | Operation.ROR:
            return _shift(operation, left, right, flags)
    result = _transformed(operation, left, right)
    return result, _of_result(result, flags)


def _transformed(operation: Operation, left: Word, right: Word) -> Word:
    """Operations that leave carry and overflow alone."""
    match operation:
        case Operation.MOV:
            return right
        case Operation.MVN:
            return apply(bits.complement, right)
        case Operation.AND | Operation.TST:
            return apply(bits.bitwise_and, left, right)
        case Operation.ORR:
            return apply(bits.bitwise_or, left, right)
        case Operation.EOR:
            return apply(bits.bitwise_xor, left, right)
        case Operation.BIC:
            return apply(bits.bitwise_and, left, apply(bits.complement, right))
        case Operation.MUL:
            return apply(bits.multiply, left, right)
        case Operation.SXTH:
            return apply(lambda word: bits.sign_extended(bits.low(word, _HALF), WORD), right)
        case Operation.SXTB:
            return apply(lambda word: bits.sign_extended(bits.low(word, _BYTE), WORD), right)
        case Operation.UXTH:
            return apply(lambda word: bits.zero_extended(bits.low(word, _HALF), WORD), right)
        case Operation.UXTB:
            return apply(lambda word: bits.zero_extended(bits.low(word, _BYTE), WORD), right)
        case Operation.REV:
            return apply(lambda word: bits.concatenate(_bytes(word)), right)
        case Operation.REV16:
            return apply(lambda word: bits.concatenate(_by_halves(_bytes(word))), right)
        case Operation.REVSH:
            return apply(_reversed_half, right)
    raise TypeError(operation)


def _addition(left: Word, right: Word) -> tuple[Word, Flags]:
    result = add(left, right)
    if not (isinstance(left, Bits) and isinstance(right, Bits) and isinstance(result, Bits)):
        return result, UNKNOWN
    changed = bits.bitwise_and(bits.bitwise_xor(left, result), bits.bitwise_xor(right, result))
    return result, Flags(
        bits.is_set(result, _SIGN),
        bits.is_zero(result),
        bits.unsigned_less(result, left),
        bits.is_set(changed, _SIGN),
    )


def _subtraction(left: Word, right: Word) -> tuple[Word, Flags]:
    result = subtract(left, right)
    if not (isinstance(left, Bits) and isinstance(right, Bits) and isinstance(result, Bits)):
        return result, UNKNOWN
    changed = bits.bitwise_and(bits.bitwise_xor(left, right), bits.bitwise_xor(left, result))
    return result, Flags(
        bits.is_set(result, _SIGN),
        bits.same(left, right),
        # The carry says that nothing was borrowed.
        bits.unsigned_at_most(right, left),
        bits.is_set(changed, _SIGN),
    )


def _addition_with_carry(left: Word, right: Word, carry: Condition) -> tuple[Word, Flags]:
    if not (isinstance(left, Bits) and isinstance(right, Bits)):
        return apply(bits.add, left, right), UNKNOWN
    wide = WORD + 1
    total = bits.add(
        bits.add(bits.zero_extended(left, wide), bits.zero_extended(right, wide)),
        bits.as_bits(carry, wide),
    )
    result = bits.low(total, WORD)
    changed = bits.bitwise_and(bits.bitwise_xor(left, result), bits.bitwise_xor(right, result))
    return result, Flags(
        bits.is_set(result, _SIGN),
        bits.is_zero(result),
        bits.is_set(total, WORD),
        bits.is_set(changed, _SIGN),
    )


def _shift(operation: Operation, left: Word, right: Word, flags: Flags) -> tuple[Word, Flags]:
    """A shift by the least significant byte of `right`; by 0 it leaves the carry alone."""
    result = apply(lambda value, by: _shifted(operation, value, _amount(by))[0], left, right)
    if not (isinstance(left, Bits) and isinstance(right, Bits)):
        return result, UNKNOWN
    amount = _amount(right)
    stays = bits.is_zero(amount)
    carry = None
    if bits.truth_of(stays):
        carry = flags.carry
    elif bits.truth_of(stays) is False or flags.carry is not None:
        last = _shifted(operation, left, amount)[1]
        carry = last if flags.carry is None else bits.choose_truth(stays, flags.carry, last)
    return result, replace(_of_result(result, flags), carry=carry)


def _amount(by: Bits) -> Bits:
    return bits.zero_extended(bits.low(by, _BYTE), WORD)


def _shifted(operation: Operation, value: Bits, amount: Bits) -> tuple[Bits, Condition]:
    """The result of a shift by `amount`, and the last bit shifted out, if any is."""
    wide = WORD + 1
    distance = bits.zero_extended(amount, wide)
    with_bit_behind = bits.concatenate([value, bits.constant(0, 1)])
    match operation:
        case Operation.LSL:
            whole = bits.shift_left(bits.zero_extended(value, wide), distance)
            return bits.shift_left(value, amount), bits.is_set(whole, WORD)
        case Operation.LSR:
            whole = bits.shift_right(with_bit_behind, distance)
            return bits.shift_right(value, amount), bits.is_set(whole, 0)
        case Operation.ASR:
            whole = bits.shift_right_signed(with_bit_behind, distance)
            return bits.shift_right_signed(value, amount), bits.is_set(whole, 0)
    within = bits.bitwise_and(amount, number(WORD - 1))
    rotated = bits.bitwise_or(
        bits.shift_right(value, within),
        bits.shift_left(value, bits.subtract(number(WORD), within)),
    )
    return rotated, bits.is_set(rotated, _SIGN)


def _of_result(result: Word, flags: Flags) -> Flags:
    """What a result says of itself; the other flags stay."""
    if not isinstance(result, Bits):
        return replace(flags, negative=None, zero=None)
    return replace(flags, negative=bits.is_set(result, _SIGN), zero=bits.is_zero(result))


def _bytes(word: Bits) -> list[Bits]:
    """The least significant first, which is the most significant of the reversed word."""
    return [bits.extract(word, first + 7, first) for first in range(0, WORD, _BYTE)]


def _by_halves(parts: list[Bits]) -> list[Bits]:
    return parts[2:] + parts[:2]


def _reversed_half(word: Bits) -> Bits:
    return bits.sign_extended(bits.concatenate(_bytes(word)[:2]), WORD)


def _known(flag: Condition | None) -> Condition:
    if flag is None:
        raise NotUnderstood("a decision that depends on an address")
    return flag


def _joined(
    condition: Condition, then: Condition | None, otherwise: Condition | None
) -> Condition | None:
    if then is None or otherwise is None:
        return None
    return bits.choose_truth(condition, then, otherwise)
