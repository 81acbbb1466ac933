"""Independence: two runs that differ only in some inputs have the same output for ever.

First by the cone of influence: what cannot be reached by any reading cannot matter. Where the
inputs are read, by self-composition (Barthe, D'Argenio, Rezk, "Secure information flow by
self-composition", CSFW 2004): the system beside itself, with those inputs of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spec.machine import Independent
from spec.system import Signal, StateVariable, TransitionSystem
from spec.term import Term, Variable, equal, substitute, variables
from verify.engines.search import Inputs, Scenario

_TWIN = "'"


def readers(system: TransitionSystem, claim: Independent) -> set[str]:
    """Those of the claim's inputs that can be read, at any time, on the way to its output."""
    by_name = {each.name: each for each in system.state}
    seen: set[str] = set()
    pending: list[Term] = [system.outputs[claim.output]]
    while pending:
        new = [name for name in variables(*pending) if name not in seen]
        seen.update(new)
        pending = [by_name[name].next for name in new if name in by_name]
    return seen & set(claim.inputs)


def product(
    system: TransitionSystem, claim: Independent
) -> tuple[TransitionSystem, Term, list[Term]]:
    """The system beside its twin, the goal that both have the same output, and hints for it.

    The hints are candidates only: that a variable and its twin are equal.
    """
    own = system.cone(system.outputs[claim.output])
    twins: dict[str, Term] = {
        name: Variable(name + _TWIN, variable.boolean)
        for name, variable in [
            *((each.name, each.variable) for each in own),
            *((each.name, each.variable) for each in system.inputs if each.name in claim.inputs),
        ]
    }

    def twin(name: str) -> Variable:
        variable = twins[name]
        assert isinstance(variable, Variable)
        return variable

    def doubled(terms: Sequence[Term]) -> list[Term]:
        return substitute(terms, twins)

    nexts = doubled([each.next for each in own])
    others: list[StateVariable] = [
        replace(each, variable=twin(each.name), next=following)
        for each, following in zip(own, nexts, strict=True)
    ]
    inputs = [*system.inputs]
    inputs += [
        Signal(twin(each.name), each.type, each.span)
        for each in system.inputs
        if each.name in claim.inputs
    ]
    output = system.outputs[claim.output]
    composed = replace(
        system,
        inputs=tuple(inputs),
        state=(*own, *others),
        assumptions=(*system.assumptions, *doubled(system.assumptions)),
        goals=(),
        edges=(),
        outputs={},
        new_modes={},
    )
    hints = [equal(each.variable, other.variable) for each, other in zip(own, others, strict=True)]
    return composed, equal(output, doubled([output])[0]), hints


def two_runs(claim: Independent, scenario: Scenario) -> tuple[Scenario, Scenario]:
    """A run of the product as the two runs that it is."""
    parameters, steps = scenario

    def side(*, twin: bool) -> list[Inputs]:
        return [
            {
                name: step[name + _TWIN] if twin and name in claim.inputs else value
                for name, value in step.items()
                if not name.endswith(_TWIN)
            }
            for step in steps
        ]

    return (parameters, side(twin=False)), (parameters, side(twin=True))
