"""Random requirements, and an oracle that tries everything: no answer may be wrong."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from spec.lower import lower
from spec.machine import Always, FromAnyState, Machine
from spec.system import TransitionSystem
from spec.term import Term
from tests.verify.conflicts.generated import machine
from tests.verify.conflicts.oracle import Oracle, TooLarge
from verify.conflicts import answering, exhaustion, unrolling
from verify.conflicts.deciding import Conflict, Consistent, Deciding, Open, Outcome
from verify.conflicts.freed import freed
from verify.smt import Formula, Satisfiable, Solver

# The seeds up to 1400 were tried once; so many are tried every time.
_SEEDS = 60


def goals(system: TransitionSystem) -> list[Term]:
    return [
        each.term
        for each in system.goals
        if isinstance(each.declared, Always | FromAnyState) and each.term is not None
    ]


def decided(declared: Machine) -> tuple[Outcome, Oracle, frozenset[int]]:
    system, own = lower(freed(declared)), lower(declared)
    stated = goals(system)
    deciding = Deciding(system, stated, (own, goals(own)), deadline=math.inf)
    everything = frozenset(range(len(stated)))
    return deciding.decide(everything), Oracle(system, stated), everything


def test_conflicts_are_least_consistency_is_consistent_and_little_stays_open() -> None:
    seen: Counter[str] = Counter()
    for seed in range(_SEEDS):
        outcome, oracle, everything = decided(machine(seed))
        try:
            conflict, trap = oracle.conflict(everything), oracle.trap(everything)
        except TooLarge:
            continue
        seen[type(outcome).__name__] += 1
        match outcome:
            case Conflict():
                assert conflict, seed
                assert oracle.conflict(outcome.goals), seed
                assert not any(oracle.conflict(outcome.goals - {k}) for k in outcome.goals), seed
            case Consistent():
                assert not conflict, seed
                assert not trap, seed
            case Open():
                assert not conflict, f"seed {seed}: missed"
                assert outcome.trap is None or oracle.trap(outcome.trap.goals), seed
    assert seen["Conflict"] > 0.5 * _SEEDS
    assert seen["Consistent"] > 0.15 * _SEEDS


class GivesUp(Solver):
    """Never decides anything."""

    def check(self, *assumed: Formula) -> Satisfiable:  # noqa: D102
        return Satisfiable.UNDECIDED


class SaysNo(Solver):
    """Calls everything impossible, and gives every name for a reason."""

    def check(self, *assumed: Formula) -> Satisfiable:  # noqa: D102
        super().check(*assumed)
        return Satisfiable.NO

    def core(self) -> set[str]:  # noqa: D102
        return {f"chosen {k}" for k in range(20)}


def test_a_solver_that_gives_up_leaves_everything_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrolling, "Solver", GivesUp)
    for seed in range(10):
        assert isinstance(decided(machine(seed))[0], Open)


def test_no_conflict_rests_on_the_word_of_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "Solver", SaysNo)
    seen: Counter[str] = Counter()
    for seed in range(12):
        outcome, oracle, _ = decided(machine(seed))
        if isinstance(outcome, Conflict):
            assert oracle.conflict(outcome.goals), seed
        if isinstance(outcome, Open):
            seen[outcome.reason] += 1
    assert seen["trying every output did not confirm the solver"] > 0


def test_too_many_outputs_to_try_leave_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhaustion, "MOST_STEPS", 0)
    for seed in range(10):
        outcome = decided(machine(seed))[0]
        assert not isinstance(outcome, Conflict)
