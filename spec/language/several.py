"""Several: parts of one kind, and what is said of any, of all, or of the extreme one of them.

Inside any(…), all(…), min(…) and max(…), the name of the kind stands for one part, the same one
throughout; what is asked is then put together over all that take part.
"""

from __future__ import annotations

from collections.abc import Mapping

from spec.expression import (
    BOOLEAN,
    Choice,
    Expression,
    Kind,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
)
from spec.language import syntax
from spec.language.errors import Code, did_you_mean
from spec.language.scope import Family, Meaning, Scope
from spec.language.vocabulary import COUNT
from spec.language.wording import described, named
from spec.machine import Definition
from spec.place import Place


def name_of(scope: Scope, word: syntax.Word, meant: Mapping[str, str]) -> str | None:
    """The signal that `word` names, where `meant` tells which of several parts is meant."""
    name = word.text
    if scope.known(name)[0] is not None:
        return name
    family = _family_of(scope, name)
    if family is None:
        _refuse_unknown(scope, word)
        return None
    rest = name.removeprefix(family.name)
    if scope.known(family.names[0] + rest)[0] is None:
        _refuse_unknown(scope, word)
        return None
    if family.name not in meant:
        scope.error(
            Code.NOT_ONE,
            word.place,
            f"'{family.name}' stands for {len(family.names)} parts: which one is meant?",
            f"ask for any({name}), all({name}), or for the least or largest: min(…), max(…)",
        )
        return None
    return meant[family.name] + rest


def _family_of(scope: Scope, name: str) -> Family | None:
    """The parts that `name` speaks of, if they are several."""
    found = [each for each in scope.families.values() if name.startswith(f"{each.name}.")]
    return max(found, key=lambda each: len(each.name), default=None)


def _refuse_unknown(scope: Scope, word: syntax.Word) -> None:
    """Report that there is no such part, or that it has no such signal."""
    part, _, signal = word.text.rpartition(".")
    outermost = part.partition(".")[0]
    if scope.is_silent(outermost):
        return
    parts = _parts(scope)
    if part not in parts:
        way_out = did_you_mean(part, [each for each in parts if not each[-1:].isdigit()])
        message = f"there is no part '{part}'"
        scope.error(Code.UNKNOWN_NAME, word.place, message, way_out or "declare it under 'parts'")
        return
    first = scope.families[part].names[0] if part in scope.families else part
    signals = [
        each.removeprefix(f"{first}.") for each in scope.kinds if each.startswith(f"{first}.")
    ]
    message = f"part '{part}' has no '{signal}'"
    scope.error(Code.UNKNOWN_NAME, word.place, message, did_you_mean(signal, signals))


def _parts(scope: Scope) -> list[str]:
    names = dict.fromkeys(each.rpartition(".")[0] for each in scope.kinds if "." in each)
    return [*scope.families, *names]


def family_in(scope: Scope, tree: syntax.Call) -> Family | None:
    """The several parts that `tree` asks about; None after an error if they are not of one kind."""
    spoken_of = {
        each.name: each
        for word in syntax.words(tree.argument)
        if "." in word.text and scope.known(word.text)[0] is None
        for each in [_family_of(scope, word.text)]
        if each is not None
    }
    if len(spoken_of) == 1:
        return next(iter(spoken_of.values()))
    function = tree.function.text
    words = [word for word in syntax.words(tree.argument) if "." in word.text]
    if len(spoken_of) > 1:
        first, second, *_ = spoken_of
        message = f"'{first}' and '{second}' both stand for several parts"
        scope.error(
            Code.NOT_ONE, tree.place, message, "name one of the two questions with 'define'"
        )
    elif all(scope.known(word.text)[0] is not None for word in words):
        scope.error(
            Code.NOT_ONE,
            tree.place,
            f"'{function}' asks about several parts of one kind; nothing here is one of them",
            f"take '{function}' out, or speak of parts declared with a count: name [1 .. 20]",
        )
    for word in words:
        if _family_of(scope, word.text) is None and scope.known(word.text)[0] is None:
            _refuse_unknown(scope, word)
    return None


def taken_together(
    scope: Scope, tree: syntax.Call, family: Family, found: list[Expression]
) -> Expression | None:
    """What `found`, the same asked of each part, says of all of those that take part."""
    function, place = tree.function.text, tree.place
    if function in ("min", "max"):
        return _extreme(scope, tree, family, found)
    is_any = function == "any"
    asked = []
    for number, expression in enumerate(found, 1):
        takes_part = _takes_part(scope, family, number, place)
        if takes_part is None:
            asked.append(expression)
            continue
        # Whoever takes no part is no example of any, and no exception to all.
        operator = Operator.AND if is_any else Operator.IMPLIES
        asked.append(Operation(operator, (takes_part, expression), BOOLEAN, place))
    if len(asked) == 1:
        return asked[0]
    return Operation(Operator.OR if is_any else Operator.AND, tuple(asked), BOOLEAN, place)


def _takes_part(scope: Scope, family: Family, number: int, place: Place) -> Expression | None:
    """Whether part `number` takes part; None if it always does."""
    if number <= family.certain:
        return None
    kind, type_ = scope.known(f"{family.name}.{COUNT}")
    assert kind is Kind.PARAMETER
    assert type_ is not None
    count = Reference(f"{family.name}.{COUNT}", kind, type_, place)
    return Operation(Operator.AT_LEAST, (count, Literal(number, type_, place)), BOOLEAN, place)


def _extreme(
    scope: Scope, tree: syntax.Call, family: Family, found: list[Expression]
) -> Expression | None:
    """The least or the largest of `found`, part by part, so that it grows with their number."""
    function, place = tree.function.text, tree.place
    best = found[0]
    if not isinstance(best.type, Quantity):
        scope.error(
            Code.TYPE_MISMATCH,
            tree.argument.place,
            f"'{function}' asks for a quantity, {named(best)} is {described(best.type)}",
            "ask for any(…) or all(…)",
        )
        return None
    closer = Operator.LESS if function == "min" else Operator.GREATER
    # A place has one such question, whoever asks it again.
    stem = f"{function}.{place.line}.{place.column}.{family.name}"
    for number, expression in enumerate(found[1:], 2):
        takes_part = _takes_part(scope, family, number, place)
        better: Expression = Operation(closer, (expression, best), BOOLEAN, place)
        if takes_part is not None:
            better = Operation(Operator.AND, (takes_part, better), BOOLEAN, place)
        name = f"{stem}.{number}"
        chosen = Choice(better, expression, best, best.type, place)
        scope.definitions[name] = Definition(name, chosen, "", (), place)
        scope.meanings[name] = Meaning({}, 0)
        best = Reference(name, Kind.DEFINITION, best.type, place)
    return best
