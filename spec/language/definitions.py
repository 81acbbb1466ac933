"""Definitions: named expressions, in whatever order they are written."""

from __future__ import annotations

from collections.abc import Iterator

from spec.language import syntax
from spec.language.errors import Code
from spec.language.permissions import Where
from spec.language.resolver import Resolver
from spec.language.scope import Scope
from spec.machine import Definition


def resolve_definitions(scope: Scope, items: list[syntax.Definition]) -> tuple[Definition, ...]:
    """The definitions in the order of the text; those they speak of are resolved before them."""
    written = {item.name.text: item for item in items if scope.owns(item.name)}
    for item in _in_order(scope, written):
        _resolve(scope, item)
    for item in items:
        if item.name.text not in scope.definitions or not scope.owns(item.name):
            # Of no use, but it may have errors of its own.
            Resolver(scope, Where.DEFINITION).anything(item.expression)
    return tuple(scope.definitions[name] for name in written if name in scope.definitions)


def _resolve(scope: Scope, item: syntax.Definition) -> None:
    name = item.name.text
    resolver = Resolver(scope, Where.DEFINITION)
    expression = resolver.anything(item.expression)
    serves = scope.distinct(item.serves)
    if expression is None:
        scope.broken.add(name)
        return
    scope.definitions[name] = Definition(name, expression, item.text, serves, item.name.place)
    scope.meanings[name] = resolver.meaning


def _in_order(scope: Scope, written: dict[str, syntax.Definition]) -> list[syntax.Definition]:
    """`written`, each behind those it speaks of; what is defined by itself is refused.

    Without recursion, because a text may chain any number of definitions.
    """
    done: dict[str, syntax.Definition] = {}
    for first, item in written.items():
        # The definitions on the way from `first`, and what each has yet to look at.
        way = {} if first in done else {first: _inside(item.expression, written)}
        while way:
            name, rest = next(reversed(way.items()))
            inner = next(rest, None)
            if inner is None:
                del way[name]
                done[name] = written[name]
            elif inner in way:
                _refuse_cycle(scope, [*way][[*way].index(inner) :], written)
            elif inner not in done:
                way[inner] = _inside(written[inner].expression, written)
    return [item for name, item in done.items() if name not in scope.broken]


def _refuse_cycle(scope: Scope, around: list[str], written: dict[str, syntax.Definition]) -> None:
    scope.error(
        Code.CYCLE,
        written[around[0]].name.place,
        f"'{around[0]}' is defined by itself: {' -> '.join([*around, around[0]])}",
        "to speak of the step before, use past(…)",
    )
    scope.broken.update(around)


def _inside(tree: syntax.Tree, written: dict[str, syntax.Definition]) -> Iterator[str]:
    """The definitions that `tree` speaks of."""
    return (word.text for word in syntax.words(tree) if word.text in written)
