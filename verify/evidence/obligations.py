"""Obligations: what must be unsatisfiable for a certificate to be one, as SMT-LIB 2 text."""

from __future__ import annotations

from spec.system import Cell, TransitionSystem
from spec.term import (
    Term,
    Variable,
    is_boolean,
    number,
    parts,
    postorder,
    substitute,
    truth,
    variables,
)
from verify.evidence.smtlib import BitVectors, Lia, width
from verify.verdict import Certificate


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
            else number(cells[name].initial)
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
