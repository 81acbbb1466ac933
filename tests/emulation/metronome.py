"""The sample firmware that the emulators are tested with: `samples/metronome.c`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.codegen.toolchain.compilers import ARM, compile_object, link
from tests.emulation.emulator import Emulator
from tests.emulation.images import Program, sealed
from tests.emulation.wiring import Wiring

_SAMPLES = Path(__file__).parent / "samples"
PERIOD_US = 10_000


@dataclass(frozen=True, slots=True)
class Metronome:
    """The firmware, built."""

    image: Path
    program: Program

    def read(self, emulator: Emulator, name: str) -> int:
        """A member of its window."""
        return emulator.peek_word(self.address(name))

    def ask(self, us: float, **wanted: int) -> Wiring:
        """Set members of its window, and let time go on."""
        poke = {self.address(name): value.to_bytes(4, "little") for name, value in wanted.items()}
        return Wiring(us, poke=poke)

    def address(self, name: str) -> int:
        """Of a member of its window."""
        return self.program.members("window")[name].address


def build_metronome(folder: Path) -> Metronome:
    """Compile and link it into `folder`."""
    compiled = compile_object(ARM, _SAMPLES / "metronome.c", folder)
    script = _SAMPLES / "metronome.ld"
    elf = folder / "metronome.elf"
    link(ARM, [compiled], elf, options=("-nostdlib", "-static", "-T", str(script)))
    program = Program(elf)
    image = folder / "metronome.bin"
    image.write_bytes(sealed(program.flash))
    return Metronome(image, program)
