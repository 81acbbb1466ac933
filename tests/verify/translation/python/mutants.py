"""Mutants of a MicroPython module: one token is another one."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_SWAPPED = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "+": "-",
    "-": "+",
    "and": "or",
    "or": "and",
    "not": "",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module in which the token `old` in line `line` is `new`."""

    text: str
    line: int
    old: str
    new: str

    @property
    def name(self) -> str:
        """What a test is called that is about it."""
        return f"{self.line}:{self.old}->{self.new or 'nothing'}"


def mutants(text: str, functions: tuple[str, ...]) -> Iterator[Mutant]:
    """All mutants of the constants and of `functions` in `text`."""
    lines = text.splitlines(keepends=True)
    function = ""
    constants = _constants(text)
    attributes = _attributes(text)
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            continue
        if token.start[1] == 0 and token.type == tokenize.NAME:
            function = "const" if "= const(" in token.line else ""
        if before == "def":
            function = token.string
        if function == "const" or function in functions:
            for new in _instead(token, before, constants, attributes):
                row, column = token.start
                line = lines[row - 1]
                changed = line[:column] + new + line[token.end[1] :]
                whole = "".join([*lines[: row - 1], changed, *lines[row:]])
                yield Mutant(whole, row, token.string, new)
        before = token.string


def _instead(
    token: tokenize.TokenInfo, before: str, constants: list[str], attributes: list[list[str]]
) -> Iterator[str]:
    if token.type == tokenize.NUMBER:
        yield str(int(token.string) + 1)
    elif token.string in _SWAPPED:
        yield _SWAPPED[token.string]
    elif before == ".":
        for names in attributes:
            if token.string in names:
                yield names[(names.index(token.string) + 1) % len(names)]
    elif token.string in constants and token.start[1]:
        yield constants[(constants.index(token.string) + 1) % len(constants)]


def _constants(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines() if "= const(" in line]


def _attributes(text: str) -> list[list[str]]:
    """The attributes of each class."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("class "):
            found.append([])
        elif line.strip().startswith("self."):
            found[-1].append(line.split()[0].removeprefix("self."))
    return found
