"""Shapes: which expressions are built alike, and which machines are, but for names of parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spec.expression import (
    After,
    Choice,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Reference,
    Scaled,
    Temporally,
    parts,
)
from spec.machine import Always, Definition, Machine


class Shapes:
    """Gives expressions the same number exactly if they are built alike, wherever they stand.

    Definitions are unfolded: what they are called makes no difference.
    """

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._definitions = definitions
        self._numbers: dict[object, int] = {}
        self._defined: dict[str, int] = {}

    def number(self, expression: Expression) -> int:
        """The number of `expression`."""
        if isinstance(expression, Reference) and expression.kind is Kind.DEFINITION:
            name = expression.name
            if name not in self._defined:
                self._defined[name] = self.number(self._definitions[name].expression)
            return self._defined[name]
        inside = tuple(map(self.number, parts(expression)))
        own = (type(expression), *_own(expression, str), expression.type, inside)
        return self._numbers.setdefault(own, len(self._numbers))


def _own(expression: Expression, renamed: Callable[[str], str]) -> tuple[object, ...]:
    """What `expression` says beside its parts."""
    match expression:
        case Literal(value=value):
            return (value,)
        case Reference(name=name, kind=kind):
            return (kind, renamed(name))
        case Operation(operator=operator) | Temporally(operator=operator):
            return (operator,)
        case Scaled(factor=factor):
            return (factor,)
        case Lasting(clock=clock):
            return (clock,)
        case After(region=region):
            return (renamed(region),)
        case Choice():
            return ()


def form(machine: Machine) -> object:
    """The same for two machines that differ in the numbers of parts of a kind, and in nothing else.

    A proof about one of them is a proof about the other, because renaming is all that it takes.
    """
    numbered = _Renumbering(machine)
    definitions = {each.name: each for each in machine.definitions}
    shapes = _Written(definitions, numbered)
    return (
        machine.time.tick,
        machine.time.step,
        machine.time.tolerance,
        machine.time.latency,
        machine.time.saturation,
        tuple(
            shapes.written(each.expression)
            for requirement in machine.requirements
            for each in requirement.properties
            if isinstance(each, Always)
        ),
        tuple((numbered(each.name), each.type, each.span) for each in machine.inputs),
        tuple((numbered(each.name), each.type, each.span) for each in machine.parameters),
        tuple(shapes.written(each.expression) for each in machine.assumptions),
        tuple(
            (
                numbered(region.name),
                tuple((mode.name, mode.initial, mode.safe) for mode in region.modes),
                tuple(
                    (edge.origins, edge.target, edge.from_any, shapes.written(edge.guard))
                    for edge in region.transitions
                ),
            )
            for region in machine.regions
        ),
        tuple(
            (numbered(each.name), each.type, shapes.written(each.expression))
            for each in machine.outputs
        ),
    )


class _Renumbering:
    """Numbers the parts of each kind anew, in the order in which their names are met."""

    def __init__(self, machine: Machine) -> None:
        self._families = {
            each.name: each.family for each in machine.parts if each.name != each.family
        }
        self._met: dict[str, str] = {}
        self._taken: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        part = name.rpartition(".")[0]
        if part not in self._families:
            return name
        if part not in self._met:
            family = self._families[part]
            self._taken[family] = self._taken.get(family, 0) + 1
            self._met[part] = f"{family}.#{self._taken[family]}"
        return self._met[part] + name.removeprefix(part)


class _Written:
    """Expressions as nested tuples, definitions by a number of their own and once in full."""

    def __init__(self, definitions: Mapping[str, Definition], renamed: _Renumbering) -> None:
        self._definitions = definitions
        self._renamed = renamed
        self._known: dict[str, int] = {}

    def written(self, expression: Expression) -> object:
        """`expression`; a definition in full where it is first met, by its number after that."""
        if isinstance(expression, Reference) and expression.kind is Kind.DEFINITION:
            name = expression.name
            if name in self._known:
                return ("defined", self._known[name])
            number = self._known[name] = len(self._known)
            return ("defines", number, self.written(self._definitions[name].expression))
        inside = tuple(map(self.written, parts(expression)))
        return (type(expression), *_own(expression, self._renamed), expression.type, inside)
