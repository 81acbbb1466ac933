"""The sanity battery: what makes a specification say less than it seems to. Always on.

Most questions are whether something can happen: a mode, a transition, a premise, an output value.
They are asked of the exploration first, then of the same engines that prove requirements, as the
claim that it never happens. What an engine cannot decide is reported as undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spec.draft import mode_name
from spec.expression import Boolean, Enumeration
from spec.machine import FromAnyState, Reachable, part_of
from spec.place import Place
from spec.system import Edge, TransitionSystem
from spec.term import Term, both, either, equal, negation, number
from verify.verdict import Finding, Sanity


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Something that should be able to happen, or, for an overlap, should not.

    Attributes:
        message: What to say if it cannot (for an overlap: if it can).
        goal: Requirement and property index, if it is a property's premise or goal.
    """

    kind: Sanity
    term: Term
    place: Place
    message: str
    way_out: str
    goal: tuple[str, int] | None = None


def covers(system: TransitionSystem) -> list[Cover]:
    """What should be able to happen in `system`, and what should not.

    What the parts of a system can do was asked of their own texts; together they may do less.
    """
    if system.machine.parts:
        return [*_premises(system), *_outputs(system)]
    return [
        *_modes(system),
        *_transitions(system),
        *_dead_ends(system),
        *_premises(system),
        *_outputs(system),
        *_overlaps(system),
    ]


def _in_mode(system: TransitionSystem, edge: Edge, mode: str) -> Term:
    index = number(system.machine.region(edge.region).index(mode))
    variable = next(each for each in system.state if each.name == mode_name(edge.region))
    return equal(variable.variable, index)


def _modes(system: TransitionSystem) -> Iterator[Cover]:
    for region in system.machine.regions:
        for index, mode in enumerate(region.modes):
            if not mode.initial:
                yield Cover(
                    Sanity.UNREACHABLE_MODE,
                    equal(system.new_modes[region.name], number(index)),
                    mode.place,
                    f"no run ever reaches mode '{mode.name}' of region '{region.name}'",
                    "correct the guards that lead to it, or take it out",
                )


def _transitions(system: TransitionSystem) -> Iterator[Cover]:
    for edge in system.edges:
        transition = edge.transition
        if transition.from_any:
            yield _dead(edge.fires, transition.place, f"'{transition}' never happens")
            continue
        for origin in transition.origins:
            fires = both(edge.fires, _in_mode(system, edge, origin))
            said = f"'{transition}' never happens"
            said += f" from '{origin}'" if len(transition.origins) > 1 else ""
            yield _dead(fires, transition.place, said)


def _dead(term: Term, place: Place, message: str) -> Cover:
    way_out = "its guard never holds, or a transition above it always wins: correct one of them"
    return Cover(Sanity.DEAD_TRANSITION, term, place, message, way_out)


def _dead_ends(system: TransitionSystem) -> Iterator[Cover]:
    for region in system.machine.regions:
        if len(region.modes) == 1:
            continue
        edges = [each for each in system.edges if each.region == region.name]
        for mode in region.modes:
            leaving = [
                both(each.fires, _in_mode(system, each, mode.name))
                for each in edges
                if mode.name in each.transition.origins and each.transition.target != mode.name
            ]
            yield Cover(
                Sanity.DEAD_END,
                either(*leaving),
                mode.place,
                f"mode '{mode.name}' of region '{region.name}' is never left",
                "add a transition that leaves it",
            )


def _premises(system: TransitionSystem) -> Iterator[Cover]:
    for goal in system.goals:
        if isinstance(goal.declared, FromAnyState):
            # What no run reaches is what it is about; `any_state` asks whether memory can hold it.
            continue
        term = goal.term if isinstance(goal.declared, Reachable) else goal.premise
        if term is not None:
            yield Cover(
                Sanity.VACUOUS_PREMISE,
                term,
                goal.declared.place,
                f"{goal.requirement} says nothing here: its premise never happens",
                "correct the premise",
                (goal.requirement, goal.index),
            )


def _outputs(system: TransitionSystem) -> Iterator[Cover]:
    for output in system.machine.outputs:
        if part_of(output.name):
            continue
        term = system.outputs[output.name]
        match output.type:
            case Enumeration(members=members):
                cases = [(equal(term, number(k)), name) for k, name in enumerate(members)]
            case Boolean():
                cases = [(term, "true"), (negation(term), "false")]
            case _:
                continue
        for value, name in cases:
            yield Cover(
                Sanity.CONSTANT_OUTPUT,
                value,
                output.place,
                f"output '{output.name}' is never {name}",
                "an output that cannot take each of its values is not what was meant",
            )


def _overlaps(system: TransitionSystem) -> Iterator[Cover]:
    """Two transitions of one mode whose guards hold together, and only their order decides.

    Order is said by ``any`` (it wins by standing above) and by ``otherwise`` (it yields).
    """
    for k, above in enumerate(system.edges):
        for below in system.edges[k + 1 :]:
            if (
                below.region != above.region
                or above.transition.from_any
                or below.transition.otherwise
                or below.transition.target == above.transition.target
            ):
                continue
            yield Cover(
                Sanity.SILENT_OVERLAP,
                both(above.eligible, below.eligible),
                below.transition.place,
                f"'{above.transition}' ({above.transition.place}) and "
                f"'{below.transition}' can be due together, and only their order decides",
                "make their guards exclude each other, or end with 'otherwise'",
            )


def saturations(system: TransitionSystem) -> Iterator[Finding]:
    """Bounds that a timer can never reach, because it stops counting below them."""
    cells = {each.name: each for each in system.state}
    for question in system.questions:
        cell = cells.get(question.timer)
        if cell is not None and question.highest > cell.span.highest:
            yield Finding(
                Sanity.SATURATION,
                question.place,
                f"this asks for up to {cell.type.show(question.highest)}, but timers "
                f"saturate at {cell.type.show(cell.span.highest)}",
                "raise 'timers saturate at', or lower the bound",
                fails=True,
            )
