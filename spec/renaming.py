"""Renaming: declarations with other names for all that they speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

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
)
from spec.machine import (
    Always,
    Assumption,
    Definition,
    Every,
    FromAnyState,
    Independent,
    Output,
    Property,
    Reachable,
    Requirement,
)
from spec.place import Place


@dataclass(frozen=True, slots=True)
class Renaming:
    """Gives everything in an expression a new name and kind, and its place a file."""

    renamed: Callable[[str, Kind], tuple[str, Kind]]
    file: str

    def place(self, place: Place) -> Place:
        """`place`, in the file of the part."""
        return place if place.file or not self.file else replace(place, file=self.file)

    def name(self, name: str, kind: Kind) -> str:
        """What `name` is called now."""
        return self.renamed(name, kind)[0]

    def expression(self, expression: Expression) -> Expression:
        """`expression`, renamed throughout."""
        place = self.place(expression.place)
        match expression:
            case Literal():
                return replace(expression, place=place)
            case Reference(name=name, kind=kind):
                name, kind = self.renamed(name, kind)
                return replace(expression, name=name, kind=kind, place=place)
            case Operation() | Temporally():
                operands = tuple(map(self.expression, expression.operands))
                return replace(expression, operands=operands, place=place)
            case Scaled() | Lasting():
                operand = self.expression(expression.operand)
                return replace(expression, operand=operand, place=place)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return replace(
                    expression,
                    condition=self.expression(condition),
                    then=self.expression(then),
                    otherwise=self.expression(otherwise),
                    place=place,
                )
            case After(region=region, time=time):
                return replace(
                    expression,
                    region=self.name(region, Kind.MODE),
                    time=self.expression(time),
                    place=place,
                )

    def definition(self, definition: Definition) -> Definition:
        """`definition`, renamed throughout."""
        return replace(
            definition,
            name=self.name(definition.name, Kind.DEFINITION),
            expression=self.expression(definition.expression),
            place=self.place(definition.place),
        )

    def assumption(self, assumption: Assumption) -> Assumption:
        """`assumption`, renamed throughout."""
        return replace(
            assumption,
            expression=self.expression(assumption.expression),
            place=self.place(assumption.place),
        )

    def output(self, output: Output) -> Output:
        """`output`, renamed throughout."""
        return replace(
            output,
            name=self.name(output.name, Kind.OUTPUT),
            expression=self.expression(output.expression),
            place=self.place(output.place),
        )

    def requirement(self, requirement: Requirement) -> Requirement:
        """`requirement`, renamed throughout."""
        return replace(requirement, properties=tuple(map(self._property, requirement.properties)))

    def _property(self, property_: Property) -> Property:
        match property_:
            case Always() | Reachable() | FromAnyState():
                return replace(property_, expression=self.expression(property_.expression))
            case Independent() | Every():
                return property_
