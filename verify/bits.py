"""Bits: bit-vectors and truths, for the meaning of programs.

With `verify.smt`, which speaks of integers, the only module that talks to z3. Widths are those of
the operands, which must agree; every operation wraps. An operation on constants gives a constant,
so a program that does not depend on its inputs is simply run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import z3

from verify.smt import Satisfiable

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


# --- Questions ---


class Query:
    """A question about bits: can all of `formulas` be true together?

    A new solver each time: z3's incremental mode takes ten times as long for bit-vectors.

    Args:
        limit: z3's resource units, 0 for none. Not seconds: a verdict must not depend on how busy
            the machine is.
    """

    def __init__(self, formulas: Sequence[Condition], limit: int = 0) -> None:
        self.formulas = tuple(formulas)
        self._solver = z3.SolverFor("QF_BV")
        self._solver.set("random_seed", 1)
        if limit:
            self._solver.set("rlimit", limit)
        for each in self.formulas:
            self._solver.add(each)

    def answer(self) -> Satisfiable:
        """YES, NO, or UNDECIDED within the limit."""
        try:
            return Satisfiable(str(self._solver.check()))
        except z3.Z3Exception:
            return Satisfiable.UNDECIDED

    def value(self, bits: Bits) -> int:
        """What `bits` are, unsigned, in the example of the last YES; what does not matter is 0."""
        return int(self._solver.model().eval(bits, model_completion=True).as_long())

    def holds(self, truth: Condition) -> bool:
        """Whether `truth` is true in the example of the last YES."""
        return z3.is_true(self._solver.model().eval(truth, model_completion=True))

    def script(self) -> str:
        """The question as SMT-LIB 2, for another solver; ends with ``(check-sat)``."""
        return "(set-logic QF_BV)\n" + self._solver.to_smt2()


class Feasibility:
    """Whether conditions can hold together; many small questions with the same assumptions.

    One solver for all of them: what it learnt of one answers the next.

    Args:
        limit: z3's resource units for each question.
    """

    def __init__(self, assumed: Sequence[Condition], limit: int) -> None:
        self._solver = z3.Solver()
        self._solver.set("random_seed", 1)
        self._solver.set("rlimit", limit)
        for each in assumed:
            self._solver.add(each)

    def of(self, conditions: Sequence[Condition]) -> Satisfiable:
        """Whether all of `conditions` can be true where all that is assumed is."""
        try:
            return Satisfiable(str(self._solver.check(*conditions)))
        except z3.Z3Exception:
            return Satisfiable.UNDECIDED


def run(bits: Bits, values: Mapping[str, int]) -> int:
    """What `bits` are, unsigned, where each symbol has its value of `values`; others are 0."""
    return runner(bits)(values)


def runner(bits: Bits) -> Callable[[Mapping[str, int]], int]:
    """As `run`, for one who asks often: looking for the symbols takes most of the time."""
    symbols = symbols_in([bits])
    return lambda values: int(_substituted(bits, symbols, values).as_long())


def run_truth(truth: Condition, values: Mapping[str, int]) -> bool:
    """As `run`, for a truth."""
    return z3.is_true(_substituted(truth, symbols_in([truth]), values))


def symbols_in(formulas: Iterable[Bits | Condition]) -> dict[str, Bits]:
    """The symbols of bits that occur in `formulas`, by name."""
    found: dict[str, Bits] = {}
    seen: set[int] = set()
    pending: list[Any] = list(formulas)
    while pending:
        each = pending.pop()
        if each.get_id() in seen:
            continue
        seen.add(each.get_id())
        if z3.is_const(each):
            if each.decl().kind() == z3.Z3_OP_UNINTERPRETED and z3.is_bv(each):
                found[each.decl().name()] = each
        else:
            pending += each.children()
    return found


def _substituted(formula: Any, symbols: Mapping[str, Bits], values: Mapping[str, int]) -> Any:
    pairs = [
        (each, z3.BitVecVal(values.get(name, 0), each.size())) for name, each in symbols.items()
    ]
    return z3.simplify(z3.substitute(formula, *pairs))


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
