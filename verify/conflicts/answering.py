"""Answering: whether any outputs at all go with one sequence of inputs, and if not, which goals.

Every step is a real one here and all inputs are numbers, so that the question is about outputs
alone. The outputs may even know the inputs to come: what no such outputs satisfy, no machine can.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from spec.system import Cell, TransitionSystem
from spec.term import Term, number, substitute, truth
from verify.conflicts.freed import decided
from verify.encoding import WORK, bounds
from verify.engines.search import Exhausted, Inputs, Scenario
from verify.smt import Formula, Frame, Satisfiable, Solver, equals, implies, literal, symbol


class Answering:
    """The outputs that go with `scenario`, under any of `goals`."""

    def __init__(self, system: TransitionSystem, goals: Sequence[Term], scenario: Scenario) -> None:
        parameters, steps = scenario
        self._solver = Solver(WORK // 10)
        self._chosen = [symbol(f"chosen {k}", boolean=True) for k in range(len(goals))]
        self._free: list[dict[str, Formula]] = []
        state = system.cone(*goals)
        free = [each for each in system.inputs if decided(each.name) is not None]
        known: dict[tuple[int, ...], list[Term]] = {}
        memory: dict[str, Formula] = {
            each.name: literal(each.initial, boolean=each.variable.boolean) for each in state
        }
        for number_of_step, step in enumerate(steps):
            given = {name: value for name, value in step.items() if decided(name) is None}
            # A long wait is many equal steps: what is left of the terms is the same in each.
            key = tuple(given.values())
            if key not in known:
                terms = [*goals, *(each.next for each in state)]
                known[key] = _filled(system, terms, {**parameters, **given})
            chosen_outputs = {
                each.name: symbol(f"{each.name}@{number_of_step}", boolean=each.variable.boolean)
                for each in free
            }
            self._free.append(chosen_outputs)
            frame = Frame({**memory, **chosen_outputs})
            self._solver.add(*bounds(frame, free))
            said, following = known[key][: len(goals)], known[key][len(goals) :]
            for chosen, goal in zip(self._chosen, said, strict=True):
                self._solver.add(implies(chosen, frame.formula(goal)))
            memory = {}
            for each, next_ in zip(state, following, strict=True):
                after = symbol(f"{each.name}@{number_of_step + 1}", boolean=each.variable.boolean)
                self._solver.add(equals(after, frame.formula(next_)))
                memory[each.name] = after

    def outputs(self) -> list[Inputs]:
        """The outputs of each step, after `conflicting` said that some satisfy all."""
        return [self._solver.values(each) for each in self._free]

    def conflicting(self, chosen: Collection[int]) -> frozenset[int] | None:
        """Of the `chosen` goals, a set that no outputs satisfy and whose every part some do.

        None if some outputs satisfy them all.

        Raises:
            Exhausted: The solver ran out of work.
        """
        left = self._core(chosen)
        if left is None:
            return None
        for each in sorted(left, reverse=True):
            if each in left:
                left = self._core(left - {each}) or left
        return left

    def _core(self, chosen: Collection[int]) -> frozenset[int] | None:
        answer = self._solver.check(*(self._chosen[k] for k in sorted(chosen)))
        if answer is Satisfiable.UNDECIDED:
            raise Exhausted
        if answer is Satisfiable.YES:
            return None
        names = self._solver.core()
        return frozenset(k for k in chosen if f"chosen {k}" in names)


def _filled(system: TransitionSystem, terms: Sequence[Term], values: Inputs) -> list[Term]:
    """`terms` with the given values in the place of inputs and parameters."""
    cells: list[Cell] = [*system.inputs, *system.parameters]
    constants = {
        each.name: truth(bool(values[each.name]))
        if each.variable.boolean
        else number(values[each.name])
        for each in cells
        if each.name in values
    }
    return substitute(terms, constants)
