"""Extrema: the most and the least that a counter can come to, exactly, and a call that does it.

By bisection between what some call attains and what no call can. Each question gets a new solver,
see `verify.bits.Query`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verify import bits, questions
from verify.bits import Bits, Condition
from verify.questions import Query
from verify.smt import Satisfiable
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.counter import Counter

# z3's units of work for one question; a figure that needs more is not told.
WORK = 20_000_000


@dataclass(frozen=True, slots=True)
class Extreme:
    """A figure, and a call that attains it.

    Attributes:
        values: Of each symbol that matters, by name.
    """

    figure: int
    values: Mapping[str, int]


def most(counter: Counter, assumed: Sequence[Condition]) -> Extreme:
    """The most that `counter` comes to in a call of which all of `assumed` is true.

    Raises:
        NotUnderstood: The solver gave up.
    """
    total = counter.total
    best = _attained(total, [*assumed])
    highest = counter.most
    while best.figure < highest:
        middle = (best.figure + highest + 1) // 2
        further = bits.unsigned_at_most(_like(total, middle), total)
        query = Query([*assumed, further], WORK)
        if _answer(query):
            best = _found(query, total)
        else:
            highest = middle - 1
    return best


def least(counter: Counter, assumed: Sequence[Condition]) -> Extreme:
    """The least, as `most`."""
    total = counter.total
    best = _attained(total, [*assumed])
    lowest = counter.least
    while lowest < best.figure:
        middle = (lowest + best.figure) // 2
        query = Query([*assumed, bits.unsigned_at_most(total, _like(total, middle))], WORK)
        if _answer(query):
            best = _found(query, total)
        else:
            lowest = middle + 1
    return best


def _attained(total: Bits, assumed: list[Condition]) -> Extreme:
    """What some call comes to."""
    query = Query(assumed, WORK)
    if not _answer(query):
        raise NotUnderstood("no call is allowed")
    return _found(query, total)


def _answer(query: Query) -> bool:
    answer = query.answer()
    if answer is Satisfiable.UNDECIDED:
        raise NotUnderstood("the solver gave up on the figures")
    return answer is Satisfiable.YES


def _found(query: Query, total: Bits) -> Extreme:
    """The example of `query`, worked out anew."""
    formulas: list[Bits | Condition] = [*query.formulas, total]
    values = {name: query.value(each) for name, each in questions.symbols_in(formulas).items()}
    if not all(questions.run_truth(each, values) for each in query.formulas):
        raise NotUnderstood("the solver's example of the figures could not be reproduced")
    return Extreme(questions.run(total, values), values)


def _like(total: Bits, figure: int) -> Bits:
    return bits.constant(figure, bits.width_of(total))
