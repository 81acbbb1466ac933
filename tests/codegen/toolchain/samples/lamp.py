"""Lit while it is wanted, for a while at most, and never below 0 mV."""

from micropython import const

DARK = const(0)
LIT = const(1)
_LONGEST_MS = const(70000)


class State:
    """The memory."""


class Inputs:
    """What it sees."""


class Outputs:
    """What it drives."""


def init(state):
    """Make `state` the first one."""
    state.mode = DARK
    state.lit_ms = 0


def step(state, inputs, out):
    """Look, remember, drive."""
    if inputs.wanted != 0 and inputs.level_mv >= 0 and state.lit_ms < _LONGEST_MS:
        state.lit_ms = state.lit_ms + inputs.dt_ms if state.mode == LIT else 0
        state.mode = LIT
    else:
        state.lit_ms = 0
        state.mode = DARK
    out.lamp = state.mode
    out.margin_mv = inputs.level_mv * 2
