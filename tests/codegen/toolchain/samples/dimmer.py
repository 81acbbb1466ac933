"""A variant: what it may do is a parameter."""


class State:
    """The memory."""


class Inputs:
    """What it sees."""


class Outputs:
    """What it drives."""


class Parameters:
    """What it may do."""


def init(state):
    """Make `state` the first one."""
    state.level = 4294967295


def step(state, inputs, out, parameters):
    """Look, remember, drive."""
    if inputs.asked <= parameters.longest:
        state.level = inputs.asked
    out.level = state.level
    out.below = parameters.slope
