"""Outputs: what the smallBMS may be supplied with, and what it may be asked to supply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spec.machine import Source

DATASHEET = Source("S", "table of technical data", "")

SUPPLY_LOWEST_MV = 8_000
SUPPLY_HIGHEST_MV = 70_000
# Own consumption; what the outputs give comes on top.
ON_UA = 2_200
OFF_UA = 1_200
LOW_CELL_UA = 1_200


class Output(Enum):
    """An output of the smallBMS, by its name in descriptions and reports."""

    LOAD_DISCONNECT = "load_disconnect"
    CHARGE_DISCONNECT = "charge_disconnect"
    PRE_ALARM = "pre_alarm"

    @property
    def title(self) -> str:
        """As it stands in a sentence."""
        return self.value.replace("_disconnect", " disconnect").replace("_", "-")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an output can do when it is high.

    Attributes:
        highest_ua: All that hangs on it together, continuously.
        drop_mv: How far below the supply it is.
        is_short_circuit_proof: Else the supply fuse is all that protects it.
        drives_coils: Whether the load may be inductive.
        source: Of all of these.
    """

    highest_ua: int
    drop_mv: int
    is_short_circuit_proof: bool
    drives_coils: bool
    source: Source


LIMITS = {
    Output.LOAD_DISCONNECT: Limits(1_000_000, 100, False, True, DATASHEET),
    # The printed heading of its row is that of the load disconnect.
    Output.CHARGE_DISCONNECT: Limits(
        10_000, 600, True, False, Source("S", "table of technical data", "I4")
    ),
    Output.PRE_ALARM: Limits(1_000_000, 100, False, True, DATASHEET),
}
