"""The sanity battery on assumptions: which of them leave a run nowhere to go."""

from __future__ import annotations

import pytest

from spec.language.reader import read_text
from verify.prover import verify
from verify.verdict import Sanity

TEXT = """machine lamp "a lamp"

time
    step  1 ms .. 500 ms by 1 ms

inputs
    voltage : 0 V .. 5 V by 1 mV
    pressed : bool

parameters
    low  : 2 V by 1 V in 1 V .. 9 V
    high : 4 V by 1 V in 1 V .. 9 V

assume
    {assumption}

outputs
    lit : bool = pressed and voltage > low and voltage < high

requirement L1  "It is lit between the levels."
    always lit implies voltage > low and voltage < high
"""


@pytest.mark.parametrize(
    ("assumption", "stuck"),
    [
        ("low < high", False),
        ("low < high and high != 4 V", False),
        ("low < voltage", True),
        ("low + high < 6 V and low < voltage", True),
        ("not past(past(pressed))", True),
        ("not (pressed and past(pressed))", False),
    ],
)
def test_only_settings_that_may_be_chosen_leave_a_run_without_inputs(
    assumption: str, stuck: bool
) -> None:
    machine = read_text(TEXT.format(assumption=assumption), "lamp.machine")[0]
    found = [each.kind for each in verify(machine).findings]
    assert found == [Sanity.CONTRADICTION] * stuck
