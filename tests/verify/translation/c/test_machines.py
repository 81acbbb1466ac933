"""The C of every machine is proved, with its parameters constant and at run time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.machines import FILES, VARIANTS
from tests.verify import corpus
from tests.verify.translation.c.routines import findings, written
from verify.translation.finding import Outcome

# What is required of any memory is not so, and the code is no better than the machine.
UNSAFE = [each for each in FILES if each.stem == "the_memory_is_trusted"]
# No parameters are allowed, so no step ever is.
NEVER_STEPS = [each for each in FILES if each.stem == "parameters_that_leave_nothing"]
RIGHT = [each for each in FILES if each not in (*UNSAFE, *NEVER_STEPS)]


@pytest.mark.parametrize("path", RIGHT, ids=corpus.name)
@VARIANTS
def test_all_functions_are_proved(path: Path, settable: bool) -> None:
    system, files = written(path, settable=settable)
    found = findings(system, files, settable=settable)
    assert [(each.subject, each.outcome, each.reason) for each in found] == [
        (each.subject, Outcome.PROVED, "") for each in found
    ]
    # Each comes with the questions that another solver can be asked.
    asked = [{name.split()[0] for name in each.queries or ()} for each in found]
    assert all(each == {"equal", "safe"} for each in asked)


@pytest.mark.parametrize("path", UNSAFE, ids=corpus.name)
@VARIANTS
def test_what_is_required_of_any_memory_is_required_of_the_code(path: Path, settable: bool) -> None:
    system, files = written(path, settable=settable)
    started, stepped = findings(system, files, settable=settable)
    assert (started.outcome, stepped.outcome) == (Outcome.PROVED, Outcome.DIFFERS)
    assert stepped.example is not None
    assert stepped.example.broken == "not so: N1 after a step from any memory"


@pytest.mark.parametrize("path", NEVER_STEPS, ids=corpus.name)
@VARIANTS
def test_nothing_is_said_of_calls_that_cannot_be_made(path: Path, settable: bool) -> None:
    system, files = written(path, settable=settable)
    stepped = findings(system, files, settable=settable)[1]
    assert (stepped.outcome, stepped.reason) == (Outcome.UNKNOWN, "no call is allowed")
