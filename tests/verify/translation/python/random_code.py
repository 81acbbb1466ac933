"""Random MicroPython: functions of numbers and truths, of all that is understood."""

from __future__ import annotations

import random

_INPUTS = ("inputs.number", "inputs.other", "state.kept", "inputs.flag")
_CONSTANTS = ("SMALL", "LARGE", "BELOW")
_NUMBERS = (0, 1, 2, 3, 7, 100, 4095, 65_536, 70_000, 500_000_000)
_COMPARISONS = ("<", ">", "==", "<=", ">=", "!=")
ABOVE = """from micropython import const

SMALL = const(5)
LARGE = const(90000)
BELOW = const(-17)
seen = 12


def clipped(x, lowest, highest):
    if x < lowest:
        return lowest
    if x > highest:
        return highest
    return x


def is_near(x, y):
    return x - y < seen and y - x < seen
"""


class Writer:
    """Writes functions, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def function(self, name: str) -> str:
        """A function that shows something."""
        body = ["a = inputs.number", "p = inputs.flag != 0"]
        for _ in range(self._chance.randint(1, 4)):
            body += self._statement(1)
        if self._chance.random() < 0.3:
            body += [f"if {self._truth(2)}:", "    out.shown = a", "    return"]
        body += [f"out.shown = {self._number(3)}", f"state.kept = {self._number(2)}"]
        lines = "\n".join(f"    {each}" for each in body)
        return f"\n\ndef {name}(state, inputs, out):\n{lines}\n"

    def _statement(self, depth: int) -> list[str]:
        kind = self._chance.random()
        if kind < 0.4:
            return [f"a = {self._number(3)}"]
        if kind < 0.6:
            return [f"p = {self._truth(3)}"]
        if kind < 0.7:
            return [f"state.kept = {self._number(3)}"]
        if depth > 2:
            return ["pass"]
        lines = [f"if {self._truth(2)}:"]
        lines += [f"    {each}" for each in self._statement(depth + 1)]
        if self._chance.random() < 0.5:
            lines += [f"elif {self._truth(2)}:"]
            lines += [f"    {each}" for each in self._statement(depth + 1)]
        if self._chance.random() < 0.7:
            lines += ["else:"]
            lines += [f"    {each}" for each in self._statement(depth + 1)]
        return lines

    def _number(self, depth: int) -> str:
        pick = self._chance
        if depth == 0 or pick.random() < 0.2:
            return pick.choice((*_INPUTS, "a", *_CONSTANTS, str(pick.choice(_NUMBERS))))
        left, right = self._number(depth - 1), self._number(depth - 1)
        kind = pick.random()
        if kind < 0.55:
            return f"({left} {pick.choice('+-+-*')} {right})"
        if kind < 0.65:
            return f"({left} >> {pick.randint(0, 31)})"
        if kind < 0.75:
            return f"-({left})"
        if kind < 0.9:
            return f"({left} if {self._truth(depth - 1)} else {right})"
        return f"clipped({left}, {right}, {self._number(depth - 1)})"

    def _truth(self, depth: int) -> str:
        pick = self._chance
        kind = pick.random()
        if depth == 0 or kind < 0.45:
            if pick.random() < 0.15:
                return pick.choice(("p", "True", "False"))
            number = self._number(max(depth - 1, 0))
            return f"{number} {pick.choice(_COMPARISONS)} {self._number(max(depth - 1, 0))}"
        left, right = self._truth(depth - 1), self._truth(depth - 1)
        if kind < 0.7:
            return f"(({left}) {pick.choice(('and', 'or'))} ({right}))"
        if kind < 0.8:
            return f"(not ({left}))"
        if kind < 0.87:
            return f"(({left}) {pick.choice(('==', '!='))} ({right}))"
        if kind < 0.94:
            return f"(({left}) if {self._truth(depth - 1)} else ({right}))"
        return f"is_near({self._number(depth - 1)}, {self._number(depth - 1)})"
