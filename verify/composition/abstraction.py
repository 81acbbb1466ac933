"""Abstraction: a system with fewer parts, whose runs include those of the whole.

Cut-points: what is read of a part that is left out becomes a free input of its declared range,
and a condition over such inputs alone becomes one free input itself. So the abstract machine can
do all that the system can, and more: what always holds in it holds in the system, and what fails
in it may still hold there. A fixed count does the reverse: each of its runs is one of the system.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from spec.expression import (
    BOOLEAN,
    After,
    Choice,
    Enumeration,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    Temporally,
    ValueType,
)
from spec.intervals import interval
from spec.machine import (
    Always,
    Definition,
    Every,
    Input,
    Machine,
    Parameter,
    Reachable,
    Requirement,
    Span,
    Subject,
)
from spec.place import NOWHERE
from spec.units import Dimension
from verify.composition.reading import Reading, Reads
from verify.composition.shapes import Shapes

COUNT = "count"
_NUMBER = Quantity(Dimension.COUNT, Fraction(1))


def always(conditions: Sequence[Expression]) -> tuple[Requirement, ...]:
    """That `conditions` always hold, as requirements by number."""
    return tuple(
        Requirement(str(k), "", (), (Always(each, each.place),), each.place)
        for k, each in enumerate(conditions)
    )


def abstract(
    machine: Machine,
    requirements: Sequence[Requirement],
    kept: Iterable[str],
    counts: Mapping[str, int] | None = None,
) -> Machine:
    """What of `machine` `requirements` depend on, as a machine that is required the same.

    Args:
        machine: A flattened system.
        requirements: What always holds in them, and what is reachable; nothing else is asked.
        kept: Names of the parts that stay what they are; of the others, any output is possible.
        counts: Parameters that tell how many take part, and what they are fixed to.
    """
    cutter = Cutter(machine, frozenset(kept) | {""}, counts or {})
    return cutter.abstraction(requirements)


@dataclass
class Cutter:
    """Rewrites conditions, and notes what of the system they need.

    Attributes:
        cuts: What each free input stands for; none for a machine of which nothing was cut off.
    """

    whole: Machine
    kept: frozenset[str]
    counts: Mapping[str, int]
    inputs: dict[str, Input] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    definitions: dict[str, Definition | None] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)
    outputs: set[str] = field(default_factory=set)
    cuts: dict[str, Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        machine = self.whole
        self._definitions = {each.name: each for each in machine.definitions}
        self._reading = Reading(machine, self.kept)
        self._regions = {each.name: each for each in machine.regions}
        self._outputs = {each.name: each for each in machine.outputs}
        self._inputs = {each.name: each for each in machine.inputs}
        self._parameters = {each.name: each for each in machine.parameters}
        self._cut: dict[object, str] = {}
        self._spans = {each.name: each.span for each in machine.inputs}
        self._spans |= {each.name: each.span for each in machine.parameters}
        self._spans |= {each.name: each.span for each in machine.outputs}
        self._spans["dt"] = Span(0, machine.time.step.highest)
        self._shapes = Shapes(self._definitions)
        several = {each.family for each in machine.parts if each.name != each.family}
        self._counts = {f"{family}.{COUNT}" for family in several}

    def abstraction(self, requirements: Sequence[Requirement]) -> Machine:
        """The machine that is left, and is required what `requirements` say."""
        required = tuple(
            replace(
                requirement,
                properties=tuple(
                    replace(each, expression=self.expression(each.expression))
                    if isinstance(each, Always | Reachable)
                    else Every(Subject.REQUIREMENT, each.place)
                    for each in requirement.properties
                ),
            )
            for requirement in requirements
        )
        return self._machine(required)

    def expression(self, expression: Expression) -> Expression:
        """`expression` with cut-points for what is left out; notes all that it needs."""
        match expression:
            case Literal():
                return expression
            case Reference() if self._reading.reads(expression) is Reads.CUT:
                return self._free((self._shapes.number(expression),), expression)
            case Reference():
                return self._reference(expression)
            case Operation(operator=Operator.AT_LEAST, operands=(Reference() as count, Literal())):
                present = self._presence(count, expression)
                return present or self._inside(expression)
            case Operation(operator=Operator.AND | Operator.OR):
                return self._connected(expression)
            case _:
                return self._inside(expression)

    def _inside(self, expression: Expression) -> Expression:
        match expression:
            case Operation(operator=Operator.IMPLIES, operands=operands):
                premise, conclusion = map(self.expression, operands)
                if isinstance(premise, Literal):
                    return conclusion if premise.value else replace(premise, value=1)
                return replace(expression, operands=(premise, conclusion))
            case Operation() | Temporally():
                return replace(
                    expression, operands=tuple(map(self.expression, expression.operands))
                )
            case Scaled() | Lasting():
                return replace(expression, operand=self.expression(expression.operand))
            case Choice(condition=condition, then=then, otherwise=otherwise):
                decided = self.expression(condition)
                if isinstance(decided, Literal):
                    return self.expression(then if decided.value else otherwise)
                return replace(
                    expression,
                    condition=decided,
                    then=self.expression(then),
                    otherwise=self.expression(otherwise),
                )
            case After():
                return replace(expression, time=self.expression(expression.time))
            case Literal() | Reference():
                return expression

    def _connected(self, expression: Operation) -> Expression:
        """A conjunction or disjunction; of one part after the other, it is free as a whole."""
        free: list[Expression] = []
        if self._reading.is_of_several(expression):
            free = [each for each in expression.operands if self._reading.reads(each) is Reads.CUT]
            if len(free) == len(expression.operands):
                return self._free((self._shapes.number(expression),), expression)
        left = [each for each in expression.operands if all(each is not other for other in free)]
        absorbing = int(expression.operator is Operator.OR)
        inside: list[Expression] = []
        for each in left:
            made = self.expression(each)
            if isinstance(made, Literal):
                if made.value == absorbing:
                    return made
                continue
            inside.append(made)
        if free:
            keys = tuple(self._shapes.number(each) for each in free)
            rest = replace(expression, operands=tuple(free)) if free[1:] else free[0]
            inside.append(self._free((expression.operator, *keys), rest))
        if not inside:
            return Literal(1 - absorbing, BOOLEAN, expression.place)
        return inside[0] if len(inside) == 1 else replace(expression, operands=tuple(inside))

    def _presence(self, count: Reference, asked: Operation) -> Expression | None:
        """Whether a part takes part: decided by a fixed count, else a free choice for each."""
        if count.name not in self._counts:
            return None
        number = asked.operands[1]
        assert isinstance(number, Literal)
        if count.name in self.counts:
            taken = int(self.counts[count.name] >= number.value)
            return Literal(taken, BOOLEAN, asked.place)
        if self.kept >= {each.name for each in self.whole.parts}:
            return None
        family = count.name.removesuffix(COUNT)
        name = f"{family}{number.value}.present"
        self.parameters.setdefault(name, Parameter(name, _NUMBER, 1, Span(0, 1), "", (), NOWHERE))
        present = Reference(name, Kind.PARAMETER, _NUMBER, asked.place)
        return replace(asked, operands=(present, Literal(1, _NUMBER, asked.place)))

    def _reference(self, reference: Reference) -> Expression:
        name = reference.name
        match reference.kind:
            case Kind.INPUT:
                self.inputs.setdefault(name, self._inputs[name])
            case Kind.PARAMETER:
                if name in self.counts:
                    return Literal(self.counts[name], reference.type, reference.place)
                self.parameters.setdefault(name, self._parameters[name])
            case Kind.OUTPUT if name not in self.outputs:
                self.outputs.add(name)
                output = self._outputs[name]
                self._outputs[name] = replace(output, expression=self.expression(output.expression))
            case Kind.MODE if name not in self.regions:
                self.regions.add(name)
                region = self._regions[name]
                self._regions[name] = replace(
                    region,
                    transitions=tuple(
                        replace(each, guard=self.expression(each.guard))
                        for each in region.transitions
                    ),
                )
            case Kind.DEFINITION:
                return self._defined(reference)
            case _:
                pass
        return reference

    def _defined(self, reference: Reference) -> Expression:
        name = reference.name
        if name not in self.definitions:
            # Its place in the order of definitions is behind all that it speaks of.
            self.definitions[name] = None
            definition = self._definitions[name]
            made = self.expression(definition.expression)
            self.definitions[name] = replace(definition, expression=made)
        definition_made = self.definitions[name]
        assert definition_made is not None
        if isinstance(definition_made.expression, Literal):
            return definition_made.expression
        return reference

    def _free(self, keys: tuple[object, ...], expression: Expression) -> Expression:
        """A free input of the type and the range of `expression`; one for what is built alike."""
        type_: ValueType = expression.type
        name = self._cut.get(keys)
        if name is None:
            name = self._cut[keys] = f"cut.{len(self._cut) + 1}"
            span = Span(0, 1)
            if isinstance(type_, Quantity):
                span = interval(expression, self._spans, self._definitions)
            elif isinstance(type_, Enumeration):
                span = Span(0, len(type_.members) - 1)
            self.inputs[name] = Input(name, type_, span, "", (), expression.place)
            self.cuts[name] = expression
        return Reference(name, Kind.INPUT, type_, expression.place)

    def _machine(self, required: tuple[Requirement, ...]) -> Machine:
        """All that was needed so far, as a machine that requires what is `required`."""
        whole = self.whole
        assumptions = []
        for assumption in whole.assumptions:
            names = self._reading.outside(assumption.expression)
            # Less assumed is more allowed: those about other things may go.
            if names & (self.inputs.keys() | self.parameters.keys() | self.counts.keys()):
                made = self.expression(assumption.expression)
                assumptions.append(replace(assumption, expression=made))
        return replace(
            whole,
            inputs=tuple(self.inputs.values()),
            parameters=tuple(self.parameters.values()),
            definitions=tuple(each for each in self.definitions.values() if each is not None),
            assumptions=tuple(assumptions),
            regions=tuple(each for name, each in self._regions.items() if name in self.regions),
            outputs=tuple(each for name, each in self._outputs.items() if name in self.outputs),
            requirements=required,
        )
