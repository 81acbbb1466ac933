"""What is generated of every machine is proved, from its source and from its bytecode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import shipped
from tests.codegen.machines import MACHINES, VARIANTS, machine
from tests.verify.translation.python.levels import findings, routines_of, text_of
from verify.translation.finding import Outcome
from verify.translation.monitoring import Monitoring

# Its own requirement does not hold from any memory, which is what it is there to show.
TRUSTING = "the_memory_is_trusted"
# No parameters are allowed, so there is nothing to prove.
NOTHING_LEFT = "parameters_that_leave_nothing"


@MACHINES
@VARIANTS
def test_every_function_is_proved_at_both_levels(path: Path, settable: bool) -> None:
    declared = machine(path)
    text = text_of(declared, settable=settable)
    for routine in routines_of(declared, settable=settable):
        given = routine
        if path.stem == TRUSTING:
            given = replace(routine, claims=())
        for finding in findings(text, given).values():
            if (path.stem, routine.name) == (NOTHING_LEFT, "step"):
                assert (finding.outcome, finding.reason) == (Outcome.UNKNOWN, "no call is allowed")
            else:
                assert finding.outcome is Outcome.PROVED, finding


def test_a_requirement_that_the_memory_can_break_is_seen_in_the_code() -> None:
    (path,) = (each for each in MACHINES.args[1] if each.stem == TRUSTING)
    declared = machine(path)
    step = routines_of(declared, settable=False)[0]
    for finding in findings(text_of(declared, settable=False), step).values():
        assert finding.outcome is Outcome.DIFFERS
        assert finding.example is not None
        assert "after a step from any memory" in finding.example.broken


@VARIANTS
def test_monitors_are_proved_too(settable: bool) -> None:
    declared = machine(shipped())
    options = Options(settable=settable, monitors=True)
    text = generate(declared, "micropython", options)["smallbms_monitor.py"]
    watching = Monitoring(declared, settable=settable)
    for routine in (watching.init(), watching.step()):
        for finding in findings(text, routine).values():
            assert finding.outcome is Outcome.PROVED, finding
