"""Conflicts: requirements that cannot hold together, each smallest set of them. The way in.

The sets are enumerated as in Liffiton, Previti, Malik, Marques-Silva, "Fast, flexible MUS
enumeration", Constraints 2016: a largest set that contains no conflict found yet either has
another conflict in it, or has none, and then only sets with something more are of interest.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from math import inf

from spec.lower import lower
from spec.machine import Always, FromAnyState, Independent, Machine, Property
from spec.system import Goal, TransitionSystem
from spec.term import Term, variables
from verify.conflicts.deciding import Conflict, Consistent, Deciding, Open, Trap
from verify.conflicts.freed import freed
from verify.conflicts.shown import shown
from verify.smt import Satisfiable, Solver, any_of, negated, symbol
from verify.verdict import Consistency, Finding, Ground, Sanity

# Conflicts shown at most, and sets of requirements looked at in vain before the search ends.
_MOST = 25
_IN_VAIN = 4
# Transitions searched for further conflicts: fewer, as one is known already.
_FURTHER = 7


def find_conflicts(
    machine: Machine,
    *,
    only: Collection[str] = (),
    held: Collection[tuple[str, int]] = (),
    deadline: float = inf,
) -> tuple[list[Finding], Consistency]:
    """Sets of requirements of `machine` that cannot hold together, and what is known besides.

    Requirements that say `always`, `never` or `from any state` are looked at, the last as said of
    every step of every run. `reachable` and `every` can conflict with nothing; `independent`, which
    speaks of two runs, is left out.

    Args:
        machine: A well-formed machine; its regions and the formulas of its outputs are not read,
            but for a guide.
        only: Ids of the requirements to look at; empty for all.
        held: Properties (requirement, index) that the machine is known to satisfy.
        deadline: In `time.monotonic` seconds; nothing new is begun after it.

    Raises:
        ReplayError: A run that was found does not replay on the reference run.
    """
    keys = _keys(machine, only)
    left_out = _left_out(machine, only)
    known = frozenset(k for k, each in enumerate(keys) if each in held)
    if len(known) == len(keys):
        return [], Consistency(Ground.MACHINE, left_out=left_out)
    if machine.parts:
        # What its parts do is given: nobody is free to decide the outputs of a system.
        return [], Consistency(Ground.OPEN, reason="what parts do is not free", left_out=left_out)
    own, system = lower(machine), lower(freed(machine))
    same = (own, _terms(_stated(own, only)))
    goals = _stated(system, only)
    deciding = Deciding(system, _terms(goals), same, deadline=deadline)
    everything = frozenset(range(len(goals)))
    outcome = deciding.decide(everything)
    match outcome:
        case Consistent():
            return [], Consistency(Ground.INDUCTION, left_out=left_out)
        case Open(depth=depth, reason=reason, trap=trap):
            findings = []
            if trap is not None and not trap.goals <= known:
                findings.append(_finding(machine, system, goals, trap))
            return findings, Consistency(Ground.OPEN, depth, reason, left_out=left_out)
        case Conflict():
            found, all_found = _all(deciding, everything, outcome, known, deadline)
            findings = [_finding(machine, system, goals, each) for each in found]
            return findings, Consistency(
                Ground.CONFLICT,
                conflicts=len(found),
                all_found=all_found,
                left_out=left_out,
            )


def _keys(machine: Machine, only: Collection[str]) -> list[tuple[str, int]]:
    return [
        (requirement.id, index)
        for requirement in machine.requirements
        if not only or requirement.id in only
        for index, declared in enumerate(requirement.properties)
        if isinstance(declared, Always | FromAnyState)
    ]


def _stated(system: TransitionSystem, only: Collection[str]) -> list[Goal]:
    return [
        each
        for each in system.goals
        if isinstance(each.declared, Always | FromAnyState)
        and (not only or each.requirement in only)
    ]


def _terms(goals: Sequence[Goal]) -> list[Term]:
    return [each.term for each in goals if each.term is not None]


def _left_out(machine: Machine, only: Collection[str]) -> tuple[Property, ...]:
    return tuple(
        each
        for requirement in machine.requirements
        if not only or requirement.id in only
        for each in requirement.properties
        if isinstance(each, Independent)
    )


def _all(
    deciding: Deciding,
    everything: frozenset[int],
    first: Conflict,
    held: frozenset[int],
    deadline: float,
) -> tuple[list[Conflict], bool]:
    """`first` and the other conflicts; whether those are all that the search can find."""
    found = [first]
    free = [held] if held else []
    in_vain = 0
    while in_vain < _IN_VAIN:
        if len(found) >= _MOST or time.monotonic() > deadline:
            break
        left = _unexplored(everything, [each.goals for each in found], free)
        if left is None:
            return found, True
        outcome = deciding.decide(left, most=_FURTHER)
        if isinstance(outcome, Conflict):
            found.append(outcome)
            in_vain = 0
        else:
            free.append(left)
            in_vain += 1
    return found, False


def _unexplored(
    everything: frozenset[int], found: Sequence[frozenset[int]], free: Sequence[frozenset[int]]
) -> frozenset[int] | None:
    """A largest set that holds no conflict found, and lies within no set free of them."""
    solver = Solver()
    names = {k: symbol(f"goal {k}", boolean=True) for k in sorted(everything)}
    for each in found:
        solver.add(any_of([negated(names[k]) for k in sorted(each)]))
    for each in free:
        solver.add(any_of([names[k] for k in sorted(everything - each)]))
    if solver.check() is not Satisfiable.YES:
        return None
    values = solver.values({str(k): name for k, name in names.items()})
    chosen = frozenset(int(name) for name, value in values.items() if value)
    for k in sorted(everything - chosen):
        if not any(each <= chosen | {k} for each in found):
            chosen |= {k}
    return chosen


def _finding(
    machine: Machine, system: TransitionSystem, goals: Sequence[Goal], found: Conflict | Trap
) -> Finding:
    own = [goals[k] for k in sorted(found.goals)]
    trace = shown(machine, system, goals, found)
    names = _named(own)
    together = f"{names} cannot hold together" if len(own) > 1 else f"{names} cannot hold"
    place = own[-1].declared.place
    related = tuple(each.declared.place for each in own)
    after = machine.time.tick.show(trace.time(len(trace.steps) - 1))
    if isinstance(found, Trap):
        return Finding(
            Sanity.TRAP,
            place,
            f"{names} can be kept for {after} and then no longer, whatever the outputs: "
            "what they allow before, they forbid afterwards",
            "a machine that sees it coming may avoid it: say what it must do before",
            fails=False,
            witness=trace,
            related=related,
        )
    memory = {each.name for each in system.state}
    if memory.isdisjoint(variables(*_terms(own))):
        return Finding(
            Sanity.CONFLICT,
            place,
            f"{together}: there are inputs for which no outputs satisfy them",
            "correct one of them",
            fails=True,
            witness=trace,
            related=related,
        )
    return Finding(
        Sanity.TIMED_CONFLICT,
        place,
        f"{together}: these inputs leave no outputs that satisfy them, after {after}",
        "correct one of them",
        fails=True,
        witness=trace,
        related=related,
    )


def _named(goals: Sequence[Goal]) -> str:
    """E.g. ``R05 (line 12) and R06 (lines 15 and 16)``."""
    lines: dict[str, list[str]] = {}
    for each in goals:
        lines.setdefault(each.requirement, []).append(str(each.declared.place.line))
    return _listed(
        [
            f"{name} ({'line' if len(found) == 1 else 'lines'} {_listed(found)})"
            for name, found in lines.items()
        ]
    )


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
