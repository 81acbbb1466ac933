"""Lines make blocks and items, and lines cut in the wrong place are said to be so."""

import pytest

from spec.language.errors import Code
from spec.language.layout import Layout, Section, Stretch
from spec.language.lines import normalised, significant, width
from spec.language.parser import parse


def sections(text: str) -> list[tuple[int | None, list[tuple[int, int]]]]:
    return [
        (each.head.first if each.head else None, [(item.first, item.last) for item in each.items])
        for each in Layout(text).sections()
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing", []),
        ("a", [(1, [])]),
        ("a\n  b\n  c", [(1, [(2, 2), (3, 3)])]),
        ("a\n  b\n    c\n  d", [(1, [(2, 3), (4, 4)])]),
        ("a\n  b\n\n  # comment\n    c\nd\n    e", [(1, [(2, 5)]), (6, [(7, 7)])]),
        ("a\n    b\n  c\n    d", [(1, [(2, 2), (3, 3), (4, 4)])]),
        ("  a\nb\n  c", [(None, [(1, 1)]), (2, [(3, 3)])]),
        ("  a\n  b", [(None, [(1, 1), (2, 2)])]),
        ("a\n  b # c\n# d\n  e", [(1, [(2, 2), (4, 4)])]),
    ],
)
def test_blocks_and_items(text: str, found: list[tuple[int | None, list[tuple[int, int]]]]) -> None:
    assert sections(text) == found


def test_a_section_knows_how_far_its_items_are_indented() -> None:
    (section,) = Layout("a\n   b\n     c").sections()
    assert section == Section(Stretch(1, 1), (Stretch(2, 3),), 3)


def test_the_extent_of_a_stretch_has_no_comment_behind_it() -> None:
    layout = Layout("a\n  b # c\n    d # e")
    start, end = layout.extent(Stretch(2, 3))
    assert layout.text[start:end] == "  b # c\n    d"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("a # b", "a"),
        ('a "b # c" # d', 'a "b # c"'),
        ('a "b # c', 'a "b # c'),
        ("  # a", ""),
        ("", ""),
        ('"" # "', '""'),
    ],
)
def test_a_comment_does_not_count(line: str, rest: str) -> None:
    assert significant(line) == rest


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_one(end: str) -> None:
    assert normalised("\ufeff" + end.join("abc")) == "a\nb\nc"


def test_the_width_of_a_text_is_that_on_a_terminal() -> None:
    assert [width(text) for text in ("abc", "Ωµ°", "中文", "e\N{COMBINING ACUTE ACCENT}")] == [
        3,
        3,
        4,
        1,
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("  machine m", 1, "'machine' opens a block"),
        ("  a\nmachine m", 1, "this line stands in no block"),
        ("inputs\n    a : bool\n  b : bool", 3, "indented by 2, the items of its block by 4"),
        ("inputs\n    a : bool\n      b : bool", 3, "this line continues the one above it"),
        ("inputs\n    a : bool\nb : bool", 3, "only blocks begin in column 1"),
        ("requirement r\n    always a implies\n    b", 3, "only makes sense with the one above it"),
        ("requirement r\n    always a implies\n  b", 3, "only makes sense with the one above it"),
        ("inputs\n    a : bool\n    outputs", 3, "'outputs' opens a block"),
        ("machine m\n    inputs\n        a : bool", 2, "'inputs' opens a block"),
        ('machine m\n    "title"', 2, "nothing stands under 'machine'"),
    ],
)
def test_lines_cut_in_the_wrong_place(text: str, line: int, message: str) -> None:
    _, (fault,) = parse(text)
    assert (fault.code, fault.place.line) == (Code.LAYOUT, line)
    assert message in fault.message


def test_items_in_the_wrong_place_are_read_all_the_same() -> None:
    text = (
        "machine m\n  inputs\n      a : bool\n        b : bool\n    c : bool\n  define\n    d = a"
    )
    tree, diagnostics = parse(text)
    assert [(each.code, each.place.line) for each in diagnostics] == [
        (Code.LAYOUT, 2),
        (Code.LAYOUT, 4),
        (Code.LAYOUT, 5),
        (Code.LAYOUT, 6),
    ]
    assert [len(block.items) for block in tree.blocks] == [0, 3, 1]
    assert tree.lost == frozenset()


def test_tabs_are_told_once_and_bring_no_other_faults() -> None:
    text = "inputs\n\ta : bool\n    b\t: bool\n\tc : bool"
    tree, (fault,) = parse(text)
    assert (fault.code, fault.place.line, fault.place.column) == (Code.TAB, 2, 1)
    assert "3 lines" in fault.message
    assert len(tree.blocks[0].items) == 3
