"""Every key of a text is found in the line where it stands."""

from __future__ import annotations

from spec.bank.description import shipped
from spec.bank.places import places

TEXT = '''
# a comment with x = 1 and [a]
title = "one"  # and [b]
list = [
    1,  # x = 2
    [2, { key = 3 }],
]
text = """
[no.table]
no = "key"
"""
inline = { first = 1, second.third = 2 }

[table]
key = 1
dotted . "a key" = 2

[table.below]
key = 1

[[array]]
key = 1

[[array]]

other = 2
'''


def test_keys_stand_where_their_statement_begins() -> None:
    found = places(TEXT)
    assert found[("title",)] == 3
    assert found[("list",)] == found[("list", 1, 1, "key")] == 4
    assert found[("text",)] == 8
    assert found[("inline", "second", "third")] == 12
    assert (found[("table",)], found[("table", "key")]) == (14, 15)
    assert found[("table", "dotted", "a key")] == 16
    assert (found[("table", "below")], found[("table", "below", "key")]) == (18, 19)
    assert found[("array",)] == 21
    assert (found[("array", 0)], found[("array", 0, "key")]) == (21, 22)
    assert (found[("array", 1)], found[("array", 1, "other")]) == (24, 26)
    assert ("no",) not in found
    assert ("array", 1, "key") not in found


def test_line_ends_of_another_system_count_the_same() -> None:
    assert places(TEXT.replace("\n", "\r\n")) == places(TEXT)


def test_every_key_of_the_example_is_in_its_line() -> None:
    text = shipped().read_text(encoding="utf-8")
    lines = text.splitlines()
    found = places(text)
    assert len(found) > 20
    for key, line in found.items():
        name = key[-1] if isinstance(key[-1], str) else key[-2]
        assert str(name) in lines[line - 1]
