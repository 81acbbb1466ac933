"""Spacer: property-directed reachability, as the last resort.

Method: Komuravelli, Gurfinkel, Chaki, "SMT-based model checking for recursive programs", CAV
2014, with the global guidance of Vediramana Krishnan et al., CAV 2020. It runs in a process of its
own, because it is known to abort, and nothing that it says is trusted: an invariant is returned as
a candidate, "violated" is not returned at all.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from spec.system import Cell, StateVariable, TransitionSystem
from spec.term import Term, variables
from verify.evidence.smtlib import Lia
from verify.smt import read_invariant

_WORKER = "import sys; from verify.smt import solve_horn; solve_horn(sys.stdin.read(), sys.stdout)"


def invariant(
    system: TransitionSystem, state: Sequence[StateVariable], goal: Term, seconds: float
) -> Term | None:
    """A candidate invariant over `state` and parameters that may imply `goal`; None if none."""
    text, names = _horn(system, state, goal)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _WORKER],
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    answer, _, model = done.stdout.partition("\n")
    if done.returncode != 0 or answer != "sat":
        return None
    known: list[Cell] = [*state, *system.parameters]
    by_name = {each.name: each.variable for each in known}
    return read_invariant(model, [by_name[name] for name in names])


def _horn(
    system: TransitionSystem, state: Sequence[StateVariable], goal: Term
) -> tuple[str, list[str]]:
    """Constrained Horn clauses: an invariant that holds initially, is kept, implies `goal`."""
    printer = Lia()
    terms = [goal, *(each.next for each in state), *system.assumptions]
    used = variables(*terms)
    inputs = [each for each in system.inputs if each.name in used]
    parameters = [each for each in system.parameters if each.name in used]
    cells: list[Cell] = [*state, *parameters]
    sorts = " ".join("Bool" if each.variable.boolean else "Int" for each in cells)
    bound = " ".join(
        f"({printer.name(each.name)} {'Bool' if each.variable.boolean else 'Int'})"
        for each in [*cells, *inputs]
    )
    outside: list[Cell] = [*inputs, *parameters]
    world = [
        text
        for each in outside
        if not each.variable.boolean
        for text in printer.range(each.name, each.span)
    ]
    world += [printer.inline(each) for each in system.assumptions]
    now = f"(I {' '.join(printer.name(each.name) for each in cells)})"
    after = " ".join(
        [printer.inline(each.next) for each in state]
        + [printer.name(each.name) for each in parameters]
    )
    first = " ".join(
        [printer.constant(each.initial, each.variable.boolean) for each in state]
        + [printer.name(each.name) for each in parameters]
    )
    constants = " ".join(f"({printer.name(each.name)} Int)" for each in parameters)
    limits = [text for each in parameters for text in printer.range(each.name, each.span)]
    start = f"(=> (and true {' '.join(limits)}) (I {first}))"
    lines = [
        "(set-logic HORN)",
        f"(declare-fun I ({sorts}) Bool)",
        f"(assert (forall ({constants}) {start}))" if constants else f"(assert {start})",
        f"(assert (forall ({bound}) (=> (and {now} {' '.join(world)}) (I {after}))))",
        f"(assert (forall ({bound}) (=> (and {now} {' '.join(world)}"
        f" (not {printer.inline(goal)})) false)))",
        "(check-sat)",
    ]
    return "\n".join(lines), [each.name for each in cells]
