"""A monitor alone, as a machine for every runner: it is shown anything, also what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from codegen.assembly import assemble
from codegen.generation import generate
from codegen.naming import names_of
from codegen.options import Options
from spec.draft import mode_name
from spec.lower import lower
from spec.machine import Machine
from spec.system import Constant, StateVariable
from tests.codegen.machines import interface_of
from tests.codegen.monitors.watching import Watched
from tests.codegen.toolchain.interface import Code, Interface, Member

_DRIVERS = Path(__file__).parent / "drivers"
_NAME = "watched"
_BYTE = "uint8_t"


@dataclass(frozen=True)
class Alone:
    """The code of a monitor, and what the members of its interface stand for.

    Attributes:
        watched: What it watches.
        code: Its inputs are the machine's, then its outputs, then its modes if they are read;
            its outputs the verdicts, and whether all hold.
        inputs: For each input the name in the system.
        memory: For each member of the state.
        settings: For each parameter.
        requirements: The ids behind the verdicts.
        own: The files that were generated for the monitor.
    """

    watched: Watched
    code: Code
    inputs: tuple[str, ...]
    memory: tuple[StateVariable, ...]
    settings: tuple[Constant, ...]
    requirements: tuple[str, ...]
    own: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Of the machine, as in the names of files."""
        return self.own[0].name.removesuffix("_monitor.h")


def write(machine: Machine, folder: Path, *, settable: bool) -> Alone:
    """Write controller and monitor of `machine` in both languages into `folder`, which is made."""
    folder.mkdir(exist_ok=True, parents=True)
    texts: dict[str, str] = {}
    for target in ("c99", "micropython"):
        texts |= generate(machine, target, Options(settable=settable, monitors=True))
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    watched = Watched(machine, settable=settable)
    program = watched.monitor.program
    names = names_of(program, prefix="", own="")
    controller = assemble(lower(machine), settable=settable)
    seen = interface_of(controller, names_of(controller, prefix="", own=""))
    modes = [mode_name(each.name) for each in machine.regions] if watched.monitor.regions else []
    cells = [each.name for each in controller.memory]
    modes_seen = [seen.state[cells.index(each)] for each in modes]
    memory = interface_of(program, names).state or (Member("unused", _BYTE),)
    verdicts = [Member(each, _BYTE) for each in names.verdicts.values()]
    interface = Interface(
        _NAME,
        (*seen.inputs, *seen.outputs, *modes_seen),
        memory,
        (*verdicts, Member("all_hold", _BYTE)),
        seen.parameters,
    )
    arguments = ["state", "&inputs", *["&modes"] * bool(modes), "&outputs", "&verdicts"]
    parameter = f", const struct {seen.name}_parameters *parameters" if seen.parameters else ""
    members = Template((_DRIVERS / "members.h.template").read_text(encoding="utf-8")).substitute(
        name=seen.name,
        arguments=", ".join(arguments + ["parameters"] * bool(seen.parameters)),
        parameter=parameter,
        reads_modes=int(bool(modes)),
        inputs=_each(seen.inputs),
        outputs=_each(seen.outputs),
        modes=_each(modes_seen),
        verdicts=_each(verdicts),
    )
    (folder / "watched_members.h").write_text(members, encoding="utf-8")
    for name in ("watched.h", "watched.c"):
        shutil.copy(_DRIVERS / name, folder)
    adapted = (_DRIVERS / "watched.py.template").read_text(encoding="utf-8")
    python = f"{texts[f'{seen.name}_monitor.py']}\n{adapted}\nREADS_MODES = {bool(modes)}\n"
    (folder / "watched.py").write_text(python, encoding="utf-8")
    own = [folder / f"{seen.name}_monitor{suffix}" for suffix in (".h", ".c", ".py")]
    inputs = [each.name for each in controller.inputs]
    outputs = [each.name for each in machine.outputs]
    return Alone(
        watched,
        Code(interface, (folder / "watched.c", own[1], folder / "watched.py")),
        (*inputs, *outputs, *modes),
        program.memory,
        program.settings,
        tuple(names.verdicts),
        tuple(own),
    )


def _each(members: Sequence[Member]) -> str:
    return " ".join(f"each({member.name}, {member.ctype})" for member in members)
