"""Sampling: biased random runs, to throw out false candidates and to meet what can happen.

Proves nothing. Inputs are drawn from the values around every bound they are compared with, and
held for one step, for a few, or longer than the longest time that the machine asks about.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spec.draft import DRIFT, DT, LATENCY
from spec.execution import Execution, Values, columns
from spec.system import Cell, Role, Signal, TransitionSystem
from spec.term import (
    AtMost,
    Equal,
    Less,
    Number,
    Product,
    Sum,
    Term,
    Variable,
    postorder,
)

_WORLD = (DT, DRIFT, LATENCY)
_TRIES = 30
# Steps of a walk before another front is tried, and how often all inputs are drawn anew.
_WALK = 12
_LONGEST_WALK = 200
_REDRAW = 0.2
# States against which candidates are held.
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Sampled:
    """One step of an explored run.

    Attributes:
        parent: Index of the step before, or -1 for the first step of a run.
        state: Before the step.
        seen: The values of what the execution watches.
    """

    parent: int
    parameters: Values
    state: Values
    inputs: Values
    seen: Values


@dataclass(frozen=True, slots=True)
class Exploration:
    """All steps taken, each with the way to it."""

    steps: list[Sampled]

    def never_false(self, system: TransitionSystem, terms: Sequence[Term]) -> list[Term]:
        """Those of `terms`, over state and parameters, that hold in every state met."""
        met = list(dict.fromkeys((step.state, step.parameters) for step in self.steps))
        # A sample of the sample: more rows throw out hardly more candidates.
        met = met[:: max(1, len(met) // _ROWS)]
        if not met:
            return list(terms)
        cells: list[Cell] = [*system.state, *system.parameters]
        names = [each.name for each in cells]
        rows = ((*state, *parameters) for state, parameters in met)
        values = dict(zip(names, zip(*rows, strict=True), strict=True))
        everywhere = (1 << len(met)) - 1
        truths = columns(terms, values, len(met))
        return [term for term, truth in zip(terms, truths, strict=True) if truth == everywhere]

    def way_to(self, index: int) -> list[Sampled]:
        """The run from power-up that ends with step `index`."""
        way = []
        while index >= 0:
            way.append(self.steps[index])
            index = self.steps[index].parent
        return way[::-1]

    def first(self, position: int) -> int | None:
        """The first step in which watched value number `position` was true, if any."""
        return next((k for k, step in enumerate(self.steps) if step.seen[position]), None)


@dataclass(frozen=True, slots=True)
class _Bound:
    """``coefficient * variable + rest <= 0`` or the like, as a source of interesting values."""

    coefficient: int
    rest: tuple[tuple[str, int], ...]
    constant: int


def _linear(term: Term) -> tuple[dict[str, int], int] | None:
    match term:
        case Number(value=value):
            return {}, value
        case Variable(name=name, boolean=False):
            return {name: 1}, 0
        case Product(factor=factor, operand=operand):
            inner = _linear(operand)
            if inner is None:
                return None
            return {name: factor * c for name, c in inner[0].items()}, factor * inner[1]
        case Sum(left=left, right=right):
            one, other = _linear(left), _linear(right)
            if one is None or other is None:
                return None
            names = dict.fromkeys((*one[0], *other[0]))
            return {n: one[0].get(n, 0) + other[0].get(n, 0) for n in names}, one[1] + other[1]
        case _:
            return None


@dataclass(slots=True)
class _Front:
    """A state from which to explore on; its own modes and flags were met there first."""

    parent: int
    parameters: Values
    state: Values
    values: dict[str, int]
    visits: int = 0


class Sampler:
    """Explores a system at random; the same seed gives the same steps."""

    def __init__(self, execution: Execution, *, seed: int = 1) -> None:
        self._execution = execution
        self._system = execution.system
        self._random = random.Random(seed)
        self._bounds = self._find_bounds(execution.system)
        time = execution.system.machine.time
        # Long enough for the slowest timer at the longest step, and a little more; where that
        # would leave no steps for anything else, the search has to wait instead.
        timers = (each.span.highest for each in execution.system.state if each.role is Role.TIMER)
        longest = max(timers, default=0)
        self._hold = min(longest // time.step.highest + 4, _LONGEST_WALK)
        self._drift_per_tick = time.drift_per_tick

    @staticmethod
    def _find_bounds(system: TransitionSystem) -> dict[str, list[_Bound]]:
        """For each integer input, the bounds that do not depend on the state."""
        names = {each.name for each in system.inputs if not each.variable.boolean}
        known = names | {each.name for each in system.parameters}
        found: dict[str, list[_Bound]] = {name: [] for name in names}
        roots = [each.next for each in system.state]
        roots += [goal.term for goal in system.goals if goal.term is not None]
        roots += [*system.assumptions, *system.outputs.values()]
        for term in postorder(roots):
            if not isinstance(term, AtMost | Less | Equal):
                continue
            left, right = _linear(term.left), _linear(term.right)
            if left is None or right is None:
                continue
            names_used = dict.fromkeys((*left[0], *right[0]))
            sides = {n: left[0].get(n, 0) - right[0].get(n, 0) for n in names_used}
            if not set(sides) <= known:
                continue
            for name, side in sides.items():
                if name in found and side in (1, -1):
                    rest = tuple((n, c) for n, c in sides.items() if n != name)
                    found[name].append(_Bound(side, rest, left[1] - right[1]))
        return found

    def explore(self, *, most: int) -> Exploration:
        """Up to `most` steps, spread over as many different modes and flags as can be met."""
        steps: list[Sampled] = []
        start = _Front(-1, (), self._execution.initial, {})
        fronts = [start]
        known: set[Values] = set()
        marks = (Role.MODE, Role.FLAG)
        marked = [k for k, each in enumerate(self._system.state) if each.role in marks]
        while len(steps) < most:
            # The least explored first, the newest of those: that is how deep modes are met.
            front = min(reversed(fronts), key=lambda each: each.visits)
            front.visits += 1
            length = self._hold if front.visits == 1 else _WALK
            before = len(steps)
            for index in self._walk(steps, front, length, still=front.visits == 1):
                step = steps[index]
                mark = tuple(step.state[k] for k in marked)
                if mark not in known:
                    known.add(mark)
                    values = self._named(step.inputs)
                    fronts.append(_Front(step.parent, step.parameters, step.state, values))
            if len(steps) == before and len(fronts) == 1 and front.visits > _TRIES:
                break
        return Exploration(steps)

    def _named(self, inputs: Values) -> dict[str, int]:
        return dict(zip((each.name for each in self._system.inputs), inputs, strict=True))

    def _parameters(self) -> Values:
        return tuple(
            self._random.choice(
                (
                    each.default,
                    each.span.lowest,
                    each.span.highest,
                    self._random.randint(each.span.lowest, each.span.highest),
                )
            )
            for each in self._system.parameters
        )

    def _walk(
        self, steps: list[Sampled], front: _Front, length: int, *, still: bool
    ) -> Iterator[int]:
        """Take steps from `front`, with its inputs as they are or changing now and then."""
        rnd, execution, system = self._random, self._execution, self._system
        parameters = front.parameters or self._parameters()
        names = (each.name for each in system.parameters)
        constants = dict(zip(names, parameters, strict=True))
        outer = [each for each in system.inputs if each.name not in _WORLD]
        likely = rnd.choice((0.1, 0.5, 0.9))
        values, state, parent = dict(front.values), front.state, front.parent
        held = length if still and values else 0
        for _ in range(length):
            for _ in range(_TRIES):
                proposed = dict(values)
                if held <= 0 and outer:
                    changed = outer if not values or rnd.random() < _REDRAW else [rnd.choice(outer)]
                    for each in changed:
                        proposed[each.name] = self._draw(each, likely, {**proposed, **constants})
                self._set_world(proposed, first=parent < 0, slow=held > _WALK)
                inputs = execution.inputs(proposed)
                if execution.assumed(state, inputs, parameters):
                    break
            else:
                return
            if held <= 0:
                held = rnd.choice((1, 1, 2, 3))
            held -= 1
            values = proposed
            following, seen = execution.step(state, inputs, parameters)
            steps.append(Sampled(parent, parameters, state, inputs, seen))
            parent, state = len(steps) - 1, following
            yield parent

    def _draw(self, signal: Signal, likely: float, known: Mapping[str, int]) -> int:
        rnd, span = self._random, signal.span
        if signal.variable.boolean:
            return int(rnd.random() < likely)
        interesting = [span.lowest, span.highest]
        for bound in self._bounds.get(signal.name, ()):
            if all(name in known for name, _ in bound.rest):
                rest = bound.constant + sum(c * known[name] for name, c in bound.rest)
                edge = -bound.coefficient * rest
                interesting += [edge - 1, edge, edge + 1]
        return rnd.choice([v for v in interesting if span.lowest <= v <= span.highest])

    def _set_world(self, values: dict[str, int], *, first: bool, slow: bool) -> None:
        rnd, time = self._random, self._system.machine.time
        lowest, highest = time.step.lowest, time.step.highest
        if first:
            dt = 0
        elif slow:
            dt = highest
        else:
            dt = rnd.choice((lowest, highest, rnd.randint(lowest, highest)))
        values[DT] = dt
        values[DRIFT] = rnd.choice((-1, 1)) * self._drift_per_tick * dt
        values[LATENCY] = rnd.choice((time.latency.lowest, time.latency.highest))
