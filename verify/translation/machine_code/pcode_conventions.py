"""How functions are called, in the names that P-code has for registers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from verify.translation.machine_code.attributes import Architecture


@dataclass(frozen=True, slots=True)
class Convention:
    """How functions are called.

    Attributes:
        arguments: Registers of parameters, in order; the first one is that of the result, too.
        callers: Registers that must be left as they were.
        others: Registers that hold anything before the call and after it.
        flags: The same, each a truth.
        working: Registers that only the description of the processor has, and those that nothing
            is left in after an instruction.
        zero: The register that is always 0, if there is one.
        mode: The lowest bit of a return address.
    """

    arguments: tuple[str, ...]
    callers: tuple[str, ...]
    others: tuple[str, ...]
    flags: tuple[str, ...]
    working: tuple[str, ...]
    stack: str
    link: str
    zero: str
    mode: int

    @property
    def words(self) -> tuple[str, ...]:
        """All registers that hold words from one instruction to the next."""
        return (*self.arguments, *self.callers, *self.others, self.stack, self.link)


def _numbered(letter: str, *ranges: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{letter}{index}" for each in ranges for index in each)


# Procedure Call Standard for the Arm Architecture (ARM IHI 0042), 6.1.1. In a return address, the
# lowest bit says that the caller is made of Thumb instructions.
_AAPCS = Convention(
    arguments=_numbered("r", range(4)),
    callers=_numbered("r", range(4, 12)),
    others=("r12",),
    flags=("NG", "ZR", "CY", "OV"),
    working=(
        "tmpNG",
        "tmpZR",
        "tmpCY",
        "tmpOV",
        "shift_carry",
        "mult_addr",
        "pc",
        "TB",
        "ISAModeSwitch",
    ),
    stack="sp",
    link="lr",
    zero="",
    mode=1,
)
# RISC-V ABIs Specification, 1.1 and 2.1. Programs set gp and tp once, and for good.
_ILP32 = Convention(
    arguments=_numbered("a", range(8)),
    callers=(*_numbered("s", range(12)), "gp", "tp"),
    others=_numbered("t", range(7)),
    flags=(),
    working=("pc",),
    stack="sp",
    link="ra",
    zero="zero",
    mode=0,
)
CONVENTIONS = {
    Architecture.ARMV6M: _AAPCS,
    Architecture.ARMV7M: _AAPCS,
    Architecture.RV32: _ILP32,
}
