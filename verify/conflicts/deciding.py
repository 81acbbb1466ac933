"""Deciding: can some machine satisfy these goals, whatever inputs the assumptions allow?

Three answers. *Conflict*: there is a sequence of inputs for which no outputs satisfy the goals, not
even outputs that know the inputs to come; sound, because every choice of outputs was tried.
*Consistent*: after every history that keeps the goals, every input leaves outputs that keep them,
by k-induction over histories, without a bound. *Open*: neither, within the depth searched.
Incomplete: a world that has to watch the outputs in order to defeat them is not found.

A trap is a history that keeps the goals, and an input after which nothing does: consistency in the
sense of Hoenicke, Post, Podelski ("rt-inconsistency: a new property for real-time requirements",
FASE 2011) fails there. A machine that sees it coming may avoid it, so that it is no conflict.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from spec.execution import execute
from spec.system import TransitionSystem
from spec.term import Term
from verify.conflicts.answering import Answering
from verify.conflicts.exhaustion import DeadEnd, Exhaustion, TooMany
from verify.conflicts.freed import decided
from verify.conflicts.unrolling import Stuck, Unrolling
from verify.engines.search import Exhausted, Inputs, Scenario

# Transitions, waits counting as one, up to which conflicts are searched for.
DEPTH = 8
# Real steps along which outputs are sought for one set of goals; a second or two.
_STEPS = 150
# Other inputs tried at each of these lengths, where outputs that know them avoid the trap.
_RIVALS = 20


@dataclass(frozen=True, slots=True)
class Conflict:
    """No outputs satisfy `goals` along `scenario`; without any one of them some do.

    Attributes:
        goals: Positions; every smaller set was found free of conflicts up to the same depth.
    """

    goals: frozenset[int]
    scenario: Scenario
    dead_end: DeadEnd


@dataclass(frozen=True, slots=True)
class Trap:
    """A history that keeps `goals`, after which no outputs do in the last step."""

    goals: frozenset[int]
    scenario: Scenario
    dead_end: DeadEnd


@dataclass(frozen=True, slots=True)
class Consistent:
    """After every history that keeps the goals, every input leaves outputs that keep them."""


@dataclass(frozen=True, slots=True)
class Open:
    """Not decided; `depth` transitions were searched, and no conflict was found in them."""

    depth: int
    reason: str
    trap: Trap | None = None


Outcome = Conflict | Consistent | Open


class _Unconfirmed(Exception):
    """Some outputs were found that the solver says do not exist."""


class Deciding:
    """Answers for any set of `goals` of the freed machine `system`.

    Args:
        deadline: In `time.monotonic` seconds; nothing new is begun after it.
    """

    def __init__(
        self,
        system: TransitionSystem,
        goals: Sequence[Term],
        machine: tuple[TransitionSystem, Sequence[Term]],
        *,
        deadline: float,
    ) -> None:
        self._system = system
        self._goals = tuple(goals)
        self._deadline = deadline
        self._steps = 0
        self._execution = execute(system, goals)
        self._unrolling = Unrolling(system, goals, machine)
        self._unrolling.learn_bounds()

    def decide(self, chosen: frozenset[int], *, most: int = DEPTH) -> Outcome:
        """What is known of the goals `chosen` when `most` transitions are searched."""
        trap: Trap | None = None
        trapped = False
        depth = 0
        before = self._steps
        try:
            for depth in range(1, most + 1):
                if time.monotonic() > self._deadline:
                    return Open(depth - 1, "the time is up", trap)
                stuck = self._unrolling.stuck(chosen, depth, from_power_up=True)
                if stuck is None:
                    if not trapped and not self._may_get_stuck(chosen, depth):
                        return Consistent()
                    continue
                trapped = True
                for _ in range(_RIVALS):
                    if self._steps > _STEPS + before:
                        return Open(depth - 1, "too many histories lead into a trap", trap)
                    stuck = self._unrolling.stuck(chosen, depth, from_power_up=True, despite=True)
                    if stuck is None:
                        break
                    conflict = self._conflict(chosen, stuck)
                    if conflict is not None:
                        return self._smallest(conflict, depth)
                    trap = trap or self._trap(stuck)
        except Exhausted:
            return Open(depth - 1, "the solver ran out of work", trap)
        except _Unconfirmed:
            return Open(depth - 1, "trying every output did not confirm the solver", trap)
        except TooMany:
            return Open(depth - 1, "there are too many outputs to try each", trap)
        return Open(most, "", trap)

    def _may_get_stuck(self, chosen: frozenset[int], depth: int) -> bool:
        """Whether a step after `depth` - 1 good ones, from anywhere, may be stuck."""
        return self._unrolling.stuck(chosen, depth, from_power_up=False) is not None

    def _conflict(self, chosen: frozenset[int], stuck: Stuck) -> Conflict | None:
        """The conflict of `chosen` along the inputs of `stuck`; rules those outputs out if none."""
        instead = self._unrolling.instead(chosen, stuck)
        if instead is not None and self._keep(chosen, stuck, instead):
            self._unrolling.rule_out(instead)
            return None
        self._steps += len(stuck.scenario[1])
        answering = Answering(self._system, self._goals, stuck.scenario)
        least = answering.conflicting(chosen)
        if least is None:
            outputs = answering.outputs()
            self._unrolling.rule_out([outputs[end] for end in stuck.ends])
            return None
        dead_end = self.exhaustion(least).dead_end(stuck.scenario)
        if dead_end is None:
            raise _Unconfirmed
        return Conflict(least, stuck.scenario, dead_end)

    def _keep(self, chosen: frozenset[int], stuck: Stuck, outputs: Sequence[Inputs]) -> bool:
        """Whether these outputs, one set for each transition, keep the goals in every step."""
        execution = self._execution
        parameters = execution.parameters(stuck.scenario[0])
        state = execution.initial
        transition = 0
        for index, step in enumerate(stuck.scenario[1]):
            if index > stuck.ends[transition]:
                transition += 1
            own = {name: value for name, value in step.items() if decided(name) is None}
            inputs = execution.inputs({**outputs[transition], **own})
            state, seen = execution.step(state, inputs, parameters)
            if not all(seen[k] for k in chosen):
                return False
        return True

    def _smallest(self, conflict: Conflict, depth: int) -> Conflict:
        """A conflict, over other inputs perhaps, of which no part is found to be one."""
        for each in sorted(conflict.goals, reverse=True):
            outcome = self.decide(conflict.goals - {each}, most=min(depth + 2, DEPTH))
            if isinstance(outcome, Conflict):
                return outcome
        return conflict

    def _trap(self, stuck: Stuck) -> Trap | None:
        """The trap that `stuck` shows, if it does without a solver too."""
        execution = execute(self._system, [self._goals[k] for k in sorted(stuck.blocking)])
        parameters = execution.parameters(stuck.scenario[0])
        state = execution.initial
        for step in stuck.scenario[1][:-1]:
            inputs = execution.inputs(step)
            if not execution.assumed(state, inputs, parameters):
                return None
            state, seen = execution.step(state, inputs, parameters)
            if not all(seen):
                return None
        dead_end = self.exhaustion(stuck.blocking).dead_end(stuck.scenario, forced=True)
        return None if dead_end is None else Trap(stuck.blocking, stuck.scenario, dead_end)

    def exhaustion(self, chosen: frozenset[int]) -> Exhaustion:
        """What tries every choice of outputs that `chosen` goals read."""
        return Exhaustion(self._system, [self._goals[k] for k in sorted(chosen)])
