"""Exploration: a function run once for all calls, instruction by instruction.

Every instruction that can be reached is run once, in an order in which no instruction comes before
one that leads to it; states that meet are joined, each under the condition of its way. So the work
grows with the size of the code, not with the number of paths. There is such an order only if there
is no loop, and then every call ends.

Shared by all readings of machine code. How to use it: give `explore` a `Code`, and the state at its
entry. It gives back the joined state of all returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from verify import bits
from verify.bits import Condition
from verify.questions import Feasibility
from verify.smt import Satisfiable
from verify.translation.evaluated import Forbidden, NotUnderstood


class State(Protocol):
    """What an instruction finds, and changes."""

    def joined(self, condition: Condition, other: Self) -> Self:
        """This state if `condition`, else `other`."""


S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True, eq=False)
class Way(Generic[S]):
    """A way on from an instruction.

    Attributes:
        condition: When it is taken; of the ways on, exactly one always is.
        target: The address of the next instruction; None back to the caller.
        state: What is there then; nobody else's.
    """

    condition: Condition
    target: int | None
    state: S


class Code(Protocol[S]):
    """A function, as one that knows the processor reads it."""

    @property
    def entry(self) -> int:
        """The address of the first instruction."""

    def successors(self, address: int) -> Sequence[int]:
        """Where the instruction at `address` may lead, whatever the state; returns left out.

        Raises:
            NotUnderstood: The instruction is none that is known, or nobody knows where it leads.
            Forbidden: It is none for a controller.
        """

    def execute(self, address: int, state: S) -> Sequence[Way[S]]:
        """Run the instruction at `address`; `state` may be changed.

        Raises:
            NotUnderstood: It has no meaning here.
            Forbidden: It does what no controller may.
        """

    def place(self, address: int) -> str:
        """Where that is, for a person to read."""


# z3's units of work for whether a way can be taken; one that is given up counts as one that can.
WORK = 1_000_000

# The conditions that all hold on the way to a state.
_Guard = tuple[Condition, ...]


def explore(code: Code[S], state: S, assumed: Sequence[Condition]) -> S:
    """The state in which `code` returns, if it begins in `state` and all of `assumed` is true.

    Raises:
        NotUnderstood: Some instruction, or how they hang together, has no meaning here; or no
            call is allowed.
        Forbidden: There is a loop, or some instruction that can be reached does what no
            controller may.
    """
    feasibility = Feasibility(assumed, WORK)
    if feasibility.of([]) is Satisfiable.NO:
        raise NotUnderstood("a function that nobody may call")
    pending: dict[int, list[tuple[_Guard, S]]] = {code.entry: [((), state)]}
    returned: list[tuple[_Guard, S]] = []
    for address in _ordered(code):
        if address not in pending:
            continue
        try:
            guard, joined = _joined(pending.pop(address))
            ways = _feasible(code.execute(address, joined), guard, feasibility)
        except (Forbidden, NotUnderstood) as error:
            error.place = error.place or code.place(address)
            raise
        for way in ways:
            further = guard if bits.truth_of(way.condition) else (*guard, way.condition)
            if way.target is None:
                returned.append((further, way.state))
            else:
                pending.setdefault(way.target, []).append((further, way.state))
    if pending:
        # Where an instruction leads must be among its successors.
        raise NotUnderstood("a jump that was not foreseen", code.place(min(pending)))
    if not returned:
        raise Forbidden("never returns", code.place(code.entry))
    guard, last = _joined(returned)
    if feasibility.of([bits.negation(bits.both(*guard))]) is not Satisfiable.NO:
        raise NotUnderstood("a way that leads nowhere", code.place(code.entry))
    return last


def _feasible(ways: Sequence[Way[S]], guard: _Guard, feasibility: Feasibility) -> list[Way[S]]:
    """Those of `ways` that some call takes; those about which the solver gave up too."""
    found: list[Way[S]] = []
    for each in ways:
        known = bits.truth_of(each.condition)
        if known is None:
            known = feasibility.of([*guard, each.condition]) is not Satisfiable.NO
        if known:
            found.append(each)
    return found


def _joined(states: list[tuple[_Guard, S]]) -> tuple[_Guard, S]:
    """What is there where ways meet, and when."""
    guard, state = states[0]
    for other_guard, other in states[1:]:
        common = _common(guard, other_guard)
        mine, its = guard[common:], other_guard[common:]
        # Both ways have the common conditions behind them: only the rest tells them apart.
        state = state.joined(bits.both(*mine), other)
        rest = bits.either(bits.both(*mine), bits.both(*its))
        if len(mine) == len(its) == 1 and bits.negation(mine[0]).eq(its[0]):
            rest = bits.TRUE
        guard = guard[:common] if bits.truth_of(rest) else (*guard[:common], rest)
    return guard, state


def _common(left: _Guard, right: _Guard) -> int:
    """How many conditions both begin with."""
    count = 0
    for mine, its in zip(left, right, strict=False):
        if not mine.eq(its):
            break
        count += 1
    return count


def _ordered(code: Code[S]) -> list[int]:
    """All addresses that may be reached, each behind those that lead to it.

    Raises:
        Forbidden: There is a loop.
        NotUnderstood: Nobody knows where some instruction leads.
    """
    finished: list[int] = []
    path: dict[int, Iterator[int]] = {}
    done: set[int] = set()
    following: int | None = code.entry
    while following is not None or path:
        if following is not None:
            path[following] = iter(_successors(code, following))
        address = next(reversed(path))
        following = next((each for each in path[address] if each not in done), None)
        if following is None:
            finished.append(address)
            done.add(address)
            del path[address]
        elif following in path:
            raise Forbidden("a loop", code.place(following))
    return finished[::-1]


def _successors(code: Code[S], address: int) -> Sequence[int]:
    try:
        return code.successors(address)
    except (Forbidden, NotUnderstood) as error:
        error.place = error.place or code.place(address)
        raise
