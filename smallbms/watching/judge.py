"""The judge: the requirements' monitor, run on what is known of a controller that tells little.

It is the program that `codegen` writes as a monitor, worst case of true time included; but each
value is what it may be. A status line is one step, and nothing is unknown in it. The steps between
two lines were not told. In them, whatever would have caused a line stays as it was last told:
modes, outputs, inputs that are conditions or enumerations, and flags of the controller's memory.
A flag that remembers a condition tells what that condition was. All else, a voltage above all,
may be anything.

So what is called a violation is one whatever happened between the lines, if the controller sends
the lines that it should and its memory is as its program has it; and a controller that is proved
is never accused. The price: of what it did between lines, some goes unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from codegen.observation import monitor
from smallbms.watching.flat import Flat, Timed
from smallbms.watching.possible import EITHER, NO, YES, Possible, hull, possible
from spec.draft import DT, mode_name
from spec.expression import Quantity
from spec.lower import lower_observers
from spec.machine import Machine, Requirement
from spec.term import Term, postorder


class Verdict(Enum):
    """What a step says of a requirement.

    Attributes:
        HOLDS: It was not violated.
        VIOLATED: It was, whatever is unknown.
        OPEN: That depends on what is unknown.
    """

    HOLDS = "holds"
    VIOLATED = "violated"
    OPEN = "open"


Verdicts = Mapping[str, Verdict]
_Values = dict[str, Possible]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a controller told of one step, by name.

    Attributes:
        state: Its memory after the step.
    """

    inputs: Mapping[str, int]
    state: Mapping[str, int]
    outputs: Mapping[str, int]


class Judge:
    """Judges a run of a controller for `machine`, one line after the other.

    Attributes:
        silent: Requirements of which no monitor judges anything.
    """

    def __init__(self, machine: Machine) -> None:
        watching = monitor(lower_observers(machine), settable=False)
        self.silent: tuple[Requirement, ...] = watching.silent
        self._machine = machine
        self._flat = Flat(watching.program)
        self._remembered = self._flat.remembered(machine)
        self._fixed = {each.name: (each.default, each.default) for each in self._flat.constants}
        self._spans: _Values = {
            each.name: (each.span.lowest, each.span.highest) for each in machine.inputs
        }
        self._spans |= {
            each.name: (each.span.lowest, each.span.highest) for each in machine.outputs
        }
        self._spans |= {mode_name(each.name): (0, len(each.modes) - 1) for each in machine.regions}
        step = machine.time.step
        self._dt = (step.lowest, step.highest)
        self._memory: _Values = {}
        self.forget()

    def start(self) -> None:
        """Power-up: nothing happened before."""
        self._memory = {each.name: (each.initial,) * 2 for each in self._flat.program.memory}

    def forget(self) -> None:
        """Anything may have happened before."""
        self._memory = {
            each.name: (each.span.lowest, each.span.highest) for each in self._flat.program.memory
        }

    def step(self, seen: Seen, dt: int) -> Verdicts:
        """The verdicts on a step that was told."""
        values = self._fixed | self._told(seen) | {DT: (dt, dt)} | self._memory

        def counted(count: Timed, running: Possible) -> Possible:
            return _grown(self._memory[count.timer], running, (dt, dt), count.most)

        known = self._flat.worked_out(values, counted)
        self._memory = self._flat.stored(known)
        return self._verdicts(known)

    def pass_over(self, seen: Seen | None, least: int, most: int) -> Verdicts:
        """The verdicts on the last of some steps that were not told.

        Args:
            seen: The step before them; None if nothing is known of what they were like.
            least: The time that they took together at least [ticks]; 0 if there may be none.
            most: And at most.
        """
        values = self._fixed | self._spans
        holding: dict[Term, Possible] = {}
        if seen is not None:
            values |= {name: span for name, span in self._told(seen).items() if self._stays(name)}
            holding = self._holding(seen)
        values[DT] = (min(self._dt[0], most), min(self._dt[1], most))
        caps = {
            each.timer: min(self._memory[each.timer][1] + most, each.most)
            for each in self._flat.counts
        }
        # What the memory may be before any of these steps, and which timers may run.
        during, running = dict(self._memory), dict.fromkeys(caps, NO)

        def counted(count: Timed, runs: Possible) -> Possible:
            running[count.timer] = runs
            now = _grown(during[count.timer], runs, values[DT], caps[count.timer])
            # At once as far as it may come in all of these steps: this ends sooner.
            return now[0], 0 if runs == NO else caps[count.timer]

        while True:
            after = self._flat.stored(self._flat.worked_out(values | during, counted, holding))
            wider = {name: hull(span, after[name]) for name, span in during.items()}
            if wider == during:
                break
            during.update(wider)

        # A timer that runs in all of them has counted all of their time.
        def summed(count: Timed, _: Possible) -> Possible:
            runs = running[count.timer]
            return _grown(self._memory[count.timer], runs, (least, most), count.most)

        known = self._flat.worked_out(values | during, summed, holding)
        before, self._memory = self._memory, self._flat.stored(known)
        if least == 0:
            self._memory = {name: hull(span, before[name]) for name, span in self._memory.items()}
            return {}
        return self._verdicts(known)

    def _verdicts(self, known: Mapping[Term, Possible]) -> dict[str, Verdict]:
        """What is said of each requirement, in the order of the text."""
        found: dict[str, list[Possible]] = {}
        for claim, term in self._flat.claims:
            found.setdefault(claim.requirement.id, []).append(known[term])
        return {
            each.id: _verdict(found[each.id])
            for each in self._machine.requirements
            if each.id in found
        }

    def _told(self, seen: Seen) -> _Values:
        told = {**seen.inputs, **seen.outputs}
        told |= {
            mode_name(each.name): seen.state[mode_name(each.name)] for each in self._machine.regions
        }
        return {name: (value, value) for name, value in told.items()}

    def _stays(self, name: str) -> bool:
        """Whether a change of `name` causes a line; of inputs, numbers do not."""
        return not any(
            each.name == name and isinstance(each.type, Quantity) for each in self._machine.inputs
        )

    def _holding(self, seen: Seen) -> dict[Term, Possible]:
        """What is true of conditions as long as no flag changes.

        A flag that contradicts the inputs of its own step is believed nothing.
        """
        known: dict[Term, Possible] = {}
        values = self._fixed | self._told(seen)
        holding = {}
        for term, flag in self._remembered.items():
            for part in postorder([term]):
                if part not in known:
                    known[part] = possible(part, known, values)
            told = bool(seen.state[flag])
            if known[term] == (told, told):
                holding[term] = (int(told), int(told))
        return holding


def _grown(timer: Possible, running: Possible, by: Possible, most: int) -> Possible:
    """What a timer is after a step that took `by`, if it was running; else 0."""
    grown = min(timer[0] + by[0], most), min(timer[1] + by[1], most)
    if running == EITHER:
        return 0, grown[1]
    return grown if running == YES else NO


def _verdict(said: Iterable[Possible]) -> Verdict:
    said = set(said)
    if NO in said:
        return Verdict.VIOLATED
    return Verdict.OPEN if EITHER in said else Verdict.HOLDS
