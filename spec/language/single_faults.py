"""Single faults: what may go wrong in the world, and the word for that nothing has so far."""

from __future__ import annotations

from collections.abc import Iterator

from spec.expression import Temporal
from spec.language import syntax
from spec.language.permissions import Where
from spec.language.resolver import Resolver
from spec.language.scope import Scope
from spec.language.signals import read_sources
from spec.machine import NO_FAULT, Fault
from spec.place import Place


def no_fault(blocks: tuple[syntax.Block, ...]) -> Iterator[syntax.Word]:
    """The word `NO_FAULT`, declared by the first line that declares a fault."""
    for item in _written(blocks)[:1]:
        yield syntax.Word(NO_FAULT, _before(item))


def definitions_of_faults(blocks: tuple[syntax.Block, ...]) -> list[syntax.Definition]:
    """When each fault is present, and that none has been, as definitions."""
    items = _written(blocks)
    made = [syntax.Definition(each.name, each.expression, each.text, ()) for each in items]
    for word in no_fault(blocks):
        place = word.place
        present: syntax.Tree = items[0].name
        if items[1:]:
            present = syntax.Operator("or", tuple(each.name for each in items), place)
        absent = syntax.Operator("not", (present,), place)
        function = syntax.Word(Temporal.HISTORICALLY.value, place)
        tree = syntax.Call(function, absent, place)
        made.append(syntax.Definition(word, tree, "no fault has been present so far", ()))
    return made


def read_faults(scope: Scope, items: list[syntax.Fault]) -> tuple[Fault, ...]:
    """All faults; their definitions are resolved already."""
    # Nobody need speak of them.
    scope.used.add(NO_FAULT)
    faults = []
    for item in items:
        sources = read_sources(scope, item.sources)
        condition = Resolver(scope, Where.FAULT).boolean(item.name)
        if condition is not None and scope.owns(item.name):
            faults.append(Fault(item.name.text, item.text, sources, item.name.place))
    return tuple(faults)


def _written(blocks: tuple[syntax.Block, ...]) -> list[syntax.Fault]:
    return [item for block in blocks for item in block.items if isinstance(item, syntax.Fault)]


def _before(item: syntax.Fault) -> Place:
    """Where the name of `item` begins: a place that no name has."""
    place = item.name.place
    return Place(place.line, place.column, 0)
