"""Tables: takes values out of a TOML document, and notes whatever is wrong with them.

A value that is missing or wrong is noted, and another one of its type given, so that all problems
of a file are found in one run. Where anything was noted, no value is to be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from fractions import Fraction
from typing import TypeVar

Member = TypeVar("Member", bound=Enum)

# What is off by half is no tolerance any more. [%]
_HALF = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a board's file.

    Attributes:
        key: Where, dotted: ``analogue.supply.upper_ohm``; empty for the file as such.
        message: What is wrong, in one sentence without a full stop.
        way_out: What to do about it, or empty.
    """

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
        problems: Of the whole document; all its tables write into the same list.
    """

    key: str
    values: Mapping[str, object]
    problems: list[Problem]
    known: list[str] = field(default_factory=list)

    def note(self, name: str, message: str, way_out: str = "") -> None:
        """Note a problem with the value of `name`, or with the table itself if it is empty."""
        key = ".".join(part for part in (self.key, name) if part)
        self.problems.append(Problem(key, message, way_out))

    def take_text(self, name: str) -> str:
        """A string that is not empty."""
        value = self._take(name, "a text")
        if isinstance(value, str) and value:
            return value
        self._wrong(name, value, "a text")
        return ""

    def take_whole(self, name: str, lowest: int, highest: int) -> int:
        """A whole number within the limits."""
        wanted = f"a whole number from {lowest} to {highest}"
        value = self._take(name, wanted)
        # A truth value of Python's is a whole number, too.
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self._wrong(name, value, wanted)
        return lowest

    def take_wholes(self, name: str, lowest: int, highest: int) -> tuple[int, ...]:
        """A list of whole numbers within the limits."""
        wanted = f"a list of whole numbers from {lowest} to {highest}"
        value = self._take(name, wanted)
        if isinstance(value, list) and all(
            isinstance(each, int) and not isinstance(each, bool) and lowest <= each <= highest
            for each in value
        ):
            return tuple(value)
        self._wrong(name, value, wanted)
        return ()

    def take_texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, which may be left out."""
        if name not in self.values:
            self.known.append(name)
            return ()
        value = self._take(name, "a list of texts")
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self._wrong(name, value, "a list of texts")
        return ()

    def take_percent(self, name: str) -> Fraction:
        """A percentage from 0 to below 50, as a ratio."""
        wanted = f"a percentage, a number of at least 0 and less than {_HALF}"
        value = self._take(name, wanted)
        number = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(number, Decimal) and number.is_finite() and 0 <= number < _HALF:
            return Fraction(number) / 100
        self._wrong(name, value, wanted)
        return Fraction(0)

    def take_truth(self, name: str) -> bool:
        """True or false."""
        value = self._take(name, "true or false")
        if isinstance(value, bool):
            return value
        self._wrong(name, value, "true or false")
        return False

    def take_flag(self, name: str) -> bool:
        """True or false; false if it is left out."""
        if name in self.values:
            return self.take_truth(name)
        self.known.append(name)
        return False

    def take_member(self, name: str, kind: type[Member]) -> Member:
        """The member of `kind` whose value is written."""
        wanted = " or ".join(f'"{each.value}"' for each in kind)
        value = self._take(name, wanted)
        for each in kind:
            if each.value == value:
                return each
        self._wrong(name, value, wanted)
        return next(iter(kind))

    def take_table(self, name: str) -> Table:
        """The table `name`; an empty one if there is none, which is noted."""
        value = self._take(name, "a table")
        key = ".".join(part for part in (self.key, name) if part)
        if isinstance(value, Mapping):
            return Table(key, value, self.problems)
        self._wrong(name, value, "a table")
        # What is missing in a table that is missing is not worth a problem each.
        return Table(key, {}, [])

    def take_tables(self, name: str) -> dict[str, Table]:
        """The tables in the table `name`, which may be left out."""
        self.known.append(name)
        if name not in self.values:
            return {}
        inside = self.take_table(name)
        return {each: inside.take_table(each) for each in inside.values}

    def close(self) -> None:
        """Note every key that nobody has taken."""
        for name in self.values:
            if name not in self.known:
                self.note(name, "there is no such key", offer(name, self.known))

    def _take(self, name: str, wanted: str) -> object | None:
        self.known.append(name)
        if name not in self.values:
            self.note(name, "missing", f"write {wanted}")
            return None
        return self.values[name]

    def _wrong(self, name: str, value: object | None, wanted: str) -> None:
        # A value that is missing has been noted; TOML has no null.
        if value is not None:
            self.note(name, f"{_shown(value)} cannot stand here", f"write {wanted}")


def offer(name: str, known: Iterable[str]) -> str:
    """A way out for a name that is not known: the nearest one that is, else all of them."""
    names = list(dict.fromkeys(known))
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known here: {', '.join(names)}" if names else ""


def _shown(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case Mapping():
            return "a table"
        case list():
            return "a list"
        case _:
            return str(value)
