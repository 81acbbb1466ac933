"""Reports made by hand on the stair light, one answer of each kind, for the presenters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from smallbms.presenters.lines import WIDTH, plain
from smallbms.presenters.summary import report_lines
from smallbms.reading import Reading, read_specification
from spec.expression import Quantity
from spec.lower import lower
from spec.machine import Always, Machine, Requirement
from spec.reference import replay
from spec.trace import Step, Trace
from verify.verdict import (
    Answer,
    Finding,
    Margin,
    Method,
    PropertyResult,
    Proved,
    Report,
    RequirementResult,
    Sanity,
    Unknown,
    Vacuous,
    Violated,
)

LAMP = Path(__file__).parent / "specs" / "lamp.machine"
BROKEN = Path(__file__).parent / "specs" / "broken.machine"
HALF_A_SECOND = 500


def report_text(report: Report) -> str:
    """`report` as it stands in a log."""
    return plain(report_lines(report, WIDTH))


def reading() -> Reading:
    """The stair light, read under the name by which goldens know it."""
    made = read_specification(LAMP)
    assert made.machine is not None
    machine = replace(made.machine, path="lamp.machine")
    return replace(made, path="lamp.machine", machine=machine)


def lamp() -> Machine:
    machine = reading().machine
    assert machine is not None
    return machine


def requirement(machine: Machine, id_: str) -> Requirement:
    return next(each for each in machine.requirements if each.id == id_)


def inputs(dt: int = HALF_A_SECOND, **values: int) -> dict[str, int]:
    """One step of the stair light: nobody presses, it is a dark and mild night."""
    nominal = {"button": 0, "brightness": 50, "cold": 150, "dt": dt, "true_dt": dt * 100}
    return {**nominal, "latency": 0, **values}


def burns_too_long(machine: Machine) -> Trace:
    """A run that violates L2 in its last step, with nine equal steps before it."""
    [declared] = requirement(machine, "L2").properties
    assert isinstance(declared, Always)
    steps = [inputs(0), inputs(button=1), *[inputs()] * 10]
    return replay(machine, {"burning": 5500}, steps, declared.expression)


def with_button(machine: Machine, button: int) -> Trace:
    """One of two runs that differ in the button."""
    return replay(machine, {}, [inputs(0), inputs(button=button), inputs(20)])


def by_day(machine: Machine) -> Trace:
    """A step from a memory that no run leads to."""
    step = Step(inputs(brightness=300), {"lamp": 1}, {"bulb": 1}, {}, ())
    start = {each.name: 1 for each in lower(machine).state if not each.observed}
    return Trace(machine, {"burning": 5000, "dusk": 200}, (step,), (False,), start)


def seconds_margin(machine: Machine, worst: int, *, attained: bool) -> Margin:
    fine: Quantity = machine.time.fine
    return Margin("stood(bulb is bright)", fine, 500_000, worst, False, attained)


def result(machine: Machine, id_: str, *answers: Answer) -> RequirementResult:
    declared = requirement(machine, id_)
    lines = machine.text.splitlines()
    return RequirementResult(
        declared,
        tuple(
            PropertyResult(
                id_, index, each, lines[each.place.line - 1].strip(), answer, 0.25 * (index + 1)
            )
            for index, (each, answer) in enumerate(zip(declared.properties, answers, strict=True))
        ),
    )


def proved(machine: Machine) -> Report:
    """Everything holds."""
    results = [
        result(machine, each.id, *[Proved(Method.INDUCTION)] * len(each.properties))
        for each in machine.requirements
    ]
    return Report(machine, tuple(results), (), 22, 0.5, 0.25, ("z3", "cvc5"))


def mixed(machine: Machine) -> Report:
    """One answer of each kind, and one finding of each kind."""
    overlap, dead, open_ = machine.regions[0].transitions
    two_runs = (with_button(machine, 1), with_button(machine, 0))
    results = (
        result(
            machine,
            "L1",
            Proved(Method.HOUDINI, margin=seconds_margin(machine, 494_999, attained=True)),
        ),
        result(machine, "L2", Violated(Method.SEARCH, burns_too_long(machine))),
        result(machine, "L3", Violated(Method.SELF_COMPOSITION, *two_runs, "'bulb' differs")),
        result(machine, "L4", Violated(Method.ONE_STEP, by_day(machine))),
        result(machine, "L5", Vacuous("its premise never happens")),
        result(
            machine,
            "L6",
            Proved(Method.WITNESS, witness=with_button(machine, 1)),
            Unknown("60 s were not enough"),
        ),
    )
    findings = (
        Finding(
            Sanity.SILENT_OVERLAP,
            overlap.place,
            "two transitions may fire, and only their order decides",
            "say 'otherwise' in the second",
            fails=False,
            witness=with_button(machine, 1),
        ),
        Finding(Sanity.DEAD_TRANSITION, dead.place, "this never fires", "remove it", fails=True),
        Finding(Sanity.UNDECIDED, open_.place, "undecided whether this fires", "", fails=False),
    )
    return Report(machine, results, findings, 22, 1.5, 0.75)
