"""Search: bounded model checking over delay transitions, for the shortest counterexample.

Method: Biere, Cimatti, Clarke, Zhu, "Symbolic model checking without BDDs", TACAS 1999, on runs
whose long waits are one transition: a step longer than the longest real one is allowed while no
mode and no flag changes and no timer runs backwards. What is found is split into real steps and
counts only after it was replayed; that makes the answer sound whatever the abstraction does.
Incomplete: finding nothing within the depth is never a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from spec.draft import DRIFT, DT
from spec.system import Role, StateVariable, TransitionSystem
from spec.term import Term
from verify.encoding import WORK, Run
from verify.smt import (
    Formula,
    Frame,
    Satisfiable,
    Solver,
    all_of,
    any_of,
    at_most,
    equals,
    largest,
    less_all,
    literal,
)

Inputs = dict[str, int]
# A run as the world makes it: parameter values, and the inputs of every step.
Scenario = tuple[dict[str, int], list[Inputs]]


class Exhausted(Exception):
    """The solver ran out of work."""


class Search:
    """A growing unrolling of `system` from power-up, shared by all questions put to it."""

    def __init__(self, system: TransitionSystem, state: Sequence[StateVariable]) -> None:
        self.system = system
        self.state = state
        self._run = Run(self.system, self.state)
        self._solver = Solver(WORK)
        self._solver.add(*self._run.parameter_bounds())
        time = self.system.machine.time
        self._longest = literal(time.step.highest, boolean=False)
        timers = [each for each in self.state if each.role is Role.TIMER]
        # A wait is never longer than it takes to fill the slowest timer twice.
        fullest = max((each.span.highest for each in timers), default=0)
        self._wait = max(2 * fullest, time.step.highest)
        self._frames: list[Frame] = []

    def frame(self, depth: int) -> Frame:
        """The frame of step number `depth`, from 0."""
        while len(self._frames) <= depth:
            self._extend()
        return self._frames[depth]

    def _extend(self) -> None:
        frame = self._run.extend()
        solver = self._solver
        solver.add(*self._run.world(frame, wait=self._wait))
        if not self._frames:
            solver.add(*self._run.initial())
        else:
            previous = self._frames[-1]
            solver.add(*self._run.link(previous, frame))
            solver.add(any_of([self.is_real(previous), self._waits(previous, frame)]))
        self._frames.append(frame)

    def is_real(self, frame: Frame) -> Formula:
        """The step in `frame` is no longer than the longest real one."""
        return at_most(frame.symbols[DT], self._longest)

    def _waits(self, frame: Frame, following: Frame) -> Formula:
        kept = [
            at_most(frame.symbols[each.name], following.symbols[each.name])
            if each.role is Role.TIMER
            else equals(frame.symbols[each.name], following.symbols[each.name])
            for each in self.state
            # What the drift becomes, its own lemmas and the replay take care of.
            if each.role is not Role.DRIFT
        ]
        return all_of(kept)

    def find(
        self, term: Term, *, depths: range, accept: Callable[[Scenario], bool]
    ) -> Scenario | None:
        """The shortest run found whose last step makes `term` true, split into real steps.

        Args:
            term: Over the state before and the inputs of the last step.
            depths: Numbers of transitions to try, in increasing order, from 1.
            accept: Replays a run; one that does not show what was asked is passed over.

        Raises:
            Exhausted: The solver ran out of work before it had an answer.
        """
        for depth in depths:
            frame = self.frame(depth - 1)
            asked = [frame.formula(term), self.is_real(frame)]
            # Another attempt at the same depth with other waits, where a split did not replay.
            for attempt in range(2):
                answer = self._solver.check(*asked)
                if answer is Satisfiable.UNDECIDED:
                    raise Exhausted
                if answer is Satisfiable.NO:
                    break
                scenario = self._scenario(depth)
                if accept(scenario):
                    return self._shortest(asked, depth, accept, scenario)
                if attempt == 0:
                    asked += [self.is_real(each) for each in self._frames[: depth - 1]]
        return None

    def _shortest(
        self,
        asked: list[Formula],
        depth: int,
        accept: Callable[[Scenario], bool],
        found: Scenario,
    ) -> Scenario:
        """The run of the same depth that waits least, with default parameters where they do."""
        defaults = [
            equals(self._run.parameters[each.name], literal(each.default, boolean=False))
            for each in self.system.parameters
        ]
        if self._solver.check(*asked, *defaults) is Satisfiable.YES:
            scenario = self._scenario(depth)
            if accept(scenario):
                found, asked = scenario, [*asked, *defaults]
        waited = sum(step[DT] for step in found[1])
        saved = less_all([frame.symbols[DT] for frame in self._frames[:depth]])
        least = largest(self._solver, asked, saved, -waited, 0)
        if least is None:
            return found
        shortest = at_most(literal(least, boolean=False), saved)
        if self._solver.check(*asked, shortest) is not Satisfiable.YES:
            return found
        scenario = self._scenario(depth)
        return scenario if accept(scenario) else found

    def _scenario(self, depth: int) -> Scenario:
        parameters = self._solver.values(self._run.parameters)
        steps = [self._solver.values(inputs) for inputs in self._run.inputs[:depth]]
        longest = self.system.machine.time.step.highest
        return parameters, [part for step in steps for part in split(step, longest)]


def split(step: Inputs, longest: int) -> Iterator[Inputs]:
    """A long wait as real steps of at most `longest`, with the same total of times.

    The clock's drift is shared out so that each part keeps within its tolerance: rounding the
    running total down gives every part at least what the slowest, and at most what the fastest
    clock would, because those are whole numbers a tick.
    """
    total, drift = step[DT], step.get(DRIFT, 0)
    done = drifted = 0
    while total - done > longest:
        next_ = drift * (done + longest) // total
        yield {**step, DT: longest, DRIFT: next_ - drifted}
        done, drifted = done + longest, next_
    yield {**step, DT: total - done, DRIFT: drift - drifted}
