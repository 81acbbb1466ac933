"""Monitoring: what a monitor must do, which judges each step by measured times alone.

Its verdict on a requirement must be "holds" if and only if no true time that the measured ones may
stand for violates it. That is claimed in two halves: whatever the clock's drift and the delays
were, a step that is accepted is a good one; and a step that is not would be a bad one if all of
them were at one of their ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spec.draft import DRIFT, DT, LATENCY, mode_name
from spec.expression import BOOLEAN
from spec.lower import lower, lower_observers
from spec.machine import Always, FromAnyState, Machine, Span
from spec.system import Cell, Role, StateVariable
from spec.term import (
    FALSE,
    And,
    Choose,
    Equal,
    Not,
    Or,
    Term,
    Variable,
    at_most,
    both,
    either,
    equal,
    implication,
    is_boolean,
    minus,
    negation,
    number,
    parts,
    substitute,
    times,
    variables,
)
from verify.translation.routine import (
    RESULT,
    Access,
    Claim,
    Member,
    Routine,
    Structure,
    after,
    defaults,
    fitting,
    initial,
    inputs_of,
    legal,
    members_of,
    memory_of,
    outputs_of,
    parameters_of,
    settings_of,
)

_WORLD = {DRIFT, LATENCY}


class Monitoring:
    """A machine as a monitor sees it.

    Attributes:
        judged: The term of each property that a monitor can judge, with its requirement's id.
        unjudged: The properties about single steps that it cannot, as ``R05.2``: they speak of
            several true times at once, or of true times in earlier steps.
    """

    def __init__(self, machine: Machine, *, settable: bool) -> None:
        self.machine = machine
        self.system = lower_observers(machine)
        self.settings = settings_of(self.system) if settable else ()
        self.fixed = defaults(self.system, self.settings)
        self.cells = {each.name: each for each in self.system.state}
        never = {
            each.name: FALSE
            for each in self.system.state
            if each.next is FALSE and not each.initial
        }
        self.judged: list[tuple[str, Term]] = []
        self.unjudged: list[str] = []
        for goal in self.system.goals:
            if goal.term is None or not isinstance(goal.declared, Always | FromAnyState):
                continue
            (term,) = substitute([goal.term], never)
            if self._is_observable(term):
                self.judged.append((goal.requirement, term))
            else:
                self.unjudged.append(f"{goal.requirement}.{goal.index + 1}")
        self.memory = self._memory(term for _, term in self.judged)

    def init(self) -> Routine:
        """The function that sets the monitor's memory."""
        given = Structure("monitor", Access.WRITTEN, members_of(self.memory))
        return Routine("init", (given,), {each.name: initial(each) for each in self.memory})

    def step(self) -> Routine:
        """The function that judges a step, and returns whether all requirements hold."""
        system, settings = self.system, self.settings
        next_values = substitute([each.next for each in self.memory], self.fixed)
        terms = substitute([term for _, term in self.judged], self.fixed)
        judged = [(id_, term) for (id_, _), term in zip(self.judged, terms, strict=True)]
        return Routine(
            "step",
            (
                Structure("monitor", Access.KEPT, members_of(self.memory)),
                # Of the controller, which may time what nobody watches.
                inputs_of(lower(self.machine)),
                *([self._modes()] if self._reads_modes() else []),
                Structure("outputs", Access.READ, outputs_of(system), trusted=True),
                Structure("verdicts", Access.WRITTEN, self._verdicts()),
                *([parameters_of(settings)] if settings else []),
            ),
            dict(zip((each.name for each in self.memory), next_values, strict=True)),
            assumed=both(*fitting(system, settings)),
            claims=(*legal(self.memory), *self._claims(judged)),
            free=tuple(self._free()),
        )

    # --- What is judged ---

    def _is_observable(self, term: Term) -> bool:
        """Whether measured times tell all that there is to tell about `term`."""
        remembered = (each.next for each in self._memory([term]))
        return _is_decided_by_one(term, holds=True) and not any(map(_speaks_of_truth, remembered))

    def _memory(self, terms: Iterable[Term]) -> tuple[StateVariable, ...]:
        """The flags and measured times that `terms` need, now and in earlier steps."""
        found: set[str] = set()
        pending = list(terms)
        while pending:
            needed = [self.cells[name] for name in variables(*pending) if name in self.cells]
            new = [
                each for each in needed if each.role is not Role.DRIFT and each.name not in found
            ]
            found.update(each.name for each in new)
            pending = [each.next for each in new]
        return tuple(each for each in self.system.state if each.name in found)

    # --- What is claimed ---

    def _claims(self, judged: list[tuple[str, Term]]) -> Iterator[Claim]:
        possible = self._possible()
        verdicts = []
        for id_ in dict.fromkeys(id_ for id_, _ in judged):
            terms = [term for each, term in judged if each == id_]
            verdict = Variable(after(_verdict(id_)), True)
            verdicts.append(verdict)
            yield Claim(
                f"{id_} holds whenever the monitor says so",
                implication(both(possible, verdict), both(*terms)),
                natural=True,
            )
            ends = [term for end in (0, 1) for term in substitute(terms, self._at_end(end))]
            yield Claim(
                f"{id_} may be violated whenever the monitor says so",
                either(verdict, *(negation(each) for each in ends)),
                natural=True,
            )
        all_hold = Variable(after(RESULT), True)
        yield Claim("all hold if each does", equal(all_hold, both(*verdicts)))

    def _possible(self) -> Term:
        """What drift and delays can be, given the times measured."""
        claims = []
        for name, (least, most) in self._ends().items():
            variable = Variable(name, False)
            claims += [at_most(least, variable), at_most(variable, most)]
        return both(*claims)

    def _at_end(self, end: int) -> Mapping[str, Term]:
        return {name: ends[end] for name, ends in self._ends().items()}

    def _ends(self) -> dict[str, tuple[Term, Term]]:
        """The least and the most of each value that no device can know."""
        time = self.machine.time
        slack, late = time.drift_per_tick, time.latency
        ends: dict[str, tuple[Term, Term]] = {}
        for name in self._unknown():
            if name == LATENCY:
                ends[name] = (number(late.lowest), number(late.highest))
            elif name == DRIFT:
                dt = Variable(DT, False)
                ends[name] = (times(-slack, dt), times(slack, dt))
            else:
                # It began with some delay, and went on with the drift of every tick since.
                timer = Variable(self.cells[name].drift_of, False)
                ends[name] = (
                    minus(times(-slack, timer), number(late.highest)),
                    minus(times(slack, timer), number(late.lowest)),
                )
        return ends

    def _unknown(self) -> list[str]:
        found = variables(*(term for _, term in self.judged))
        return [
            name
            for name in found
            if name in _WORLD or (name in self.cells and self.cells[name].role is Role.DRIFT)
        ]

    def _free(self) -> Iterator[Cell]:
        """What nobody knows, as wide as it can be where memory holds anything at all."""
        cells = {each.name: each for each in self.system.inputs}
        slack, late = self.machine.time.drift_per_tick, self.machine.time.latency.highest
        # The memory may hold any time before the step.
        most = slack * _LONGEST + late
        for name in self._unknown():
            cell = cells.get(name) or Cell(
                self.cells[name].variable, self.cells[name].type, Span(-most, most)
            )
            yield cell

    # --- What is given ---

    def _reads_modes(self) -> bool:
        read = variables(*(term for _, term in self.judged), *(each.next for each in self.memory))
        return any(mode_name(each.name) in read for each in self.machine.regions)

    def _modes(self) -> Structure:
        """The machine's own memory, after its step."""
        members = members_of(memory_of(lower(self.machine)))
        return Structure("state", Access.READ, members, trusted=True)

    def _verdicts(self) -> tuple[Member, ...]:
        ids = dict.fromkeys(id_ for id_, _ in self.judged)
        return tuple(
            Member(id_.lower(), _verdict(id_), BOOLEAN, Span(0, 1), boolean=True) for id_ in ids
        )


# The longest time that code holds, in ticks.
_LONGEST = 1 << 32


def _verdict(id_: str) -> str:
    return f"{id_}.verdict"


def _speaks_of_truth(term: Term) -> bool:
    """Whether `term` depends on true time, which only the world knows."""
    return not _WORLD.isdisjoint(variables(term))


def _is_decided_by_one(term: Term, *, holds: bool) -> bool:
    """Whether no two true times can excuse each other in `term`; or in its negation.

    Then it is violated at an end of what they can be, if it is at all.
    """
    if not _speaks_of_truth(term):
        return True
    speaking = [each for each in parts(term) if _speaks_of_truth(each)]
    match term:
        case Not(operand=operand):
            return _is_decided_by_one(operand, holds=not holds)
        case And() | Or():
            if isinstance(term, Or) is holds and len(speaking) > 1:
                return False
            return all(_is_decided_by_one(each, holds=holds) for each in speaking)
        case Choose(condition=condition):
            return not _speaks_of_truth(condition) and all(
                _is_decided_by_one(each, holds=holds) for each in speaking
            )
        case Equal() if is_boolean(term.left):
            return len(speaking) == 1 and all(
                _is_decided_by_one(speaking[0], holds=each) for each in (True, False)
            )
        case Equal() if not holds:
            # Violated in the middle, perhaps.
            return False
    return len(speaking) == 1
