"""The supply fuse: all that protects load disconnect and pre-alarm from a short circuit.

The datasheet asks for 0.3 A to 2.5 A, by what hangs on these two outputs, and says no more. Both
are high at once while the pre-alarm stands (R13), so the fuse carries both. With their limits,
1 A and 1 A, it is 2.5 A that is printed: a quarter more than the current. The same quarter is
asked for below (D34).
"""

from __future__ import annotations

from dataclasses import dataclass

from spec.bank.bank import Bank
from spec.bank.outputs import LIMITS, Output
from spec.machine import Source

LOWEST_UA = 300_000
HIGHEST_UA = 2_500_000
RANGE = Source("S", "table of technical data: supply cable and fuse", "")
CHOICE = Source("D34", "", "")
# The R10 series, in which fuses of IEC 60127 are made.
RATINGS_UA = (
    315_000, 400_000, 500_000, 630_000, 800_000, 1_000_000, 1_250_000, 1_600_000, 2_000_000,
    2_500_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fuse:
    """What the supply fuse must be.

    Attributes:
        carried_ua: Load disconnect and pre-alarm together.
        needed_ua: Its rating at least.
        rating_ua: The one to take; None if an output is asked for more than it may give.
        voltage_mv: What it must be able to interrupt, DC, at least.
    """

    carried_ua: int
    needed_ua: int
    rating_ua: int | None
    voltage_mv: int


def fuse_for(bank: Bank) -> Fuse:
    """The smallest usual fuse that carries what hangs on load disconnect and pre-alarm."""
    carried = bank.current_ua(Output.LOAD_DISCONNECT) + bank.current_ua(Output.PRE_ALARM)
    # Rounded up: a fuse may not be too small by a fraction either.
    needed = max(LOWEST_UA, -(-carried * 5 // 4))
    is_overloaded = any(bank.current_ua(each) > LIMITS[each].highest_ua for each in Output)
    usual = (each for each in RATINGS_UA if each >= needed and not is_overloaded)
    return Fuse(
        carried_ua=carried,
        needed_ua=needed,
        rating_ua=next(usual, None),
        voltage_mv=bank.charging_mv,
    )
