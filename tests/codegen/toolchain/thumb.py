"""Generated C as Thumb code for the Cortex-M0+ of a Pico, run by the Unicorn emulator.

Only the code, 64 KiB of RAM and the rows are there: an access to anything else is an error,
and so is an instruction that a Cortex-M0 does not have.
"""

from __future__ import annotations

from pathlib import Path

from elftools.elf.elffile import ELFFile
from unicorn import UC_ARCH_ARM, UC_MODE_MCLASS, UC_MODE_THUMB, UC_PROT_READ, Uc
from unicorn.arm_const import (
    UC_ARM_REG_LR,
    UC_ARM_REG_R0,
    UC_ARM_REG_R1,
    UC_ARM_REG_R2,
    UC_ARM_REG_SP,
    UC_CPU_ARM_CORTEX_M0,
)
from unicorn.unicorn_const import UC_PROT_EXEC, UC_PROT_WRITE

from tests.codegen.toolchain.compilers import ARM, link_bare
from tests.codegen.toolchain.driven import DRIVERS, compile_driven
from tests.codegen.toolchain.interface import Batch, Code, Result

_FLASH, _FLASH_SIZE = 0x1000_0000, 0x20_0000
_RAM, _RAM_SIZE = 0x2000_0000, 0x1_0000
_RETURN, _PAGE = 0x3000_0000, 0x1000
_ROWS, _RESULTS, _EXCHANGED = 0x4000_0000, 0x5000_0000, 0x20_0000
_CELL = 8


class Thumb:
    """A runner, in this process."""

    def __init__(
        self,
        code: Code,
        folder: Path,
        *,
        optimisation: str = "-Os",
    ) -> None:
        """Compile and link into `folder`; the ELF is `elf`."""
        self.name = f"thumb {optimisation}"
        objects = compile_driven(ARM, code, folder, optimisation=optimisation, options=())
        target = folder / f"{code.interface.name}-thumb{optimisation}.elf"
        self.elf = link_bare(objects, target, DRIVERS / "thumb.ld", "batch_run")

    def run(self, batch: Batch) -> list[Result]:
        """Take every step.

        Raises:
            unicorn.UcError: An access or an instruction that is not allowed.
        """
        machine, entry = self._machine()
        interface = batch.interface
        row = _CELL * (1 + len(interface.row))
        result = _CELL * (len(interface.state) + len(interface.outputs))
        at_once = _EXCHANGED // max(row, result)
        cells, results = batch.as_bytes(), bytearray()
        for first in range(0, batch.count, at_once):
            count = min(at_once, batch.count - first)
            machine.mem_write(_ROWS, cells[first * row : (first + count) * row])
            machine.reg_write(UC_ARM_REG_R0, _ROWS)
            machine.reg_write(UC_ARM_REG_R1, _RESULTS)
            machine.reg_write(UC_ARM_REG_R2, count)
            machine.reg_write(UC_ARM_REG_SP, _RAM + _RAM_SIZE)
            machine.reg_write(UC_ARM_REG_LR, _RETURN | 1)
            machine.emu_start(entry | 1, _RETURN)
            results += machine.mem_read(_RESULTS, count * result)
        return batch.results(bytes(results))

    def _machine(self) -> tuple[Uc, int]:
        """A machine as after reset, its RAM all 0, and the address of the driver."""
        machine = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        machine.ctl_set_cpu_model(UC_CPU_ARM_CORTEX_M0)
        machine.mem_map(_FLASH, _FLASH_SIZE, UC_PROT_READ | UC_PROT_EXEC)
        machine.mem_map(_RETURN, _PAGE, UC_PROT_READ | UC_PROT_EXEC)
        machine.mem_map(_RAM, _RAM_SIZE, UC_PROT_READ | UC_PROT_WRITE)
        machine.mem_map(_ROWS, _EXCHANGED, UC_PROT_READ)
        machine.mem_map(_RESULTS, _EXCHANGED, UC_PROT_READ | UC_PROT_WRITE)
        with self.elf.open("rb") as stream:
            elf = ELFFile(stream)
            for segment in elf.iter_segments("PT_LOAD"):
                machine.mem_write(segment["p_vaddr"], segment.data())
            return machine, int(elf.header["e_entry"])
