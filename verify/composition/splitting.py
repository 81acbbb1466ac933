"""Splitting: one property of many parts as properties of few, which hold together if it does.

Only by equivalences of propositional logic: a conjunction holds if each of its parts does, and a
disjunction implies what each of its parts implies.
"""

from __future__ import annotations

from collections.abc import Sequence

from spec.expression import BOOLEAN, Expression, Kind, Operation, Operator, Reference
from spec.machine import Machine

# More would be no simplification.
_MOST = 400


def pieces(machine: Machine, expression: Expression) -> tuple[Expression, ...]:
    """Conditions that are true in a step, all of them, exactly if `expression` is."""
    definitions = {each.name: each.expression for each in machine.definitions}
    found = _conjuncts(expression, definitions)
    return tuple(found) if len(found) <= _MOST else (expression,)


Definitions = dict[str, Expression]


def _conjuncts(expression: Expression, definitions: Definitions) -> list[Expression]:
    match expression:
        case Operation(operator=Operator.AND, operands=operands):
            return [each for operand in operands for each in _conjuncts(operand, definitions)]
        case Operation(operator=Operator.IMPLIES, operands=(premise, conclusion), place=place):
            cases = _disjuncts(premise, definitions)
            return [
                Operation(Operator.IMPLIES, (case, each), BOOLEAN, place)
                for case in cases
                for each in _conjuncts(conclusion, definitions)
            ]
        case Reference(kind=Kind.DEFINITION, name=name):
            inside = _conjuncts(definitions[name], definitions)
            return inside if len(inside) > 1 else [expression]
        case _:
            return [expression]


def _disjuncts(expression: Expression, definitions: Definitions) -> list[Expression]:
    match expression:
        case Operation(operator=Operator.OR, operands=operands):
            return [each for operand in operands for each in _disjuncts(operand, definitions)]
        case Operation(operator=Operator.AND, operands=operands, place=place):
            return _distributed(operands, definitions, expression) or [
                Operation(Operator.AND, operands, BOOLEAN, place)
            ]
        case Reference(kind=Kind.DEFINITION, name=name):
            inside = _disjuncts(definitions[name], definitions)
            return inside if len(inside) > 1 else [expression]
        case _:
            return [expression]


def _distributed(
    operands: Sequence[Expression], definitions: Definitions, whole: Expression
) -> list[Expression]:
    """A conjunction as a disjunction, over the first of its parts that is one."""
    for position, operand in enumerate(operands):
        cases = _disjuncts(operand, definitions)
        if len(cases) > 1:
            return [
                Operation(
                    Operator.AND,
                    (*operands[:position], case, *operands[position + 1 :]),
                    BOOLEAN,
                    whole.place,
                )
                for case in cases
            ]
    return []
