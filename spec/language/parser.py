"""Parser: text to syntax tree, reporting every syntax error of a text in one run.

After an error the item it stands in is blanked out and the text is parsed again, so that one
mistake costs its own line and nothing else.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args
from lark.tree import Meta

from spec.language import syntax
from spec.language.errors import Code, Diagnostic, did_you_mean
from spec.language.layout import Layout, LayoutError
from spec.place import Place
from spec.units import UNITS

# A reader corrects a handful of errors before running again.
_MOST_ERRORS = 20
# Deeper than any formula a person can read, and shallow enough for recursive passes.
_DEEPEST = 100

_KEYWORDS = (
    "machine time inputs parameters define assume region outputs requirement mode always never "
    "reachable from independent every source for when otherwise else step clock output timers"
).split()
_SAID = {
    "NAME": "a name",
    "TEXT": 'a "text"',
    "QUANTITY": "a number",
    "COMPARE": "a comparison",
    "LPAR": "'('",
    "RPAR": "')'",
    "LBRACE": "'{'",
    "RBRACE": "'}'",
    "COMMA": "','",
    "COLON": "':'",
    "EQUAL": "'='",
    "PLUS": "'+'",
    "STAR": "'*'",
    "__ANON_0": "'..'",
    "__ANON_1": "'->'",
    "_ITEM": "a new line",
    "_BLOCK": "a new block",
    "$END": "the end of the text",
}


def parse(text: str) -> tuple[tuple[syntax.Block, ...], list[Diagnostic]]:
    """The blocks of `text` that could be read, and what was wrong with the rest."""
    diagnostics = [
        Diagnostic(
            Code.TAB,
            Place(number, line.index("\t") + 1),
            "a tab: its width is anybody's guess",
            "indent with spaces",
        )
        for number, line in enumerate(text.splitlines(), 1)
        if "\t" in line
    ][:_MOST_ERRORS]
    lines = text.replace("\t", " ").splitlines()
    while True:
        while lines and not lines[-1].split("#")[0].strip():
            lines.pop()
        try:
            blocks: tuple[syntax.Block, ...] = _Builder().transform(_lark().parse("\n".join(lines)))
        except LayoutError as error:
            fault = error.diagnostic
        except UnexpectedInput as error:
            fault = _fault(error, lines)
        else:
            for block in blocks:
                diagnostics += _too_deep(block)
            return blocks, diagnostics
        diagnostics.append(fault)
        if len(diagnostics) >= _MOST_ERRORS:
            return (), diagnostics
        _blank(lines, fault.place.line)


def _blank(lines: list[str], line: int) -> None:
    """Empty the item that `line` belongs to, or the block if it is the block's first line."""

    def indent(number: int) -> int:
        return len(lines[number]) - len(lines[number].lstrip())

    def is_item(number: int) -> bool:
        stripped = lines[number].strip()
        return bool(stripped) and not stripped.startswith("#")

    last = min(line, len(lines)) - 1
    # Up to the block's first line; the line under that sets the indentation of items.
    head = last
    while head > 0 and not (is_item(head) and indent(head) == 0):
        head -= 1
    if head == last:
        start, margin = head, 0
    else:
        margin = next((indent(k) for k in range(head + 1, last + 1) if is_item(k)), indent(last))
        start = last
        while start > head + 1 and not (is_item(start) and indent(start) <= margin):
            start -= 1
    lines[start] = ""
    for following in range(start + 1, len(lines)):
        if is_item(following) and indent(following) <= margin:
            break
        lines[following] = ""


def _fault(error: UnexpectedInput, lines: list[str]) -> Diagnostic:
    line, column = max(error.line, 1), max(error.column, 1)
    if isinstance(error, UnexpectedCharacters):
        found = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
        if found == '"':
            return Diagnostic(
                Code.SYNTAX, Place(line, column), "this text has no end", "close it with '\"'"
            )
        return Diagnostic(
            Code.SYNTAX,
            Place(line, column),
            f"'{found}' does not belong here",
            _expected(error.allowed or set()),
        )
    token = getattr(error, "token", None)
    expected = getattr(error, "accepts", None) or getattr(error, "expected", None) or set()
    if token is None or token.type in ("$END", "_ITEM", "_BLOCK"):
        # The fault is where the text stopped too early: behind the last word above.
        line = min(line, len(lines))
        if token is not None and token.type != "$END":
            line -= 1
        while line > 1 and not lines[line - 1].split("#")[0].strip():
            line -= 1
        end = len(lines[line - 1].split("#")[0].rstrip()) if lines else 0
        return Diagnostic(
            Code.SYNTAX, Place(line, end + 1), "this ends too early", _expected(expected)
        )
    near = ""
    if token.type == "NAME":
        words = [word.lower() for word in expected if word.lower() in _KEYWORDS]
        near = did_you_mean(token, words) if words else ""
        near = near if near.startswith("did") else ""
    return Diagnostic(
        Code.SYNTAX,
        Place(line, column, len(token)),
        f"'{token}' does not belong here",
        near or _expected(expected),
    )


def _expected(terminals: set[str]) -> str:
    names = sorted({_SAID.get(each, f"'{each.lower()}'") for each in terminals})
    return f"expected {' or '.join(names)}" if 0 < len(names) <= 8 else ""


def _too_deep(block: syntax.Block) -> list[Diagnostic]:
    pending: list[tuple[object, int, Place]] = [(block, 0, block.keyword.place)]
    while pending:
        node, depth, place = pending.pop()
        if depth > _DEEPEST:
            return [
                Diagnostic(
                    Code.TOO_DEEP,
                    place,
                    f"this formula is nested more than {_DEEPEST} deep",
                    "give its parts names with 'define'",
                )
            ]
        if isinstance(node, tuple):
            pending += [(each, depth, place) for each in node]
        elif hasattr(node, "__slots__") and not isinstance(node, Place):
            here = getattr(node, "place", place)
            pending += [(getattr(node, name), depth + 1, here) for name in node.__slots__]
    return []


def _place(meta: Meta) -> Place:
    length = meta.end_column - meta.column if meta.end_line == meta.line else 10**4
    return Place(meta.line, meta.column, max(1, length))


def _word(token: Token) -> syntax.Word:
    return syntax.Word(str(token), Place(token.line or 0, token.column or 0, max(1, len(token))))


@v_args(meta=True)
class _Builder(Transformer[Token, Any]):
    """One method a rule of the grammar."""

    def start(self, meta: Meta, blocks: list[syntax.Block]) -> tuple[syntax.Block, ...]:
        return tuple(blocks)

    # Blocks

    def _block(self, keyword: str, meta: Meta, items: list[Any]) -> syntax.Block:
        return syntax.Block(syntax.Word(keyword, Place(meta.line, 1, len(keyword))), tuple(items))

    def machine(self, meta: Meta, children: list[Any]) -> syntax.Block:
        return self._block("machine", meta, [syntax.Header(_word(children[0]), children[1])])

    def time(self, meta: Meta, items: list[Any]) -> syntax.Block:
        return self._block("time", meta, items)

    def inputs(self, meta: Meta, items: list[Any]) -> syntax.Block:
        return self._block("inputs", meta, items)

    def parameters(self, meta: Meta, items: list[Any]) -> syntax.Block:
        return self._block("parameters", meta, items)

    def definitions(self, meta: Meta, items: list[Any]) -> syntax.Block:
        return self._block("define", meta, items)

    def assumptions(self, meta: Meta, items: list[Any]) -> syntax.Block:
        return self._block("assume", meta, items)

    def outputs(self, meta: Meta, items: list[Any]) -> syntax.Block:
        return self._block("outputs", meta, items)

    def region(self, meta: Meta, children: list[Any]) -> syntax.Block:
        name, text, *items = children
        region = syntax.Region(
            _word(name),
            text,
            tuple(item for item in items if isinstance(item, syntax.Mode)),
            tuple(item for item in items if isinstance(item, syntax.Transition)),
        )
        return self._block("region", meta, [region])

    def requirement(self, meta: Meta, children: list[Any]) -> syntax.Block:
        name, text, *items = children
        requirement = syntax.Requirement(
            _word(name),
            text,
            tuple(source for item in items if isinstance(item, tuple) for source in item),
            tuple(item for item in items if not isinstance(item, tuple)),
        )
        return self._block("requirement", meta, [requirement])

    # Items

    def _setting(self, keyword: str, meta: Meta, children: list[Any]) -> syntax.Setting:
        *amounts, _, sources = children
        return syntax.Setting(keyword, tuple(amounts), sources, _place(meta))

    def step(self, meta: Meta, children: list[Any]) -> syntax.Setting:
        return self._setting("step", meta, children)

    def tolerance(self, meta: Meta, children: list[Any]) -> syntax.Setting:
        return self._setting("tolerance", meta, children)

    def latency(self, meta: Meta, children: list[Any]) -> syntax.Setting:
        return self._setting("latency", meta, children)

    def saturation(self, meta: Meta, children: list[Any]) -> syntax.Setting:
        return self._setting("saturation", meta, children)

    def input(self, meta: Meta, children: list[Any]) -> syntax.Input:
        return syntax.Input(_word(children[0]), *children[1:])

    def output(self, meta: Meta, children: list[Any]) -> syntax.Output:
        return syntax.Output(_word(children[0]), *children[1:])

    def parameter(self, meta: Meta, children: list[Any]) -> syntax.Parameter:
        return syntax.Parameter(_word(children[0]), *children[1:])

    def definition(self, meta: Meta, children: list[Any]) -> syntax.Definition:
        return syntax.Definition(_word(children[0]), *children[1:])

    def assumption(self, meta: Meta, children: list[Any]) -> syntax.Assumption:
        return syntax.Assumption(*children, _place(meta))

    def boolean(self, meta: Meta, children: list[Any]) -> syntax.BooleanType:
        return syntax.BooleanType()

    def enumeration(self, meta: Meta, children: list[Any]) -> syntax.EnumerationType:
        return syntax.EnumerationType(children[0])

    def range(self, meta: Meta, children: list[Any]) -> syntax.RangeType:
        return syntax.RangeType(*children)

    def mode(self, meta: Meta, children: list[Any]) -> syntax.Mode:
        return syntax.Mode(_word(children[0]), children[1], children[2])

    def traits(self, meta: Meta, children: list[Any]) -> tuple[syntax.Word, ...]:
        return tuple(child for child in children if child is not None)

    def trait(self, meta: Meta, children: list[Any]) -> syntax.Word:
        return _word(children[0])

    def transition(self, meta: Meta, children: list[Any]) -> syntax.Transition:
        origins, target, (guard, otherwise), _, serves = children
        return syntax.Transition(origins, _word(target), guard, otherwise, serves, _place(meta))

    def any(self, meta: Meta, children: list[Any]) -> tuple[syntax.Word, ...]:
        return ()

    def origins(self, meta: Meta, children: list[Any]) -> tuple[syntax.Word, ...]:
        names: tuple[syntax.Word, ...] = children[0]
        return names

    def when(self, meta: Meta, children: list[Any]) -> tuple[syntax.Tree | None, bool]:
        return children[0], False

    def otherwise(self, meta: Meta, children: list[Any]) -> tuple[syntax.Tree | None, bool]:
        return None, True

    def always(self, meta: Meta, children: list[Any]) -> tuple[syntax.Tree | None, bool]:
        return None, False

    def sources_item(self, meta: Meta, children: list[Any]) -> tuple[syntax.Source, ...]:
        sources: tuple[syntax.Source, ...] = children[0]
        return sources

    def always_property(self, meta: Meta, children: list[Any]) -> syntax.Property:
        return syntax.Property("always", children[0], _place(meta))

    def never_property(self, meta: Meta, children: list[Any]) -> syntax.Property:
        return syntax.Property("never", children[0], _place(meta))

    def reachable_property(self, meta: Meta, children: list[Any]) -> syntax.Property:
        return syntax.Property("reachable", children[0], _place(meta))

    def from_any_property(self, meta: Meta, children: list[Any]) -> syntax.Property:
        return syntax.Property("from any state", children[0], _place(meta))

    def independent_property(self, meta: Meta, children: list[Any]) -> syntax.Independent:
        return syntax.Independent(_word(children[0]), children[1], _place(meta))

    def every_property(self, meta: Meta, children: list[Any]) -> syntax.Every:
        return syntax.Every(children[0], _place(meta))

    def subject(self, meta: Meta, children: list[Token]) -> str:
        return " ".join(children)

    def names(self, meta: Meta, children: list[Token]) -> tuple[syntax.Word, ...]:
        return tuple(map(_word, children))

    def text(self, meta: Meta, children: list[Token]) -> str:
        return " ".join(child[1:-1] for child in children)

    def sources(self, meta: Meta, children: list[Any]) -> tuple[syntax.Source, ...]:
        return children[0] or ()

    def sources_given(self, meta: Meta, children: list[Any]) -> tuple[syntax.Source, ...]:
        return tuple(children)

    def source(self, meta: Meta, children: list[Any]) -> syntax.Source:
        grade, passage, read_as = children
        return syntax.Source(
            _word(grade), passage[1:-1] if passage else "", str(read_as) if read_as else ""
        )

    def serves(self, meta: Meta, children: list[Any]) -> tuple[syntax.Word, ...]:
        return children[0] or ()

    # Expressions

    def _operator(self, symbol: str, meta: Meta, children: list[Any]) -> syntax.Operator:
        return syntax.Operator(symbol, tuple(children), _place(meta))

    def choose(self, meta: Meta, children: list[Any]) -> syntax.When:
        return syntax.When(*children, _place(meta))

    def implies(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("implies", meta, children)

    def iff(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("iff", meta, children)

    def since(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("since", meta, children)

    def disjoin(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("or", meta, children)

    def conjoin(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("and", meta, children)

    def negate(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("not", meta, children)

    def compare(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        left, symbol, right = children
        return self._operator(str(symbol), meta, [left, right])

    def add(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("+", meta, children)

    def subtract(self, meta: Meta, children: list[Any]) -> syntax.Operator:
        return self._operator("-", meta, children)

    def is_one(self, meta: Meta, children: list[Any]) -> syntax.Membership:
        return syntax.Membership(children[0], (_word(children[1]),), False, _place(meta))

    def is_not(self, meta: Meta, children: list[Any]) -> syntax.Membership:
        return syntax.Membership(children[0], (_word(children[1]),), True, _place(meta))

    def is_in(self, meta: Meta, children: list[Any]) -> syntax.Membership:
        return syntax.Membership(children[0], children[1], False, _place(meta))

    def scale(self, meta: Meta, children: list[Any]) -> syntax.Multiple:
        return syntax.Multiple(_amount(children[0]), children[1], _place(meta))

    def minus(self, meta: Meta, children: list[Any]) -> syntax.Tree:
        operand: syntax.Tree = children[0]
        if isinstance(operand, syntax.Amount) and not operand.digits.startswith("-"):
            return syntax.Amount("-" + operand.digits, operand.unit, _place(meta))
        return syntax.Multiple(syntax.Amount("-1", "", _place(meta)), operand, _place(meta))

    def number(self, meta: Meta, children: list[Any]) -> syntax.Amount:
        return _amount(children[0])

    def name(self, meta: Meta, children: list[Any]) -> syntax.Word:
        return _word(children[0])

    def call(self, meta: Meta, children: list[Any]) -> syntax.Call:
        return syntax.Call(_word(children[0]), children[1], _place(meta))

    def parenthesised(self, meta: Meta, children: list[Any]) -> syntax.Tree:
        tree: syntax.Tree = children[0]
        return tree

    def true(self, meta: Meta, children: list[Any]) -> syntax.Truth:
        return syntax.Truth(True, _place(meta))

    def false(self, meta: Meta, children: list[Any]) -> syntax.Truth:
        return syntax.Truth(False, _place(meta))

    def quantity(self, meta: Meta, children: list[Any]) -> syntax.Amount:
        amount = _amount(children[-1])
        if len(children) == 1:
            return amount
        return syntax.Amount("-" + amount.digits, amount.unit, _place(meta))


def _amount(token: Token) -> syntax.Amount:
    digits = str(token)
    length = next((k for k, c in enumerate(digits) if c not in "0123456789."), len(digits))
    return syntax.Amount(
        digits[:length],
        digits[length:].strip(),
        Place(token.line or 0, token.column or 0, max(1, len(token))),
    )


@cache
def _lark() -> Lark:
    grammar = files("spec.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        propagate_positions=True,
        maybe_placeholders=True,
        postlex=Layout(),  # type: ignore[arg-type]
    )
