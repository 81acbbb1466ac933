"""Every machine that code is generated of, and its code, written as an author would write it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from codegen.assembly import assemble
from codegen.generation import STEP_TARGETS, generate
from codegen.naming import Names, names_of
from codegen.options import Options
from codegen.program import Program
from spec.expression import Quantity
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.machine import Machine
from spec.system import Cell, TransitionSystem
from tests.codegen.toolchain.interface import Code, Interface, Member
from tests.verify import corpus

# Beyond their machines, which differ in their text only, code has two variants.
VARIANTS = pytest.mark.parametrize("settable", [False, True], ids=["constant", "settable"])
KITCHEN = Path(__file__).parent / "kitchen.machine"
FILES = (shipped(), KITCHEN, *corpus.files(*corpus.FOLDERS))
MACHINES = pytest.mark.parametrize("path", FILES, ids=corpus.name)
# C has no empty structure.
_STAND_IN = Member("unused", "uint8_t")


@dataclass(frozen=True, slots=True)
class Written:
    """A machine and all code that is generated of it."""

    system: TransitionSystem
    program: Program
    code: Code

    @property
    def files(self) -> tuple[Path, ...]:
        """Sources, headers and modules."""
        return self.code.files


def machine(path: Path) -> Machine:
    """The machine in the file `path`."""
    return read(path)[0]


def write(
    declared: Machine, folder: Path, *, settable: bool, targets: Iterable[str] = STEP_TARGETS
) -> Written:
    """Write the code of `declared` in every language into `folder`, which is made."""
    folder.mkdir(exist_ok=True, parents=True)
    texts: dict[str, str] = {}
    for target in targets:
        texts |= generate(declared, target, Options(settable=settable))
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    system = lower(declared)
    program = assemble(system, settable=settable)
    interface = interface_of(program, names_of(program, prefix="", own=""))
    return Written(system, program, Code(interface, tuple(folder / name for name in texts)))


def interface_of(program: Program, names: Names) -> Interface:
    """What the code of `program` looks like from outside: members in order, with their types.

    Worked out anew: where a writer takes another type, the driver does not compile.
    """
    return Interface(
        names.machine,
        tuple(_member(names.inputs[each.name], each, narrow=False) for each in program.inputs),
        tuple(_member(names.memory[each.name], each, narrow=True) for each in program.memory)
        or (_STAND_IN,),
        tuple(
            Member(
                names.outputs[each.name],
                _type(each.span.lowest, each.span.highest, wide=isinstance(each.type, Quantity)),
            )
            for each in program.machine.outputs
        ),
        tuple(_member(names.settings[each.name], each, narrow=False) for each in program.settings),
    )


def _member(name: str, cell: Cell, *, narrow: bool) -> Member:
    wide = isinstance(cell.type, Quantity) and not narrow
    return Member(name, _type(cell.span.lowest, cell.span.highest, wide=wide))


def _type(lowest: int, highest: int, *, wide: bool) -> str:
    """The narrowest type with room for both, or one of 32 bits."""
    fits = [
        f"{sign}int{bits}_t"
        for bits in ((32,) if wide else (8, 16, 32))
        for sign, (low, high) in (
            ("u", (0, 2**bits - 1)),
            ("", (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)),
        )
        if low <= lowest and highest <= high
    ]
    return fits[0]
