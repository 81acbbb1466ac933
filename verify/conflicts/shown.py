"""Shown conflicts: the run that a person sees, made simple and run again in both ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spec.draft import DRIFT, DT, LATENCY
from spec.expression import Expression, Kind, Reference, walk
from spec.machine import Always, FromAnyState, Machine
from spec.reference import ReferenceRun
from spec.system import Goal, TransitionSystem
from spec.term import TRUE, variables
from spec.trace import Step, Trace
from verify.conflicts.deciding import Conflict, Trap
from verify.conflicts.exhaustion import MOST_STEPS, DeadEnd, Exhaustion, TooMany
from verify.conflicts.freed import decided
from verify.engines.search import Inputs, Scenario
from verify.replay import Replayer, ReplayError

_TIMES = (DT, DRIFT, LATENCY)


def shown(
    machine: Machine, system: TransitionSystem, goals: Sequence[Goal], found: Conflict | Trap
) -> Trace:
    """The run of `found` with what its goals read; the outputs of its last step are one attempt.

    Args:
        machine: Of the author.
        system: Of that machine, freed.
        goals: All that conflicts are sought among.
        found: What to show.

    Raises:
        ReplayError: The reference run disagrees.
    """
    own = [goals[k] for k in sorted(found.goals)]
    terms = [goal.term for goal in own if goal.term is not None]
    exhaustion = Exhaustion(system, terms)
    scenario, dead_end = found.scenario, found.dead_end
    if isinstance(found, Conflict):
        scenario, dead_end = _simplified(system, exhaustion, scenario, dead_end)
    steps = [*dead_end.history, dead_end.last]
    trace = Replayer(system, TRUE, None, sought=True).as_it_is((scenario[0], steps))
    expressions = [
        goal.declared.expression for goal in own if isinstance(goal.declared, Always | FromAnyState)
    ]
    _compare(trace, expressions, dead_end)
    cells = [each.next for each in system.cone(*terms)]
    read = {*variables(*terms, *cells), DT}
    return _of_the_author(trace, machine, read, {*_definitions(machine, expressions)})


def _compare(trace: Trace, expressions: Sequence[Expression], dead_end: DeadEnd) -> None:
    """Let the reference run say that the goals hold up to the last step, and which fail there."""
    run = ReferenceRun(trace.machine, trace.parameters, expressions)
    for index, step in enumerate(trace.steps):
        seen = run.step(step.inputs)[1]
        broken = dead_end.broken if index == len(trace.steps) - 1 else ()
        if tuple(k for k, value in enumerate(seen) if not value) != broken:
            raise ReplayError("a conflict of requirements that was found cannot be run again")


def _definitions(machine: Machine, expressions: Sequence[Expression]) -> Iterator[str]:
    for expression in expressions:
        for part in walk(expression):
            if isinstance(part, Reference) and part.kind is Kind.DEFINITION:
                yield part.name
                yield from _definitions(machine, [machine.definition(part.name).expression])


def _of_the_author(trace: Trace, machine: Machine, read: set[str], definitions: set[str]) -> Trace:
    free = {own for name in read if (own := decided(name)) is not None}
    times = {DT, "true_dt", LATENCY}
    steps = tuple(
        Step(
            {
                name: value
                for name, value in step.inputs.items()
                if name in times or (name in read and decided(name) is None)
            },
            {name: value for name, value in step.modes.items() if name in free},
            {name: value for name, value in step.outputs.items() if name in free},
            {name: value for name, value in step.definitions.items() if name in definitions},
            (),
        )
        for step in trace.steps
    )
    parameters = {name: value for name, value in trace.parameters.items() if name in read}
    return Trace(machine, parameters, steps)


def _simplified(
    system: TransitionSystem, exhaustion: Exhaustion, scenario: Scenario, dead_end: DeadEnd
) -> tuple[Scenario, DeadEnd]:
    """Default parameters, nominal times and few changes, as long as no outputs are left."""
    best = scenario, dead_end

    def attempt(parameters: Inputs, steps: list[Inputs]) -> None:
        nonlocal best
        if exhaustion.tried > MOST_STEPS:
            return
        try:
            ended = exhaustion.dead_end((parameters, steps))
        except TooMany:
            return
        if ended is not None:
            best = (parameters, steps), ended

    lowest = {each.name: each.span.lowest for each in system.inputs}
    for each in system.parameters:
        attempt({**best[0][0], each.name: each.default}, best[0][1])
    nominal = {DRIFT: 0, LATENCY: lowest.get(LATENCY, 0)}
    for name, value in nominal.items():
        if name in lowest:
            attempt(best[0][0], [{**step, name: value} for step in best[0][1]])
    for name in lowest:
        if name in _TIMES or decided(name) is not None:
            continue
        steps = best[0][1]
        attempt(best[0][0], [{**step, name: steps[-1][name]} for step in steps])
        for k in range(1, len(best[0][1])):
            steps = best[0][1]
            if steps[k][name] != steps[k - 1][name]:
                until = next(
                    (j for j in range(k, len(steps)) if steps[j][name] != steps[k][name]),
                    len(steps),
                )
                before = steps[k - 1][name]
                attempt(
                    best[0][0],
                    [
                        {**step, name: before} if k <= j < until else step
                        for j, step in enumerate(steps)
                    ],
                )
    return best
