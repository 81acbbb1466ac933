"""Requirements: sentences with an id, the properties that state them, and what serves them."""

from __future__ import annotations

from collections.abc import Iterator

from spec.expression import BOOLEAN, Kind, Operation, Operator
from spec.language import syntax
from spec.language.errors import Code
from spec.language.permissions import Where
from spec.language.resolver import Resolver
from spec.language.scope import Scope
from spec.language.signals import read_sources
from spec.machine import (
    Always,
    Assumption,
    Every,
    FromAnyState,
    Independent,
    Property,
    Reachable,
    Requirement,
    Source,
    Subject,
)


def read_assumption(scope: Scope, item: syntax.Assumption) -> Assumption | None:
    """What the proofs take for granted."""
    sources = read_sources(scope, item.sources)
    expression = Resolver(scope, Where.ASSUMPTION).boolean(item.expression)
    if expression is None:
        return None
    return Assumption(expression, item.text, sources, item.expression.place)


def read_requirements(scope: Scope, blocks: list[syntax.Block]) -> tuple[Requirement, ...]:
    """All requirements, in the order of the text."""
    requirements: dict[str, Requirement] = {}
    for block in blocks:
        requirement = _requirement(scope, block)
        if requirement is None:
            continue
        first = requirements.setdefault(requirement.id, requirement)
        if first is not requirement:
            scope.error(
                Code.DUPLICATE,
                requirement.place,
                f"requirement {requirement.id} is stated already, in line {first.place.line}",
                "choose another id, or write all properties under one",
            )
    return tuple(requirements.values())


def check_served(scope: Scope, blocks: tuple[syntax.Block, ...]) -> None:
    """Refuse ids behind 'for' that no requirement has."""
    ids = [
        block.head.name.text
        for block in blocks
        if block.head.keyword.text == "requirement" and block.head.name
    ]
    for word in _served(blocks):
        if word.text not in ids:
            scope.unknown(word, f"there is no requirement {word.text}", ids)


def _served(blocks: tuple[syntax.Block, ...]) -> Iterator[syntax.Word]:
    for block in blocks:
        for item in block.items:
            if isinstance(item, syntax.Definition | syntax.Output | syntax.Transition):
                yield from item.serves


def _requirement(scope: Scope, block: syntax.Block) -> Requirement | None:
    id_ = block.head.name
    sources: list[Source] = []
    properties: list[Property] = []
    written = 0
    for item in block.items:
        match item:
            case tuple():
                sources += read_sources(scope, item)
            case syntax.Property() | syntax.Independent() | syntax.Every():
                written += 1
                property_ = _property(scope, item)
                properties += [property_] if property_ else []
            case _:
                pass
    if id_ is None:
        return None
    if not written and block.complete:
        scope.error(
            Code.NO_PROPERTY,
            id_.place,
            f"requirement {id_.text} has no property: nothing can be proved of it",
            "state it with 'always', 'never', 'reachable', 'from any state', 'independent' "
            "or 'every'",
        )
    return Requirement(id_.text, block.head.text, tuple(sources), tuple(properties), id_.place)


def _property(
    scope: Scope, item: syntax.Property | syntax.Independent | syntax.Every
) -> Property | None:
    match item:
        case syntax.Every(subject=subject, place=place):
            if scope.is_system and Subject(subject) is not Subject.REQUIREMENT:
                scope.error(
                    Code.NOT_HERE,
                    place,
                    "a system has no modes and no transitions of its own",
                    "require this in the texts of its parts",
                )
                return None
            return Every(Subject(subject), place)
        case syntax.Independent():
            return _independent(scope, item)
        case syntax.Property(keyword="from any state", expression=tree, place=place):
            expression = Resolver(scope, Where.FROM_ANY_STATE).boolean(tree)
            return FromAnyState(expression, place) if expression else None
        case syntax.Property(keyword=keyword, expression=tree, place=place):
            expression = Resolver(scope, Where.PROPERTY).boolean(tree)
            if expression is None:
                return None
            if keyword == "reachable":
                return Reachable(expression, place)
            if keyword == "never":
                expression = Operation(Operator.NOT, (expression,), BOOLEAN, place)
            return Always(expression, place)


def _independent(scope: Scope, item: syntax.Independent) -> Independent | None:
    known = [_is_declared_as(scope, item.output, Kind.OUTPUT)]
    known += [_is_declared_as(scope, word, Kind.INPUT) for word in item.inputs]
    inputs = scope.distinct(item.inputs)
    return Independent(item.output.text, inputs, item.place) if all(known) else None


def _is_declared_as(scope: Scope, word: syntax.Word, kind: Kind) -> bool:
    declared, _ = scope.known(word.text)
    scope.used.add(word.text)
    is_connected = kind is Kind.INPUT and "." in word.text and word.text not in scope.exposed
    if declared is kind and not is_connected:
        return True
    if is_connected and declared is kind:
        message = f"'{word.text}' is connected: nobody outside decides it"
        scope.error(Code.NOT_HERE, word.place, message, "name what it is connected to")
        return False
    names = [name for name, (each, _) in scope.kinds.items() if each is kind]
    what = f", it is {_article(declared)}" if declared else ""
    scope.unknown(word, f"there is no {kind.value} '{word.text}'{what}", names)
    return False


def _article(kind: Kind) -> str:
    words = {
        Kind.INPUT: "an input",
        Kind.OUTPUT: "an output",
        Kind.MODE: "a region",
        Kind.PARAMETER: "a parameter",
    }
    return words.get(kind, f"a {kind.value}")
