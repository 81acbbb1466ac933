"""The flat monitor: what it claims and remembers, as terms in which only times have names.

So a condition that the controller remembers is found wherever it stands, and times on timers can
be told from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from codegen.program import Claim, Count, Define, Program, Store
from smallbms.watching.possible import Possible, possible
from spec.lower import lower
from spec.machine import Machine
from spec.system import Role
from spec.term import (
    TRUE,
    Number,
    Term,
    Truth,
    Variable,
    canonical,
    is_boolean,
    parts,
    postorder,
    substitute,
)


@dataclass(frozen=True, slots=True)
class Timed:
    """The time on a timer: it is called `now`; `parts` are to be worked out before."""

    now: str
    timer: str
    most: int
    running: Term
    parts: tuple[Term, ...]


class Flat:
    """A monitor's program, with nothing named but the times on its timers."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.constants = program.constants
        self.counts: list[Timed] = []
        self.claims: list[tuple[Claim, Term]] = []
        self.stores: dict[str, Term] = {}
        named: dict[str, Term] = {}
        roots: list[Term] = []
        done: set[Term] = set()
        for item in program.body:
            match item:
                case Count(local=local, timer=timer, running=running):
                    (condition,) = substitute([TRUE if running is None else running], named)
                    roots.append(condition)
                    fresh = _new([condition], done)
                    self.counts.append(
                        Timed(local.variable.name, timer.name, timer.span.highest, condition, fresh)
                    )
                case Define(local=local, value=value):
                    (named[local.variable.name],) = substitute([value], named)
                case Store(cell=cell, value=value):
                    (self.stores[cell.name],) = substitute([value], named)
                case Claim(value=value):
                    self.claims.append((item, substitute([value], named)[0]))
        roots += [*(term for _, term in self.claims), *self.stores.values()]
        self._roots = roots
        self._rest = _new(roots, done)

    def remembered(self, machine: Machine) -> dict[Term, str]:
        """Conditions of inputs in here that a flag of the controller tells, and which flag."""
        number_of = canonical()
        controller = lower(machine)
        flags = {
            number_of(each.next): each.name
            for each in controller.state
            if each.role is Role.FLAG and not each.observed
        }
        given = {each.name for each in machine.inputs}
        given |= {each.name for each in machine.parameters}
        found = {}
        free: dict[Term, bool] = {}
        for term in postorder(self._roots):
            match term:
                case Variable(name=name):
                    free[term] = name in given
                case _:
                    free[term] = all(free[part] for part in parts(term))
            simple = isinstance(term, Variable | Number | Truth)
            if free[term] and is_boolean(term) and not simple and number_of(term) in flags:
                found[term] = flags[number_of(term)]
        return found

    def worked_out(
        self,
        values: Mapping[str, Possible],
        counted: Callable[[Timed, Possible], Possible],
        holding: Mapping[Term, Possible] | None = None,
    ) -> dict[Term, Possible]:
        """What each term may be; `counted` tells of a timer, and `holding` is known beforehand."""
        settled = holding or {}
        known: dict[Term, Possible] = {}
        all_values = dict(values)
        for count in self.counts:
            for term in count.parts:
                known[term] = settled.get(term) or possible(term, known, all_values)
            all_values[count.now] = counted(count, known[count.running])
        for term in self._rest:
            known[term] = settled.get(term) or possible(term, known, all_values)
        return known

    def stored(self, known: Mapping[Term, Possible]) -> dict[str, Possible]:
        """The memory after the step."""
        return {name: known[term] for name, term in self.stores.items()}


def _new(roots: Iterable[Term], done: set[Term]) -> tuple[Term, ...]:
    """The parts of `roots` that are not yet `done`, in the order in which they are worked out."""
    found = tuple(each for each in postorder(roots) if each not in done)
    done.update(found)
    return found
