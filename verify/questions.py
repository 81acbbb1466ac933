"""Questions about bits: whether conditions can be true, and what bits are in an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import z3

from verify.bits import Bits, Condition
from verify.smt import Satisfiable


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
