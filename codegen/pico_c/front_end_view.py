"""What the templates of a front end show: its bus, its cells, its thermistor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from codegen.boards import front_end as chip
from codegen.boards.board import Board
from codegen.boards.front_end import FrontEnd
from codegen.c99.writer import CWriter
from codegen.options import Options
from codegen.pico_c.program_view import ProgramView
from codegen.views import Named

_BUDGET_US = chip.LONGEST_TRANSFERS_MS * 1000
# Of a period of the bus, whose low half is the longer one by its standard.
_LOW_PART, _PARTS = 3, 5


@dataclass(frozen=True, slots=True)
class CellsView:
    """The numbers of a front end, as C wants them."""

    lowest: str
    highest: str
    range: str
    error_mv: int
    error_uv: str
    least_gain: str
    least_uv: str
    most_uv: str
    down_lowest: str
    down_highest: str
    up_lowest: str
    up_highest: str
    coldest: str
    apart: str
    curve: tuple[str, ...]
    connected: tuple[str, ...]
    oldest_ms: int
    budget_us: int


class FrontEndView(ProgramView):
    """What the templates of the front end show."""

    def __init__(self, writer: CWriter, board: Board, options: Options) -> None:
        super().__init__(writer, board, options)
        made = board.front_end
        self.cells = None if made is None else _cells(made)


def readings_of(made: FrontEnd) -> dict[str, str]:
    """The members of the readings, by the inputs of the machine that they are for."""
    return {
        made.lowest: "lowest_mv",
        made.highest: "highest_mv",
        made.temperature: "temperature_decicelsius",
    }


def front_end_wires(made: FrontEnd) -> Iterator[str]:
    """What the pins of the bus are for."""
    cells = ", ".join(f"VC{each}" for each in made.cells)
    yield f"GPIO {made.sda}: SDA of the front end, {made.chip.value}; cells at {cells}."
    yield f"GPIO {made.scl}: SCL of the front end."


def front_end_settings(board: Board, made: FrontEnd) -> Iterator[Named]:
    """The numbers of the bus."""
    # Never faster than the bus: what the block adds of its own makes it slower.
    period = ceil(board.system_hz / chip.BUS_HZ)
    low = ceil(period * _LOW_PART / _PARTS)
    told = [
        ("SDA_GPIO", made.sda, "The bus of the front end."),
        ("SCL_GPIO", made.scl, ""),
        ("FRONT_END_ADDRESS", made.address, ""),
        ("SCL_HIGH", period - low, f"Cycles of the system clock: at most {chip.BUS_HZ} Hz."),
        ("SCL_LOW", low, ""),
        ("SDA_HOLD", ceil(board.system_hz * chip.HOLD_NS / 10**9), ""),
        ("BUS_US", _BUDGET_US, "What a step may take for the bus, whatever happens there."),
    ]
    for name, value, comment in told:
        yield Named(f"BOARD_{name}", f"{value}U", comment)


def _cells(made: FrontEnd) -> CellsView:
    return CellsView(
        lowest=made.lowest,
        highest=made.highest,
        range=f"{chip.CELL_MV.lowest} mV to {chip.CELL_MV.highest} mV",
        error_mv=made.error_mv,
        error_uv=f"{made.error_uv}U",
        least_gain=f"{chip.LEAST_GAIN_UV}U",
        least_uv=f"{chip.CELL_MV.lowest * 1000}U",
        most_uv=f"{chip.CELL_MV.highest * 1000}U",
        down_lowest=f"{made.lowest_span.lowest}U",
        down_highest=f"{made.lowest_span.highest}U",
        up_lowest=f"{made.highest_span.lowest}U",
        up_highest=f"{made.highest_span.highest}U",
        coldest=f"({made.thermistor.first})",
        apart=f"{made.thermistor.apart}U",
        curve=tuple(f"{each}U" for each in made.thermistor.counts),
        connected=tuple(f"{each}U" for each in made.cells),
        oldest_ms=made.oldest_ms,
        budget_us=_BUDGET_US,
    )
