"""Cases: a machine in a world where some faults are never present.

That a fault is absent is assumed. Where it is one input that has one value, the input is given
that value; what else it takes is left out as long as proofs do without it, because less assumed
is more allowed, and what speaks of every part of a kind sets none of them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from spec.expression import (
    BOOLEAN,
    Expression,
    Kind,
    Operation,
    Operator,
    Reference,
    Temporal,
    Temporally,
)
from spec.machine import (
    NO_FAULT,
    Always,
    Assumption,
    FromAnyState,
    Independent,
    Machine,
    Property,
    Reachable,
    Requirement,
    Span,
)
from spec.place import NOWHERE
from verify.composition.proving import Composition, Lemma
from verify.composition.verification import method_of
from verify.engines.portfolio import Found, Undecided
from verify.requirements import Key, Requirements
from verify.survival.conditions import Absence, literal, negated
from verify.verdict import Answer, Method, Proved, Unknown, Vacuous, Violated

# Of a property of ours, beside those of the text: an author's requirement has a name.
_RUN: Key = ("", 0)


def tolerant(machine: Machine) -> Machine:
    """`machine` where what counts as no fault is anything: a fault is let in or assumed away."""
    return _where_no_fault_is(machine, literal(truth=True))


def proofs_without(
    machine: Machine,
    absent: Sequence[Expression],
    declared: Mapping[Key, Always],
    *,
    deadline: float,
) -> dict[Key, Answer]:
    """Those of `declared` that are proved as long as no fault in `absent` has been present.

    Nothing is assumed: what is proved is true with any of the other faults, and with all of them.
    """
    none: Expression = literal(truth=True)
    if absent:
        present = (
            absent[0] if len(absent) == 1 else Operation(Operator.OR, (*absent,), BOOLEAN, NOWHERE)
        )
        never = Operation(Operator.NOT, (present,), BOOLEAN, NOWHERE)
        none = Temporally(Temporal.HISTORICALLY, (never,), NOWHERE)
    premise = Reference(NO_FAULT, Kind.DEFINITION, BOOLEAN, NOWHERE)
    asked = {
        key: replace(
            each,
            expression=Operation(Operator.IMPLIES, (premise, each.expression), BOOLEAN, each.place),
        )
        for key, each in declared.items()
    }
    found = Composition(_where_no_fault_is(machine, none), deadline=deadline).proofs(asked)
    return {key: Proved(method_of(lemmas)) for key, lemmas in found.items()}


def _where_no_fault_is(machine: Machine, expression: Expression) -> Machine:
    definitions = tuple(
        replace(each, expression=expression) if each.name == NO_FAULT else each
        for each in machine.definitions
    )
    return replace(machine, definitions=definitions)


class Case:
    """One world.

    Args:
        machine: A tolerant one.
        absent: When a fault is present that never is here.
        let_in: When the one fault is present that may be.
    """

    def __init__(
        self,
        machine: Machine,
        absent: Sequence[Expression],
        let_in: Expression,
        *,
        deadline: float,
    ) -> None:
        definitions = {each.name: each.expression for each in machine.definitions}
        self._absence = Absence(machine, absent)
        self._deadline = deadline
        absences = [negated(each, definitions) for each in absent]
        happens = Operation(
            Operator.AND,
            (*(each.expression for each in machine.assumptions), *absences, let_in),
            BOOLEAN,
            NOWHERE,
        )
        run = Requirement(_RUN[0], "", (), (Reachable(happens, NOWHERE),), NOWHERE)
        machine = replace(machine, requirements=(*machine.requirements, run))
        self._happens = Reachable(happens, NOWHERE)
        fixed = replace(
            machine,
            inputs=tuple(
                replace(each, span=Span(value, value)) if value is not None else each
                for each in machine.inputs
                for value in [self._absence.inputs.get(each.name)]
            ),
        )
        self._complex = [
            each
            for each, condition in zip(absences, absent, strict=True)
            if self._absence.input_of(condition) is None
        ]
        simple = [each for each in absences if each not in self._complex]
        self._simple = _assuming(fixed, simple)
        self._has_run = False
        self._light = Composition(self._simple, deadline=deadline)

    @cached_property
    def _full(self) -> Composition:
        if not self._complex:
            return self._light
        machine = _assuming(self._simple, self._complex)
        return Composition(machine, deadline=self._deadline)

    def broken(self, declared: Mapping[Key, Always]) -> dict[Key, Answer]:
        """Those of `declared` that a short run breaks; also looks for a run with the fault."""
        never = Operation(Operator.NOT, (self._happens.expression,), BOOLEAN, NOWHERE)
        sought = {key: self._premised(each) for key, each in declared.items()}
        found = self._full.short_runs({_RUN: Always(never, NOWHERE), **sought})
        self._has_run = found.pop(_RUN, None) is not None
        return {key: self._shown(key, declared[key], each) for key, each in found.items()}

    def happens(self) -> bool | None:
        """Whether there is a run in which the fault that is let in is present; None: undecided."""
        if self._has_run:
            return True
        match self._full.reached(_RUN, self._happens):
            case Found():
                return True
            case Undecided():
                return None
            case _:
                return False

    def is_idle(self, declared: Property) -> bool:
        """Whether `declared` says nothing here: its premise is that an absent fault is present."""
        match declared:
            case Always(expression=Operation(operator=Operator.IMPLIES, operands=(premise, _))):
                return self._absence.truth(premise) is False
        return False

    def answers(
        self, declared: Mapping[Key, Property], settled: Mapping[Key, Answer]
    ) -> dict[Key, Answer]:
        """What becomes of `declared` in this world; of some of them that is `settled`."""
        answers = dict(settled)
        # Runs first: they are quickly found, and it takes long to see that there is no proof.
        for key, each in declared.items():
            found = None
            if key not in settled and isinstance(each, Always):
                found = self._full.run_to(key, self._premised(each))
            if found is not None:
                answers[key] = self._shown(key, each, found)
        answers |= self.proofs({key: each for key, each in declared.items() if key not in answers})
        for key, each in declared.items():
            if key not in answers:
                answers[key] = self._shown(key, each, self._whole(key, each))
            if isinstance(answers[key], Proved) and self.is_idle(each):
                answers[key] = Vacuous("its premise is a fault that is not let in")
        return answers

    def proofs(self, declared: Mapping[Key, Property]) -> dict[Key, Answer]:
        """Those of `declared` for which abstractions will do."""
        always = {key: each for key, each in declared.items() if isinstance(each, Always)}
        found = self._light.proofs(always)
        answers: dict[Key, Answer] = {
            key: Proved(method_of(lemmas)) for key, lemmas in found.items()
        }
        for key, each in declared.items():
            if isinstance(each, FromAnyState | Independent):
                answers[key] = _by_the_whole(self._full, key)
        return answers

    def _whole(self, key: Key, declared: Property) -> list[Lemma] | Found | Undecided:
        """What becomes of `declared`, with all that is assumed and, if need be, all parts."""
        if isinstance(declared, Reachable):
            return self._full.reached(key, declared)
        assert isinstance(declared, Always)
        premised = self._premised(declared)
        lemmas = self._full.proofs({key: premised}).get(key) if self._complex else None
        return lemmas or self._full.on_whole(key, premised)

    def _premised(self, declared: Always) -> Always:
        """`declared`, with all that is assumed in so many words, so that all of it is looked at."""
        if not self._complex:
            return declared
        premise = Operation(Operator.AND, tuple(self._complex), BOOLEAN, declared.place)
        operands = (premise, declared.expression)
        expression = Operation(Operator.IMPLIES, operands, BOOLEAN, declared.place)
        return replace(declared, expression=expression)

    def _shown(
        self, key: Key, declared: Property, found: list[Lemma] | Found | Undecided
    ) -> Answer:
        match found, declared:
            case Undecided(reason=reason), _:
                return Unknown(reason)
            case Found(method=method, scenario=scenario), Always():
                return Violated(method, self._full.replayer(key).trace(scenario))
            case Found(scenario=scenario), Reachable():
                trace = self._full.replayer(key).trace(scenario)
                return Proved(Method.WITNESS, witness=trace)
            case list() as lemmas, Always():
                return Proved(method_of(lemmas))
            case list() as lemmas, Reachable():
                return Violated(method_of(lemmas), None, reason="no run ever reaches it")
        raise AssertionError(found)


def _assuming(machine: Machine, conditions: Sequence[Expression]) -> Machine:
    made = (Assumption(each, "", (), each.place) for each in conditions)
    return replace(machine, assumptions=(*machine.assumptions, *made))


def _by_the_whole(composition: Composition, key: Key) -> Answer:
    """The answer to what is not about single runs."""
    system = composition.system
    own = [each for each in system.goals if (each.requirement, each.index) == key]
    asked = Requirements(system, own, composition.engines, lambda _: None)
    asked.prove()
    return asked.answers[key]
