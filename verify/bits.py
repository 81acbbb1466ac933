"""Bits: bit-vectors and truths, for the meaning of programs.

Widths are those of the operands, which must agree; every operation wraps. An operation on constants
gives a constant, so a program that does not depend on its inputs is simply run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import z3

Bits = z3.BitVecRef
Condition = z3.BoolRef

TRUE: Condition = z3.BoolVal(True)
FALSE: Condition = z3.BoolVal(False)

_CONTEXT = z3.main_ctx()
_C = _CONTEXT.ref()


# --- Bits ---


def constant(value: int, width: int) -> Bits:
    """`value` modulo two to the `width`."""
    return z3.BitVecVal(value, width)


def symbol(name: str, width: int) -> Bits:
    """The symbol `name`; the same one for the same name and width."""
    return z3.BitVec(name, width)


def number_of(bits: Bits) -> int | None:
    """What `bits` are, unsigned, if they are constant; else None."""
    return int(bits.as_long()) if isinstance(bits, z3.BitVecNumRef) else None


def width_of(bits: Bits) -> int:
    """How many they are."""
    return bits.size()


def add(left: Bits, right: Bits) -> Bits:
    """``left + right``."""
    return _binary(z3.Z3_mk_bvadd, left, right)


def subtract(left: Bits, right: Bits) -> Bits:
    """``left - right``."""
    return _binary(z3.Z3_mk_bvsub, left, right)


def multiply(left: Bits, right: Bits) -> Bits:
    """``left * right``."""
    return _binary(z3.Z3_mk_bvmul, left, right)


def bitwise_and(left: Bits, right: Bits) -> Bits:
    """Bits set in both."""
    return _binary(z3.Z3_mk_bvand, left, right)


def bitwise_or(left: Bits, right: Bits) -> Bits:
    """Bits set in either."""
    return _binary(z3.Z3_mk_bvor, left, right)


def bitwise_xor(left: Bits, right: Bits) -> Bits:
    """Bits set in one and not in the other."""
    return _binary(z3.Z3_mk_bvxor, left, right)


def complement(bits: Bits) -> Bits:
    """Every bit the other way round."""
    return _folded(z3.BitVecRef(z3.Z3_mk_bvnot(_C, bits.ast), _CONTEXT), bits)


def shift_left(bits: Bits, by: Bits) -> Bits:
    """Towards the most significant bit; 0 where `by`, unsigned, is the width or more."""
    return _binary(z3.Z3_mk_bvshl, bits, by)


def shift_right(bits: Bits, by: Bits) -> Bits:
    """Towards the least significant bit, zeros behind."""
    return _binary(z3.Z3_mk_bvlshr, bits, by)


def shift_right_signed(bits: Bits, by: Bits) -> Bits:
    """Towards the least significant bit, copies of the sign behind."""
    return _binary(z3.Z3_mk_bvashr, bits, by)


def unsigned_divide(left: Bits, right: Bits) -> Bits:
    """The quotient of unsigned numbers, rounded down; all ones where `right` is 0."""
    return _binary(z3.Z3_mk_bvudiv, left, right)


def extract(bits: Bits, highest: int, lowest: int) -> Bits:
    """Bits `lowest` to `highest`, both included, counted from the least significant, which is 0."""
    if lowest == 0 and highest == bits.size() - 1:
        return bits
    return _folded(z3.BitVecRef(z3.Z3_mk_extract(_C, highest, lowest, bits.ast), _CONTEXT), bits)


def low(bits: Bits, width: int) -> Bits:
    """The `width` least significant bits."""
    return extract(bits, width - 1, 0)


def concatenate(parts: Sequence[Bits]) -> Bits:
    """`parts` as one, the most significant first."""
    whole = parts[0]
    for each in parts[1:]:
        whole = _binary(z3.Z3_mk_concat, whole, each)
    return whole


def zero_extended(bits: Bits, width: int) -> Bits:
    """The same unsigned number in `width` bits."""
    more = width - bits.size()
    if not more:
        return bits
    return _folded(z3.BitVecRef(z3.Z3_mk_zero_ext(_C, more, bits.ast), _CONTEXT), bits)


def sign_extended(bits: Bits, width: int) -> Bits:
    """The same signed number in `width` bits."""
    more = width - bits.size()
    if not more:
        return bits
    return _folded(z3.BitVecRef(z3.Z3_mk_sign_ext(_C, more, bits.ast), _CONTEXT), bits)


# --- Comparisons ---


def same(left: Bits, right: Bits) -> Condition:
    """All bits agree."""
    if left.eq(right):
        return TRUE
    return _compared(z3.Z3_mk_eq, left, right)


def is_zero(bits: Bits) -> Condition:
    """No bit is set."""
    return same(bits, constant(0, bits.size()))


def unsigned_less(left: Bits, right: Bits) -> Condition:
    """``left < right`` of unsigned numbers."""
    return _compared(z3.Z3_mk_bvult, left, right)


def unsigned_at_most(left: Bits, right: Bits) -> Condition:
    """``left <= right`` of unsigned numbers."""
    return _compared(z3.Z3_mk_bvule, left, right)


def signed_less(left: Bits, right: Bits) -> Condition:
    """``left < right`` of signed numbers."""
    return _compared(z3.Z3_mk_bvslt, left, right)


def signed_at_most(left: Bits, right: Bits) -> Condition:
    """``left <= right`` of signed numbers."""
    return _compared(z3.Z3_mk_bvsle, left, right)


def is_set(bits: Bits, index: int) -> Condition:
    """Bit `index` is 1."""
    return same(extract(bits, index, index), constant(1, 1))


# --- Truths ---


def truth(value: bool) -> Condition:
    """The constant `value`."""
    return TRUE if value else FALSE


def truth_of(truth: Condition) -> bool | None:
    """What `truth` is, if it is constant; else None."""
    if z3.is_true(truth):
        return True
    return False if z3.is_false(truth) else None


def truth_symbol(name: str) -> Condition:
    """The symbol `name` of a truth."""
    return z3.Bool(name)


def negation(operand: Condition) -> Condition:
    """Not `operand`."""
    known = truth_of(operand)
    if known is not None:
        return truth(not known)
    if z3.is_not(operand):
        return operand.arg(0)
    return z3.BoolRef(z3.Z3_mk_not(_C, operand.ast), _CONTEXT)


def both(*operands: Condition) -> Condition:
    """The conjunction of `operands`; true if there are none."""
    left = [each for each in operands if not z3.is_true(each)]
    if any(z3.is_false(each) for each in left):
        return FALSE
    if len(left) <= 1:
        return left[0] if left else TRUE
    return z3.BoolRef(z3.Z3_mk_and(_C, len(left), _array(left)), _CONTEXT)


def either(*operands: Condition) -> Condition:
    """The disjunction of `operands`; false if there are none."""
    left = [each for each in operands if not z3.is_false(each)]
    if any(z3.is_true(each) for each in left):
        return TRUE
    if len(left) <= 1:
        return left[0] if left else FALSE
    return z3.BoolRef(z3.Z3_mk_or(_C, len(left), _array(left)), _CONTEXT)


def agree(left: Condition, right: Condition) -> Condition:
    """Both true or both false."""
    for one, other in ((left, right), (right, left)):
        known = truth_of(one)
        if known is not None:
            return other if known else negation(other)
    return TRUE if left.eq(right) else _compared(z3.Z3_mk_eq, left, right)


def choose(condition: Condition, then: Bits, otherwise: Bits) -> Bits:
    """`then` if `condition` else `otherwise`."""
    known = truth_of(condition)
    if known is not None:
        return then if known else otherwise
    if then.eq(otherwise):
        return then
    chosen = z3.Z3_mk_ite(_C, condition.ast, then.ast, otherwise.ast)
    return z3.BitVecRef(chosen, _CONTEXT)


def choose_truth(condition: Condition, then: Condition, otherwise: Condition) -> Condition:
    """`then` if `condition` else `otherwise`."""
    known = truth_of(condition)
    if known is not None:
        return then if known else otherwise
    if then.eq(otherwise):
        return then
    if z3.is_true(then):
        return either(condition, otherwise)
    if z3.is_false(otherwise):
        return both(condition, then)
    chosen = z3.Z3_mk_ite(_C, condition.ast, then.ast, otherwise.ast)
    return z3.BoolRef(chosen, _CONTEXT)


def as_bits(truth: Condition, width: int) -> Bits:
    """1 if `truth`, else 0."""
    return choose(truth, constant(1, width), constant(0, width))


def simplified(bits: Bits) -> Bits:
    """The same bits, said in fewer words if z3 knows any; takes time in all that is in them."""
    return z3.simplify(bits)


def _binary(make: Any, left: Bits, right: Bits) -> Bits:
    made = z3.BitVecRef(make(_C, left.ast, right.ast), _CONTEXT)
    return _folded(made, left, right)


def _folded(made: Any, *operands: Any) -> Any:
    return z3.simplify(made) if all(map(z3.is_bv_value, operands)) else made


def _compared(make: Any, left: Any, right: Any) -> Condition:
    made = z3.BoolRef(make(_C, left.ast, right.ast), _CONTEXT)
    if z3.is_bv_value(left) and z3.is_bv_value(right):
        return z3.simplify(made)
    return made


def _array(formulas: Sequence[Condition]) -> Any:
    return (z3.Ast * len(formulas))(*[each.ast for each in formulas])
