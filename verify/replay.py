"""Replay: no run is shown that was not run again.

A run found by an engine is run on the system and on the reference run. They must agree on every
mode, every output and the property, in every step; where they do not, the toolkit itself is
wrong, and says so instead of showing anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from spec.draft import DRIFT, DT, LATENCY
from spec.execution import Execution, execute
from spec.expression import Expression
from spec.reference import replay
from spec.system import TransitionSystem
from spec.term import Term
from spec.trace import Step, Taken, Trace
from verify.engines.search import Inputs, Scenario

TRUE_DT = "true_dt"


class ReplayError(Exception):
    """The system and the reference run disagree: an internal error of this toolkit."""


class Replayer:
    """Runs scenarios in which `term`, stated by `expression`, becomes `sought`.

    Args:
        expression: None where the author wrote no expression for `term`.
        sought: The truth of `term` in the last step that makes the scenario interesting.
    """

    def __init__(
        self,
        system: TransitionSystem,
        term: Term,
        expression: Expression | None,
        *,
        sought: bool,
    ) -> None:
        self._system = system
        self._expression = expression
        self._sought = sought
        self._execution: Execution = execute(
            system, [term, *system.new_modes.values(), *system.outputs.values()]
        )

    def shows(self, scenario: Scenario) -> bool:
        """Whether the assumptions hold throughout and the last step is what is sought."""
        found = self._first(scenario)
        return found is not None

    def _first(self, scenario: Scenario) -> int | None:
        """The first step that is what is sought; None if none is, or an assumption fails."""
        execution = self._execution
        parameters = execution.parameters(scenario[0])
        state = execution.initial
        for k, step in enumerate(scenario[1]):
            inputs = execution.inputs(step)
            if not execution.assumed(state, inputs, parameters):
                return None
            state, seen = execution.step(state, inputs, parameters)
            if bool(seen[0]) is self._sought:
                return k
        return None

    def trace(self, scenario: Scenario) -> Trace:
        """`scenario`, simplified and cut where it has shown enough, as both runs see it.

        Raises:
            ReplayError: The two runs disagree.
        """
        parameters, steps = self._simplified(scenario)
        last = self._first((parameters, steps))
        if last is None:
            raise ReplayError("a run that was found cannot be run again")
        return self.as_it_is((parameters, steps[: last + 1]))

    def as_it_is(self, scenario: Scenario) -> Trace:
        """`scenario` whole and unchanged, as both runs see it.

        Raises:
            ReplayError: The two runs disagree.
        """
        steps = [_complete(self._system, step) for step in scenario[1]]
        trace = replay(self._system.machine, scenario[0], steps, self._expression)
        self._compare(scenario, trace)
        return trace

    def _compare(self, scenario: Scenario, trace: Trace) -> None:
        parameters, steps = scenario
        execution = self._execution
        constants = execution.parameters(parameters)
        state = execution.initial
        truths = trace.truth or (None,) * len(steps)
        for k, (values, step, truth) in enumerate(zip(steps, trace.steps, truths, strict=True)):
            state, seen = execution.step(state, execution.inputs(values), constants)
            expected = [*step.modes.values(), *step.outputs.values()]
            if [int(each) for each in seen[1:]] != [int(each) for each in expected] or (
                truth is not None and truth is not bool(seen[0])
            ):
                raise ReplayError(
                    f"in step {k + 1} the transition system and the reference run disagree"
                )

    def _simplified(self, scenario: Scenario) -> Scenario:
        """Fewer changes and nominal times, as long as it still shows what is sought."""
        parameters, steps = scenario
        defaults = {each.name: each.default for each in self._system.parameters}
        for name, default in defaults.items():
            trial = {**parameters, name: default}
            if self.shows((trial, steps)):
                parameters = trial
        nominal = [{**step, **({DRIFT: 0} if DRIFT in step else {})} for step in steps]
        steps = nominal if self.shows((parameters, nominal)) else steps
        world = (DT, DRIFT)
        names = [each.name for each in self._system.inputs if each.name not in world]
        for start, end in _segments(steps, names):
            if start == 0:
                continue
            for name in names:
                before = steps[start - 1][name]
                if steps[start][name] == before:
                    continue
                trial_steps = [
                    {**step, name: before} if start <= k < end else step
                    for k, step in enumerate(steps)
                ]
                if self.shows((parameters, trial_steps)):
                    steps = trial_steps
        return parameters, steps


def _complete(system: TransitionSystem, step: Inputs) -> Inputs:
    """`step` as a trace holds it: with true time and latency, needed by the system or not."""
    fine = system.machine.time.fine_per_tick
    outside = {name: value for name, value in step.items() if name != DRIFT}
    true_dt = step[DT] * fine + step.get(DRIFT, 0)
    return {**outside, TRUE_DT: true_dt, LATENCY: 0} | outside


def _segments(steps: Sequence[Inputs], names: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches of steps in which none of `names` changes, as ranges."""
    starts = [
        k
        for k, step in enumerate(steps)
        if k == 0 or any(step[name] != steps[k - 1][name] for name in names)
    ]
    return list(zip(starts, [*starts[1:], len(steps)], strict=True))


def from_any_state(
    system: TransitionSystem,
    parameters: Inputs,
    start: Inputs,
    inputs: Inputs,
    term: Term,
) -> Trace:
    """The one step that the system takes from the state memory `start`."""
    watched = [
        term,
        *system.new_modes.values(),
        *system.outputs.values(),
        *(edge.fires for edge in system.edges),
    ]
    execution = execute(system, watched)
    state = tuple(start.get(each.name, each.initial) for each in system.state)
    _, seen = execution.step(state, execution.inputs(inputs), execution.parameters(parameters))
    values = iter(seen)
    truth = bool(next(values))
    modes = {name: int(next(values)) for name in system.new_modes}
    outputs = {name: int(next(values)) for name in system.outputs}
    taken = tuple(Taken(edge.region, edge.transition) for edge in system.edges if next(values))
    step = Step(_complete(system, inputs), modes, outputs, {}, taken)
    constants = {each.name: each.default for each in system.parameters} | parameters
    shown = {each.name: start[each.name] for each in system.state if each.name in start}
    return Trace(system.machine, constants, (step,), (truth,), shown)
