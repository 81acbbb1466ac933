"""SMT-LIB 2: proof obligations as text, for any solver.

A printer of its own, from terms straight to text: z3's builder has no part in it, so that a
mistake in `verify.smt` cannot repeat itself here. Two readings of a term: integers (QF_LIA), and
bit-vectors with the machine's widths (QF_BV), where every variable is stored in 8, 16, 32 or 64
bits and every operation is done in 32 or 64, whichever interval arithmetic shows to be enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from spec.machine import Span
from spec.system import Cell, TransitionSystem
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
    parts,
    postorder,
    substitute,
    truth,
    variables,
)
from spec.term import number as number_term
from verify.verdict import Certificate

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Interval of a term too wide for 64 bits: such a machine is not certified in bit-vectors.
_WIDEST = 64


_ON_BITS = {"+": "bvadd", "*": "bvmul", "<=": "bvsle", "<": "bvslt"}


class TooWide(Exception):
    """An intermediate value may leave 64 bits."""


class Lia:
    """Terms in linear integer arithmetic."""

    logic = "QF_LIA"

    def name(self, name: str) -> str:
        """`name` as a symbol."""
        return name if _PLAIN.fullmatch(name) else f"|{name}|"

    def sort(self, span: Span | None) -> str:
        """The sort of a variable with values in `span`; None for a condition."""
        return "Int" if span else "Bool"

    def integer(self) -> str:
        """The sort of integer terms."""
        return "Int"

    def constant(self, value: int, boolean: bool) -> str:
        """`value` as a literal."""
        if boolean:
            return "true" if value else "false"
        return str(value) if value >= 0 else f"(- {-value})"

    def variable(self, name: str) -> str:
        """The value of the variable `name`."""
        return self.name(name)

    def declare(self, name: str, span: Span | None) -> list[str]:
        """Declarations of the variable `name`."""
        return [f"(declare-const {self.name(name)} {self.sort(span)})"]

    def stored(self, text: str, span: Span | None) -> str:
        """`text` after it was stored in a variable with values in `span` and read again."""
        return text

    def range(self, name: str, span: Span) -> list[str]:
        """`name` lies in `span`."""
        value = self.variable(name)
        return [
            self.apply("<=", [self.constant(span.lowest, False), value]),
            self.apply("<=", [value, self.constant(span.highest, False)]),
        ]

    def apply(self, operator: str, inside: Sequence[str]) -> str:
        """`operator` (+ * <= < = and or not ite) on `inside`."""
        return f"({operator} {' '.join(inside)})"

    def text(self, term: Term, inside: Sequence[str]) -> str:
        """One operation, its parts printed already."""
        match term:
            case Number(value=value):
                return self.constant(value, False)
            case Truth(value=value):
                return self.constant(int(value), True)
            case Variable(name=name, boolean=boolean):
                return self.name(name) if boolean else self.variable(name)
            case Sum():
                return self.apply("+", inside)
            case Product(factor=factor):
                return self.apply("*", [self.constant(factor, False), *inside])
            case AtMost():
                return self.apply("<=", inside)
            case Less():
                return self.apply("<", inside)
            case Equal():
                return self.apply("=", inside)
            case Not():
                return self.apply("not", inside)
            case And():
                return self.apply("and", inside)
            case Or():
                return self.apply("or", inside)
            case Choose():
                return self.apply("ite", inside)

    def inline(self, term: Term) -> str:
        """`term` as one expression, shared parts bound with let."""
        known: dict[Term, str] = {}
        lets: list[str] = []
        for part in postorder([term]):
            text = self.text(part, [known[each] for each in parts(part)])
            if parts(part):
                name = f"?{len(lets)}"
                lets.append(f"(let (({name} {text})) ")
                text = name
            known[part] = text
        return "".join(lets) + known[term] + ")" * len(lets)


class BitVectors(Lia):
    """Terms in two's complement, as the generated C computes them.

    Args:
        width: Of every operation, 32 or 64; variables are stored narrower and extended.
    """

    logic = "QF_BV"

    def __init__(self, width: int) -> None:
        self._width = width

    def sort(self, span: Span | None) -> str:
        """The narrowest of 8, 16, 32 and 64 bits that holds `span`."""
        return f"(_ BitVec {storage(span)[0]})" if span else "Bool"

    def integer(self) -> str:
        """The sort of integer terms."""
        return f"(_ BitVec {self._width})"

    def constant(self, value: int, boolean: bool) -> str:
        """`value` modulo two to the width."""
        if boolean:
            return super().constant(value, boolean)
        return f"(_ bv{value % (1 << self._width)} {self._width})"

    def variable(self, name: str) -> str:
        """The variable, extended to the width of operations."""
        return self.name(f"{name}.wide")

    def declare(self, name: str, span: Span | None) -> list[str]:
        """The stored variable and, for integers, its extension."""
        lines = super().declare(name, span)
        if span:
            wide = self._extended(self.name(name), span)
            lines.append(f"(define-fun {self.variable(name)} () {self.integer()} {wide})")
        return lines

    def stored(self, text: str, span: Span | None) -> str:
        """Cut to the stored width and extended again."""
        if span is None:
            return text
        bits, _ = storage(span)
        return self._extended(f"((_ extract {bits - 1} 0) {text})", span)

    def _extended(self, text: str, span: Span) -> str:
        bits, signed = storage(span)
        if bits == self._width:
            return text
        return f"((_ {'sign' if signed else 'zero'}_extend {self._width - bits}) {text})"

    def apply(self, operator: str, inside: Sequence[str]) -> str:
        """`operator` on bit-vectors; comparisons are signed."""
        return super().apply(_ON_BITS.get(operator, operator), inside)


def storage(span: Span) -> tuple[int, bool]:
    """Bits and signedness of the narrowest machine integer that holds `span`."""
    signed = span.lowest < 0
    for bits in (8, 16, 32, 64):
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        if low <= span.lowest and span.highest <= high:
            return bits, signed
    raise TooWide


def width(terms: Iterable[Term], spans: Mapping[str, Span]) -> int:
    """32 or 64: enough bits for every value that occurs in `terms`, signed.

    Raises:
        TooWide: 64 bits are not enough.
    """
    known: dict[Term, Span] = {}
    lowest = highest = 0
    for term in postorder(terms):
        inside = [known[part] for part in parts(term) if part in known]
        match term:
            case Number(value=value):
                span = Span(value, value)
            case Variable(name=name, boolean=False):
                span = spans[name]
            case Sum():
                span = Span(
                    inside[0].lowest + inside[1].lowest,
                    inside[0].highest + inside[1].highest,
                )
            case Product(factor=factor):
                ends = (factor * inside[0].lowest, factor * inside[0].highest)
                span = Span(min(ends), max(ends))
            case Choose() if not is_boolean(term):
                then, otherwise = known[term.then], known[term.otherwise]
                span = Span(
                    min(then.lowest, otherwise.lowest),
                    max(then.highest, otherwise.highest),
                )
            case _:
                continue
        known[term] = span
        lowest, highest = min(lowest, span.lowest), max(highest, span.highest)
    for bits in (32, _WIDEST):
        if -(1 << bits - 1) <= lowest and highest < 1 << bits - 1:
            return bits
    raise TooWide


class _Script:
    """A growing text in which every shared part of a term is defined once."""

    def __init__(self, printer: Lia) -> None:
        self._printer = printer
        self._known: dict[Term, str] = {}
        self.lines: list[str] = []

    def define(self, term: Term) -> str:
        """A name or literal for `term`."""
        for part in postorder([term]):
            if part in self._known:
                continue
            text = self._printer.text(part, [self._known[each] for each in parts(part)])
            if parts(part):
                sort = "Bool" if is_boolean(part) else self._printer.integer()
                name = f"n{len(self._known)}"
                self.lines.append(f"(define-fun {name} () {sort} {text})")
                text = name
            self._known[part] = text
        return self._known[term]

    def ask(self, comment: str, *claims: str) -> None:
        """A question that must be answered unsat."""
        self.lines.append(f"; {comment}")
        self.lines.append("(push 1)")
        self.lines += [f"(assert {claim})" for claim in claims]
        self.lines += ["(check-sat)", "(pop 1)"]


def obligations(
    system: TransitionSystem, certificate: Certificate, title: str, *, bit_vectors: bool
) -> tuple[str, int]:
    """The obligations of `certificate` as SMT-LIB 2, and how many there are; all must be unsat.

    Base case: every lemma holds at power-up. Inductive step: the lemmas together are kept. Goal:
    the lemmas imply it. For a certificate from any state the lemmas are the ranges of the stored
    widths, which need no proof, and only the goal is asked.

    Raises:
        TooWide: In bit-vectors, a value may leave 64 bits.
    """
    cells = {each.name: each for each in system.state}
    needed = _closure(system, certificate)
    inputs = [each for each in system.inputs if each.name in needed]
    parameters = [each for each in system.parameters if each.name in needed]
    state = [each for each in system.state if each.name in needed]
    world: list[Cell] = [*parameters, *inputs]
    spans = {each.name: each.span for each in [*world, *state]}
    nexts = [each.next for each in state]
    assumptions = [each for each in system.assumptions if set(variables(each)) <= needed]
    everything = [*certificate.lemmas, certificate.goal, *nexts, *assumptions]
    printer = BitVectors(width(everything, spans)) if bit_vectors else Lia()
    script = _Script(printer)
    lines = script.lines
    lines += [f"; {title}", f"(set-logic {printer.logic})"]
    for each in [*world, *state]:
        lines += printer.declare(each.name, None if each.variable.boolean else each.span)
    for each in world:
        if not each.variable.boolean:
            lines += [f"(assert {text})" for text in printer.range(each.name, each.span)]
    lines += [f"(assert {script.define(each)})" for each in assumptions]
    count = 0
    if not certificate.any_state:
        initial = {
            name: truth(bool(cells[name].initial))
            if cells[name].variable.boolean
            else number_term(cells[name].initial)
            for name in needed
            if name in cells
        }
        # An initial state knows no inputs, so the assumptions about them are no help here.
        for k, at_first in enumerate(substitute(certificate.lemmas, initial)):
            script.ask(f"base case {k + 1}", f"(not {script.define(at_first)})")
            count += 1
    lines += [f"(assert {script.define(each)})" for each in certificate.lemmas]
    if not certificate.any_state:
        following = _next_symbols(script, printer, system, needed)
        after = substitute(certificate.lemmas, following)
        for k, lemma in enumerate(after):
            script.ask(f"inductive step {k + 1}", f"(not {script.define(lemma)})")
            count += 1
    script.ask("goal", f"(not {script.define(certificate.goal)})")
    return "\n".join(lines) + "\n", count + 1


def _next_symbols(
    script: _Script, printer: Lia, system: TransitionSystem, needed: set[str]
) -> dict[str, Term]:
    """Variables that stand for the state after the step, each stored in its width."""
    following: dict[str, Term] = {}
    for cell in system.state:
        if cell.name not in needed:
            continue
        value = script.define(cell.next)
        span = None if cell.variable.boolean else cell.span
        name = f"{cell.name}.next"
        symbol = printer.name(name) if span is None else printer.variable(name)
        sort = "Bool" if span is None else printer.integer()
        script.lines.append(f"(define-fun {symbol} () {sort} {printer.stored(value, span)})")
        following[cell.name] = Variable(name, cell.variable.boolean)
    return following


def _closure(system: TransitionSystem, certificate: Certificate) -> set[str]:
    """Every variable that the obligations mention."""
    terms = [*certificate.lemmas, certificate.goal]
    by_name = {each.name: each for each in system.state}
    names: set[str] = set()
    pending = [*terms, *system.assumptions]
    while pending:
        new = [name for name in variables(*pending) if name not in names]
        names.update(new)
        pending = [
            by_name[name].next for name in new if name in by_name and not certificate.any_state
        ]
    return names
