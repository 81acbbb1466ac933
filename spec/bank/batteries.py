"""Batteries: the Lithium Battery Smart in all its sizes."""

from __future__ import annotations

from dataclasses import dataclass

from spec.machine import Source

_TECHNICAL_DATA = Source("A", "Lithium Battery Smart, technical data", "")
_OLDER = Source("B", "Lithium Battery Smart, technical data of older models", "")

# Of one cell. While all is well, the voltage of a bank lies between the last two.
_NOMINAL_MV = 3200
_EMPTY_MV = 2800
_CHARGING_MV = 3600
# What the maker counts on when the loads have been cut for a low cell.
LEFT_AT_LOW_CELL_PERCENT = 1
LEFT_AT_LOW_CELL = Source(
    "A", "smallBMS manual, installation: about 1 Ah is left for each 100 Ah", ""
)


@dataclass(frozen=True, slots=True)
class Battery:
    """One model.

    Attributes:
        name: Nominal voltage and capacity: ``12.8/330``.
        cells: In series.
        source: Of the capacity.
    """

    name: str
    cells: int
    capacity_ah: int
    source: Source

    @property
    def nominal_mv(self) -> int:
        """What the energy is counted with (A: technical data)."""
        return self.cells * _NOMINAL_MV

    @property
    def empty_mv(self) -> int:
        """The end of discharge (A: technical data)."""
        return self.cells * _EMPTY_MV

    @property
    def charging_mv(self) -> int:
        """The highest charge voltage (A: technical data)."""
        return self.cells * _CHARGING_MV


def _sizes(cells: int, *capacities_ah: int, source: Source = _TECHNICAL_DATA) -> list[Battery]:
    volts, rest = divmod(cells * _NOMINAL_MV, 1000)
    return [
        Battery(f"{volts}.{rest // 100}/{capacity}", cells, capacity, source)
        for capacity in capacities_ah
    ]


_ALL = (
    *_sizes(4, 50, 100, 160, 180, 200, 330),
    *_sizes(4, 60, 300, source=_OLDER),
    *_sizes(8, 100, 200),
)
BATTERIES: dict[str, Battery] = {
    each.name: each for each in sorted(_ALL, key=lambda each: (each.cells, each.capacity_ah))
}
