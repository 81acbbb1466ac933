"""Members: names that are values of an enumeration or modes of a region.

They are no names of their own. A member means something only beside what it is a value of, so two
enumerations may share one, and a signal may be called like one.
"""

from __future__ import annotations

from spec.expression import (
    BOOLEAN,
    Boolean,
    Enumeration,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Reference,
    ValueType,
)
from spec.language import syntax
from spec.language.arithmetic import refuse_duration
from spec.language.errors import Code
from spec.language.scope import Scope
from spec.language.vocabulary import FUNCTIONS, STEP_TIME
from spec.language.wording import described, named


def membership(scope: Scope, tree: syntax.Membership, operand: Expression) -> Expression | None:
    """Whether `operand` has one of the values that `tree` names."""
    if isinstance(operand, Lasting):
        refuse_duration(scope, operand, tree.operand.place)
        return None
    if not isinstance(operand, Reference) or not isinstance(operand.type, Enumeration):
        scope.error(
            Code.TYPE_MISMATCH,
            tree.operand.place,
            "'is' and 'in' ask a name for one of several values, "
            f"{named(operand)} is {described(operand.type)}",
            _way_out_of_asking(operand),
        )
        return None
    members = operand.type.members
    alternatives: list[Expression] = []
    names = scope.distinct(tree.members)
    for member in tree.members:
        if member.text in members:
            value = Literal(members.index(member.text), operand.type, member.place)
            alternatives.append(Operation(Operator.EQUAL, (operand, value), BOOLEAN, tree.place))
        else:
            message = f"'{member.text}' is none of {{{', '.join(members)}}}"
            scope.unknown(member, message, members)
    if len(alternatives) != len(names):
        return None
    found = alternatives[0]
    if len(alternatives) > 1:
        found = Operation(Operator.OR, tuple(alternatives), BOOLEAN, tree.place)
    return Operation(Operator.NOT, (found,), BOOLEAN, tree.place) if tree.negated else found


def _way_out_of_asking(operand: Expression) -> str:
    if not isinstance(operand, Reference):
        return "give what is asked a name with 'define'"
    if isinstance(operand.type, Boolean):
        return f"write {operand.name} or not {operand.name}"
    return f"compare it: {operand.name} == …"


def is_member(scope: Scope, tree: syntax.Tree) -> bool:
    """Whether `tree` can only be a member of an enumeration that something else names."""
    while isinstance(tree, syntax.When):
        if not _is_undeclared(scope, tree.then):
            return False
        tree = tree.otherwise
    return _is_undeclared(scope, tree)


def _is_undeclared(scope: Scope, tree: syntax.Tree) -> bool:
    return isinstance(tree, syntax.Word) and scope.known(tree.text)[0] is None


def refuse_undeclared(scope: Scope, word: syntax.Word, expected: ValueType | None) -> None:
    """Report that nothing is called `word`, and what it was probably meant to be."""
    name = word.text
    message = f"'{name}' is not declared"
    if isinstance(expected, Enumeration):
        scope.unknown(word, message, (*expected.members, *scope.places))
    elif name in FUNCTIONS:
        way_out = f"what '{name}' is asked about stands in parentheses: {name}(…)"
        scope.error(Code.UNKNOWN_NAME, word.place, f"'{name}' is a function", way_out)
    elif scope.is_silent(name):
        return
    elif owners := list(scope.owners(name)):
        owner, kind = owners[0]
        what = "mode" if kind is Kind.MODE else "value"
        scope.error(
            Code.UNKNOWN_NAME,
            word.place,
            f"'{name}' is a {what} of '{owner}', and means nothing by itself",
            f"write {owner} is {name}",
        )
    else:
        known = (*scope.places, STEP_TIME, "true", "false")
        scope.unknown(word, message, known, "declare it under 'inputs', 'parameters' or 'define'")
