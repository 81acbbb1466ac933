"""Encoding: a transition system as formulas of one step, or of a run of steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spec.draft import DRIFT, DT
from spec.system import Cell, StateVariable, TransitionSystem
from spec.term import Term, variables
from verify.smt import (
    Formula,
    Frame,
    Satisfiable,
    Solver,
    at_most,
    equals,
    literal,
    none_of,
    symbol,
)

# Units of z3's work for one question: some ten seconds. Reached only by specs far beyond the
# size of those that the engines are made for; the answer is then UNKNOWN.
WORK = 40_000_000


def bounds(frame: Frame, variables: Iterable[Cell]) -> list[Formula]:
    """The ranges of `variables` in `frame`."""
    made: list[Formula] = []
    for each in variables:
        if not each.variable.boolean:
            value = frame.symbols[each.name]
            made.append(at_most(literal(each.span.lowest, boolean=False), value))
            made.append(at_most(value, literal(each.span.highest, boolean=False)))
    return made


class OneStep:
    """One step from any state: `before` and `after` are its two sides.

    Nothing is assumed of the state, not even its ranges: those are lemmas like any other.
    """

    def __init__(self, system: TransitionSystem, state: Sequence[StateVariable]) -> None:
        self.system = system
        self.state = tuple(state)
        cells: list[Cell] = [*state, *system.inputs, *system.parameters]
        variables = [each.variable for each in cells]
        self.symbols = {each.name: symbol(each.name, boolean=each.boolean) for each in variables}
        self.before = Frame(self.symbols)
        self.after = Frame(
            self.symbols | {each.name: self.before.formula(each.next) for each in state}
        )
        self._constants = bounds(self.before, system.parameters)
        self._outside = bounds(self.before, system.inputs) + [
            self.before.formula(each) for each in system.assumptions
        ]
        self.world = [*self._constants, *self._outside]

    def solver(self) -> Solver:
        """A solver that takes the ranges of the world and the assumptions for granted."""
        solver = Solver(WORK)
        solver.add(*self.world)
        return solver

    def stuck(self, invariants: Sequence[Term]) -> Satisfiable:
        """Whether some state within `invariants` leaves the world no input it may give."""
        # Settings that the assumptions rule out leave no run, so none that could get stuck.
        settings = {each.name for each in self.system.parameters}
        of_settings = (a for a in self.system.assumptions if settings.issuperset(variables(a)))
        solver = Solver(WORK)
        solver.add(*self._constants)
        solver.add(*(self.before.formula(each) for each in (*of_settings, *invariants)))
        inputs = [self.symbols[each.name] for each in self.system.inputs]
        return solver.check(none_of(inputs, self._outside))


class Run:
    """Steps from power-up, one after the other, each with symbols of its own."""

    def __init__(self, system: TransitionSystem, state: Sequence[StateVariable]) -> None:
        self.system = system
        self.state = tuple(state)
        self.parameters = {
            each.name: symbol(each.name, boolean=False) for each in system.parameters
        }
        self.frames: list[Frame] = []
        self.inputs: list[dict[str, Formula]] = []

    def parameter_bounds(self) -> list[Formula]:
        """The ranges of the parameters."""
        return bounds(Frame(self.parameters), self.system.parameters)

    def initial(self) -> list[Formula]:
        """The first frame starts at power-up."""
        frame = self.frames[0]
        return [
            equals(
                frame.symbols[each.name],
                literal(each.initial, boolean=each.variable.boolean),
            )
            for each in self.state
        ]

    def extend(self) -> Frame:
        """Another step: its frame."""
        k = len(self.frames)
        state = {
            each.name: symbol(f"{each.name}@{k}", boolean=each.variable.boolean)
            for each in self.state
        }
        inputs = {
            each.name: symbol(f"{each.name}@{k}", boolean=each.variable.boolean)
            for each in self.system.inputs
        }
        frame = Frame({**state, **inputs, **self.parameters})
        self.frames.append(frame)
        self.inputs.append(inputs)
        return frame

    def world(self, frame: Frame, *, wait: int) -> list[Formula]:
        """What is true of the inputs of the step in `frame`, which may be `wait` ticks long."""
        times = (DT, DRIFT)
        signals = [each for each in self.system.inputs if each.name not in times]
        longest = literal(wait, boolean=False)
        zero = literal(0, boolean=False)
        return (
            bounds(frame, signals)
            + [at_most(zero, frame.symbols[DT]), at_most(frame.symbols[DT], longest)]
            + [frame.formula(each) for each in self.system.assumptions]
        )

    def link(self, frame: Frame, next_frame: Frame) -> list[Formula]:
        """The state of `next_frame` is the one after the step in `frame`."""
        return [
            equals(next_frame.symbols[each.name], frame.formula(each.next)) for each in self.state
        ]
