"""The monitors in C of every machine are proved, and one that forgives is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import shipped
from tests.codegen.machines import MACHINES, machine
from verify.translation.c.validation import validate
from verify.translation.finding import Finding, Outcome
from verify.translation.monitoring import Monitoring


def monitored(path: Path, *, settable: bool) -> tuple[Monitoring, dict[str, str]]:
    declared = machine(path)
    options = Options(settable=settable, monitors=True)
    return Monitoring(declared, settable=settable), generate(declared, "c99", options)


def findings(monitoring: Monitoring, files: dict[str, str]) -> list[Finding]:
    prefix = f"{monitoring.machine.name}_monitor"
    return [
        validate(files, f"{prefix}.c", each, f"{prefix}_{each.name}")
        for each in (monitoring.init(), monitoring.step())
    ]


@MACHINES
def test_all_monitors_are_proved(path: Path) -> None:
    # Half of them with parameters that are given at run time.
    monitoring, files = monitored(path, settable=len(path.stem) % 2 == 0)
    found = findings(monitoring, files)
    assert [(each.outcome, each.reason) for each in found] == [(Outcome.PROVED, "")] * 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("low_cell_always = 1U", "low_cell_always = 0U", ""),
        ("low_cell_always != 0U)) ? 1U : 0U", "low_cell_always != 0U)) ? 1U : 1U", ""),
        # Forgives, and accuses.
        (" || (in->too_hot != 0U)", "", "R03 holds whenever the monitor says so"),
        (
            "(in->remote_h_mv > (in->supply_mv + SMALLBMS_H_OVER_MV))",
            "(in->remote_h_mv >= (in->supply_mv + SMALLBMS_H_OVER_MV))",
            "R08 may be violated whenever the monitor says so",
        ),
    ],
)
def test_a_monitor_that_is_wrong_is_found_out(old: str, new: str, told: str) -> None:
    monitoring, files = monitored(shipped(), settable=False)
    file = "smallbms_monitor.c"
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    wrong = [each for each in findings(monitoring, files) if each.outcome is not Outcome.PROVED]
    assert len(wrong) == 1
    assert wrong[0].outcome is Outcome.DIFFERS
    assert wrong[0].example is not None
    assert told in wrong[0].example.broken
