"""Which requirement of the shipped closed loop survives which fault, cell by cell."""

from __future__ import annotations

from spec.language.reader import read, shipped
from verify.survival.survival import NONE, survive
from verify.verdict import Verdict, Violated

FAULTS = (
    *("lost_load", "lost_charge", "lost_alarm", "open_loop", "unreadable", "invalid"),
    *("bms_reset", "bank_reset", "stuck_high", "stuck_low", "stuck_closed"),
)
# What is not survived; all else is, and S08 speaks of four of them only.
FAILS = {
    "S11": {"lost_load", "open_loop", "unreadable", "bms_reset"},
    "S12": {"lost_alarm"},
    "S13": {"stuck_high", "stuck_low"},
    "S14": {"lost_load", "lost_charge", "open_loop", "unreadable", "bms_reset"},
    "S15": {"stuck_closed"},
}
BROKEN_WIRES = {"lost_load", "lost_charge", "open_loop", "unreadable"}


def test_which_requirement_survives_which_fault() -> None:
    machine, _ = read(shipped().with_name("closed_loop.system"))
    survival = survive(machine)
    assert tuple(each.name for each in survival.faults) == FAULTS
    ids = [each.id for each in survival.requirements]
    assert ids == [f"S{number:02}" for number in range(1, 16)]
    expected = {(id_, fault): Verdict.PROVED for id_ in ids for fault in (NONE, *FAULTS)}
    expected |= {(id_, each): Verdict.VIOLATED for id_, some in FAILS.items() for each in some}
    expected |= {("S08", each): Verdict.VACUOUS for each in {NONE, *FAULTS} - BROKEN_WIRES}
    assert {key: each.verdict for key, each in survival.outcomes.items()} == expected
    for (_, fault), outcome in survival.outcomes.items():
        for each in outcome.properties:
            if isinstance(each.answer, Violated):
                assert each.answer.trace is not None
                seen = {
                    name
                    for step in each.answer.trace.steps
                    for name in FAULTS
                    if step.definitions[name]
                }
                assert seen == {fault}
