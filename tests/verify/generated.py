"""Random machines, small enough to look at every state of each; the same seed, the same text."""

from __future__ import annotations

import random

from spec.language.errors import SpecificationError
from spec.language.reader import read_text
from spec.machine import Machine

_HEAD = """machine random_{seed}  "Generated"

time
    step  1 ms .. {longest} ms by 1 ms{clock}

inputs
    a : bool
    {second}

parameters
    wait : 2 ms in 2 ms .. 3 ms
{assume}
"""


class Author:
    """Writes one machine."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._seed = seed
        rnd = self._random
        self._true_time = rnd.random() < 0.25
        self._second = "b : bool" if rnd.random() < 0.5 else "level : 0 V .. 2 V by 1 V"
        self._modes = {"left": ["l0", "l1", "l2"][: rnd.choice((2, 3))]}
        if rnd.random() < 0.4 and not self._true_time:
            self._modes["right"] = ["r0", "r1"]

    def text(self) -> str:
        """The machine."""
        rnd = self._random
        clock = "\n    timers saturate at  2 ms" if rnd.random() < 0.15 else ""
        if self._true_time:
            clock += "\n    clock tolerance  50 %\n    output latency  0 ms .. 0.5 ms"
        first = f"not ({self._input()} and {self._input()})"
        assume = rnd.choice(("", "", f"\nassume\n    {first}", "\nassume\n    not (a and past(a))"))
        blocks = [
            _HEAD.format(
                seed=self._seed,
                longest=1 if self._true_time else 2,
                clock=clock,
                second=self._second,
                assume=assume,
            )
        ]
        blocks += [self._region(name) for name in self._modes]
        names = list(self._modes["left"])
        lit = ", ".join(rnd.sample(names, rnd.choice((1, len(names) - 1))))
        bell = (
            f"{rnd.choice(list(self._modes))} is {{}} {rnd.choice(('and', 'or'))} {self._input()}"
        )
        bell = bell.format(rnd.choice(self._modes[bell.split(maxsplit=1)[0]]))
        blocks.append(
            "outputs\n"
            f"    lamp : {{dark, lit}} = lit when left in {{{lit}}} else dark\n"
            f"    bell : bool = {bell}\n"
        )
        for k in range(4):
            blocks.append(f'requirement P{k}  "?"\n    {self._property()}\n')
        return "\n".join(blocks)

    def _region(self, name: str) -> str:
        rnd, modes = self._random, self._modes[name]
        lines = [f"region {name}", f"    mode {modes[0]}  initial, safe"]
        lines += [f"    mode {mode}" for mode in modes[1:]]
        for mode in rnd.sample(modes, len(modes)):
            if rnd.random() < 0.35:
                lines.append(f"    any -> {rnd.choice(modes)} when {self._guard()}")
            others = [each for each in modes if each != mode] if rnd.random() < 0.8 else modes
            origins = ", ".join(rnd.sample(modes, 2)) if rnd.random() < 0.2 else mode
            end = "otherwise" if rnd.random() < 0.1 else f"when {self._guard()}"
            lines.append(f"    {origins} -> {rnd.choice(others)} {end}")
        return "\n".join(lines) + "\n"

    def _input(self) -> str:
        other = "b" if self._second.startswith("b") else "level > 0 V"
        return self._random.choice(("a", "not a", other, "level == 2 V" if "V" in other else "b"))

    def _guard(self) -> str:
        rnd = self._random
        region = rnd.choice(list(self._modes))
        atom = rnd.choice(
            (
                f"after({rnd.choice((1, 2, 3, 4))} ms)",
                "after(wait)",
                f"duration({self._input()}) >= {rnd.choice(('1 ms', '2 ms', 'wait'))}",
                f"{region} is {rnd.choice(self._modes[region])}",
            )
        )
        return rnd.choice((self._input(), atom, f"{self._input()} and {atom}", f"not {atom}"))

    def _event(self) -> str:
        rnd = self._random
        return rnd.choice(
            ("lamp is lit", "lamp is dark", "bell", "not bell", "lamp is lit and bell", "a")
        )

    def _lasting(self) -> str:
        rnd = self._random
        clock = "stood" if self._true_time else "duration"
        comparison = rnd.choice((">=", "<=", "<", ">", "=="))
        bound = rnd.choice(("1 ms", "2 ms", "3 ms", "wait"))
        return f"{clock}({self._event()}) {comparison} {bound}"

    def _claim(self) -> str:
        rnd = self._random
        word = rnd.choice(("rose", "fell", "past", "once", "historically"))
        return rnd.choice(
            (
                self._event(),
                self._input(),
                f"{word}({self._event()})",
                f"({self._event()} since {self._event()})",
                self._lasting(),
                self._lasting(),
            )
        )

    def _property(self) -> str:
        rnd = self._random
        if rnd.random() < 0.12:
            return f"independent {rnd.choice(('lamp', 'bell'))} of a"
        if rnd.random() < 0.2:
            return f"reachable {self._claim()} and {self._claim()}"
        if rnd.random() < 0.5:
            return f"never {self._claim()} and {self._claim()} and {self._claim()}"
        conclusion = f"{self._claim()} or {self._input()}" if rnd.random() < 0.5 else self._claim()
        return f"always {self._claim()} and {self._claim()} implies {conclusion}"


def machine(seed: int) -> Machine | None:
    """The random machine number `seed`; None where the language refuses the text."""
    try:
        return read_text(Author(seed).text(), f"random_{seed}.machine")[0]
    except SpecificationError:
        return None
