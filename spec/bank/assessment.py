"""The assessment of a bank: its figures, and what the rules say of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from spec.bank.bank import Attached, Bank
from spec.bank.batteries import LEFT_AT_LOW_CELL, LEFT_AT_LOW_CELL_PERCENT
from spec.bank.checks import findings
from spec.bank.fuse import Fuse, fuse_for
from spec.bank.outputs import DATASHEET, LIMITS, LOW_CELL_UA, OFF_UA, ON_UA, Limits, Output
from spec.bank.rules import Finding, Kind
from spec.machine import Source

_PER_DAY_HOURS = 24
# Whoever reads ALLOWED must not take it for more than it is.
NOT_LOOKED_AT = (
    "whether the currents that were given are right",
    "what the loads and chargers themselves take and give",
    "cables, contactors and fuses between the batteries, the loads and the chargers",
    "the settings of batteries, receivers and chargers",
)


@dataclass(frozen=True, slots=True)
class Supplied:
    """An output, and what is asked of it.

    Attributes:
        current_ua: Of all that hangs on it, at most.
        empty_mv: When it is high and the bank at its end of discharge.
        nominal_mv: As `empty_mv`, at the nominal voltage.
        charging_mv: As `empty_mv`, at the highest charge voltage.
    """

    output: Output
    limits: Limits
    attached: tuple[Attached, ...]
    current_ua: int
    empty_mv: int
    nominal_mv: int
    charging_mv: int


@dataclass(frozen=True, slots=True)
class Standby:
    """How long a charge lasts if nothing but the smallBMS and its outputs takes from it.

    Neither loads nor the self-discharge of the batteries are counted.

    Attributes:
        condition: Of the smallBMS.
        charge_mah: What there is to take.
        own_ua: What the smallBMS takes for itself.
        outputs_ua: What hangs on those outputs that are high in this condition, at most.
        source: Of `own_ua`, and of the part of the capacity that is left.
    """

    condition: str
    charge_mah: int
    own_ua: int
    outputs_ua: int
    source: Source

    @property
    def alone_days(self) -> Fraction:
        """With nothing on the outputs."""
        return _days(self.charge_mah, self.own_ua)

    @property
    def days(self) -> Fraction:
        """With what hangs on the outputs."""
        return _days(self.charge_mah, self.own_ua + self.outputs_ua)


def _days(charge_mah: int, current_ua: int) -> Fraction:
    return Fraction(charge_mah * 1000, current_ua * _PER_DAY_HOURS)


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that is said of a bank.

    Attributes:
        findings: Errors first, then warnings, then remarks.
    """

    bank: Bank
    supplied: tuple[Supplied, ...]
    fuse: Fuse
    standby: tuple[Standby, ...]
    findings: tuple[Finding, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether no rule forbids it; warnings may stand."""
        return not self.of(Kind.ERROR)

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """The findings of that kind."""
        return tuple(each for each in self.findings if each.kind is kind)


def assess(bank: Bank) -> Assessment:
    """What there is to say of `bank`."""
    return Assessment(
        bank=bank,
        supplied=tuple(_supplied(bank, each) for each in Output),
        fuse=fuse_for(bank),
        standby=_standby(bank),
        findings=findings(bank),
    )


def _supplied(bank: Bank, output: Output) -> Supplied:
    limits = LIMITS[output]
    return Supplied(
        output=output,
        limits=limits,
        attached=bank.on(output),
        current_ua=bank.current_ua(output),
        empty_mv=bank.empty_mv - limits.drop_mv,
        nominal_mv=bank.nominal_mv - limits.drop_mv,
        charging_mv=bank.charging_mv - limits.drop_mv,
    )


def _standby(bank: Bank) -> tuple[Standby, ...]:
    full_mah = bank.capacity_ah * 1000
    left_mah = full_mah * LEFT_AT_LOW_CELL_PERCENT // 100
    load_ua = bank.current_ua(Output.LOAD_DISCONNECT)
    charge_ua = bank.current_ua(Output.CHARGE_DISCONNECT)
    return (
        Standby("remote off", full_mah, OFF_UA, 0, DATASHEET),
        Standby("remote on", full_mah, ON_UA, load_ua + charge_ua, DATASHEET),
        # The charge disconnect stays high: a low cell must be charged.
        Standby("after a low cell", left_mah, LOW_CELL_UA, charge_ua, LEFT_AT_LOW_CELL),
    )
