"""Tables: takes values out of a description, and notes whatever is wrong with them.

A value that is missing or wrong is noted, and another one of its type given, so that all problems
of a file are found in one run. Where anything was noted, no value is to be used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from spec.bank.places import Key
from spec.bank.wording import current
from spec.language.errors import did_you_mean, listed

Thing = TypeVar("Thing")

_LONGEST_TEXT = 80
_LARGEST_SHOWN = 10**20


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a description.

    Attributes:
        line: From 1; 0 for the file as such.
        key: The key that it is about, or empty.
        message: What is wrong, without a full stop.
        way_out: What to do about it, or empty.
    """

    line: int
    key: str
    message: str
    way_out: str = ""

    def __str__(self) -> str:
        """The key and the message, and the way out in a line of its own."""
        where = f"{self.key}: " if self.key else ""
        return where + self.message + (f"\n    {self.way_out}" if self.way_out else "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the document; every `take_` names a key that it may have.

    Attributes:
        lines: Where the keys of the document stand.
        problems: Of the whole document; all its tables write into the same list.
    """

    key: Key
    values: Mapping[str, object]
    lines: Mapping[Key, int]
    problems: list[Problem]
    known: list[str] = field(default_factory=list)

    def note(self, name: str, message: str, way_out: str = "") -> None:
        """Note a problem with the value of `name`, where it stands or should."""
        key: Key = (*self.key, name)
        while key and key not in self.lines:
            key = key[:-1]
        shown = ".".join(str(each) for each in (*self.key, name) if isinstance(each, str))
        self.problems.append(Problem(self.lines.get(key, 0), shown, message, way_out))

    def take_text(self, name: str, *, needed: bool) -> str:
        """A text of one line; empty if it is left out and not needed."""
        wanted = f"a text of 1 to {_LONGEST_TEXT} characters"
        value = self._take(name, wanted, needed)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and value.isprintable():
            return value
        self._wrong(name, value, wanted)
        return ""

    def take_whole(self, name: str, lowest: int, highest: int, default: int | None = None) -> int:
        """A whole number within the limits; `default`, if there is one, where it is left out."""
        wanted = f"a whole number from {lowest} to {highest}"
        value = self._take(name, wanted, default is None)
        # A truth value of Python's is a whole number, too.
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self._wrong(name, value, wanted)
        return lowest if default is None else default

    def take_microamperes(self, name: str, highest: int) -> int | None:
        """A current given in milliamperes; None if it is left out, or wrong."""
        wanted = f"a number of mA above 0, at most {current(highest)}, in steps of 0.001"
        value = self._take(name, wanted, needed=False)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            found = microamperes(Decimal(value), highest)
            if found is not None:
                return found
        self._wrong(name, value, wanted)
        return None

    def take_flag(self, name: str) -> bool:
        """True or false; false if it is left out."""
        value = self._take(name, "true or false", needed=False)
        if isinstance(value, bool):
            return value
        self._wrong(name, value, "true or false")
        return False

    def take_named(self, name: str, things: Mapping[str, Thing], kind: str) -> Thing:
        """The thing of that name."""
        value = self._take(name, "", needed=False)
        if value is None:
            self.note(name, "missing", listed(list(things)))
        elif isinstance(value, str):
            if value in things:
                return things[value]
            told = f"there is no {kind} '{value}'" if value.isprintable() else f"no {kind}"
            self.note(name, told, did_you_mean(value, things))
        else:
            self._wrong(name, value, f"the name of a {kind}")
        return next(iter(things.values()))

    def take_tables(self, name: str) -> list[Table]:
        """The tables of the array `name`, which may be left out."""
        self.known.append(name)
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            self.note(name, f"{_shown(value)} cannot stand here", f"write [[{name}]] before it")
            return []
        return [
            Table((*self.key, name, number), each, self.lines, self.problems)
            for number, each in enumerate(value)
        ]

    def close(self) -> None:
        """Note every key that nobody has taken."""
        for name in self.values:
            if name not in self.known:
                self.note(name, "there is no such key", did_you_mean(name, self.known))

    def _take(self, name: str, wanted: str, needed: bool) -> object | None:
        self.known.append(name)
        if name not in self.values and needed:
            self.note(name, "missing", f"write {wanted}")
        return self.values.get(name)

    def _wrong(self, name: str, value: object | None, wanted: str) -> None:
        # A value that is missing has been noted, or may be; TOML has no null.
        if value is not None:
            self.note(name, f"{_shown(value)} cannot stand here", f"write {wanted}")


def microamperes(milliamperes: Decimal, highest: int) -> int | None:
    """`milliamperes` as a whole number of microamperes above 0; None if it is none."""
    finest = Decimal("0.001")
    # Before any arithmetic: 1e999999 would take all the memory there is.
    if not milliamperes.is_finite() or not finest <= milliamperes <= highest // 1000:
        return None
    exact = Fraction(milliamperes) * 1000
    return int(exact) if exact.denominator == 1 else None


def _shown(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value[:_LONGEST_TEXT]}"'
        case Mapping():
            return "a table"
        case list():
            return "a list"
        case int() if abs(value) > _LARGEST_SHOWN:
            return "a number as large as this"
        case _:
            return str(value)[:_LONGEST_TEXT]
