"""The C firmware of a machine and a board, as it ships, and its terminals by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from codegen.boards.board import Analogue, Board, Digital
from codegen.boards.board import Level as DigitalLevel
from codegen.generation import generate
from codegen.options import Options
from spec.machine import Machine
from tests.codegen.toolchain.programs import run
from tests.emulation.emulator import Emulator
from tests.emulation.images import Program, read_uf2
from tests.emulation.record import Changed, Event, Level
from tests.emulation.window import Window
from tests.emulation.wiring import AS_IT_COMES, Converter, Setting, Wiring

# Events of one step are of one instant; those of two are about a period apart.
_APART_NS = 1_000_000

# What stands at a terminal: mV, the level that says true or false, or nothing at all.
Terminal = int | bool | Converter | None


@dataclass(frozen=True)
class Firmware:
    """A firmware, built.

    Attributes:
        flash: What the UF2 file writes, as a file.
    """

    machine: Machine
    board: Board
    program: Program
    uf2: Path
    flash: Path

    @cached_property
    def window(self) -> Window:
        """Its debug window."""
        return Window(self.program)

    @property
    def outputs(self) -> dict[str, int]:
        """The pin of each output."""
        return {each.output: each.gpio for each in self.board.outputs}

    def wiring(self, us: float = 0, /, **terminals: Terminal) -> Wiring:
        """What is at the named terminals from now on, for `us`.

        mV are those of the terminal before its divider; the count is what nominal parts give.
        """
        adc: dict[int, int | Converter] = {}
        gpio: dict[int, bool | None] = {}
        for name, given in terminals.items():
            wired = self._wired(name)
            if isinstance(wired, Analogue):
                adc[wired.channel] = given if isinstance(given, Converter) else count(wired, given)
            elif given is None:
                gpio[wired.gpio] = None
            else:
                gpio[wired.gpio] = bool(given) is (wired.level is DigitalLevel.HIGH)
        return Wiring(us, adc=adc, gpio=gpio)

    def poke(self, us: float = 0, /, **members: int) -> Wiring:
        """Set variables of the program, by name, and watch for `us`."""
        symbols = self.program.symbols
        poke = {
            symbols[name].address: value.to_bytes(symbols[name].size, "little")
            for name, value in members.items()
        }
        return Wiring(us, poke=poke)

    def _wired(self, name: str) -> Analogue | Digital:
        wired: Sequence[Analogue | Digital] = (*self.board.analogue, *self.board.digital)
        return next(each for each in wired if each.input == name)


def count(wired: Analogue, voltage: int | None) -> int:
    """What the converter counts of a voltage at the terminal, if every part is nominal."""
    if voltage is None:
        return 0
    return min(round(voltage / wired.chain.nominal), wired.chain.converter.highest)


def build_firmware(machine: Machine, board: Board, folder: Path) -> Firmware:
    """Generate and build, as a user does, into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, text in generate(machine, "pico-c", Options(board=board)).items():
        (folder / name).write_text(text, encoding="utf-8")
    # Options for another make are none of its business.
    run(["make"], folder=folder, environment={"MAKEFLAGS": ""})
    uf2 = folder / f"{machine.name}.uf2"
    flash = folder / "flash"
    flash.write_bytes(read_uf2(uf2))
    return Firmware(machine, board, Program(folder / f"{machine.name}.elf"), uf2, flash)


class Pico(Emulator):
    """An emulated Pico with a firmware of ours.

    At the end of its context it asserts that no output ever was but high, or floating and pulled
    down, and that outputs that changed in one step did so in one instant.
    """

    def __init__(
        self,
        firmware: Firmware,
        around: Mapping[str, Terminal],
        setting: Setting = AS_IT_COMES,
        image: Path | None = None,
    ) -> None:
        """Apply power, with `around` at the terminals; `image` stands for the firmware's own."""
        super().__init__(
            image or firmware.flash, watched=firmware.outputs.values(), setting=setting
        )
        self.firmware = firmware
        self._forgotten: list[Event] = []
        self.wire(**around)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """As of any emulator, and judge the outputs."""
        super().__exit__(kind, error, traceback)
        if error is None:
            self.forget()
            changes = [each for each in self._forgotten if isinstance(each, Changed)]
            assert {each.level for each in changes} <= {Level.HIGH, Level.Z_DOWN}
            times = sorted({each.at_ns for each in changes})
            assert all(b - a > _APART_NS for a, b in pairwise(times))

    def wire(self, us: float = 0, /, **terminals: Terminal) -> None:
        """Change what is at some terminals, and let time go on."""
        self.play([self.firmware.wiring(us, **terminals)])

    @property
    def high(self) -> set[str]:
        """The outputs that are high now; all others float."""
        outputs = self.firmware.outputs
        levels = zip(outputs, self.levels(*outputs.values()), strict=True)
        return {name for name, level in levels if level is Level.HIGH}

    def moments(self, output: str, level: Level) -> list[int]:
        """When an output became high, or began to float, since `forget` [ns]."""
        pin = self.firmware.outputs[output]
        return [each.at_ns for each in self.changes(pin) if each.level is level]

    def read(self, name: str) -> int:
        """A member of the debug window."""
        variable = self.firmware.window.members[name]
        return int.from_bytes(self.peek(variable.address, variable.size), "little")

    def forget(self) -> None:
        """Begin a new record."""
        self._forgotten += self.events
        self.events.clear()
        self.lines.clear()
