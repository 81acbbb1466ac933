"""Contracts in ACSL: what a caller owes a step, and what the step promises whatever it remembers.

The promises are the requirements that hold from any state, that the memory is legal again, and
that the outputs show what the memory holds. They are read by people, and proved by Frama-C.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from codegen import declarations
from codegen.c99.printer import CPrinter
from codegen.c99.writer import CWriter
from codegen.layout import Atom, Binding, Piece, broken, chain, closer
from codegen.printing import Symbol
from codegen.program import Define, Drive
from codegen.ranges import Ranges
from spec.lower import lower
from spec.machine import FromAnyState, Span
from spec.system import Goal, Role, StateVariable, TransitionSystem
from spec.term import Or, Term, Variable, is_boolean, substitute, variables

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
    """The clauses of the functions that `writer` writes, a line each.

    What is not proved, by the ids in `unverified`, is not promised.
    """

    def __init__(
        self, writer: CWriter, observers: TransitionSystem, unverified: Collection[str]
    ) -> None:
        self._writer = writer
        self._open = unverified
        self._observers = observers
        program = writer.program
        spans = {each.name: each.span for each in (*observers.inputs, *observers.parameters)}
        spans |= {each.name: each.span for each in program.memory}
        spans |= {each.name: each.span for each in program.machine.outputs}
        # What is stored as it was worked out: after the step the memory stands for it.
        self._kept = {
            each.value.name: each.cell
            for each in program.stores
            if isinstance(each.value, Variable) and each.value.name not in spans
        }
        spans |= {name: cell.span for name, cell in self._kept.items()}
        symbols = writer.printer.symbols
        kept = {
            name: replace(symbols[cell.name], members=symbols[name].members)
            for name, cell in self._kept.items()
        }
        self._printer = AcslPrinter({**symbols, **kept}, Ranges(spans))

    def init(self) -> Iterator[str]:
        """Everything is as it is before the first step."""
        yield "requires \\valid(state);"
        yield "assigns *state;"
        for member in declarations.cells(self._writer):
            yield f"ensures state->{member.name} == {member.initial};"

    def step(self) -> Iterator[str]:
        """Inputs within their ranges and as assumed; then what holds from any state."""
        program = self._writer.program
        places = ["state", "in", "out"] + ["parameters"] * bool(program.settings)
        yield "requires \\valid(state) && \\valid_read(in) && \\valid(out);"
        if program.settings:
            yield "requires \\valid_read(parameters);"
        yield f"requires \\separated({', '.join(places)});"
        for signal in (*program.inputs, *program.settings):
            if not signal.variable.boolean:
                yield from self._within(signal.name, signal.span)
        for assumed in self._assumed():
            yield from self._clause("requires", self._printer.condition(assumed))
        yield "assigns *state, *out;"
        for cell in program.memory:
            if not cell.variable.boolean:
                yield f"ensures legal: {self._text(cell.name)} <= {self._highest(cell)};"
        for goal in self._observers.goals:
            promised = (
                isinstance(goal.declared, FromAnyState) and goal.requirement not in self._open
            )
            if promised and goal.term is not None:
                yield from self._clause(f"ensures {goal.requirement}:", self._goal(goal, goal.term))
        for drive in program.drives:
            shown = self._shown(drive)
            if self._known(shown):
                yield from self._clause("ensures shown:", self._shows(drive, shown))

    def _within(self, name: str, span: Span) -> Iterator[str]:
        # What is unsigned is at least 0 as it is.
        below = f"{span.lowest} <= " if span.lowest else ""
        yield f"requires {below}{self._text(name)} <= {span.highest};"

    def _assumed(self) -> Iterator[Term]:
        """What is assumed of one step alone; a caller cannot owe what is about several."""
        program = self._writer.program
        given = {each.name for each in (*program.inputs, *program.settings)}
        fixed = {each.name for each in program.constants}
        for each in lower(program.machine).assumptions:
            names = variables(each).keys()
            if names & given and names <= given | fixed:
                yield each

    def _shown(self, drive: Drive) -> Term:
        """What `drive` shows, definitions replaced by what they stand for."""
        values = {
            each.local.variable.name: each.value
            for each in self._writer.program.statements
            if isinstance(each, Define) and each.local.variable.name not in self._kept
        }
        term = drive.value
        while values.keys() & variables(term).keys():
            (term,) = substitute([term], values)
        return term

    def _known(self, shown: Term) -> bool:
        """Whether `shown` reads nothing but what is there after the step."""
        program = self._writer.program
        lasting = {
            each.name for each in (*program.inputs, *program.constants, *program.settings)
        } | self._kept.keys()
        return variables(shown).keys() <= lasting

    def _shows(self, drive: Drive, shown: Term) -> Piece:
        name = drive.output.name
        own = Variable(name, is_boolean(shown))
        if is_boolean(shown):
            sides = [self._printer.condition(each) for each in (own, shown)]
            return chain(Binding.CHOICE, "<==>", *(closer(each, Binding.CHOICE) for each in sides))
        members = self._writer.names.members.get(name, ())
        value = self._printer.value(shown, members)
        return chain(Binding.COMPARISON, "==", Atom(self._text(name)), closer(value, Binding.SUM))

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
