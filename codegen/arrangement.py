"""Arrangement: the order in which a step does things.

Everything is worked out shortly before it is needed, and kept as soon as it is known: so a reader
finds together what belongs together, and a compiler has little to keep in registers. Measured on
the smallBMS for Cortex-M0+ at -Os: a third fewer bytes and half the stack of deciding everything
first and storing it last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codegen.program import (
    Claim,
    Count,
    Decide,
    Define,
    Drive,
    Item,
    Recall,
    Statement,
    Store,
    reads,
)
from spec.draft import time_name


def arranged(
    statements: Mapping[str, Statement], stores: Sequence[Store], roots: Sequence[Drive | Claim]
) -> tuple[tuple[Item, ...], ...]:
    """`stores`, `roots`, and those of `statements` that they need, in paragraphs.

    `statements` are known by the names of their locals; the order of all three is that of the
    text.
    """
    return _Arrangement(statements, stores, roots).paragraphs()


class _Arrangement:
    """Paragraphs in the making; `placed` are the names that are worked out by now."""

    def __init__(
        self,
        statements: Mapping[str, Statement],
        stores: Sequence[Store],
        roots: Sequence[Drive | Claim],
    ) -> None:
        self.statements = statements
        self.stores = list(stores)
        self.roots = list(roots)
        self.needed = self.closure({name for each in (*stores, *roots) for name in reads(each)})
        self.placed: set[str] = set()
        self.done: list[list[Item]] = []

    def paragraphs(self) -> tuple[tuple[Item, ...], ...]:
        """Region by region, then what no region needs."""
        for name, statement in self.statements.items():
            if isinstance(statement, Decide) and name in self.needed:
                self.place(self.closure({name}))
        self.place(self.needed)
        self.keep()
        assert not self.stores
        assert not self.roots
        return tuple(map(tuple, self.done))

    def closure(self, names: set[str]) -> set[str]:
        """The statements that `names` need, themselves included."""
        found: set[str] = set()
        pending = [name for name in names if name in self.statements]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += [
                    each for each in reads(self.statements[name]) if each in self.statements
                ]
        return found

    def place(self, names: set[str]) -> None:
        """Place `names`, times first: what reads the memory is soon done with it."""
        in_order = [name for name in self.statements if name in names - self.placed]
        for name in sorted(in_order, key=lambda name: _urgency(self.statements[name])):
            self.place_with_needs(name)

    def place_with_needs(self, name: str) -> None:
        """Place one statement, and before it what it reads."""
        if name in self.placed:
            return
        statement = self.statements[name]
        wanted = reads(statement)
        for each in [each for each in self.statements if each in wanted]:
            self.place_with_needs(each)
        self.placed.add(name)
        self.done.append([statement])
        self.keep()

    def keep(self) -> None:
        """Store, drive and claim what is known by now."""
        while True:
            store = next((each for each in self.stores if self.is_ready(each)), None)
            root = next((each for each in self.roots if self.is_known(each)), None)
            if store is not None:
                self.stores.remove(store)
                if self.done and not isinstance(self.done[-1][-1], Drive | Claim):
                    self.done[-1].append(store)
                else:
                    self.done.append([store])
            elif root is not None:
                self.roots.remove(root)
                self.done.append([root])
            else:
                return

    def is_ready(self, store: Store) -> bool:
        """Whether the value is known, and nothing later reads what is in the cell now."""
        later: list[Item] = [
            *(self.statements[name] for name in self.needed - self.placed),
            *self.roots,
            *(each for each in self.stores if each is not store),
        ]
        return self.is_known(store) and not any(store.cell.name in reads(each) for each in later)

    def is_known(self, item: Item) -> bool:
        """Whether all that `item` reads is worked out."""
        return all(name in self.placed for name in reads(item) if name in self.statements)


def _urgency(statement: Statement) -> int:
    match statement:
        case Count(timer=timer) if timer.name != time_name(timer.subject):
            return 0
        case Recall() | Count():
            return 1
        case Define():
            return 2
        case Decide():
            return 3
