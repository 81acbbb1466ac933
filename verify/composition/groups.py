"""Groups: problems that share their engines, each group proved by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from spec.expression import Expression
from spec.lower import lower
from spec.machine import Machine
from spec.term import Term
from verify.composition.abstraction import abstract, always
from verify.composition.workers import done_apart
from verify.engines.portfolio import Inductive, Portfolio
from verify.verdict import Method

# One group of problems may take no more than this part of the time left.
_SHARE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a certificate is made of.

    Attributes:
        engines: Those that proved it; their system is the abstraction.
        goal: Over the state and the inputs of a step of that system.
    """

    engines: Portfolio
    goal: Term


@dataclass(frozen=True, slots=True, eq=False)
class Lemma:
    """What was proved of an abstraction; the evidence only where it is kept."""

    method: Method
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Pieces that one proof decides: all are alike but for the numbers of parts."""

    piece: Expression
    kept: frozenset[str]
    machine: Machine


def proved_apart(
    machine: Machine, problems: Mapping[object, Problem], *, deadline: float, jobs: int | None
) -> dict[object, Lemma]:
    """What can be proved of `problems`; those about the same regions share their engines.

    Args:
        machine: The whole system.
        problems: By anything that tells them apart.
        deadline: In `time.monotonic` seconds.
        jobs: Processes that may work at a time; None to prove all in this one, with evidence.
    """
    groups: dict[object, list[tuple[object, Problem]]] = {}
    for shape, problem in problems.items():
        regions = frozenset(each.name for each in problem.machine.regions)
        groups.setdefault((problem.kept, regions), []).append((shape, problem))
    work = [
        partial(_proved_together, machine, [each for _, each in group], deadline)
        for group in groups.values()
    ]
    if jobs is None:
        found = [each() for each in work]
    else:
        found = done_apart([partial(_without_evidence, each) for each in work], jobs=jobs)
    return {
        group[position][0]: lemma
        for group, lemmas in zip(groups.values(), found, strict=True)
        for position, lemma in lemmas.items()
    }


def _proved_together(whole: Machine, group: Sequence[Problem], deadline: float) -> dict[int, Lemma]:
    """What can be proved of `group`, by position."""
    machine = abstract(whole, always([each.piece for each in group]), group[0].kept)
    # An abstraction that will not do must leave time for those that will.
    now = time.monotonic()
    engines = Portfolio(lower(machine), deadline=now + (deadline - now) / _SHARE)
    goals = [each.term for each in engines.system.goals if each.term is not None]
    # Whatever breaks an abstraction ends the search in it: nothing follows from that.
    return {
        position: Lemma(decision.method, Evidence(engines, goals[position]))
        for position, decision in engines.decide(goals, lambda _: lambda _: True)
        if isinstance(decision, Inductive)
    }


def _without_evidence(prove: Callable[[], dict[int, Lemma]]) -> dict[int, Lemma]:
    """What `prove` comes to, fit for another process: engines cannot leave their own."""
    return {position: replace(lemma, evidence=None) for position, lemma in prove().items()}
