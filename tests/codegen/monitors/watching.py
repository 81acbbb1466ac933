"""What a monitor has to say, as the observers of its machine say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from codegen.observation import Monitor, monitor
from spec.draft import mode_name
from spec.expression import Enumeration
from spec.language.reader import read_text
from spec.lower import lower_observers
from spec.machine import Always, FromAnyState, Machine, Span
from spec.system import Cell, Goal, Signal, StateVariable, TransitionSystem
from spec.term import Term, Variable, at_most, both, equal, is_boolean, number
from tests.codegen.monitors.interpreted import Interpreted
from verify.encoding import WORK
from verify.smt import Formula, Frame, Satisfiable, Solver, negated, symbol


@dataclass(frozen=True)
class Watched:
    """A machine, what watches it, and its monitor.

    Attributes:
        settable: Parameters are given to the monitor at run time.
    """

    machine: Machine
    settable: bool = True

    @cached_property
    def observers(self) -> TransitionSystem:
        """What is seen, outputs and modes, are inputs like any other."""
        system = lower_observers(self.machine)
        seen = [
            Signal(Variable(each.name, is_boolean(system.outputs[each.name])), each.type, each.span)
            for each in self.machine.outputs
        ]
        for region in self.machine.regions:
            names = tuple(each.name for each in region.modes)
            mode = Variable(mode_name(region.name), False)
            seen.append(Signal(mode, Enumeration(names), Span(0, len(names) - 1)))
        return replace(system, inputs=(*system.inputs, *seen))

    @cached_property
    def monitor(self) -> Monitor:
        """The monitor, as it is before it is written in any language."""
        return monitor(self.observers, settable=self.settable)

    @cached_property
    def means(self) -> Interpreted:
        """What a step of the monitor does."""
        return Interpreted(self.monitor.program)

    @property
    def tellable(self) -> list[Goal]:
        """The goals that a single step can violate."""
        kinds = (Always, FromAnyState)
        return [
            each
            for each in self.observers.goals
            if each.term is not None and isinstance(each.declared, kinds)
        ]

    @property
    def judged(self) -> list[tuple[Goal, Term, Term]]:
        """Goals that the monitor judges: the goal, its term, the monitor's claim."""
        claims = {id(declared): claim for declared, claim in self.means.claimed}
        return [
            (goal, goal.term, claims[id(goal.declared)])
            for goal in self.tellable
            if goal.term is not None and id(goal.declared) in claims
        ]

    @property
    def cells(self) -> list[Cell]:
        """Everything that has a value before the step, or is given in it."""
        system = self.observers
        return [*system.inputs, *system.parameters, *system.state]

    @cached_property
    def frame(self) -> Frame:
        """A symbol for each of the cells."""
        return Frame({each.name: symbol(each.name, boolean=_boolean(each)) for each in self.cells})

    def holds(self, claim: Term, *premises: Term) -> bool:
        """Whether `claim` is true in every step: inputs within their ranges, any memory."""
        return self.excluded([negated(self.frame.formula(claim))], *premises)

    def excluded(self, formulas: Sequence[Formula], *premises: Term) -> bool:
        """Whether `formulas` cannot all be true in a step."""
        system = self.observers
        solver = Solver(WORK)
        given = [within(each) for each in (*system.inputs, *system.parameters)]
        # Memory is unsigned; nothing else is known of it. Drift is no memory of the monitor's.
        given += [
            at_most(number(0), each.variable)
            for each in system.state
            if not _boolean(each) and not each.drift_of
        ]
        solver.add(*(self.frame.formula(each) for each in (*given, *premises)), *formulas)
        return solver.check() is Satisfiable.NO

    @property
    def same_memory(self) -> list[Term]:
        """That each cell holds after a step of the monitor what it does after the observers'."""
        return [equal(self.means.stored[each.name], each.next) for each in self.remembered]

    @property
    def remembered(self) -> tuple[StateVariable, ...]:
        """The memory of the monitor."""
        return self.monitor.program.memory


def watched(text: str) -> Watched:
    """The machine that is written in `text`."""
    return Watched(read_text(text, "text.machine")[0])


def within(cell: Cell) -> Term:
    """`cell` is in its range."""
    if _boolean(cell):
        return both()
    lowest, highest = number(cell.span.lowest), number(cell.span.highest)
    return both(at_most(lowest, cell.variable), at_most(cell.variable, highest))


def _boolean(cell: Cell) -> bool:
    return cell.variable.boolean
