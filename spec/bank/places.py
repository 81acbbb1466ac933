"""Places: in which line of a TOML text each key stands.

tomllib does not say. A text is a row of statements, each of one line or more and each a text
of its own; so the lines are read until they are one, and what is in it stands where it began.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

Key = tuple[str | int, ...]


def places(text: str) -> dict[Key, int]:
    """The line, from 1, of every table and key of `text`, which must be TOML."""
    found: dict[Key, int] = {}
    counts: Counter[Key] = Counter()
    table: Key = ()
    for line, statement in _statements(text):
        inside = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _header(inside, counts)
            found.setdefault(table, line)
            if isinstance(table[-1], int):
                found.setdefault(table[:-1], line)
        else:
            for key in _keys(inside):
                found.setdefault(table + key, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Every statement with the line that it begins in; blank lines and comments too."""
    pending, first = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        pending += line + "\n"
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        yield first, pending
        pending, first = "", number + 1


def _header(inside: object, counts: Counter[Key]) -> Key:
    """The key of the table that a header opens; of an array of tables, the next one."""
    key: Key = ()
    while inside:
        if isinstance(inside, list):
            counts[key] += 1
            return (*key, counts[key] - 1)
        assert isinstance(inside, Mapping)
        ((name, inside),) = inside.items()
        key = (*key, name)
    return key


def _keys(inside: object) -> Iterator[Key]:
    items: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(inside, Mapping):
        items = iter(inside.items())
    elif isinstance(inside, list):
        items = iter(enumerate(inside))
    for name, value in items:
        yield (name,)
        for key in _keys(value):
            yield (name, *key)
