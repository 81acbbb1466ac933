"""Banks to change in one thing."""

from __future__ import annotations

from spec.bank.assessment import Assessment, assess
from spec.bank.bank import Attached, Bank, Strings
from spec.bank.batteries import BATTERIES
from spec.bank.description import attached_to
from spec.bank.outputs import Output
from spec.bank.receivers import RECEIVERS
from spec.bank.rules import Kind

LOAD, CHARGE, WARN = Output.LOAD_DISCONNECT, Output.CHARGE_DISCONNECT, Output.PRE_ALARM


def strings(model: str, series: int = 1, parallel: int = 1) -> Strings:
    return Strings(BATTERIES[model], series, parallel)


def attached(
    output: Output,
    name: str,
    current_ua: int | None = None,
    *,
    count: int = 1,
    is_inductive: bool | None = None,
) -> Attached:
    receiver = RECEIVERS[name]
    is_coil = receiver.is_inductive if is_inductive is None else is_inductive
    return attached_to(output, receiver, current_ua, count=count, label="", is_inductive=is_coil)


# Nothing stands against any of these, and nothing is to be said of them but how they are wired.
SWITCHED = (
    attached(LOAD, "battery-protect", 2_000),
    attached(CHARGE, "cyrix-li-charge", 3_000),
    attached(WARN, "alarm-lamp", 30_000),
)


def bank(system_v: int = 24, *of: Strings, on: tuple[Attached, ...] = SWITCHED) -> Bank:
    return Bank("", system_v, of or (strings("25.6/200"),), on)


def found(bank: Bank, kind: Kind | None = None) -> set[str]:
    """The ids of the rules that have something to say of `bank`, wiring aside."""
    assessment: Assessment = assess(bank)
    return {
        each.rule.id
        for each in assessment.findings
        if each.rule.id != "wiring" and kind in (None, each.kind)
    }
