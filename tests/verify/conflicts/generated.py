"""Random requirements on two inputs and two outputs; the same seed, the same text."""

from __future__ import annotations

import random

from spec.language.reader import read_text
from spec.machine import Machine

_HEAD = """machine random_{seed}  "Generated"

time
    step  1 ms .. 2 ms by 1 ms

inputs
    a : bool
    level : 0 V .. 2 V by 1 V
{assume}
region r
    mode low   initial, safe
    mode high

    low -> high when a
    high -> low when not a

outputs
    lamp : {{dark, lit, red}} = lit when r is high else dark
    bell : bool = r is high
"""


class Author:
    """Writes one text."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._seed = seed

    def text(self) -> str:
        """The machine; what its region does has nothing to do with what is required."""
        rnd = self._random
        assume = rnd.choice(("", "", "\nassume\n    not (a and past(a))\n"))
        blocks = [_HEAD.format(seed=self._seed, assume=assume)]
        for k in range(rnd.choice((2, 3, 4))):
            blocks.append(f'requirement P{k}  "?"\n    source A\n    {self._property()}\n')
        return "\n".join(blocks)

    def _given(self) -> str:
        return self._random.choice(("a", "not a", "level > 0 V", "level == 2 V", "rose(a)"))

    def _chosen(self) -> str:
        return self._random.choice(
            ("lamp is lit", "lamp is dark", "lamp is red", "bell", "not bell", "r is high")
        )

    def _looking_back(self) -> str:
        rnd = self._random
        atom = rnd.choice((self._given(), self._chosen(), f"{self._given()} and {self._chosen()}"))
        return rnd.choice(
            (
                f"past({atom})",
                f"fell({atom})",
                f"once({atom})",
                f"duration({atom}) >= {rnd.choice(('1 ms', '2 ms', '3 ms'))}",
                f"duration({atom}) <= {rnd.choice(('1 ms', '2 ms'))}",
            )
        )

    def _property(self) -> str:
        rnd = self._random
        premise = rnd.choice((self._given(), self._looking_back(), self._given()))
        conclusion = rnd.choice((self._chosen(), self._chosen(), self._looking_back()))
        if rnd.random() < 0.15:
            return f"never {premise} and {conclusion}"
        if rnd.random() < 0.1:
            return f"from any state {self._given().replace('rose(a)', 'a')} implies bell"
        return f"always {premise} {rnd.choice(('implies', 'implies', 'iff'))} {conclusion}"


def machine(seed: int) -> Machine:
    """The random machine number `seed`."""
    return read_text(Author(seed).text(), f"random_{seed}.machine")[0]
