"""Every shape of the grammar has an example, and every example is read."""

from importlib.resources import files
from pathlib import Path

import pytest
from lark import Lark, TextSlice, Token, Tree

from spec.language.grammar import grammar
from spec.language.layout import Layout
from spec.language.reader import read, shipped

SHAPES = Path(__file__).with_name("shapes.machine")


@pytest.fixture(scope="module")
def trees() -> list[Tree[Token]]:
    """All parse trees of the shapes, built without the builder, so that nothing is left out."""
    text = files("spec.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    options = grammar().options
    plain = Lark(text, parser="lalr", start=options.start, postlex=options.postlex)
    layout = Layout(SHAPES.read_text(encoding="utf-8"))
    found = []
    for section in layout.sections():
        assert section.head is not None
        keyword = layout.content(section.head.first).split()[0]
        stretches = [(section.head, "head"), *((item, keyword) for item in section.items)]
        for stretch, rule in stretches:
            tree = plain.parse(TextSlice(layout.text, *layout.extent(stretch)), start=rule)
            found += [*tree.iter_subtrees()]
    return found


def test_the_shapes_are_read_without_a_word() -> None:
    machine, warnings = read(SHAPES)
    assert machine.name == "shapes"
    assert warnings == ()


def test_the_shipped_machine_is_read_without_a_word() -> None:
    machine, warnings = read(shipped())
    assert machine.name == "smallbms"
    assert warnings == ()


def test_every_rule_has_an_example(trees: list[Tree[Token]]) -> None:
    rules = {
        rule.alias or str(rule.origin.name)
        for rule in grammar().rules
        # What has one part only, and is called '?', leaves no trace of itself.
        if rule.alias or not (rule.options.expand1 or str(rule.origin.name).startswith("_"))
    }
    assert {str(tree.data) for tree in trees} >= rules


def test_everything_optional_has_an_example_with_and_without(trees: list[Tree[Token]]) -> None:
    present: dict[tuple[str, int, int], set[bool]] = {}
    for tree in trees:
        for position, child in enumerate(tree.children):
            key = (str(tree.data), len(tree.children), position)
            present.setdefault(key, set()).add(child is not None)
    assert [key for key, seen in present.items() if seen == {False}] == []


def test_every_word_has_an_example(trees: list[Tree[Token]]) -> None:
    seen = {child.type for tree in trees for child in tree.children if isinstance(child, Token)}
    # Words that carry no meaning beyond their rule are filtered from trees.
    filtered = {"COLON", "COMMA", "EQUAL", "FOR", "LBRACE", "STAR", "_ARROW", "_TO", "BY", "IN"}
    filtered |= {"MODE", "SOURCE", "READ", "AS", "IS", "WHEN", "ELSE"}
    kept = {terminal.name for terminal in grammar().terminals if "IGNORE" not in terminal.name}
    assert kept - filtered - seen == set()
