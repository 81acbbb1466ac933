"""Survival: which requirement survives which single fault.

Each requirement is asked where no fault is ever present, and where one of them may be, at any
moments and for any time, while no other ever is. `NO_FAULT` is then true: the fault that is let in
does not count as one. With fewer faults there are fewer runs, so that what holds with all of them
holds with each, and what fails without any fails with each: only what lies between is asked anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from spec.expression import BOOLEAN, Expression, Kind, Reference, parts
from spec.machine import (
    NO_FAULT,
    Always,
    Every,
    Fault,
    FromAnyState,
    Machine,
    Property,
    Reachable,
    Requirement,
)
from verify.prover import Options, Progress
from verify.requirements import Key
from verify.survival.cases import Case, proofs_without, tolerant
from verify.survival.conditions import literal
from verify.verdict import (
    WORST_FIRST,
    Answer,
    PropertyResult,
    Proved,
    Unknown,
    Verdict,
    Violated,
)

# Without a fault.
NONE = ""
_NO_RUN = {
    True: "without a fault there is no run: what is assumed contradicts itself",
    False: "this fault is never present without another one",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one requirement where one fault, or none, is let in."""

    requirement: Requirement
    properties: tuple[PropertyResult, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of the properties' verdicts; VACUOUS only if all of them are."""
        found = {each.verdict for each in self.properties}
        if found != {Verdict.VACUOUS}:
            found.discard(Verdict.VACUOUS)
        return next(word for word in WORST_FIRST if word in found)


@dataclass(frozen=True, slots=True)
class Survival:
    """Which requirement survives which fault.

    Attributes:
        faults: Those that were let in, one at a time.
        outcomes: By the id of a requirement and the name of a fault, or `NONE`.
        untouched: Ids of requirements that say nothing of runs.
        is_impossible: Without a fault there is no run, so that nothing means anything.
    """

    machine: Machine
    faults: tuple[Fault, ...]
    requirements: tuple[Requirement, ...]
    outcomes: Mapping[tuple[str, str], Outcome]
    untouched: tuple[str, ...]
    seconds: float
    is_impossible: bool

    def verdict(self, requirement: str, fault: str = NONE) -> Verdict:
        """What becomes of `requirement` where `fault` is let in."""
        return self.outcomes[requirement, fault].verdict


def survive(
    machine: Machine,
    *,
    options: Options | None = None,
    only_faults: tuple[str, ...] = (),
    progress: Callable[[Progress], None] = lambda _: None,
) -> Survival:
    """Ask each requirement of `machine` without a fault, and with each single one.

    Raises:
        InternalError: A run that was found does not replay on the reference run.
    """
    return _Work(machine, options or Options(), only_faults, progress).survival()


class _Work:
    def __init__(
        self,
        machine: Machine,
        options: Options,
        only_faults: tuple[str, ...],
        progress: Callable[[Progress], None],
    ) -> None:
        self._begun = time.perf_counter()
        self._deadline = time.monotonic() + options.timeout
        self._progress = progress
        self._machine = machine
        self._tolerant = tolerant(machine)
        only = only_faults or tuple(each.name for each in machine.faults)
        self._faults = tuple(each for each in machine.faults if each.name in only)
        asked = [each for each in machine.requirements if each.id in (options.only or (each.id,))]
        self._declared: dict[Key, Property] = {
            (requirement.id, index): each
            for requirement in asked
            for index, each in enumerate(requirement.properties)
            if not isinstance(each, Every)
        }
        touched = {id_ for id_, _ in self._declared}
        self._asked = tuple(each for each in asked if each.id in touched)
        self._is_impossible = False
        self._untouched = tuple(each.id for each in asked if each.id not in touched)

    def survival(self) -> Survival:
        """The table."""
        self._doing(0, "all faults")
        every = Case(self._tolerant, (), literal(truth=True), deadline=self._deadline)
        settled: dict[Key, Answer] = {
            key: each
            for key, each in every.proofs(self._indifferent()).items()
            if isinstance(each, Proved)
        }
        faults: dict[str, Fault | None] = {NONE: None, **{each.name: each for each in self._faults}}
        cases = {name: self._case(fault) for name, fault in faults.items()}
        open_ = {
            key: each
            for key, each in self._declared.items()
            if isinstance(each, Always) and key not in settled
        }
        broken: dict[str, dict[Key, Answer]] = {}
        for number, (name, case) in enumerate(cases.items(), 1):
            self._doing(number, name or "no fault")
            broken[name] = case.broken(open_)
            if name == NONE:
                settled |= broken[NONE]
                open_ = {key: each for key, each in open_.items() if key not in settled}
        together = self._together(open_, broken)
        answers: dict[str, dict[Key, Answer]] = {}
        for name, case in cases.items():
            known = {key: each for key, each in together.items() if key not in broken[name]}
            answers[name] = self._answers(name, case, settled | broken[name] | known)
            if name == NONE:
                settled |= {
                    key: each for key, each in answers[NONE].items() if self._stays(key, each)
                }
        return Survival(
            self._machine,
            self._faults,
            self._asked,
            {
                (requirement.id, name): Outcome(
                    requirement, tuple(self._results(requirement.id, found))
                )
                for requirement in self._asked
                for name, found in answers.items()
            },
            self._untouched,
            time.perf_counter() - self._begun,
            self._is_impossible,
        )

    def _indifferent(self) -> dict[Key, Property]:
        """The properties that do not ask whether there is a fault: those to prove with all."""
        definitions = {each.name: each.expression for each in self._machine.definitions}
        asking = {NO_FAULT}
        for name, expression in definitions.items():
            # In their order: each stands behind those that it speaks of.
            if not asking.isdisjoint(_names(expression)):
                asking.add(name)
        return {
            key: each
            for key, each in self._declared.items()
            if not isinstance(each, Always) or asking.isdisjoint(_names(each.expression))
        }

    def _doing(self, done: int, what: str) -> None:
        self._progress(Progress(done, len(self._faults) + 2, what))

    def _stays(self, key: Key, answer: Answer) -> bool:
        """Whether what became of `key` without a fault is what becomes of it with each."""
        reachable = isinstance(self._declared[key], Reachable)
        return isinstance(answer, Proved if reachable else Violated)

    def _case(self, fault: Fault | None) -> Case:
        """The world in which `fault` alone is let in."""
        conditions = self._conditions()
        let_in = literal(truth=True) if fault is None else conditions.pop(fault.name)
        return Case(self._tolerant, [*conditions.values()], let_in, deadline=self._deadline)

    def _conditions(self) -> dict[str, Expression]:
        return {
            each.name: Reference(each.name, Kind.DEFINITION, BOOLEAN, each.place)
            for each in self._machine.faults
        }

    def _together(
        self, open_: Mapping[Key, Always], broken: Mapping[str, Mapping[Key, Answer]]
    ) -> dict[Key, Answer]:
        """Those of `open_` proved with all faults at once that were not seen to break them."""
        groups: dict[tuple[str, ...], dict[Key, Always]] = {}
        for key, each in open_.items():
            breaking = tuple(name for name, found in broken.items() if key in found)
            groups.setdefault(breaking, {})[key] = each
        conditions = self._conditions()
        proved: dict[Key, Answer] = {}
        for breaking, declared in groups.items():
            absent = [conditions[name] for name in breaking]
            proved |= proofs_without(self._machine, absent, declared, deadline=self._deadline)
        return proved

    def _answers(self, fault: str, case: Case, settled: Mapping[Key, Answer]) -> dict[Key, Answer]:
        """What becomes of each property where `fault` is let in; some are `settled` already."""
        happens = case.happens()
        if not happens:
            # Of no run at all everything is true.
            why = "undecided whether there is any run"
            if happens is False:
                why = _NO_RUN[fault == NONE]
                self._is_impossible |= fault == NONE
            return dict.fromkeys(self._declared, Unknown(why))
        return case.answers(self._declared, settled)

    def _results(self, id_: str, answers: Mapping[Key, Answer]) -> Iterator[PropertyResult]:
        for key, declared in self._declared.items():
            if key[0] == id_:
                shown = None
                if isinstance(declared, Always | Reachable | FromAnyState):
                    shown = declared.expression
                text = self._machine.statement(declared.place)
                yield PropertyResult(*key, declared, text, answers[key], 0.0, shown)


def _names(expression: Expression) -> set[str]:
    """What `expression` speaks of itself."""
    own = {expression.name} if isinstance(expression, Reference) else set()
    return own.union(*map(_names, parts(expression)))
