"""Observation: the requirements as a program of its own, a monitor that watches the machine.

It reads what the machine reads and what it drives, keeps its own books, and judges in every step
each property that a single run can violate. True time is judged by the worst case.
"""

from __future__ import annotations

from dataclasses import dataclass

from codegen.assembly import Assembly
from codegen.program import Claim, Local, Program
from codegen.worst_case import Unobservable, WorstCase, speaks_of_true_time
from spec.draft import mode_name
from spec.expression import BOOLEAN
from spec.machine import Always, FromAnyState, Requirement, Span
from spec.system import Goal, StateVariable, TransitionSystem, View
from spec.term import FALSE, Term, Variable, substitute, variables


@dataclass(frozen=True, slots=True, eq=False)
class Monitor:
    """A monitor as a program.

    Attributes:
        regions: Those whose modes it reads.
        silent: Requirements of which it judges nothing.
        partial: Requirements of which it judges something, but not all that speaks of steps.
    """

    program: Program
    regions: tuple[str, ...]
    silent: tuple[Requirement, ...]
    partial: tuple[Requirement, ...]


def monitor(observers: TransitionSystem, *, settable: bool) -> Monitor:
    """The monitor that is made of what watches a machine; see `spec.lower.lower_observers`."""
    machine = observers.machine
    worst = WorstCase(machine.time)
    judged = [
        (goal, term)
        for goal in observers.goals
        if (term := _judged(goal, observers, worst)) is not None
    ]
    memory = _memory(observers, [term for _, term in judged])
    assembly = Assembly(observers, memory, (View.OBSERVER,), worst.running)
    requirements = {each.id: each for each in machine.requirements}
    ids = [goal.requirement for goal, _ in judged]
    claims = [
        Claim(
            _local(goal, ids.count(goal.requirement)),
            requirements[goal.requirement],
            goal.declared,
            assembly.named(term),
        )
        for goal, term in judged
    ]
    program = assembly.program(claims, settable=settable)
    read = variables(*(term for _, term in judged), *(each.next for each in memory))
    heard = {each.requirement.id for each in claims}
    steps = [each.requirement for each in observers.goals if _speaks_of_steps(each)]
    return Monitor(
        program,
        tuple(each.name for each in machine.regions if mode_name(each.name) in read),
        tuple(each for each in machine.requirements if each.id not in heard),
        tuple(
            each
            for each in machine.requirements
            if each.id in heard and ids.count(each.id) < steps.count(each.id)
        ),
    )


def _local(goal: Goal, properties: int) -> Local:
    """Named after the requirement, and numbered if that has several properties."""
    number = f"_{goal.index + 1}" if properties > 1 else ""
    variable = Variable(f"{goal.requirement}.{goal.index + 1}", True)
    return Local(variable, f"{goal.requirement.lower()}{number}", BOOLEAN, Span(0, 1))


def _speaks_of_steps(goal: Goal) -> bool:
    return isinstance(goal.declared, (Always, FromAnyState))


def _judged(goal: Goal, observers: TransitionSystem, worst: WorstCase) -> Term | None:
    """What must hold in a step; None if no step can violate it, or none can tell."""
    if goal.term is None or not isinstance(goal.declared, (Always, FromAnyState)):
        return None
    # What is never true has never stood, and needs no memory.
    never = {
        each.name: FALSE for each in observers.state if each.next is FALSE and not each.initial
    }
    try:
        (term,) = substitute([goal.term], never)
        term = worst.of(term)
    except Unobservable:
        return None
    # What was true of true times in earlier steps is remembered by none but the world.
    remembered = (each.next for each in _memory(observers, [term]))
    return None if any(map(speaks_of_true_time, remembered)) else term


def _memory(observers: TransitionSystem, terms: list[Term]) -> list[StateVariable]:
    """What must be remembered to judge `terms`: flags and measured times, never drifts."""
    by_name = {each.name: each for each in observers.state}
    found: set[str] = set()
    pending = terms
    while pending:
        names = [name for name in variables(*pending) if name in by_name]
        new = [name for name in names if name not in found]
        found.update(new)
        pending = [by_name[name].next for name in new]
    return [each for each in observers.state if each.name in found]
