"""All machines, compiled at all levels by both compilers, against all that they must do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.machines import MACHINES, VARIANTS
from tests.codegen.toolchain.compilers import ARM, Compiler
from tests.verify.translation.machine_code import compiled
from verify.translation.finding import Outcome
from verify.translation.machine_code.validation import validate

# Not proved, and rightly so.
_WRONG = {"the_memory_is_trusted"}
_NEVER_CALLED = {"parameters_that_leave_nothing"}


@MACHINES
@VARIANTS
@pytest.mark.parametrize("compiler", [ARM, compiled.CLANG], ids=["gcc", "clang"])
@pytest.mark.parametrize("optimisation", ["-O0", "-O1", "-Os", "-O2", "-O3"])
def test_it_is_proved(path: Path, settable: bool, compiler: Compiler, optimisation: str) -> None:
    image = compiled.build(path, settable=settable, optimisation=optimisation, compiler=compiler)
    for name, routine in compiled.routines(path, settable=settable).items():
        finding = validate(image, routine, name, extrema=False)
        if routine.name == "step" and path.stem in _WRONG:
            assert finding.outcome is Outcome.DIFFERS
            assert finding.example is not None
            assert finding.example.broken.startswith("not so: N1")
        elif routine.name == "step" and path.stem in _NEVER_CALLED:
            assert finding.outcome is Outcome.UNKNOWN
        else:
            assert finding.outcome is Outcome.PROVED, finding
