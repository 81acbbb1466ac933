"""Boards: which pin serves which input and output of a machine, and how well it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from codegen.boards.front_end import FrontEnd
from spec.conversion import Chain, Conversion, Converter

ADC_GPIO = 26


class Level(Enum):
    """The voltage of a pin, as a digit."""

    LOW = "low"
    HIGH = "high"


class Pull(Enum):
    """What holds an input whose wire is open."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Analogue:
    """An input of the machine that is measured.

    Attributes:
        channel: Of the converter, 0 to 2.
    """

    input: str
    channel: int
    chain: Chain
    conversion: Conversion

    @property
    def gpio(self) -> int:
        """The pin of the channel."""
        return ADC_GPIO + self.channel


@dataclass(frozen=True, slots=True)
class Digital:
    """An input of the machine that is true or false.

    Attributes:
        level: Of the pin while the input is true.
        safe: What the machine is to read when the wire is open.
        unsafe_when_open: The author knows that it is not what it will read.
    """

    input: str
    gpio: int
    level: Level
    pull: Pull
    safe: bool
    unsafe_when_open: bool

    @property
    def reads_safe_when_open(self) -> bool:
        """Whether an open wire reads as what is safe, for certain."""
        if self.pull is Pull.NONE:
            return False
        return self.safe is ((self.pull is Pull.UP) is (self.level is Level.HIGH))


@dataclass(frozen=True, slots=True)
class Output:
    """An output of the machine; its pin is high for one value and floats for every other.

    Attributes:
        driven: The member of the output's type for which the pin is high; a boolean's are
            ``false`` and ``true``.
        value: Its number.
    """

    output: str
    gpio: int
    driven: str
    value: int


@dataclass(frozen=True, slots=True)
class Board:
    """A board with an RP2040, wired for one machine.

    Attributes:
        machine: Name of the machine.
        crystal_ppm: How far the crystal may be off, over temperature and age.
        period_ms: From step to step.
        uart_tx: GPIO of the status line; `uart_rx` of the line back, which is only reserved.
        converter: None where nothing is measured.
        health: The input that says whether all measured inputs are valid; None where none is
            measured.
        analogue: In the order of the machine's inputs, as `digital`.
        front_end: What measures cells; None where nothing does.
        outputs: In the order of the machine's.
        unconnected: Outputs of the machine that have no pin, on purpose: those of parts of a
            system that only other parts read.
        path: Of the file, as the user gave it.
        text: Of the file.
    """

    name: str
    title: str
    machine: str
    system_hz: int
    crystal_hz: int
    crystal_ppm: int
    period_ms: int
    watchdog_ms: int
    baud: int
    uart_tx: int
    uart_rx: int
    converter: Converter | None
    analogue: tuple[Analogue, ...]
    digital: tuple[Digital, ...]
    health: str | None
    front_end: FrontEnd | None
    outputs: tuple[Output, ...]
    unconnected: tuple[str, ...]
    path: str
    text: str

    @property
    def is_measured(self) -> bool:
        """Whether there are readings that may be wrong."""
        return bool(self.analogue) or self.front_end is not None

    @property
    def crystal_tolerance(self) -> Fraction:
        """`crystal_ppm` as a ratio."""
        return Fraction(self.crystal_ppm, 10**6)
