"""Code of the machines around the smallBMS: generated, and the same step for step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.checks import agree
from tests.codegen.machines import VARIANTS, machine, write
from tests.codegen.steps import some_steps
from tests.codegen.toolchain.compilers import ARM, GCC, compile_object
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.spec.smallbms.machines import BATTERY, RECEIVERS, name

STEPS = 1500


@VARIANTS
@pytest.mark.parametrize("path", [BATTERY, *RECEIVERS], ids=name)
def test_code_of_a_machine_runs_as_the_machine_does(
    path: Path, settable: bool, tmp_path: Path
) -> None:
    written = write(machine(path), tmp_path / "code", settable=settable)
    agree(
        [Host(GCC, written.code, tmp_path), CPython(written.code)],
        written,
        *some_steps(written, STEPS, seed=3),
    )
    (source,) = written.code.in_language(".c")
    compile_object(ARM, source, tmp_path)


@VARIANTS
def test_frost_is_below_a_limit_that_is_above_zero_but_might_not_be(
    settable: bool, tmp_path: Path
) -> None:
    # 5U in C would turn -0.1 °C into something far above it, with no compiler warning by default.
    written = write(machine(BATTERY), tmp_path, settable=settable, targets=["c99"])
    for source in written.files:
        assert "COLDEST_CELSIUS 5U" not in source.read_text(encoding="utf-8")
