"""Misuse: what becomes of a receiver on an output that is not made for it."""

from __future__ import annotations

from dataclasses import dataclass

from spec.bank.outputs import Output
from spec.bank.receivers import Role
from spec.bank.rules import Kind

_LOAD, _CHARGE, _WARN = Output.LOAD_DISCONNECT, Output.CHARGE_DISCONNECT, Output.PRE_ALARM


@dataclass(frozen=True, slots=True)
class Misuse:
    """Why a receiver may not hang on an output, and where it belongs."""

    kind: Kind
    reason: str
    way_out: str


_TO_LOAD = "put it on the load disconnect"
_TO_CHARGE = "put it on the charge disconnect"
_TO_EITHER = "put it on the load disconnect or the charge disconnect, by what it switches"
_TO_WARN = "put it on the pre-alarm"
_FLOATS = "the pre-alarm floats while all is well, and a broken wire there is silent"

MISUSES = {
    (Role.LOAD, _CHARGE): Misuse(
        Kind.ERROR,
        "it would run on when a cell is low: the charge disconnect never floats for that",
        _TO_LOAD,
    ),
    (Role.LOAD, _WARN): Misuse(Kind.ERROR, _FLOATS + ": it would run only then", _TO_LOAD),
    (Role.CHARGER, _LOAD): Misuse(
        Kind.ERROR,
        "it would charge on when a cell is high, hot or cold, and a low cell would stop the "
        "charging that it needs: the load disconnect floats for low cells only",
        _TO_CHARGE,
    ),
    (Role.CHARGER, _WARN): Misuse(
        Kind.ERROR, _FLOATS + ": it would charge only then, whatever the cells say", _TO_CHARGE
    ),
    (Role.EITHER, _WARN): Misuse(Kind.ERROR, _FLOATS + ": it would be on only then", _TO_EITHER),
    (Role.ALARM, _LOAD): Misuse(
        Kind.WARNING, "it is on as long as the loads are, and warns of nothing", _TO_WARN
    ),
    (Role.ALARM, _CHARGE): Misuse(
        Kind.WARNING, "it is on as long as charging is allowed, and warns of nothing", _TO_WARN
    ),
}
