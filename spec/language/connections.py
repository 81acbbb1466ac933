"""Connections: what the inputs of parts read, and the order of steps that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from spec.expression import Expression, Kind, Quantity, Reference
from spec.expression import parts as inside
from spec.flattening import Connection, Instance
from spec.language import syntax
from spec.language.errors import Code, did_you_mean
from spec.language.parts import Member
from spec.language.permissions import Where
from spec.language.resolver import Resolver
from spec.language.scope import Scope

# Inputs listed that nothing drives; more would hide the message.
_MOST_LISTED = 8


def expose(scope: Scope, members: Sequence[Member], items: Sequence[syntax.Exposure]) -> None:
    """Note which inputs of parts are inputs of the system."""
    for item in items:
        for word in item.inputs:
            member, signal = _input(scope, members, word)
            if member is None:
                continue
            names = {f"{name}.{signal}" for name in member.names}
            if names & scope.exposed:
                message = f"'{word.text}' is exposed already"
                scope.error(Code.DUPLICATE, word.place, message, "take one out")
            scope.exposed |= names


def connect(
    scope: Scope, members: Sequence[Member], items: Sequence[syntax.Connection]
) -> list[Instance]:
    """All parts with what their inputs are connected to, in the order of their steps."""
    written: dict[tuple[str, str], syntax.Connection] = {}
    found: dict[str, dict[str, Connection]] = {
        name: {} for member in members for name in member.names
    }
    for item in items:
        member, signal = _input(scope, members, item.target)
        if member is None:
            Resolver(scope, Where.CONNECTION).anything(item.expression)
            continue
        family = member.name.text
        first = written.setdefault((family, signal), item)
        exposed = f"{member.names[0]}.{signal}" in scope.exposed
        if first is not item or exposed:
            said = "exposed" if exposed else f"connected in line {first.target.place.line}"
            message = f"'{item.target.text}' is {said} already"
            scope.error(Code.DUPLICATE, item.target.place, message, "take one out")
        for name in member.names:
            connection = _connection(scope, member, name, signal, item)
            if connection is None:
                # What is wrong of one is wrong of all.
                break
            found[name][signal] = connection
    _refuse_open(scope, members, written)
    order = _in_order(scope, members, found)
    return [
        Instance(name, member.name.text, member.machine, found[name], member.settings)
        for name, member in order
    ]


def _input(
    scope: Scope, members: Sequence[Member], word: syntax.Word
) -> tuple[Member, str] | tuple[None, str]:
    """The part whose input `word` names, and what that part calls it."""
    part, _, signal = word.text.partition(".")
    member = next((each for each in members if each.name.text == part), None)
    if member is None:
        names = [each.name.text for each in members]
        head = syntax.Word(part, word.place)
        scope.unknown(head, f"there is no part '{part}'", names, "declare it under 'parts'")
        return None, signal
    inputs = [each.name for each in member.machine.inputs]
    if signal not in inputs:
        message = f"part '{part}' has no input '{signal}'"
        way_out = did_you_mean(signal, inputs) or "it reads nothing from outside"
        scope.error(Code.UNKNOWN_NAME, word.place, message, way_out)
        return None, signal
    return member, signal


def _connection(
    scope: Scope, member: Member, name: str, signal: str, item: syntax.Connection
) -> Connection | None:
    """What the input `signal` of part `name` is connected to."""
    declared = next(each for each in member.machine.inputs if each.name == signal)
    meant = {member.name.text: name} if name != member.name.text else {}
    resolver = Resolver(scope, Where.CONNECTION, meant=meant)
    expression = resolver.value(item.expression, declared.type)
    if expression is None:
        return None
    values = scope.span(expression)
    if values.lowest < declared.span.lowest or values.highest > declared.span.highest:
        assert isinstance(declared.type, Quantity)
        show = declared.type.show
        scope.error(
            Code.OUT_OF_RANGE,
            item.expression.place,
            f"this can be {show(values.lowest)} .. {show(values.highest)}, the input takes "
            f"{show(declared.span.lowest)} .. {show(declared.span.highest)}",
            "widen the range of the input, or bound its value with 'when … else …'",
        )
        return None
    serves = scope.distinct(item.serves)
    return Connection(expression, item.text, serves, item.target.place)


def _refuse_open(
    scope: Scope, members: Sequence[Member], written: Mapping[tuple[str, str], syntax.Connection]
) -> None:
    """Report inputs that nothing drives and that are not exposed either."""
    for member in members:
        family = member.name.text
        left = [
            each.name
            for each in member.machine.inputs
            if (family, each.name) not in written
            and f"{member.names[0]}.{each.name}" not in scope.exposed
            and not scope.is_silent(f"{family}.{each.name}")
        ]
        if left:
            listed = ", ".join(left[:_MOST_LISTED]) + (", …" if left[_MOST_LISTED:] else "")
            scope.error(
                Code.OPEN_INPUT,
                member.name.place,
                f"nothing drives these inputs of '{family}': {listed}",
                f"write, under 'connect': {family}.{left[0]} = …, or under 'expose': "
                f"{family}.{left[0]}",
            )


# The order of steps


def _in_order(
    scope: Scope, members: Sequence[Member], found: Mapping[str, Mapping[str, Connection]]
) -> list[tuple[str, Member]]:
    """Every part behind those whose outputs it reads, else in the order of the text."""
    owners = {name: member for member in members for name in member.names}
    read = {
        name: _read(scope, owners, (each.expression for each in connected.values()))
        for name, connected in found.items()
    }
    done: dict[str, Member] = {}
    for first in owners:
        way: list[tuple[str, list[str]]] = [] if first in done else [(first, list(read[first]))]
        while way:
            name, left = way[-1]
            if not left:
                way.pop()
                done[name] = owners[name]
                continue
            following = left.pop(0)
            names = [each for each, _ in way]
            if following in names:
                around = [*names[names.index(following) :], following]
                _refuse_cycle(scope, around, owners[following])
                return list(owners.items())
            if following not in done:
                way.append((following, list(read[following])))
    return list(done.items())


def _refuse_cycle(scope: Scope, around: list[str], member: Member) -> None:
    # From the one that acts to the one that reads it.
    shown = " -> ".join(reversed(around))
    scope.error(
        Code.CYCLE,
        member.name.place,
        f"each of these parts waits for the one before it to take its step: {shown}",
        "cut the circle: no part may wait for what follows from its own step",
    )


def _read(
    scope: Scope, owners: Mapping[str, Member], expressions: Iterable[Expression]
) -> dict[str, None]:
    """The parts whose outputs `expressions` speak of."""
    parts: dict[str, None] = {}
    seen: set[str] = set()
    pending = list(expressions)
    while pending:
        node = pending.pop()
        pending += inside(node)
        if not isinstance(node, Reference):
            continue
        if node.kind is Kind.DEFINITION and node.name not in seen:
            seen.add(node.name)
            pending.append(scope.definitions[node.name].expression)
        elif node.kind is Kind.OUTPUT:
            parts[next(each for each in owners if node.name.startswith(f"{each}."))] = None
    return parts
