"""The MicroPython target: one plain module, which runs on CPython too."""

from __future__ import annotations

from collections.abc import Callable

from codegen.assembly import assemble
from codegen.micropython.writer import ROOM, PythonWriter
from codegen.naming import names_of
from codegen.options import Options
from codegen.rendering import render
from codegen.widths import require_room
from codegen.wording import banner, introduction, promise, requirement_said, wrapped
from spec.lower import lower
from spec.machine import Machine

_TARGET = "micropython"
_WIDTH = 100


def files(machine: Machine, options: Options) -> dict[str, str]:
    """The texts of the files, by name.

    Raises:
        TooWide: A number does not fit into MicroPython's small integers.
    """
    program = assemble(lower(machine), settable=options.settable)
    require_room(program, ROOM)
    names = names_of(program, prefix="", own="")
    view = _View(PythonWriter(program, names), options)
    return {f"{names.machine}.py": render(_TARGET, "module.py", view, FILTERS)}


class _View:
    """What the templates show."""

    def __init__(self, writer: PythonWriter, options: Options) -> None:
        machine = writer.program.machine
        self.banner = banner(machine, _TARGET, options.unverified)
        self.introduction = introduction(machine)
        self.promise = promise(machine)
        self.requirements = [requirement_said(each) for each in machine.requirements]
        self.constants = (*writer.constants(), *writer.limits())
        self.settings = writer.settings()
        self.check = writer.check()
        self.named_values = (*writer.modes(), *writer.values())
        self.inputs = writer.inputs()
        self.cells = writer.cells()
        self.outputs = writer.outputs()
        self.statements = writer.statements()
        self.stores = writer.stores()
        self.drives = writer.drives()


def comment(text: str, indent: int = 0) -> str:
    """`text` as a comment, wrapped, for a place `indent` columns in."""
    margin = "\n" + " " * indent
    return margin.join(wrapped(text, _WIDTH - indent, first="# ", rest="# "))


def item(text: str) -> str:
    """`text` as an item of a comment: its first word stands out to the left."""
    return "\n".join(wrapped(text, _WIDTH, first="# ", rest="#      "))


FILTERS: dict[str, Callable[..., str]] = {"comment": comment, "item": item}
