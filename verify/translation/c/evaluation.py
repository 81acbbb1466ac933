"""Evaluation: where a function stands while it is run, once for all calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from verify import bits
from verify.bits import Condition
from verify.translation.c.arithmetic import Number, Require
from verify.translation.c.memory import WRITTEN_BITS, Address, Held, Object, Slot, State, merged
from verify.translation.c.program import Program
from verify.translation.evaluated import NotUnderstood, Obligation
from verify.translation.routine import Access


class Evaluation:
    """A run of a function for all calls at once.

    Attributes:
        state: What is held where the run stands; None where no call comes.
        obligations: What had to hold on the way here.
        written: The objects that were written to so far, in order.
        places: Where they were, with nowhere first.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state: State | None = State(bits.TRUE, {})
        self.obligations: list[Obligation] = []
        self.written: list[Object] = []
        self.places: list[str] = [""]
        self._unknown = 0

    def here(self) -> State:
        """What is held where the run stands, which calls come to."""
        if self.state is None:
            raise AssertionError("nothing is evaluated where no call comes")
        return self.state

    def requiring(self, place: str) -> Require:
        """What notes that something must hold in each call that comes to `place`."""

        def require(holds: Condition, text: str) -> None:
            needed = bits.either(bits.negation(self.here().path), holds)
            if bits.truth_of(needed) is not True:
                self.obligations.append(Obligation(needed, text, place))

        return require

    @contextmanager
    def only_if(self, condition: Condition) -> Iterator[None]:
        """What is required in here is required of calls in which `condition` holds."""
        before = self.here().path
        self.here().path = bits.both(before, condition)
        yield
        # A call in here leaves another state behind.
        self.here().path = before

    def declare(self, of: Object) -> None:
        """Make an object, whose numbers have not been given."""
        for member in of.members:
            self.give(of, member, self._anything(of, member), given=bits.FALSE)

    def give(
        self, of: Object, member: str, number: Number, *, given: Condition = bits.TRUE
    ) -> None:
        """What is there before anything is written."""
        nowhere = bits.constant(0, WRITTEN_BITS)
        self.here().held[of, member] = Held(number, given, nowhere)

    def load(self, address: Address, place: str) -> Number:
        """The number at `address`."""
        of, member = address.object, address.member
        if member is None or (of, member) not in self.here().held:
            raise NotUnderstood(f"a value of {of.name} as a whole", place)
        held = self.here().held[of, member]
        self.requiring(place)(held.given, f"{of.said(member)} is read before it has a value")
        return held.number

    def store(
        self, address: Address, number: Number, place: str, *, copied: Slot | None = None
    ) -> None:
        """Write `number`, which has its type, to `address`; it may be copied from elsewhere."""
        of, member = address.object, address.member
        if member is None or (of, member) not in self.here().held:
            raise NotUnderstood(f"an assignment to {of.name} as a whole", place)
        if of.access is Access.READ:
            told = f"{of.said(member)} is written, which may only be read"
            self.requiring(place)(bits.FALSE, told)
        if place not in self.places:
            self.places.append(place)
        written = bits.constant(self.places.index(place), WRITTEN_BITS)
        if copied is not None:
            written = self.here().held[copied].written
        self.here().held[of, member] = Held(number, bits.TRUE, written)
        self.written.append(of)

    def either_way(self, condition: Condition, then: State | None, otherwise: State | None) -> None:
        """Stand where two ways meet, of which calls with `condition` took the first."""
        self.state = merged(condition, then, otherwise)

    def _anything(self, of: Object, member: str) -> Number:
        self._unknown += 1
        kind = of.members[member]
        return Number(kind, bits.symbol(f"no value {self._unknown}", kind.width))
