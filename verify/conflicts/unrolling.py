"""Unrolling: runs of inputs and outputs that keep every requirement, up to a step that cannot.

A step is stuck when no outputs satisfy the requirements chosen. "No outputs" is approached from
above: a step is stuck as long as none of the outputs met so far helps, and whenever it still seems
to be, outputs that help are sought and added (Janota et al., "Solving QBF with counterexample
guided refinement", SAT 2012, for one alternation). So no answer of NO rests on a sample.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spec.draft import DT
from spec.system import Cell, Role, TransitionSystem
from spec.term import Term
from verify.conflicts.freed import decided
from verify.conflicts.rivals import Rivals
from verify.encoding import WORK, OneStep, Run
from verify.engines import houdini, templates
from verify.engines.search import Exhausted, Inputs, Scenario, split
from verify.smt import (
    Formula,
    Frame,
    Satisfiable,
    Solver,
    all_of,
    any_of,
    at_most,
    equals,
    implies,
    literal,
    negated,
    symbol,
)

# Outputs tried in one question; a step that none of so many helps is left undecided.
_MOST_OUTPUTS = 200


@dataclass
class _Step:
    """A step of the unrolling: what may be asked of it, as names to assume."""

    frame: Frame
    kept: Formula
    stuck: Formula
    real: Formula
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Stuck:
    """A run, in real steps, that keeps the chosen goals up to its last step.

    Attributes:
        blocking: Goals that no outputs satisfy in that step, none of them superfluous.
        ends: For each transition, its last step.
        transitions: The inputs of each, a wait being one.
    """

    scenario: Scenario
    ends: tuple[int, ...]
    transitions: tuple[Inputs, ...]
    blocking: frozenset[int]


class Unrolling:
    """A growing run of the freed machine `system`, shared by all questions about its `goals`.

    Attributes:
        goals: What the requirements say, each a term over state and inputs of one step.
    """

    def __init__(
        self,
        system: TransitionSystem,
        goals: Sequence[Term],
        machine: tuple[TransitionSystem, Sequence[Term]],
    ) -> None:
        self.system = system
        self.goals = tuple(goals)
        state = system.cone(*goals)
        self._run = Run(system, state)
        self._solver = Solver(WORK // 40)
        self._solver.add(*self._run.parameter_bounds())
        self._chosen = [symbol(f"chosen {k}", boolean=True) for k in range(len(goals))]
        self._from_power_up = symbol("from power-up", boolean=True)
        self._steps: list[_Step] = []
        self._outputs: list[Inputs] = []
        timers = [each.span.highest for each in state if each.role is Role.TIMER]
        self._longest = system.machine.time.step.highest
        self._wait = max(2 * max(timers, default=0), self._longest)
        self._one = OneStep(system, state)
        self._helper = self._one.solver()
        for chosen, goal in zip(self._chosen, goals, strict=True):
            self._helper.add(implies(chosen, self._one.before.formula(goal)))
        cells: list[Cell] = [*state, *system.inputs, *system.parameters]
        self._given = [each.variable for each in cells if decided(each.name) is None]
        self._free = [each for each in system.inputs if decided(each.name) is not None]
        self._bounds: list[Term] = []
        self._rivals = Rivals(self._solver, self._chosen, (system, goals), machine)

    def learn_bounds(self) -> None:
        """Take for granted, of steps that are not from power-up, the ranges of the state."""
        step = OneStep(self.system, self.system.state)
        wanted = templates.bounds(self._run.state)
        try:
            found = set(houdini.strengthen(step, wanted, []))
        except houdini.Undecided:
            return
        self._bounds = [each for each in wanted if each in found]

    def stuck(
        self,
        chosen: Collection[int],
        depth: int,
        *,
        from_power_up: bool,
        despite: bool = False,
    ) -> Stuck | None:
        """A run of `depth` transitions that keeps the `chosen` goals up to its last, stuck, step.

        Waits count as one transition. From anywhere else than power-up every step is a real one,
        and the first state is any within the ranges learnt.

        Args:
            chosen: Positions of goals.
            depth: How many transitions, from 1.
            from_power_up: Else from any state.
            despite: Along its inputs, the machine of the text and what was ruled out fail too.

        Raises:
            Exhausted: The solver ran out of work, or no outputs tried so far were enough.
        """
        while len(self._steps) < depth:
            self._extend()
        last = self._steps[depth - 1]
        asked = self._selection(chosen)
        asked += [each.kept for each in self._steps[: depth - 1]]
        asked += [last.stuck, last.real]
        if from_power_up:
            asked.append(self._from_power_up)
        else:
            asked.append(negated(self._from_power_up))
            asked += [each.real for each in self._steps[: depth - 1]]
        if despite:
            asked += self._rivals.at([each.frame for each in self._steps[:depth]])
        self._answer(last)
        for _ in range(_MOST_OUTPUTS):
            answer = self._solver.check(*asked)
            if answer is Satisfiable.NO:
                return None
            if answer is Satisfiable.UNDECIDED:
                break
            parameters = self._solver.values(self._run.parameters)
            steps = [self._solver.values(each) for each in self._run.inputs[:depth]]
            state = self._solver.values(
                {each.name: last.frame.symbols[each.name] for each in self._run.state}
            )
            given = {**parameters, **state, **steps[-1]}
            blocking = self._blocking(chosen, given)
            if blocking is not None:
                return self._parted(parameters, steps, blocking)
            free = {each.name: self._one.symbols[each.name] for each in self._free}
            self._outputs.append(self._helper.values(free))
            self._answer(last)
        raise Exhausted

    def _selection(self, chosen: Collection[int]) -> list[Formula]:
        return [
            each if k in chosen else negated(each) for k, each in enumerate(self._chosen)
        ]  # fmt: skip

    def _parted(self, parameters: Inputs, steps: list[Inputs], blocking: frozenset[int]) -> Stuck:
        parted: list[Inputs] = []
        ends = []
        for step in steps:
            parted += split(step, self._longest)
            ends.append(len(parted) - 1)
        return Stuck((parameters, parted), tuple(ends), tuple(steps), blocking)

    def instead(self, chosen: Collection[int], stuck: Stuck) -> list[Inputs] | None:
        """Other outputs for the transitions of `stuck`, with which the goals seem to be kept.

        None if there are none that stay the same for as long as a wait lasts, or undecided.
        """
        depth = len(stuck.transitions)
        asked = [*self._selection(chosen), self._from_power_up]
        asked += [each.kept for each in self._steps[:depth]]
        for each in self.system.parameters:
            value = literal(stuck.scenario[0][each.name], boolean=False)
            asked.append(equals(self._run.parameters[each.name], value))
        for own, step in zip(self._run.inputs[:depth], stuck.transitions, strict=True):
            asked += [
                equals(own[each.name], literal(step[each.name], boolean=each.variable.boolean))
                for each in self.system.inputs
                if decided(each.name) is None
            ]
        if self._solver.check(*asked) is not Satisfiable.YES:
            return None
        return [self._solver.values(each) for each in self._run.inputs[:depth]]

    def rule_out(self, outputs: Sequence[Inputs]) -> None:
        """From now on, ask only for runs of this depth along whose inputs `outputs` fail."""
        self._rivals.add([each.frame for each in self._steps[: len(outputs)]], outputs)

    def _blocking(self, chosen: Collection[int], given: Inputs) -> frozenset[int] | None:
        """A least part of the `chosen` goals that no outputs satisfy in one step.

        None if some outputs satisfy them all; the helper then knows which.
        """
        fixed = [
            equals(self._one.symbols[each.name], literal(given[each.name], boolean=each.boolean))
            for each in self._given
        ]
        left = self._unsatisfied(frozenset(chosen), fixed)
        for each in sorted(left or (), reverse=True):
            if left and each in left:
                left = self._unsatisfied(left - {each}, fixed) or left
        return left

    def _unsatisfied(self, chosen: frozenset[int], fixed: list[Formula]) -> frozenset[int] | None:
        answer = self._helper.check(*(self._chosen[k] for k in sorted(chosen)), *fixed)
        if answer is Satisfiable.UNDECIDED:
            raise Exhausted
        if answer is Satisfiable.YES:
            return None
        names = self._helper.core()
        return frozenset(k for k in chosen if f"chosen {k}" in names)

    def _extend(self) -> None:
        frame = self._run.extend()
        solver = self._solver
        k = len(self._steps)
        solver.add(*self._run.world(frame, wait=self._wait))
        if not self._steps:
            start = all_of(self._run.initial())
            solver.add(implies(self._from_power_up, start))
            anywhere = all_of([frame.formula(each) for each in self._bounds])
            solver.add(any_of([self._from_power_up, anywhere]))
        else:
            previous = self._steps[-1]
            solver.add(*self._run.link(previous.frame, frame))
            solver.add(any_of([previous.real, self._waits(previous.frame, frame)]))
        kept, stuck = (symbol(f"{word} {k}", boolean=True) for word in ("kept", "stuck"))
        for chosen, goal in zip(self._chosen, self.goals, strict=True):
            solver.add(implies(all_of([kept, chosen]), frame.formula(goal)))
        real = at_most(frame.symbols[DT], literal(self._longest, boolean=False))
        self._steps.append(_Step(frame, kept, stuck, real))

    def _waits(self, frame: Frame, following: Frame) -> Formula:
        """No more than time goes by: see `verify.engines.search`."""
        return all_of(
            [
                at_most(frame.symbols[each.name], following.symbols[each.name])
                if each.role is Role.TIMER
                else equals(frame.symbols[each.name], following.symbols[each.name])
                for each in self._run.state
                if each.role is not Role.DRIFT
            ]
        )

    def _answer(self, step: _Step) -> None:
        """None of the outputs met so far helps where `step` is stuck."""
        for outputs in self._outputs[step.answered :]:
            fixed = {
                each.name: literal(outputs[each.name], boolean=each.variable.boolean)
                for each in self._free
            }
            tried = Frame({**step.frame.symbols, **fixed})
            fails = [
                all_of([chosen, negated(tried.formula(goal))])
                for chosen, goal in zip(self._chosen, self.goals, strict=True)
            ]
            # A value out of its range satisfies nothing, and was never offered.
            self._solver.add(implies(step.stuck, any_of(fails)))
        step.answered = len(self._outputs)
