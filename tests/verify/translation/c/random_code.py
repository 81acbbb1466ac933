"""Random C: expressions of numbers of every type, and bodies that branch, switch and call."""

from __future__ import annotations

import random
import re

from tests.verify.translation.c.small import TYPES

_CASTS = (*(kind for kind, _ in TYPES.values()), "bool", "int64_t")
_ARITHMETIC = ("+", "-", "*", "/", "%", "&", "|", "^")
_COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")
_LITERALS = (
    *range(5),
    7,
    8,
    15,
    16,
    31,
    32,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    2147483647,
    2147483648,
    4294967295,
    4294967296,
)
_LOCALS = {"a": "uint32_t", "b": "int32_t", "c": "uint8_t", "d": "bool"}
_DEEPEST = 4


class Code:
    """A source of random C, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def expression(self, depth: int = 0, names: tuple[str, ...] = ()) -> str:
        """An expression of the inputs, and of variables called `names`."""
        pick = self._random
        if depth >= _DEEPEST or pick.random() < 0.1 * depth:
            return self._leaf(names)
        inside = [self.expression(depth + 1, names) for _ in range(3)]
        if not re.search(r"in->|\b[abcd]\b", inside[0]):
            # What is constant is worked out by compilers, who look at nothing then.
            inside[0] = self._input()
        kind = pick.random()
        if kind < 0.45:
            return f"({inside[0]} {pick.choice(_ARITHMETIC)} {inside[1]})"
        if kind < 0.55:
            by = inside[1] if pick.random() < 0.3 else str(pick.randrange(34))
            return f"({inside[0]} {pick.choice(('<<', '>>'))} {by})"
        if kind < 0.65:
            return f"({inside[0]} {pick.choice(_COMPARISONS)} {inside[1]})"
        if kind < 0.75:
            return f"({inside[0]} {pick.choice(('&&', '||'))} {inside[1]})"
        if kind < 0.82:
            return f"{pick.choice('-~!+')}({inside[0]})"
        if kind < 0.92:
            return f"({pick.choice(_CASTS)}){inside[0]}"
        return f"({inside[0]} ? {inside[1]} : {inside[2]})"

    def flat(self) -> str:
        """An expression without parentheses: what binds what is for the reader to know."""
        pick = self._random
        operators = (*_ARITHMETIC, *_COMPARISONS, "<<", ">>", "&&", "||")
        text = self._input()
        for k in range(pick.randrange(2, 7)):
            text += f" {pick.choice(operators)} {pick.choice(('', '', '!', '~', '- '))}"
            text += self._input() if k % 2 else self._leaf(())
        if pick.random() < 0.3:
            text += f" ? {self._leaf(())} : {self._input()} {pick.choice(operators)} 3"
        return text

    def function(self, name: str, head: str, helpers: list[str], result: str) -> str:
        """A function whose body branches, switches, calls `helpers`, and may return early."""
        lines = [f"    {kind} {each} = {self._value()};" for each, kind in _LOCALS.items()]
        if not result:
            lines.append("    out->r = 1;\n    out->t = 2;")
        for _ in range(self._random.randrange(4, 9)):
            lines.append(self._statement(0, helpers, result))
        returned = f"return {self._value()};" if result else "out->t += a;\n    out->r ^= b;"
        body = "\n".join(lines)
        return f"{result or 'void'} {name}{head}{{\n{body}\n    {returned}\n}}\n"

    def _input(self) -> str:
        return f"in->{self._random.choice(tuple(TYPES))}"

    def _leaf(self, names: tuple[str, ...]) -> str:
        pick = self._random
        if pick.random() < 0.6:
            return pick.choice((*names, *names, *(f"in->{each}" for each in TYPES)))
        value = pick.choice(_LITERALS)
        unsigned = "U" if pick.random() < 0.4 and value < 1 << 32 else ""
        return f"{value:#x}{unsigned}" if pick.random() < 0.3 else f"{value}{unsigned}"

    def _value(self) -> str:
        """Small, so that something is left of a run behind it."""
        pick = self._random
        leaf = pick.choice((*_LOCALS, "in->u8", "in->u16", "in->s8", str(pick.randrange(9))))
        if leaf in _LOCALS:
            leaf = str(pick.randrange(100))
        other = pick.choice(("in->u8", "in->s8", "3", "17U"))
        return f"({leaf} {pick.choice('+-&|^')} {other}) & 127"

    def _statement(self, depth: int, helpers: list[str], result: str) -> str:
        pick = self._random
        indent = "    " * (depth + 1)
        kind = pick.random() if depth < 3 else pick.random() * 0.45
        target = pick.choice((*_LOCALS, *(() if result else ("out->r", "out->t"))))
        names = tuple(_LOCALS)
        if kind < 0.25:
            return f"{indent}{target} = {self.expression(2, names)};"
        if kind < 0.35:
            return (
                f"{indent}{target} {pick.choice(('+=', '-=', '^=', '|=', '&='))} {self._value()};"
            )
        if kind < 0.38:
            return f"{indent}{pick.choice(('++a', 'c--', '--a', 'c++'))};"
        if kind < 0.45:
            if helpers:
                return f"{indent}{target} = {pick.choice(helpers)}(in, &a, {self._value()});"
            return f"{indent}c = a > 3U;"
        if kind < 0.55 and depth:
            told = f" {self._value()}" if result else ""
            return f"{indent}return{told};"
        inside = [self._statement(depth + 1, helpers, result) for _ in range(4)]
        condition = self.expression(2, names)
        if kind < 0.75:
            otherwise = f" else {{\n{inside[2]}\n{indent}}}" if pick.random() < 0.6 else ""
            return f"{indent}if ({condition}) {{\n{inside[0]}\n{inside[1]}\n{indent}}}{otherwise}"
        labels = pick.sample(("case 0:", "case 1:", "case 2: case 4:", "default:", "case 7:"), 4)
        cases = [
            f"{indent}{label}\n{each}\n{indent}    {pick.choice(('break;', 'break;', ''))}"
            for label, each in zip(labels, inside, strict=True)
        ]
        body = "\n".join(cases)
        return f"{indent}switch (({condition}) & 7) {{\n{body}\n{indent}}}"
