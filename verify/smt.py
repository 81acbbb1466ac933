"""The one place that talks to z3.

Terms become integer formulas (linear arithmetic), in frames: a frame gives every variable a
symbol, so that one term can be said of the state before a step, after it, or many steps later.
z3's `unknown` is an answer of its own here and is never read as either of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from typing import Any, TextIO

import z3

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
    both,
    choose,
    either,
    equal,
    is_boolean,
    less,
    negation,
    number,
    parts,
    plus,
    postorder,
    times,
    truth,
)
from spec.term import at_most as term_at_most


class Satisfiable(Enum):
    """What a solver says of a question."""

    YES = "sat"
    NO = "unsat"
    UNDECIDED = "unknown"


Formula = z3.ExprRef
_ANSWERS = {z3.Z3_L_TRUE: Satisfiable.YES, z3.Z3_L_FALSE: Satisfiable.NO}

_CONTEXT = z3.main_ctx()
_C = _CONTEXT.ref()


def version() -> str:
    """The version of z3."""
    return str(z3.get_version_string())


def symbol(name: str, *, boolean: bool) -> Formula:
    """The symbol `name`; the same one for the same name."""
    return z3.Bool(name) if boolean else z3.Int(name)


def negated(formula: Formula) -> Formula:
    """Not `formula`."""
    return z3.BoolRef(z3.Z3_mk_not(_C, formula.ast), _CONTEXT)


def any_of(formulas: Sequence[Formula]) -> Formula:
    """The disjunction of `formulas`."""
    return z3.BoolRef(z3.Z3_mk_or(_C, len(formulas), _array(formulas)), _CONTEXT)


def all_of(formulas: Sequence[Formula]) -> Formula:
    """The conjunction of `formulas`."""
    return z3.BoolRef(z3.Z3_mk_and(_C, len(formulas), _array(formulas)), _CONTEXT)


def implies(premise: Formula, conclusion: Formula) -> Formula:
    """`premise` implies `conclusion`."""
    return z3.BoolRef(z3.Z3_mk_implies(_C, premise.ast, conclusion.ast), _CONTEXT)


def equals(left: Formula, right: Formula) -> Formula:
    """`left` equals `right`; both integers or both conditions."""
    return z3.BoolRef(z3.Z3_mk_eq(_C, left.ast, right.ast), _CONTEXT)


def at_most(left: Formula, right: Formula) -> Formula:
    """``left <= right``."""
    return z3.BoolRef(z3.Z3_mk_le(_C, left.ast, right.ast), _CONTEXT)


def less_all(formulas: Sequence[Formula]) -> Formula:
    """0 less the sum of `formulas`, all integers."""
    return -z3.Sum(list(formulas))


def literal(value: int, *, boolean: bool) -> Formula:
    """The constant `value`."""
    return z3.BoolVal(bool(value)) if boolean else z3.IntVal(value)


def _array(formulas: Sequence[Formula]) -> Any:
    return (z3.Ast * len(formulas))(*[each.ast for each in formulas])


@dataclass
class Frame:
    """A meaning for variables, and the formulas of the terms said with it."""

    symbols: Mapping[str, Formula]
    _known: dict[Term, Formula] = field(default_factory=dict)

    def formula(self, term: Term) -> Formula:
        """`term`, said of this frame."""
        known = self._known
        for part in postorder([term], known):
            known[part] = self._formula(part, [known[each] for each in parts(part)])
        return known[term]

    def _formula(self, term: Term, inside: list[Formula]) -> Formula:
        # z3's C functions: its Python operators check and convert sorts, five times as slow, and
        # the sorts are right by construction.
        match term:
            case Number(value=value):
                return z3.IntVal(value)
            case Truth(value=value):
                return z3.BoolVal(value)
            case Variable(name=name):
                return self.symbols[name]
            case Sum():
                return z3.ArithRef(z3.Z3_mk_add(_C, 2, _array(inside)), _CONTEXT)
            case Product(factor=factor):
                pair = _array([z3.IntVal(factor), inside[0]])
                return z3.ArithRef(z3.Z3_mk_mul(_C, 2, pair), _CONTEXT)
            case AtMost():
                return at_most(inside[0], inside[1])
            case Less():
                return z3.BoolRef(z3.Z3_mk_lt(_C, inside[0].ast, inside[1].ast), _CONTEXT)
            case Equal():
                return equals(inside[0], inside[1])
            case Not():
                return negated(inside[0])
            case And():
                return all_of(inside)
            case Or():
                return any_of(inside)
            case Choose(then=then):
                chosen = z3.Z3_mk_ite(_C, *(each.ast for each in inside))
                kind = z3.BoolRef if is_boolean(then) else z3.ArithRef
                return kind(chosen, _CONTEXT)


class Solver:
    """An incremental solver with a limit of work.

    Args:
        limit: z3's resource units for one question, 0 for none. Not seconds: a verdict must not
            depend on how busy the machine is.
    """

    def __init__(self, limit: int = 0) -> None:
        self._solver = z3.SimpleSolver()
        # A fixed seed, so that two runs give the same counterexample.
        self._solver.set("random_seed", 1)
        if limit:
            self._solver.set("rlimit", limit)

    def add(self, *formulas: Formula) -> None:
        """Take `formulas` for granted from here on."""
        for formula in formulas:
            z3.Z3_solver_assert(_C, self._solver.solver, formula.ast)

    def check(self, *assumed: Formula) -> Satisfiable:
        """Whether what was added and what is `assumed` can be true together."""
        try:
            answer = z3.Z3_solver_check_assumptions(
                _C, self._solver.solver, len(assumed), _array(assumed)
            )
        except z3.Z3Exception:
            return Satisfiable.UNDECIDED
        return _ANSWERS.get(answer, Satisfiable.UNDECIDED)

    def core(self) -> set[str]:
        """The names of the assumed symbols that the last NO rests on."""
        return {each.decl().name() for each in self._solver.unsat_core()}

    def values(self, symbols: Mapping[str, Formula]) -> dict[str, int]:
        """The values of `symbols` in the last YES; what does not matter is 0."""
        model = self._solver.model()
        return {name: _value(model, each) for name, each in symbols.items()}


def _value(model: z3.ModelRef, formula: Formula) -> int:
    value = (z3.Ast * 1)()
    if not z3.Z3_model_eval(_C, model.model, formula.ast, True, value):
        raise z3.Z3Exception("the model has no value for what is asked")
    if z3.Z3_is_numeral_ast(_C, value[0]):
        return int(z3.Z3_get_numeral_string(_C, value[0]))
    return int(z3.Z3_get_bool_value(_C, value[0]) == z3.Z3_L_TRUE)


def largest(
    solver: Solver,
    assumed: Sequence[Formula],
    value: Formula,
    lowest: int,
    highest: int,
) -> int | None:
    """The largest integer `value` within the limits that `solver` allows under `assumed`.

    None if it is not in the limits at all, or undecided. By bisection on one solver, which keeps
    what it learns; z3's own optimizer starts anew and takes ten times as long.
    """
    found = None
    low, high, asked = lowest, highest, lowest
    while low <= high:
        answer = solver.check(*assumed, at_most(literal(asked, boolean=False), value))
        if answer is Satisfiable.UNDECIDED:
            return None
        if answer is Satisfiable.YES:
            found = solver.values({"": value})[""]
            low = found + 1
        else:
            high = asked - 1
        asked = (low + high + 1) // 2
    return found


def none_of(symbols: Sequence[Formula], formulas: Sequence[Formula]) -> Formula:
    """Whatever the values of `symbols`, not all of `formulas` hold."""
    return z3.ForAll(list(symbols), z3.Not(z3.And(list(formulas))))


def check_text(text: str) -> list[Satisfiable]:
    """z3's answers to the questions in `text`, an SMT-LIB 2 script."""
    context = z3.Context()
    answers = z3.Z3_eval_smtlib2_string(context.ref(), text)
    return [Satisfiable(line) for line in answers.split()]


def solve_horn(text: str, out: TextIO) -> None:
    """Solve constrained Horn clauses with Spacer; writes the answer and the model to `out`.

    Runs in a process of its own, which Spacer may abort.
    """
    z3.set_param("fp.spacer.global", True)
    solver = z3.SolverFor("HORN")
    solver.from_string(text)
    answer = solver.check()
    out.write(f"{answer}\n")
    if answer == z3.sat:
        out.write(solver.model().sexpr())


def read_invariant(model: str, arguments: Sequence[Variable]) -> Term | None:
    """The relation ``I`` of `model`, applied to `arguments`, as a term; None if it is no term."""
    declared = "".join(
        f"(declare-const {_quoted(each.name)} {'Bool' if each.boolean else 'Int'})"
        for each in arguments
    )
    applied = f"(assert (I {' '.join(_quoted(each.name) for each in arguments)}))"
    try:
        assertions = z3.parse_smt2_string(f"{declared}{model}{applied}")
        by_name = {each.name: each for each in arguments}
        return _term(z3.simplify(z3.And(list(assertions))), by_name)
    except (z3.Z3Exception, KeyError):
        return None


def _quoted(name: str) -> str:
    return f"|{name}|"


def _term(formula: Any, by_name: Mapping[str, Variable]) -> Term:
    """A z3 formula as a term; raises KeyError for what terms cannot say."""
    if z3.is_true(formula) or z3.is_false(formula):
        return truth(z3.is_true(formula))
    if z3.is_int_value(formula):
        return number(formula.as_long())
    inside = [_term(each, by_name) for each in formula.children()]
    if z3.is_const(formula):
        return by_name[formula.decl().name()]
    kind = formula.decl().kind()
    if kind == z3.Z3_OP_MUL and isinstance(inside[0], Number):
        return times(inside[0].value, inside[1])
    return _READ[kind](inside)


_READ: dict[int, Callable[[list[Term]], Term]] = {
    z3.Z3_OP_AND: lambda each: both(*each),
    z3.Z3_OP_OR: lambda each: either(*each),
    z3.Z3_OP_NOT: lambda each: negation(each[0]),
    z3.Z3_OP_ADD: lambda each: reduce(plus, each),
    z3.Z3_OP_LE: lambda each: term_at_most(*each),
    z3.Z3_OP_GE: lambda each: term_at_most(each[1], each[0]),
    z3.Z3_OP_LT: lambda each: less(*each),
    z3.Z3_OP_GT: lambda each: less(each[1], each[0]),
    z3.Z3_OP_EQ: lambda each: equal(*each),
    z3.Z3_OP_ITE: lambda each: choose(*each),
}
