"""Reading: what conditions of a system depend on, where some of its parts are cut off."""

from __future__ import annotations

from enum import Flag, auto

from spec.expression import (
    After,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Reference,
    Temporally,
    parts,
)
from spec.machine import Machine, part_of


class Reads(Flag):
    """What an expression depends on."""

    NOTHING = 0
    CUT = auto()
    KEPT = auto()
    PAST = auto()


class Reading:
    """What conditions of `machine` depend on.

    Args:
        kept: Names of the parts that are not cut off; the system itself has none.
    """

    def __init__(self, machine: Machine, kept: frozenset[str]) -> None:
        self._kept = kept
        self._definitions = {each.name: each for each in machine.definitions}
        self._families = {each.name: each.family for each in machine.parts}
        self._reads: dict[str, Reads] = {}

    def reads(self, expression: Expression) -> Reads:
        """What `expression` depends on, definitions unfolded."""
        match expression:
            case Reference(kind=Kind.OUTPUT | Kind.MODE, name=name):
                return Reads.KEPT if part_of(name) in self._kept else Reads.CUT
            case Reference(kind=Kind.DEFINITION, name=name):
                if name not in self._reads:
                    self._reads[name] = self.reads(self._definitions[name].expression)
                return self._reads[name]
            case Reference(kind=Kind.PARAMETER) | Literal():
                return Reads.NOTHING
            case Reference():
                return Reads.KEPT
        found = Reads.NOTHING
        if isinstance(expression, Temporally | Lasting | After):
            found |= Reads.PAST
        for part in parts(expression):
            found |= self.reads(part)
        return found

    def is_of_several(self, expression: Operation) -> bool:
        """Whether each operand speaks of one part of a kind, of another one each."""
        named = [self._named(each) for each in expression.operands]
        parts_named = {part for each in named for part in each}
        return (
            all(len(each) == 1 for each in named)
            and len(parts_named) == len(named)
            and len({self._families.get(each) for each in parts_named}) == 1
        )

    def _named(self, expression: Expression) -> set[str]:
        """The parts that `expression` names itself, not in definitions of the system."""
        if isinstance(expression, Reference):
            own = part_of(expression.name)
            return {own} if own in self._families else set()
        return {name for part in parts(expression) for name in self._named(part)}

    def outside(self, expression: Expression) -> set[str]:
        """The inputs and parameters that `expression` speaks of."""
        names: set[str] = set()
        pending = [expression]
        while pending:
            node = pending.pop()
            pending += parts(node)
            if isinstance(node, Reference):
                if node.kind is Kind.DEFINITION:
                    pending.append(self._definitions[node.name].expression)
                names.add(node.name)
        return names
