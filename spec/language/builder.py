"""Builder: from what the grammar recognises to syntax, one method a rule.

The parser calls it while it reads, innermost rule first. Nothing here may recurse, so that a text
that is nested too deep can still be refused politely.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lark import Token, Transformer

from spec.language import syntax
from spec.place import Place

# A stretch that ends in another line than it begins reaches to the end of its first line.
_REST_OF_LINE = 10**4


def _place(token: Token) -> Place:
    return Place(token.line or 0, token.column or 0, max(1, len(token)))


def _word(token: Token) -> syntax.Word:
    return syntax.Word(str(token), _place(token))


def _over(first: Place, last: Place) -> Place:
    """From the beginning of `first` to the end of `last`."""
    if first.line != last.line:
        return Place(first.line, first.column, _REST_OF_LINE)
    return Place(
        first.line, first.column, min(_REST_OF_LINE, last.column + last.length - first.column)
    )


def _amount(token: Token, sign: Token | None = None) -> syntax.Amount:
    written = str(token)
    unit = written.lstrip("0123456789.")
    digits = written[: len(written) - len(unit)]
    place = _place(token)
    if sign is None:
        return syntax.Amount(digits, unit.strip(), place)
    return syntax.Amount("-" + digits, unit.strip(), _over(_place(sign), place))


def _amounts(children: list[Any]) -> tuple[syntax.Amount, ...]:
    return tuple(child for child in children if isinstance(child, syntax.Amount))


class _Builder(Transformer[Token, Any]):
    # Lines

    def head(self, children: list[Any]) -> syntax.Head:
        keyword, *named = children
        if not named:
            return syntax.Head(_word(keyword), None, "")
        return syntax.Head(_word(keyword), _word(named[0]), named[1])

    def _setting(self, children: list[Any]) -> syntax.Setting:
        return syntax.Setting(_word(children[0]), _amounts(children), children[-1])

    step = tolerance = latency = saturation = _setting

    def inputs(self, children: list[Any]) -> syntax.Input:
        name, type_, text, sources = children
        return syntax.Input(_word(name), type_, text, sources)

    def parameters(self, children: list[Any]) -> syntax.Parameter:
        name, *rest = children
        return syntax.Parameter(_word(name), *rest)

    def define(self, children: list[Any]) -> syntax.Definition:
        name, expression, text, serves = children
        return syntax.Definition(_word(name), expression, text, serves)

    def assume(self, children: list[Any]) -> syntax.Assumption:
        expression, text, sources = children
        return syntax.Assumption(expression, text, sources)

    def faults(self, children: list[Any]) -> syntax.Fault:
        name, expression, text, sources = children
        return syntax.Fault(_word(name), expression, text, sources)

    def mode(self, children: list[Any]) -> syntax.Mode:
        name, traits, text = children
        return syntax.Mode(_word(name), traits, text)

    def transition(self, children: list[Any]) -> syntax.Transition:
        (origins, start), target, (guard, otherwise), _, serves = children
        end = guard.place if guard else _place(otherwise or target)
        return syntax.Transition(
            origins, _word(target), guard, bool(otherwise), serves, _over(start, end)
        )

    def outputs(self, children: list[Any]) -> syntax.Output:
        name, type_, expression, text, serves = children
        return syntax.Output(_word(name), type_, expression, text, serves)

    def sources_item(self, children: list[Any]) -> tuple[syntax.Source, ...]:
        sources: tuple[syntax.Source, ...] = children[0]
        return sources

    def stated(self, children: list[Any]) -> syntax.Property:
        *keywords, expression = children
        place = _over(_place(keywords[0]), expression.place)
        return syntax.Property(" ".join(keywords), expression, place)

    def independent(self, children: list[Any]) -> syntax.Independent:
        keyword, output, _, inputs = children
        place = _over(_place(keyword), inputs[-1].place)
        return syntax.Independent(_word(output), inputs, place)

    def every(self, children: list[Token]) -> syntax.Every:
        first, *subject = children
        return syntax.Every(" ".join(subject), _over(_place(first), _place(subject[-1])))

    def parts(self, children: list[Any]) -> syntax.Part:
        name, counts, file, settings, text = children
        return syntax.Part(_word(name), counts or (), _word(file), settings or (), text)

    def connect(self, children: list[Any]) -> syntax.Connection:
        target, expression, text, serves = children
        return syntax.Connection(_word(target), expression, text, serves)

    def expose(self, children: list[Any]) -> syntax.Exposure:
        return syntax.Exposure(*children)

    # Parts of items

    def counted(self, children: list[Any]) -> tuple[syntax.Amount, ...]:
        return _amounts(children)

    def settings(self, children: list[Any]) -> tuple[tuple[syntax.Word, syntax.Amount], ...]:
        return tuple(children)

    def setting(self, children: list[Any]) -> tuple[syntax.Word, syntax.Amount]:
        name, value = children
        return _word(name), value

    def boolean(self, children: list[Token]) -> syntax.BooleanType:
        return syntax.BooleanType()

    def enumeration(self, children: list[Any]) -> syntax.EnumerationType:
        return syntax.EnumerationType(children[1])

    def range(self, children: list[Any]) -> syntax.RangeType:
        lowest, highest, *resolution = _amounts(children)
        return syntax.RangeType(lowest, highest, resolution[0] if resolution else None)

    def traits(self, children: list[Any]) -> tuple[syntax.Word, ...]:
        return tuple(child for child in children if child is not None)

    def trait(self, children: list[Token]) -> syntax.Word:
        return _word(children[0])

    def origins(self, children: list[Any]) -> tuple[tuple[syntax.Word, ...], Place]:
        if isinstance(children[0], Token):
            return (), _place(children[0])
        return children[0], children[0][0].place

    def guard(self, children: list[Any]) -> tuple[syntax.Tree | None, Token | None]:
        match children:
            case [_, expression]:
                return expression, None
            case [otherwise]:
                return None, otherwise
            case _:
                return None, None

    def names(self, children: list[Token]) -> tuple[syntax.Word, ...]:
        return tuple(map(_word, children))

    dotted = names

    def text(self, children: list[Token]) -> str:
        return " ".join(child[1:-1] for child in children)

    def sources(self, children: list[Any]) -> tuple[syntax.Source, ...]:
        return children[0] or ()

    def sources_given(self, children: list[Any]) -> tuple[syntax.Source, ...]:
        return tuple(children)

    def source(self, children: list[Any]) -> syntax.Source:
        grade, passage, read_as = children
        return syntax.Source(_word(grade), (passage or "")[1:-1], str(read_as or ""))

    def serves(self, children: list[Any]) -> tuple[syntax.Word, ...]:
        return children[0] or ()

    def quantity(self, children: list[Token]) -> syntax.Amount:
        *sign, digits = children
        return _amount(digits, sign[0] if sign else None)

    # Expressions

    def choose(self, children: list[Any]) -> syntax.When:
        then, condition, otherwise = children
        return syntax.When(then, condition, otherwise, _over(then.place, otherwise.place))

    def binary(self, children: list[Any]) -> syntax.Operator:
        left, symbol, right = children
        return syntax.Operator(str(symbol), (left, right), _over(left.place, right.place))

    def several(self, children: list[Any]) -> syntax.Operator:
        operands = tuple(children[::2])
        place = _over(operands[0].place, operands[-1].place)
        return syntax.Operator(str(children[1]), operands, place)

    def negate(self, children: list[Any]) -> syntax.Operator:
        symbol, operand = children
        return syntax.Operator("not", (operand,), _over(_place(symbol), operand.place))

    def is_one(self, children: list[Any]) -> syntax.Membership:
        operand, name = children
        place = _over(operand.place, _place(name))
        return syntax.Membership(operand, (_word(name),), False, place)

    def is_not(self, children: list[Any]) -> syntax.Membership:
        operand, _, name = children
        place = _over(operand.place, _place(name))
        return syntax.Membership(operand, (_word(name),), True, place)

    def is_in(self, children: list[Any]) -> syntax.Membership:
        operand, members, brace = children
        place = _over(operand.place, _place(brace))
        return syntax.Membership(operand, members, False, place)

    def scale(self, children: list[Any]) -> syntax.Multiple:
        factor = _amount(children[0])
        return syntax.Multiple(factor, children[1], _over(factor.place, children[1].place))

    def negative(self, children: list[Any]) -> syntax.Tree:
        sign, operand = children
        place = _over(_place(sign), operand.place)
        if isinstance(operand, syntax.Amount) and not operand.digits.startswith("-"):
            return syntax.Amount("-" + operand.digits, operand.unit, place)
        return syntax.Multiple(syntax.Amount("-1", "", place), operand, place)

    def number(self, children: list[Token]) -> syntax.Amount:
        return _amount(children[0])

    def name(self, children: list[Token]) -> syntax.Word:
        return _word(children[0])

    def call(self, children: list[Any]) -> syntax.Call:
        function, argument, end = children
        place = _over(_place(function), _place(end))
        return syntax.Call(_word(function), argument, place)

    def parenthesised(self, children: list[Any]) -> syntax.Tree:
        start, inside, end = children
        tree: syntax.Tree = replace(inside, place=_over(_place(start), _place(end)))
        return tree

    def truth(self, children: list[Token]) -> syntax.Truth:
        return syntax.Truth(children[0] == "true", _place(children[0]))


# It keeps nothing between two calls, so one is enough.
BUILDER: Transformer[Token, Any] = _Builder()
