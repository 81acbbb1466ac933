"""Contracts in ACSL: what a caller owes a step, and what the step promises whatever it remembers.

The promises are the requirements that hold from any state, and that the memory is legal again.
They are read by Frama-C, and by people.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen import declarations
from codegen.c99.printer import CPrinter
from codegen.c99.writer import CWriter
from codegen.layout import Binding, Piece, broken, chain, closer
from codegen.printing import Symbol
from codegen.ranges import Ranges
from spec.machine import FromAnyState, Span
from spec.system import Goal, Role, StateVariable, TransitionSystem
from spec.term import Or, Term, Variable

_WIDTH = 100 - 2


class AcslPrinter(CPrinter):
    """Prints terms as ACSL predicates, in which integers have no width."""

    def integer(self, symbol: Symbol, term: Variable, *, signed: bool) -> str:
        """A variable, never converted."""
        return symbol.text

    def number(self, value: int, *, signed: bool) -> str:
        """An integer."""
        return str(value)


class Contract:
    """The clauses of the functions that `writer` writes, a line each."""

    def __init__(self, writer: CWriter, observers: TransitionSystem) -> None:
        self._writer = writer
        self._observers = observers
        program = writer.program
        spans = {each.name: each.span for each in (*observers.inputs, *observers.parameters)}
        spans |= {each.name: each.span for each in program.memory}
        spans |= {each.name: each.span for each in program.machine.outputs}
        self._printer = AcslPrinter(writer.printer.symbols, Ranges(spans))

    def init(self) -> Iterator[str]:
        """Everything is as it is before the first step."""
        yield "requires \\valid(state);"
        yield "assigns *state;"
        for member in declarations.cells(self._writer):
            yield f"ensures state->{member.name} == {member.initial};"

    def step(self) -> Iterator[str]:
        """Inputs within their ranges; then the requirements that hold from any state."""
        program = self._writer.program
        places = ["state", "in", "out"] + ["parameters"] * bool(program.settings)
        yield "requires \\valid(state) && \\valid_read(in) && \\valid(out);"
        if program.settings:
            yield "requires \\valid_read(parameters);"
        yield f"requires \\separated({', '.join(places)});"
        for signal in (*program.inputs, *program.settings):
            if not signal.variable.boolean:
                yield from self._within(signal.name, signal.span)
        yield "assigns *state, *out;"
        for cell in program.memory:
            if not cell.variable.boolean:
                yield f"ensures legal: {self._text(cell.name)} <= {self._highest(cell)};"
        for goal in self._observers.goals:
            if isinstance(goal.declared, FromAnyState) and goal.term is not None:
                yield from self._clause(f"ensures {goal.requirement}:", self._goal(goal, goal.term))

    def _within(self, name: str, span: Span) -> Iterator[str]:
        # What is unsigned is at least 0 as it is.
        below = f"{span.lowest} <= " if span.lowest else ""
        yield f"requires {below}{self._text(name)} <= {span.highest};"

    def _text(self, name: str) -> str:
        return self._printer.symbols[name].text

    def _highest(self, cell: StateVariable) -> str:
        names = self._writer.names
        if cell.role is Role.MODE:
            return names.members[cell.subject][-1]
        return names.most[cell.name]

    def _goal(self, goal: Goal, term: Term) -> Piece:
        match term:
            case Or(operands=(_, *conclusions)) if goal.premise is not None:
                conclusion = conclusions[0] if len(conclusions) == 1 else Or(tuple(conclusions))
                sides = (self._printer.condition(each) for each in (goal.premise, conclusion))
                return chain(
                    Binding.CHOICE, "==>", *(closer(each, Binding.CHOICE) for each in sides)
                )
        return self._printer.condition(term)

    def _clause(self, opening: str, piece: Piece) -> Iterator[str]:
        lines = broken(piece, _WIDTH - 4, hanging=True)
        if len(lines) == 1 and len(opening) + len(lines[0]) + 2 <= _WIDTH:
            yield f"{opening} {lines[0]};"
            return
        yield opening
        yield from (f"  {each}" for each in lines[:-1])
        yield f"  {lines[-1]};"
