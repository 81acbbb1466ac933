"""Claims: what a property says of how long something lasts, so that it can be measured."""

from __future__ import annotations

from dataclasses import dataclass

from spec.expression import Expression, Lasting, Operation, Operator
from spec.machine import Always


@dataclass(frozen=True, slots=True)
class Claim:
    """``timer >= limit``, or ``timer <= limit`` (or strictly), in a property.

    Attributes:
        part: The comparison.
        in_conclusion: The property needs it; else it must not come true while `context` fails.
        premises: The other premises of the property.
        conclusion: Of the property.
    """

    part: Expression
    timer: Lasting
    limit: Expression
    at_least: bool
    in_conclusion: bool
    premises: tuple[Expression, ...]
    conclusion: Expression


def claim(property_: Always) -> Claim | None:
    """The claim about a duration that `property_` makes; None if it makes none, or several."""
    premises, conclusion = _sides(property_.expression)
    found = [
        (part, compared)
        for part in (*premises, conclusion)
        if (compared := _compared(part)) is not None
    ]
    if len(found) != 1:
        return None
    part, (timer, limit, at_least) = found[0]
    others = tuple(each for each in premises if each is not part)
    return Claim(part, timer, limit, at_least, part is conclusion, others, conclusion)


def _sides(expression: Expression) -> tuple[tuple[Expression, ...], Expression]:
    """The premises (a conjunction's parts) and the conclusion; no premise where none is made."""
    match expression:
        case Operation(operator=Operator.IMPLIES, operands=(premise, conclusion)):
            if isinstance(premise, Operation) and premise.operator is Operator.AND:
                return premise.operands, conclusion
            return (premise,), conclusion
        case _:
            return (), expression


def _compared(expression: Expression) -> tuple[Lasting, Expression, bool] | None:
    """Timer, limit, and whether at least is said (else at most); None if it is neither."""
    match expression:
        case Operation(operands=(left, right), operator=operator):
            at_least = operator in (Operator.AT_LEAST, Operator.GREATER)
            at_most = operator in (Operator.AT_MOST, Operator.LESS)
            if isinstance(left, Lasting) and (at_least or at_most):
                return left, right, at_least
            if isinstance(right, Lasting) and (at_least or at_most):
                return right, left, at_most
    return None
