"""Surroundings: which parts a condition speaks of, and which lie between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from spec.expression import Expression, Kind, Reference, parts
from spec.machine import Machine, part_of


class Surroundings:
    """The parts of a system, and which of them read which."""

    def __init__(self, machine: Machine) -> None:
        self._definitions = {each.name: each.expression for each in machine.definitions}
        self._names = [each.name for each in machine.parts]
        self._families = {each.name: each.family for each in machine.parts}
        self._mentioned: dict[str, frozenset[str]] = {}
        self._outputs = {each.name: each.expression for each in machine.outputs}
        read: dict[str, set[str]] = {name: set() for name in self._names}
        says = [
            (region.name, edge.guard) for region in machine.regions for edge in region.transitions
        ]
        says += [(output.name, output.expression) for output in machine.outputs]
        for name, expression in says:
            # A machine that is no system has no parts, and all of it is its own.
            if part_of(name) in read:
                read[part_of(name)] |= self._read(expression)
        self._above: dict[str, frozenset[str]] = {}
        for name in self._names:
            # In the order of the steps: what a part reads stands before it.
            above = {each for each in read[name] if each != name}
            self._above[name] = frozenset(above.union(*(self._above[each] for each in above)))

    def _read(self, expression: Expression) -> frozenset[str]:
        """The parts whose outputs and modes `expression` depends on."""
        match expression:
            case Reference(kind=Kind.OUTPUT | Kind.MODE, name=name):
                own = part_of(name)
                return frozenset((own,)) if own else self._read(self._outputs[name])
            case Reference(kind=Kind.DEFINITION, name=name):
                if name not in self._mentioned:
                    self._mentioned[name] = self._read(self._definitions[name])
                return self._mentioned[name]
        return frozenset().union(*map(self._read, parts(expression)))

    def spoken_of(self, expression: Expression) -> frozenset[str]:
        """The parts that `expression` names; what a connection brings to them is not named."""
        found: set[str] = set()
        seen: set[str] = set()
        pending = [expression]
        while pending:
            node = pending.pop()
            pending += parts(node)
            if not isinstance(node, Reference) or node.kind is Kind.PARAMETER:
                continue
            own = part_of(node.name)
            if own in self._above:
                found.add(own)
            elif node.name not in seen and node.kind is Kind.DEFINITION:
                seen.add(node.name)
                pending.append(self._definitions[node.name])
            elif node.name not in seen and node.kind is Kind.OUTPUT:
                seen.add(node.name)
                pending.append(self._outputs[node.name])
        return frozenset(found)

    def choices(self) -> tuple[Callable[[Expression], frozenset[str]], ...]:
        """Ways to choose which parts matter for a condition, the fewest first."""
        return (
            lambda condition: self.between(self._single(condition)),
            lambda condition: self._without_kinds(self.above(self._single(condition))),
            lambda condition: self.between(self.spoken_of(condition)),
        )

    def _single(self, condition: Expression) -> frozenset[str]:
        """The parts that `condition` names, but those of which it names several of a kind."""
        named = self.spoken_of(condition)
        kinds = Counter(self._families[each] for each in named)
        return frozenset(each for each in named if kinds[self._families[each]] == 1)

    def _without_kinds(self, parts: frozenset[str]) -> frozenset[str]:
        """Those of `parts` that are the only ones of their kind among them."""
        kinds = Counter(self._families[each] for each in parts)
        return frozenset(each for each in parts if kinds[self._families[each]] == 1)

    def between(self, named: Iterable[str]) -> frozenset[str]:
        """`named`, and what stands on a way from one of them to another."""
        ends = frozenset(named)
        ways = [
            name
            for name in self._names
            if not ends.isdisjoint(self._above[name])
            and any(name in self._above[end] for end in ends)
        ]
        return ends.union(ways)

    def above(self, named: Iterable[str]) -> frozenset[str]:
        """`named`, and all that they depend on."""
        ends = frozenset(named)
        return ends.union(*(self._above[end] for end in ends))
