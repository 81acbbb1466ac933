"""Memory: timers count, restart and saturate, flags follow, and what is no legal state is met.

The memory is set directly, so that a time is one below its limit without anybody waiting for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec.draft import DT, counted, time_name
from spec.system import Role, StateVariable
from spec.term import (
    FALSE,
    TRUE,
    And,
    AtMost,
    Choose,
    Term,
    Variable,
    both,
    choose,
    either,
    equal,
    negation,
    number,
    plus,
)
from verify.evidence.smtlib import storage
from verify.vectors.obligation import Corruption, Kind, Obligation
from verify.vectors.written import Written


def obligations(written: Written) -> Iterator[Obligation]:
    """What the memory does in a step, then what it does after it was corrupted."""
    for cell in written.memory:
        if cell.role is Role.TIMER:
            yield from _of_timer(written, cell)
        elif cell.role is Role.FLAG:
            yield from _of_flag(written, cell)
    for cell in written.memory:
        yield from _corrupted(written, cell)


def _dt(written: Written) -> Variable:
    return next(each.variable for each in written.system.inputs if each.name == DT)


def _of_timer(written: Written, cell: StateVariable) -> Iterator[Obligation]:
    """Its last steps before it is full, then its faults."""
    running, faulty = _running(written, cell)
    now, dt, full = cell.variable, _dt(written), cell.span.highest
    lifting = written.lifting
    runs = lifting.term(running)
    for distance, word in ((-1, "one below"), (0, "at"), (1, "one above")):
        yield Obligation(
            Kind.BOUNDARY,
            f"{cell.meaning}, {word} {cell.type.show(full)}, where it is full",
            both(runs, equal(plus(now, dt), number(full + distance))),
        )
    mutants: dict[str, Term] = {
        f"in which {fault}": choose(condition, counted(now, dt, full), number(0))
        for fault, condition in faulty.items()
    }
    said = f"'{cell.meaning}'"
    mutants |= {
        f"in which {said} is full one {word}": choose(
            running, counted(now, dt, full + distance), number(0)
        )
        for distance, word in ((1, "later"), (-1, "earlier"))
    }
    mutants[f"in which {said} does not count"] = choose(running, now, number(0))
    mutants[f"in which {said} restarts in every step"] = number(0)
    for fault, next_ in mutants.items():
        differs = lifting.differs(lifting.term(cell.next), lifting.term(next_))
        yield Obligation(Kind.MUTANT, f"a specification {fault}", differs)


def _running(written: Written, cell: StateVariable) -> tuple[Term, dict[str, Term]]:
    """When a timer runs, and when it does with one fault, by what that fault is."""
    for region in written.machine.regions:
        if cell.name == time_name(region.name):
            edges = [each for each in written.system.edges if each.region == region.name]
            return negation(either(*(each.fires for each in edges))), {
                f"'{edge.transition}' ({edge.transition.place})"
                f" does not restart the {cell.meaning}": negation(
                    either(*(each.fires for each in edges if each is not edge))
                )
                for edge in edges
            }
    # A duration: it runs while its condition holds, and held one step ago.
    running = cell.next.condition if isinstance(cell.next, Choose) else FALSE
    parts = running.operands if isinstance(running, And) else (running,)
    words = ("does not end with its condition", "counts the time before its condition")
    return running, {
        f"'{cell.meaning}' {word}": both(*(each for each in parts if each is not part))
        for part, word in zip(parts, words, strict=False)
    }


def _of_flag(written: Written, cell: StateVariable) -> Iterator[Obligation]:
    """It follows, both ways."""
    next_ = written.lifting.term(cell.next)
    for value, word in ((next_, "set"), (negation(next_), "cleared")):
        yield Obligation(
            Kind.MUTANT,
            f"a specification in which '{cell.meaning}' is not {word}",
            both(value, negation(equal(cell.variable, next_))),
        )


def _corrupted(written: Written, cell: StateVariable) -> Iterator[Obligation]:
    """Just beyond its span, and as far as its stored width goes; a flag has no such values."""
    if cell.variable.boolean:
        return
    bits, signed = storage(cell.span)
    stored = (1 << bits - signed) - 1
    if cell.role is Role.MODE:
        matters, word = _illegal(written, cell)
    else:
        running, _ = _running(written, cell)
        matters, word = written.lifting.term(running), "stays full"
    for value in dict.fromkeys((cell.span.highest + 1, stored)):
        if cell.span.highest < value <= stored:
            yield Obligation(
                Kind.ROBUSTNESS,
                f"{cell.meaning}, corrupted to {value}, {word}",
                both(equal(cell.variable, number(value)), matters),
                Corruption(cell.name, value),
            )


def _illegal(written: Written, cell: StateVariable) -> tuple[Term, str]:
    """When it is seen that an illegal mode is taken for the safe one, and what that is called."""
    for each in written.influence.inside():
        if isinstance(each, AtMost) and each.left is cell.variable:
            return written.influence.decides(each), "counts as the safe one"
    return TRUE, "is not read"
