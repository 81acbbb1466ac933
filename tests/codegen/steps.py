"""Biased random steps: what is given as random input goes where a machine decides.

Inputs stay for long, so that timers fill; they lie at limits, one beside them, or as far from
another input as a limit tells; of several that are thought of, those are given that lead where the
machine has seldom been. Now and then the memory is set to whatever bits it can hold.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from spec.draft import DT
from spec.execution import execute
from spec.system import Cell, TransitionSystem
from spec.term import Number, postorder
from tests.codegen.machines import Written
from tests.codegen.toolchain.interface import Member, Result, Row, Start

_LONGEST_MOOD = 300
# How likely the memory is lost in a step; and of how many inputs the strangest are given.
_FORGETTING = 0.1
_THOUGHTS = 6
_NOTHING = (0,)
_WIDEST = 2**32 - 1
SMALL = 2**29 - 1

Values = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the transition system says of a step: its results, and which edges fired in it."""

    result: Result
    fired: Values


class Oracle:
    """The transition system, one row after the other."""

    def __init__(self, written: Written) -> None:
        program, system = written.program, _core(written.system)
        self._outputs = [system.outputs[each.name] for each in program.machine.outputs]
        watched = [*self._outputs, *(each.fires for each in system.edges)]
        self._execution = execute(system, watched)
        self._flags = [each.variable.boolean for each in system.state]
        self._conditions = [each.variable.boolean for each in program.inputs]
        # What the world says beside the machine's inputs is for observers.
        self._rest = (0,) * (len(system.inputs) - len(program.inputs))
        names = [each.name for each in program.inputs]
        self._order = [names.index(each.name) for each in system.inputs if each.name in names]
        self._settings = [each.name for each in program.settings]
        self._state = self._execution.initial

    def look(self, row: Row) -> Seen:
        """What `row` would result in."""
        state = self._state
        if row.start is not Start.GO_ON:
            state = row.state if row.start is Start.GIVEN else self._execution.initial
        # A machine without memory has a member that says nothing.
        state = tuple(map(_truth, self._flags, state[: len(self._flags)]))
        known = tuple(map(_truth, self._conditions, row.inputs))
        inputs = (*(known[k] for k in self._order), *self._rest)
        given = dict(zip(self._settings, row.parameters, strict=True))
        after, seen = self._execution.step(state, inputs, self._execution.parameters(given))
        seen = tuple(map(int, seen))
        at = len(self._outputs)
        return Seen(Result(tuple(map(int, after)) or _NOTHING, seen[:at]), seen[at:])

    def take(self, row: Row) -> Seen:
        """Take the step in `row`."""
        seen = self.look(row)
        self._state = seen.result.state
        return seen


def some_steps(
    written: Written, count: int, *, seed: int, widest: int = _WIDEST
) -> tuple[list[Row], list[Seen]]:
    """`count` steps in many runs, the first from power-up, and what is right in each.

    No memory is set to more than `widest`: MicroPython's may hold no number that is an object.
    """
    steps = list(_World(written, random.Random(seed), widest).steps(count))
    return [row for row, _ in steps], [seen for _, seen in steps]


def difference(rows: list[Row], wanted: list[Seen], got: list[Result]) -> str:
    """The first row whose results differ, for people; empty if none does."""
    right = [each.result for each in wanted]
    if right == got:
        return ""
    if len(right) != len(got):
        return f"{len(got)} results of {len(right)} rows"
    at = next(k for k, pair in enumerate(zip(right, got, strict=True)) if pair[0] != pair[1])
    before = rows[at].state if rows[at].start is Start.GIVEN else right[at - 1].state
    return f"row {at}: {rows[at]} after {before}: {got[at]} where {right[at]} is right"


def _core(system: TransitionSystem) -> TransitionSystem:
    """`system` without its observers, which assumptions are about too."""
    memory = tuple(each for each in system.state if not each.observed)
    return replace(system, state=memory, assumptions=())


def _truth(boolean: bool, value: int) -> int:
    return int(value != 0) if boolean else value


class _World:
    """Gives inputs."""

    def __init__(self, written: Written, rnd: random.Random, widest: int) -> None:
        self._written, self._random, self._widest = written, rnd, widest
        self._oracle = Oracle(written)
        self._met: Counter[tuple[Values, Values]] = Counter()
        program, system = written.program, _core(written.system)
        read = [each.next for each in system.state] + list(system.outputs.values())
        limits = {each.value for each in postorder(read) if isinstance(each, Number)}
        limits |= {each.default for each in system.parameters}
        self._limits = sorted(limits | {-each for each in limits} | {0})
        self._cells = {each.name: each for each in program.inputs}
        self._parameters = tuple(each.default for each in program.settings)
        self._often = 0.5

    def steps(self, count: int) -> Iterator[tuple[Row, Seen]]:
        """Moods, one after the other, in which each input changes as often as it does."""
        rnd = self._random
        values = self._changed({}, 1)
        left, restless = 0, dict.fromkeys(self._cells, 0.0)
        for number in range(count):
            likely, start = 0.0, Start.GO_ON
            if not left:
                left = rnd.randint(1, rnd.choice((3, 10, 30, _LONGEST_MOOD)))
                self._often = rnd.choice((0.1, 0.5, 0.9, 0.97))
                restless = {name: rnd.choice((0, 0, 0.003, 0.1)) for name in self._cells}
                restless[DT] = rnd.choice((0, 0.05, 1))
                likely = rnd.choice((0.2, 0.7))
            elif rnd.random() < _FORGETTING:
                likely, start = 0.3, Start.GIVEN
            if not number or rnd.random() < likely * _FORGETTING:
                start = Start.INIT
                settings = self._written.program.settings
                self._parameters = tuple(map(self._parameter, settings))
            if likely:
                row = self._strangest(values, likely, start)
                values = dict(zip(self._cells, row.inputs, strict=True))
            else:
                for name, often in restless.items():
                    if rnd.random() < often:
                        values[name] = self._value(name, values)
                row = self._row(values, start)
            left -= 1
            seen = self._oracle.take(row)
            self._met[seen.result.outputs, seen.fired] += 1
            yield row, seen

    def _row(self, values: Mapping[str, int], start: Start) -> Row:
        state = self._memory(values[DT]) if start is Start.GIVEN else ()
        return Row(tuple(values.values()), start, state, self._parameters)

    def _strangest(self, values: Mapping[str, int], likely: float, start: Start) -> Row:
        """Of some changes of `values` the one that leads to what was met least often."""
        thoughts = [self._row(self._changed(values, likely), start) for _ in range(_THOUGHTS)]
        looks = [self._oracle.look(each) for each in thoughts]
        met = [self._met[each.result.outputs, each.fired] for each in looks]
        return thoughts[met.index(min(met))]

    def _changed(self, values: Mapping[str, int], likely: float) -> dict[str, int]:
        changed = dict(values)
        for name in self._cells:
            if name not in changed or self._random.random() < likely:
                changed[name] = self._value(name, changed)
        return changed

    def _value(self, name: str, values: Mapping[str, int]) -> int:
        rnd, cell = self._random, self._cells[name]
        low, high = cell.span.lowest, cell.span.highest
        if cell.variable.boolean:
            return rnd.choice((1, 1, 2, 255)) if rnd.random() < self._often else 0
        if name == DT and rnd.random() < 0.4:
            return high
        others = [each for k, each in values.items() if not self._cells[k].variable.boolean]
        near = rnd.choice([0, 0, *others]) + self._limit()
        return rnd.choice([low, high, rnd.randint(low, high)] + [near] * 8 * (low <= near <= high))

    def _limit(self) -> int:
        """What something may be compared with, or one beside it."""
        rnd = self._random
        return rnd.choice((*self._limits, *self._parameters)) + rnd.choice((-1, 0, 0, 1))

    def _parameter(self, cell: Cell) -> int:
        low, high = cell.span.lowest, cell.span.highest
        return self._random.choice((low, high, self._random.randint(low, high)))

    def _memory(self, dt: int) -> Values:
        """Whatever bits the memory can hold; more often what a run may have left there."""
        members = self._written.code.interface.state
        cells = self._written.program.memory
        bits = [self._bits(*each, dt) for each in zip(members, cells, strict=False)]
        return tuple(bits) or _NOTHING

    def _bits(self, member: Member, cell: Cell, dt: int) -> int:
        rnd, low, high = self._random, member.limits[0], min(member.limits[1], self._widest)
        legal = rnd.randint(cell.span.lowest, cell.span.highest)
        end = rnd.choice((cell.span.highest - dt, cell.span.highest + 1, low, high))
        near = rnd.choice((end, self._limit() - dt, self._limit() - dt))
        return rnd.choice((legal, legal, min(max(near, low), high), rnd.randint(low, high)))
