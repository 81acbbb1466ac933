"""Decisions: each condition decides both ways, and each comparison is seen around its edge.

Masking MC/DC (Chilenski, "An investigation of three forms of the modified condition decision
coverage criterion", 2001), with more asked: that a condition decides must be seen in the next
memory or in an output, so that a decision that another one masks is not thought to be tested.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec.expression import (
    After,
    Enumeration,
    Expression,
    Literal,
    Operation,
    Operator,
    Reference,
)
from spec.term import (
    And,
    AtMost,
    Equal,
    Less,
    Not,
    Or,
    Term,
    both,
    equal,
    is_boolean,
    negation,
    number,
    plus,
)
from verify.vectors.obligation import Kind, Obligation
from verify.vectors.written import Condition, Written, leaves

_EDGES = ((-1, "one below"), (0, "at"), (1, "one above"))


def obligations(written: Written) -> Iterator[Obligation]:
    """Conditions that decide, then comparisons at their edges."""
    for condition in written.conditions:
        if not condition.is_connective:
            yield from _both_ways(written, condition)
    yield from _origins(written)
    for condition in written.conditions:
        yield from _edges(written, condition)


def _both_ways(written: Written, condition: Condition) -> Iterator[Obligation]:
    decides = written.influence.decides(condition.node)
    decision = written.said(condition.decision)
    alone = condition.expression is condition.decision
    what = "matters" if alone else f"decides '{decision}'"
    line = condition.expression.place.line
    for value, word in ((condition.node, "true"), (negation(condition.node), "false")):
        yield Obligation(
            Kind.DECISION,
            f"{named(written, condition.expression)} being {word} {what} (line {line})",
            both(decides, value),
        )


def _origins(written: Written) -> Iterator[Obligation]:
    """That a region is in a mode, or is not, decides whether a transition is looked at."""
    for edge in written.system.edges:
        inside = leaves(edge)
        tests = inside.operands if isinstance(inside, Or) else (inside,)
        nodes = [written.lifting.term(each) for each in tests]
        for origin, node in zip(edge.transition.origins, nodes, strict=False):
            if node not in written.influence:
                continue
            decides = written.influence.decides(node)
            for value, word in ((node, "in"), (negation(node), "not in")):
                yield Obligation(
                    Kind.DECISION,
                    f"{edge.region} being {word} {origin} decides"
                    f" '{edge.transition}' ({edge.transition.place})",
                    both(decides, value),
                )


def named(written: Written, expression: Expression) -> str:
    """`expression` in quotes; of several modes or values in braces, the test of one."""
    match expression:
        case Operation(
            operator=Operator.EQUAL,
            operands=(Reference(name=name, type=Enumeration() as type_), Literal(value=value)),
        ):
            return f"'{name} is {type_.show(value)}'"
    return f"'{written.said(expression)}'"


def comparison(condition: Condition) -> AtMost | Less | Equal | None:
    """The comparison of two quantities that `condition` is; None if it is anything else."""
    if condition.is_connective:
        return None
    match condition.expression:
        case Operation(operands=(left, _)) if isinstance(left.type, Enumeration):
            return None
        case Operation() | After():
            term = condition.term
            # A timer that stops before what it is asked for is compared twice, the limit last.
            if isinstance(term, And) and isinstance(condition.expression, After):
                term = term.operands[0]
            if isinstance(term, Not):
                term = term.operand
            if isinstance(term, AtMost | Less | Equal) and not is_boolean(term.left):
                return term
    return None


def _edges(written: Written, condition: Condition) -> Iterator[Obligation]:
    compared = comparison(condition)
    if compared is None:
        return
    decides = written.influence.decides(written.lifting.term(compared))
    left, right, term, other = _sides(written, condition.expression, compared)
    line = condition.expression.place.line
    for distance, word in _EDGES:
        away = written.lifting.term(equal(term, plus(other, number(distance))))
        sentence = f"{left} {word} {right} (line {line})"
        yield Obligation(Kind.BOUNDARY, sentence, both(decides, away))


def _sides(
    written: Written, expression: Expression, compared: AtMost | Less | Equal
) -> tuple[str, str, Term, Term]:
    """What is compared with what, in words and as terms, in written order."""
    if isinstance(expression, After):
        limit = written.said(expression.time)
        return f"time in {expression.region}", limit, compared.right, compared.left
    assert isinstance(expression, Operation)
    left, right = (written.said(each) for each in expression.operands)
    if expression.operator in (Operator.GREATER, Operator.AT_LEAST):
        return left, right, compared.right, compared.left
    return left, right, compared.left, compared.right
