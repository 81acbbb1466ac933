"""The C99 target: a header and a source, freestanding, for any compiler."""

from __future__ import annotations

from collections.abc import Callable

from codegen.assembly import assemble
from codegen.c99.contract import Contract
from codegen.c99.writer import ROOM, CWriter
from codegen.naming import names_of
from codegen.options import Options
from codegen.rendering import render
from codegen.widths import require_room
from codegen.wording import banner, harmless, introduction, promise, requirement_said, wrapped
from spec.lower import lower, lower_observers
from spec.machine import Machine

_TARGET = "c99"
_WIDTH = 100


def files(machine: Machine, options: Options) -> dict[str, str]:
    """The texts of the files, by name.

    Raises:
        TooWide: A number does not fit into 32 bits.
    """
    program = assemble(lower(machine), settable=options.settable)
    require_room(program, ROOM)
    names = names_of(program, prefix=f"{machine.name}_")
    view = _View(CWriter(program, names), options)
    name = names.machine
    return {
        f"{name}.h": render(_TARGET, "header.h", view, FILTERS),
        f"{name}.c": render(_TARGET, "source.c", view, FILTERS),
    }


class _View:
    """What the templates show."""

    def __init__(self, writer: CWriter, options: Options) -> None:
        machine = writer.program.machine
        observers = lower_observers(machine)
        contract = Contract(writer, observers)
        self.name = writer.names.machine
        self.guard = f"{self.name}_H".upper()
        self.banner = banner(machine, _TARGET, options.unverified)
        self.introduction = harmless(introduction(machine))
        self.promise = promise(machine)
        self.requirements = [requirement_said(each) for each in machine.requirements]
        self.constants = writer.constants()
        self.settings = writer.settings()
        self.check = writer.check()
        self.limits = writer.limits()
        self.named_values = (*writer.modes(), *writer.values())
        self.inputs = writer.inputs()
        self.cells = writer.cells()
        self.outputs = writer.outputs()
        self.contract = {"init": list(contract.init()), "step": list(contract.step())}
        self.statements = writer.statements()
        self.stores = writer.stores()
        self.drives = writer.drives()


def comment(text: str, indent: int = 0) -> str:
    """`text` as a comment, wrapped, for a place `indent` columns in."""
    width = _WIDTH - indent
    lines = wrapped(text, width - len(" * "))
    if len(lines) == 1 and len(lines[0]) + len("/*  */") <= width:
        return f"/* {lines[0]} */"
    margin = "\n" + " " * indent
    return margin.join(["/*", *(f" * {line}" for line in lines), " */"])


def remark(text: str) -> str:
    """`text` as a comment behind something; nothing if there is none."""
    return f" {comment(text)}" if text else ""


def item(text: str) -> str:
    """`text` as an item inside a comment: its first word stands out to the left."""
    return "\n".join(wrapped(text, _WIDTH, first=" * ", rest=" *      "))


FILTERS: dict[str, Callable[..., str]] = {"comment": comment, "remark": remark, "item": item}
