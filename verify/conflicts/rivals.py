"""Rivals: outputs that are known to do better than a run which gets stuck.

Only a guide for what to look at next. A rival is one step a transition, which a wait is not, so
that what a rival cannot do here some other outputs may do; that is found out elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec.system import StateVariable, TransitionSystem
from spec.term import TRUE, Term, number, substitute, truth
from verify.conflicts.freed import decided
from verify.engines.search import Inputs
from verify.smt import (
    Formula,
    Frame,
    Solver,
    all_of,
    any_of,
    implies,
    literal,
    negated,
    symbol,
)


class Rivals:
    """For each depth the machine of the text, and outputs that were found to keep the goals.

    Args:
        solver: Learns what it means that a rival fails.
        chosen: For each goal, the name for that it is to be kept.
        freed: The freed machine and what its goals are.
        machine: The system of the text itself, with the same goals said of it.
    """

    def __init__(
        self,
        solver: Solver,
        chosen: Sequence[Formula],
        freed: tuple[TransitionSystem, Sequence[Term]],
        machine: tuple[TransitionSystem, Sequence[Term]],
    ) -> None:
        self._solver = solver
        self._chosen = chosen
        system, self._goals = freed
        self._state = system.cone(*self._goals)
        self._free = [each for each in system.inputs if decided(each.name) is not None]
        self._machine = machine
        self._known: dict[int, list[Formula]] = {}
        self._filled: dict[tuple[int, ...], list[Term]] = {}

    def at(self, frames: Sequence[Frame]) -> list[Formula]:
        """What to assume for that, along the inputs of `frames`, every rival fails."""
        depth = len(frames)
        if depth not in self._known:
            self._known[depth] = [self._machine_fails(frames)]
        return self._known[depth]

    def add(self, frames: Sequence[Frame], outputs: Sequence[Inputs]) -> None:
        """One more rival, with `outputs` for each transition."""
        known = self.at(frames)
        said = [self._with(step) for step in outputs]
        known.append(
            self._fails(f"rival {len(frames)} {len(known)}", frames, self._state, said, {})
        )

    def _with(self, outputs: Inputs) -> list[Term]:
        """Goals and next state where the outputs are these; the same few come again and again."""
        key = tuple(outputs[each.name] for each in self._free)
        if key not in self._filled:
            constants = {
                each.name: (truth(bool(value)) if each.variable.boolean else number(value))
                for each, value in zip(self._free, key, strict=True)
            }
            terms = [*self._goals, *(each.next for each in self._state)]
            self._filled[key] = substitute(terms, constants)
        return self._filled[key]

    def _machine_fails(self, frames: Sequence[Frame]) -> Formula:
        system, goals = self._machine
        state = system.cone(*goals)
        start = {each.name: literal(each.initial, boolean=each.variable.boolean) for each in state}
        said = [[*goals, *(each.next for each in state)]] * len(frames)
        return self._fails(f"machine {len(frames)}", frames, state, said, start)

    def _fails(
        self,
        name: str,
        frames: Sequence[Frame],
        state: Sequence[StateVariable],
        said: Sequence[Sequence[Term]],
        memory: Mapping[str, Formula],
    ) -> Formula:
        """A name for: some goal fails, where each step is as it is `said`, goals and next state."""
        broken = []
        for given, terms in zip(frames, said, strict=True):
            frame = Frame({**given.symbols, **memory})
            broken += [
                all_of([chosen, negated(frame.formula(goal))])
                for chosen, goal in zip(self._chosen, terms, strict=False)
                if goal is not TRUE
            ]
            following = terms[len(self._chosen) :]
            memory = {
                each.name: frame.formula(next_)
                for each, next_ in zip(state, following, strict=True)
            }
        fails = symbol(name, boolean=True)
        self._solver.add(implies(fails, any_of(broken)))
        return fails
