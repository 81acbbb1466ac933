"""A monitor of the right machine catches wrong controllers, in the step in which they go wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from codegen.worst_case import speaks_of_true_time
from spec.language.reader import read, shipped
from spec.machine import Machine
from spec.trace import Trace
from tests.codegen import machines
from tests.codegen.monitors import alone
from tests.codegen.monitors.alone import Alone
from tests.codegen.monitors.replayed import verdicts_along
from tests.faults.seeded import FAULTS, Fault, seeded
from tests.verify import corpus
from verify.prover import Options, verify
from verify.verdict import Violated

# What no monitor of the right machine can see, by fault. What it takes for granted of the clock and
# the pins is wrong there, and what the controller does is long enough for what was promised; or the
# requirement is about nothing but inputs, and a definition or parameter of which the monitor has
# the right one.
UNSEEN = {
    "the hold-off forgets that the clock may be 2 % off": ["R05 1"],
    "the hold-off forgets that the pins may be late": ["R05 1"],
    "a comparison is flipped": ["R09 1"],
    "H at the supply voltage is not high, as printed (I9)": ["R09 1"],
    "power-up connects at once": ["R07 2", "R08 1", "R08 2"],
}
# What is violated there is no matter of one run.
OF_NO_RUN = ("dependent_through_time", "nothing_leads_there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faulty")


@cache
def good(folder: Path) -> Alone:
    """The monitor of the smallBMS as it is."""
    return alone.write(read(shipped())[0], folder / "good", settable=True)


def violations(machine: Machine, *only: str) -> list[tuple[str, int, Trace]]:
    """Every violated property of `machine`, and the run that violates it in its last step."""
    report = verify(machine, options=Options(only=only, margins=False))
    return [
        (each.requirement, each.index, each.answer.trace)
        for result in report.requirements
        for each in result.properties
        if isinstance(each.answer, Violated) and each.answer.trace is not None
    ]


def missed(
    machine: Machine, monitor: Alone, folder: Path, *only: str
) -> tuple[list[str], list[str]]:
    """The violations of requirements that `monitor` judges: all, and those that it missed."""
    controller = machines.write(machine, folder, settable=True)
    terms = {(goal.requirement, goal.index): term for goal, term, _ in monitor.watched.judged}
    found, lost = [], []
    for requirement, index, trace in violations(machine, *only):
        if (requirement, index) not in terms:
            continue
        *before, last = (each[requirement] for each in verdicts_along(trace, controller, monitor))
        seen = not last
        if speaks_of_true_time(terms[requirement, index]):
            # What may have happened was so before it happened.
            seen = seen or not all(before)
        found.append(requirement)
        lost += [] if seen else [f"{requirement} {index + 1}"]
    return found, lost


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_faulty_controller_is_caught_when_it_violates_a_requirement(
    fault: Fault, folder: Path
) -> None:
    monitor = good(folder)
    found, lost = missed(seeded(fault), monitor, folder / "faulty", *fault.refuted)
    assert found
    assert lost == UNSEEN.get(fault.name, [])


@pytest.mark.parametrize("path", corpus.files("violated"), ids=corpus.name)
def test_a_violated_machine_is_caught_by_its_own_monitor(path: Path, folder: Path) -> None:
    machine = corpus.machine(path)
    monitor = alone.write(machine, folder / path.stem / "monitor", settable=True)
    found, lost = missed(machine, monitor, folder / path.stem / "controller")
    assert lost == []
    assert bool(found) is (path.stem not in OF_NO_RUN)
