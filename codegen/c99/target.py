"""The C99 target: a header and a source, freestanding, for any compiler."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from codegen import declarations, judgements, statements
from codegen.assembly import assemble
from codegen.c99.contract import Contract
from codegen.c99.writer import ROOM, CWriter
from codegen.naming import names_of
from codegen.observation import Monitor, monitor
from codegen.options import Options
from codegen.printing import Symbol
from codegen.rendering import render, shift
from codegen.unit_tests import Setting, initial_view, vector_views
from codegen.widths import require_room
from codegen.wording import (
    banner,
    harmless,
    introduction,
    promise,
    requirement_said,
    silent_said,
    wrapped,
)
from spec.draft import mode_name
from spec.lower import lower, lower_observers
from spec.machine import Machine

_TARGET = "c99"
_WIDTH = 100
# Initialisers longer than this begin on a line of their own, that far in.
_SHORT = 70
_DEEP = 12


def files(machine: Machine, options: Options) -> dict[str, str]:
    """The texts of the files, by name.

    Raises:
        TooWide: A number does not fit into 32 bits.
    """
    program = assemble(lower(machine), settable=options.settable)
    require_room(program, ROOM)
    prefix = f"{machine.name}_"
    names = names_of(program, prefix=prefix, own=prefix)
    writer = CWriter(program, names)
    observers = lower_observers(machine)
    view = _View(writer, Contract(writer, observers, options.unverified), options)
    templates = {f"{view.name}.h": "header.h", f"{view.name}.c": "source.c"}
    texts = {file: render(_TARGET, each, view, FILTERS) for file, each in templates.items()}
    if options.vectors:
        tests = _TestView(writer, options)
        texts[f"{view.name}_test.c"] = render(_TARGET, "test.c", tests, FILTERS)
    if options.monitors:
        watching = _MonitorView(monitor(observers, settable=options.settable), writer, options)
        templates = {
            f"{view.name}_monitor.h": "monitor.h",
            f"{view.name}_monitor.c": "monitor.c",
        }
        texts |= {
            file: render(_TARGET, each, watching, FILTERS) for file, each in templates.items()
        }
    return texts


class _View:
    """What the templates of a controller show."""

    def __init__(self, writer: CWriter, contract: Contract, options: Options) -> None:
        machine = writer.program.machine
        self.name = writer.names.machine
        self.guard = f"{self.name}_H".upper()
        self.banner = banner(machine, _TARGET, options.unverified)
        self.introduction = harmless(introduction(machine))
        self.promise = promise(machine)
        self.requirements = [requirement_said(each) for each in machine.requirements]
        self.constants = declarations.constants(writer)
        self.settings = declarations.settings(writer)
        self.check = statements.check(writer)
        self.limits = declarations.limits(writer)
        self.named_values = (*declarations.modes(writer), *declarations.values(writer))
        self.inputs = declarations.inputs(writer)
        self.cells = declarations.cells(writer)
        self.outputs = declarations.outputs(writer)
        self.contract = {"init": list(contract.init()), "step": list(contract.step())}
        self.unused = writer.unused()
        self.paragraphs = statements.paragraphs(writer)


class _TestView:
    """What the template of the unit tests shows."""

    def __init__(self, writer: CWriter, options: Options) -> None:
        self.banner = banner(writer.program.machine, _TARGET, options.unverified)
        self.name = writer.names.machine
        self.prefix = self.name.upper()
        self.cells = declarations.cells(writer)
        self.outputs = declarations.outputs(writer)
        self.settings = declarations.settings(writer)
        self.vectors = vector_views(writer, options.vectors)
        self.initial = initial_view(writer)


class _MonitorView:
    """What the templates of a monitor show."""

    def __init__(self, watching: Monitor, controller: CWriter, options: Options) -> None:
        program, machine = watching.program, watching.program.machine
        prefix = f"{machine.name}_"
        names = names_of(program, prefix=prefix, own=f"{prefix}monitor_")
        seen = {
            mode_name(each): Symbol(
                controller.printer.symbols[mode_name(each)].text,
                members=names.members[each],
            )
            for each in watching.regions
        }
        writer = CWriter(program, names, memory="monitor->", seen=seen)
        require_room(program, ROOM)
        self.name = names.machine
        self.guard = f"{self.name}_MONITOR_H".upper()
        self.banner = banner(machine, _TARGET, options.unverified)
        self.reads_modes = bool(watching.regions)
        self.settings = declarations.settings(writer)
        self.silent = silent_said(watching.silent, watching.partial)
        self.limits = declarations.limits(writer)
        self.cells = declarations.cells(writer)
        self.unused = (*writer.unused(), *([] if program.claims else ["verdicts"]))
        self.paragraphs = statements.paragraphs(writer)
        self.verdicts = judgements.verdicts(writer)
        self.judgements = judgements.judgements(writer, "verdicts->")
        self.all_hold = judgements.all_hold(writer)


def comment(text: str, indent: int = 0, *, margin: bool = True) -> str:
    """`text` as a comment, wrapped, for a place `indent` columns in.

    With `margin`, its lines but the first have as many blanks in front.
    """
    width = _WIDTH - indent
    lines = wrapped(text, width - len(" * "))
    if len(lines) == 1 and len(lines[0]) + len("/*  */") <= width:
        return f"/* {lines[0]} */"
    return ("\n" + " " * indent if margin else "\n").join(
        ["/*", *(f" * {line}" for line in lines), " */"]
    )


def remark(text: str) -> str:
    """`text` as a comment behind something; nothing if there is none."""
    return f" {comment(text)}" if text else ""


def item(text: str) -> str:
    """`text` as an item inside a comment: its first word stands out to the left."""
    return "\n".join(wrapped(text, _WIDTH, first=" * ", rest=" *      "))


def line(text: str) -> str:
    """`text` as lines inside a comment."""
    return "\n".join(wrapped(text, _WIDTH, first=" * ", rest=" * "))


def entry(text: str, indent: int) -> str:
    """`text` as an item of a list inside a comment that stands `indent` columns in."""
    margin = " " * indent
    return "\n".join(wrapped(text, _WIDTH, first=f"{margin} * - ", rest=f"{margin} *   "))


def initialiser(settings: Sequence[Setting]) -> str:
    """The initialiser of a structure, each member by its name."""
    text = ", ".join(f".{each.name} = {each.value}" for each in settings)
    if len(text) <= _SHORT:
        return f"{{{text}}}"
    lines = textwrap.wrap(text, _WIDTH - _DEEP, break_long_words=False, break_on_hyphens=False)
    margin = "\n" + " " * _DEEP
    return f"{{{margin}{margin.join(lines)}}}"


FILTERS: dict[str, Callable[..., str]] = {
    "comment": comment,
    "remark": remark,
    "item": item,
    "shift": shift,
    "line": line,
    "entry": entry,
    "initialiser": initialiser,
}
