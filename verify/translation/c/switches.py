"""Switches: which case a call goes to."""

from __future__ import annotations

from pycparser import c_ast

from verify import bits
from verify.bits import Condition
from verify.translation.c.arithmetic import Number, compared, converted
from verify.translation.c.evaluation import Evaluation
from verify.translation.c.expressions import Expressions
from verify.translation.c.refusals import Node, place_of
from verify.translation.evaluated import NotUnderstood


def labels_of(
    evaluation: Evaluation, expressions: Expressions, items: list[Node], number: Number
) -> dict[Node, Condition]:
    """For each case among `items`, which are the switch, when calls go there; not the default.

    What is switched on, `number`, has been promoted.

    Raises:
        NotUnderstood: There is something else in the switch, or a case twice.
    """
    labels: dict[Node, Condition] = {}
    known: set[int | None] = set()
    defaults = 0
    for each in items:
        place = place_of(each)
        match each:
            case c_ast.Default():
                defaults += 1
            case c_ast.Case():
                require = evaluation.requiring(place)
                value = converted(expressions.constant(each.expr), number.type, require)
                known.add(bits.number_of(value.bits))
                labels[each] = compared("==", number, value, require).true()
            case _:
                raise NotUnderstood("a switch that begins without a case", place)
    if len(known) < len(labels) or defaults > 1:
        raise NotUnderstood("a case that is there twice", place_of(items[0]))
    return labels
