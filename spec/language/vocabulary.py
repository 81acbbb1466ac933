"""Vocabulary: the words that the language itself gives a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from spec.expression import Clock, Temporal

# Every keyword that opens a block, and what an item of that block looks like.
_SHAPES = {
    "time": "step 1 ms .. 500 ms, clock tolerance 1 %, output latency 0 ms .. 50 ms, "
    "or timers saturate at 60 s",
    "inputs": "name : bool, name : {one, other}, or name : 0 V .. 70 V by 1 mV",
    "parameters": "name : 3.5 V, or name : 3.5 V in 3 V .. 4 V",
    "define": "name = expression",
    "assume": "expression",
    "faults": "name = expression",
    "region": "mode name, or mode -> other_mode when expression",
    "outputs": "name : bool = expression, or name : {one, other} = one when expression else other",
    "requirement": "always expression, never expression, reachable expression, "
    'from any state expression, independent output of input, every …, or source S "passage"',
}
_SYSTEM_SHAPES = {
    "parts": "name : file.machine, or name [1 .. 20] : file.machine with setting = 3.5 V",
    "connect": "part.input = expression",
    "expose": "part.input, part.other_input",
}
NAMED_BLOCKS = ("machine", "system", "region", "requirement")


class Dialect(Enum):
    """What a text declares; the value is the keyword that it begins with."""

    MACHINE = "machine"
    SYSTEM = "system"

    @property
    def shapes(self) -> Mapping[str, str]:
        """Every keyword that opens a block, and what an item of that block looks like."""
        if self is Dialect.MACHINE:
            return {"machine": "", **_SHAPES}
        # What a system remembers, its parts do.
        inside = {keyword: shape for keyword, shape in _SHAPES.items() if keyword != "region"}
        return {"system": "", **_SYSTEM_SHAPES, **inside}


# The measured time since the step before.
STEP_TIME = "dt"
# Other things of the world that a run records beside the inputs.
_WORLD = ("true_dt", "latency")

TEMPORAL = {each.value: each for each in Temporal if each is not Temporal.SINCE}
CLOCKS = {each.value: each for each in Clock}
FUNCTIONS = (*TEMPORAL, *CLOCKS, "after")
# Asked about what a part says, where there are several of its kind.
OVER_PARTS = ("any", "all", "min", "max")
# How many of a kind take part, and the time in names of ours.
COUNT = "count"
RESERVED_FOR_PARTS = ("clock", "first")

_KEYWORDS = (
    *("and", "or", "not", "implies", "iff", "since", "is", "in", "when", "else", "true", "false"),
    *("any", "otherwise", "always", "never", "reachable", "for", "by", "source"),
)
# What no value and no mode may be called, because an expression or a transition could not name it.
RESERVED_FOR_MEMBERS = frozenset({*_KEYWORDS, STEP_TIME, "mode"})
RESERVED = frozenset({*_KEYWORDS, *FUNCTIONS, STEP_TIME, *_WORLD})
