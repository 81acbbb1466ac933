"""What is written becomes a tree: what belongs together, and where it stands."""

import pytest

from spec.language import syntax
from spec.language.errors import Code
from spec.language.parser import parse


def parsed(text: str) -> syntax.Text:
    tree, diagnostics = parse(text)
    assert diagnostics == []
    return tree


def expression(text: str) -> syntax.Tree:
    (block,) = parsed(f"define\n    it = {text}").blocks
    (item,) = block.items
    assert isinstance(item, syntax.Definition)
    return item.expression


def written(tree: syntax.Tree) -> str:
    """`tree` with a parenthesis around everything that has parts."""
    match tree:
        case syntax.Word(text=text):
            return text
        case syntax.Amount(digits=digits, unit=unit):
            return f"{digits} {unit}".rstrip()
        case syntax.Truth(value=value):
            return str(value).lower()
        case syntax.Call(function=function, argument=argument):
            return f"{function.text}[{written(argument)}]"
        case syntax.Operator(symbol=symbol, operands=(operand,)):
            return f"({symbol} {written(operand)})"
        case syntax.Operator(symbol=symbol, operands=operands):
            return f"({f' {symbol} '.join(map(written, operands))})"
        case syntax.Multiple(factor=factor, operand=operand):
            return f"({written(factor)} * {written(operand)})"
        case syntax.Membership(operand=operand, members=members, negated=negated):
            listed = ", ".join(member.text for member in members)
            return f"({written(operand)} {'not in' if negated else 'in'} {{{listed}}})"
        case syntax.When(then=then, condition=condition, otherwise=otherwise):
            return f"({written(then)} when {written(condition)} else {written(otherwise)})"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("a and b and c", "(a and b and c)"),
        ("not a and b", "((not a) and b)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("a or b implies c or d", "((a or b) implies (c or d))"),
        ("a implies b implies c", "(a implies (b implies c))"),
        ("a or b iff c", "((a or b) iff c)"),
        ("a or b since c and d", "((a or b) since (c and d))"),
        ("a since b implies c since d", "((a since b) implies (c since d))"),
        ("x + y - z < 3 V", "(((x + y) - z) < 3 V)"),
        ("x - (y - z) < 3 V", "((x - (y - z)) < 3 V)"),
        ("2 * x + y > -3 V", "(((2 * x) + y) > -3 V)"),
        ("-x < -(-3 V)", "((-1 * x) < (-1 * -3 V))"),
        ("a is b or c", "((a in {b}) or c)"),
        ("a is not b and c in {d, e}", "((a not in {b}) and (c in {d, e}))"),
        ("not a is b", "(not (a in {b}))"),
        ("x when a else y when b else z", "(x when a else (y when b else z))"),
        ("(x when a else y) == z", "((x when a else y) == z)"),
        ("once(a or b) and rose(c)", "(once[(a or b)] and rose[c])"),
        ("duration(a) >= 30.5 s", "(duration[a] >= 30.5 s)"),
        ("x > 5 and y", "((x > 5) and y)"),
        ("x > 5V and y", "((x > 5 V) and y)"),
        ("x > 20°C or y > 50%", "((x > 20 °C) or (y > 50 %))"),
        ("true and not false", "(true and (not false))"),
        ("a and\n      b # and c\n\n      and d", "(a and b and d)"),
    ],
)
def test_what_belongs_together(text: str, meant: str) -> None:
    assert written(expression(text)) == meant


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("a and b", "a and b"),
        ("(a and b)", "(a and b)"),
        ("(a or b) and (c or d)", "(a or b) and (c or d)"),
        ("once(a or (b))", "once(a or (b))"),
        ("c in {d, e} ", "c in {d, e}"),
        ("-  30.5 s", "-  30.5 s"),
        ("not (a)", "not (a)"),
        ("a when b else c", "a when b else c"),
    ],
)
def test_a_tree_knows_where_it_stands(text: str, under: str) -> None:
    place = expression(text).place
    start = len("    it = ") + text.index(under)
    assert (place.line, place.column, place.length) == (2, start + 1, len(under))


def test_a_place_is_counted_in_characters() -> None:
    text = 'region r "größer als µ, 中文"\n    ä'
    _, (fault,) = parse(text)
    assert (fault.place.line, fault.place.column) == (2, 5)
    (block,) = parsed('requirement R1 "ü"').blocks
    assert block.head.name is not None
    assert block.head.name.place.column == 13


def test_keywords_are_names_where_no_keyword_can_stand() -> None:
    (block,) = parsed("inputs\n    mode : bool\n    step : bool\n    bool : bool").blocks
    names = [item.name.text for item in block.items if isinstance(item, syntax.Input)]
    assert names == ["mode", "step", "bool"]


@pytest.mark.parametrize("name", ["anything", "android", "notch", "inside", "truest", "whenever"])
def test_a_keyword_is_never_found_inside_a_name(name: str) -> None:
    assert written(expression(f"{name} or {name}")) == f"({name} or {name})"


@pytest.mark.parametrize("text", ["a andb", "a orb", "a b", "a isb", "x > 5andy"])
def test_words_are_never_split(text: str) -> None:
    _, diagnostics = parse(f"define\n    it = {text}")
    unit = text == "x > 5andy"
    assert [each.code for each in diagnostics] == ([] if unit else [Code.SYNTAX])


def test_a_fault_costs_its_own_item_only() -> None:
    tree, diagnostics = parse(
        "inputs\n    a : bool\n    b bool\n    c : bool\nregion r\n    mode m"
    )
    assert [each.place.line for each in diagnostics] == [3]
    inputs, region = tree.blocks
    assert [item.name.text for item in inputs.items if isinstance(item, syntax.Input)] == ["a", "c"]
    assert (inputs.complete, region.complete) == (False, True)
    assert tree.lost == {"b", "bool"}


def test_every_fault_of_a_text_is_told() -> None:
    lines = ["inputs", "    a bool", "    b : boll", "outputs", "    c : bool", "define", "    = a"]
    _, diagnostics = parse("\n".join(lines))
    assert [each.place.line for each in diagnostics] == [2, 3, 5, 7]


def test_a_misspelt_block_is_read_as_the_one_that_was_meant() -> None:
    tree, (fault,) = parse('regoin load "x"\n    mode off')
    (block,) = tree.blocks
    assert block.head.keyword.text == "region"
    assert block.head.name is not None
    assert block.head.name.text == "load"
    assert fault.way_out == "did you mean 'region'?"


def test_a_formula_may_be_nested_deeper_than_anybody_reads_it() -> None:
    depth = 20_000
    assert written(expression("(" * depth + "a" + ")" * depth)) == "a"
    # Too deep to be checked, but not to be parsed.
    assert isinstance(expression("not " * depth + "a"), syntax.Operator)


def test_after_a_hundred_errors_the_rest_is_not_looked_at() -> None:
    _, diagnostics = parse("inputs\n" + "    a bool\n" * 300 + "define\n    b = a and\n")
    assert len(diagnostics) == 101
    assert diagnostics[-1].code is Code.TOO_MANY
