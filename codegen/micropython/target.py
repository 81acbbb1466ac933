"""The MicroPython target: one plain module, which runs on CPython too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from codegen import declarations, judgements, statements
from codegen.assembly import assemble
from codegen.micropython.writer import ROOM, PythonWriter
from codegen.naming import names_of
from codegen.observation import Monitor, monitor
from codegen.options import Options
from codegen.printing import Symbol
from codegen.rendering import render, shift
from codegen.unit_tests import Setting, initial_view, vector_views
from codegen.views import Member
from codegen.widths import require_room
from codegen.wording import banner, introduction, promise, requirement_said, silent_said, wrapped
from spec.draft import mode_name
from spec.lower import lower, lower_observers
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
    writer = PythonWriter(program, names)
    view = _View(writer, options)
    texts = {f"{names.machine}.py": render(_TARGET, "module.py", view, FILTERS)}
    if options.vectors:
        tests = _TestView(writer, options)
        texts[f"{names.machine}_test.py"] = render(_TARGET, "test.py", tests, FILTERS)
    if options.monitors:
        watching = monitor(lower_observers(machine), settable=options.settable)
        require_room(watching.program, ROOM)
        judged = _MonitorView(watching, writer, options)
        texts[f"{names.machine}_monitor.py"] = render(_TARGET, "monitor.py", judged, FILTERS)
    return texts


class _View:
    """What the templates show."""

    def __init__(self, writer: PythonWriter, options: Options) -> None:
        machine = writer.program.machine
        self.banner = banner(machine, _TARGET, options.unverified)
        self.introduction = introduction(machine)
        self.promise = promise(machine)
        self.requirements = [requirement_said(each) for each in machine.requirements]
        self.constants = (*declarations.constants(writer), *declarations.limits(writer))
        self.settings = declarations.settings(writer)
        self.check = statements.check(writer)
        self.named_values = (*declarations.modes(writer), *declarations.values(writer))
        self.inputs = declarations.inputs(writer)
        self.cells = declarations.cells(writer)
        self.outputs = declarations.outputs(writer)
        self.paragraphs = statements.paragraphs(writer)


class _TestView:
    """What the template of the unit tests shows."""

    def __init__(self, writer: PythonWriter, options: Options) -> None:
        self.banner = banner(writer.program.machine, _TARGET, options.unverified)
        self.name = writer.names.machine
        self.settings = declarations.settings(writer)
        self.columns = [
            ("INPUTS", declarations.inputs(writer)),
            ("MEMORY", declarations.cells(writer)),
            ("OUTPUTS", declarations.outputs(writer)),
        ]
        if self.settings:
            self.columns.append(("PARAMETERS", self.settings))
        self.vectors = vector_views(writer, options.vectors)
        self.initial = initial_view(writer)


class _MonitorView:
    """What the template of a monitor shows."""

    def __init__(self, watching: Monitor, controller: PythonWriter, options: Options) -> None:
        program, machine = watching.program, watching.program.machine
        names = names_of(program, prefix="", own="")
        seen = {
            mode_name(each): Symbol(
                controller.printer.symbols[mode_name(each)].text, members=names.members[each]
            )
            for each in watching.regions
        }
        writer = PythonWriter(program, names, memory="monitor.", seen=seen)
        modes = ["state"] if watching.regions else []
        settings = ["parameters"] if program.settings else []
        self.arguments = ", ".join(["monitor", "inputs", *modes, "out", "verdicts", *settings])
        self.banner = banner(machine, _TARGET, options.unverified)
        self.silent = silent_said(watching.silent, watching.partial)
        self.constants = (*declarations.constants(writer), *declarations.limits(writer))
        self.named_values = (*declarations.modes(writer), *declarations.values(writer))
        self.cells = declarations.cells(writer)
        self.paragraphs = statements.paragraphs(writer)
        self.verdicts = judgements.verdicts(writer)
        self.judgements = judgements.judgements(writer, "verdicts.")
        self.all_hold = judgements.all_hold(writer)


def comment(text: str, indent: int = 0, *, margin: bool = True) -> str:
    """`text` as a comment, wrapped, for a place `indent` columns in.

    With `margin`, its lines but the first have as many blanks in front.
    """
    return ("\n" + " " * indent if margin else "\n").join(
        wrapped(text, _WIDTH - indent, first="# ", rest="# ")
    )


def item(text: str) -> str:
    """`text` as an item of a comment: its first word stands out to the left."""
    return "\n".join(wrapped(text, _WIDTH, first="# ", rest="#      "))


def entry(text: str, indent: int) -> str:
    """`text` as an item of a list in a comment that stands `indent` columns in."""
    margin = " " * indent
    return "\n".join(wrapped(text, _WIDTH, first=f"{margin}# - ", rest=f"{margin}#   "))


def row(settings: Sequence[Setting], indent: int) -> str:
    """The values as a tuple, on one line or each on its own."""
    return _tuple([each.value for each in settings], indent)


def naming(members: Sequence[Member]) -> str:
    """The names of `members` as a tuple of texts."""
    return _tuple([f'"{each.name}"' for each in members], 0)


def _tuple(values: Sequence[str], indent: int) -> str:
    text = f"({values[0]},)" if len(values) == 1 else f"({', '.join(values)})"
    if len(text) + indent + len(",") <= _WIDTH:
        return text
    margin = "\n" + " " * indent
    return f"({''.join(f'{margin}    {each},' for each in values)}{margin})"


FILTERS: dict[str, Callable[..., str]] = {
    "comment": comment,
    "item": item,
    "shift": shift,
    "entry": entry,
    "row": row,
    "naming": naming,
}
