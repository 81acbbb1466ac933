"""Wording: what comments say, the same in every target.

All of it comes from the machine text, whose author may write anything: what would end a comment
or break a line is replaced.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from pathlib import PurePath

from spec.draft import time_name
from spec.expression import Boolean, Enumeration, Quantity, ValueType
from spec.machine import Machine, Mode, Output, Requirement, Source, Span
from spec.place import Place
from spec.system import Constant, Role, Signal, StateVariable

# What ends or begins a comment of C, and the trigraphs that could.
_HARMFUL = {"*/": "* /", "/*": "/ *", "??": "? ?"}


def harmless(text: str) -> str:
    """`text` as a comment of any target may hold it."""
    text = "".join(each if each.isprintable() else " " for each in text)
    for harmful, instead in _HARMFUL.items():
        while harmful in text:
            text = text.replace(harmful, instead)
    return text


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """`text` in lines of at most `width`, with `first` and `rest` in front of them."""
    return textwrap.wrap(
        harmless(text),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def file_name(machine: Machine) -> str:
    """The name of the machine text, without the folders it lies in."""
    return harmless(PurePath(machine.path).name)


def sources_said(sources: tuple[Source, ...]) -> str:
    """``Source: S "Remote on/off".``; empty if there are none."""
    said = "; ".join(dict.fromkeys(map(str, sources)))
    return f"Source: {said}." if said else ""


def values_said(type_: ValueType, span: Span) -> str:
    """Which values a signal has, in words and units."""
    match type_:
        case Boolean():
            return "0 is false, all else is true"
        case Enumeration(members=members):
            return ", ".join(f"{k} {member}" for k, member in enumerate(members))
        case Quantity():
            return f"{type_.show(span.lowest)} to {type_.show(span.highest)}"


def sentence(*parts: str) -> str:
    """The non-empty `parts`, one after the other, each with a capital and a full stop."""
    said = [each.strip() for each in parts if each.strip()]
    ended = [each if each.endswith((".", "?", "!")) else f"{each}." for each in said]
    return " ".join(each[:1].upper() + each[1:] for each in ended)


def written(machine: Machine, place: Place, serves: tuple[str, ...]) -> str:
    """What stands at `place`, with the ids of the requirements it serves in front."""
    # Of an output, the type is told elsewhere.
    statement = re.sub(r"^(\w+) : [^=]*= ", r"\1 = ", machine.statement(place))
    if serves:
        statement = re.sub(r"\s+for\s+[\w\s,]+$", "", statement)
    return f"{', '.join(serves)}: {statement}" if serves else statement


def signal_said(machine: Machine, signal: Signal) -> str:
    """What an input is, its values and its source."""
    for declared in machine.inputs:
        if declared.name == signal.name:
            return sentence(
                declared.text,
                values_said(declared.type, declared.span),
                sources_said(declared.sources),
            )
    time = machine.time
    least, most = time.tick.show(time.step.lowest), time.tick.show(time.step.highest)
    return sentence(
        "Measured time since the step before",
        f"{least} to {most}, 0 in the first step",
        sources_said(time.sources),
    )


def memory_said(cell: StateVariable) -> str:
    """What a cell of the memory holds."""
    match cell.role:
        case Role.MODE:
            return f"Mode of region {cell.subject}."
        case Role.FLAG:
            return f"Whether this held: {cell.meaning}. 0 is false, all else is true."
        case Role.TIMER | Role.DRIFT:
            return f"{time_said(cell)}. At most {cell.type.show(cell.span.highest)}."


def time_said(cell: StateVariable) -> str:
    """What a timer tells the length of."""
    if cell.name == time_name(cell.subject):
        return cell.meaning[:1].upper() + cell.meaning[1:]
    return f"How long this has held: {cell.subject}"


def limit_said(cell: StateVariable) -> str:
    """Where a timer stops, and why there."""
    return f"{time_said(cell)}. Counted up to here, because nothing asks beyond."


def output_said(output: Output) -> str:
    """What an output is."""
    return sentence(output.text, values_said(output.type, output.span))


def constant_said(machine: Machine, constant: Constant) -> str:
    """What a parameter is, its value, its range and its source."""
    declared = next(each for each in machine.parameters if each.name == constant.name)
    value = declared.type.show(declared.default)
    allowed = values_said(declared.type, declared.span)
    fixed = declared.span.lowest == declared.span.highest
    return sentence(
        declared.text,
        value if fixed else f"{value}; allowed: {allowed}",
        sources_said(declared.sources),
    )


def mode_said(mode: Mode) -> str:
    """What a mode means, and what is special about it."""
    special = [word for word, holds in (("initial", mode.initial), ("safe", mode.safe)) if holds]
    return sentence(", ".join(special), mode.text)


def requirement_said(requirement: Requirement) -> str:
    """The id of a requirement, its sentence, and where it comes from."""
    return f"{requirement.id}: {sentence(requirement.sentence, sources_said(requirement.sources))}"


def silent_said(silent: Iterable[Requirement], partial: Iterable[Requirement]) -> str:
    """Of which requirements a monitor says nothing, or not all; empty if there are none."""
    said = ((each.id for each in silent), "Not judged"), ((each.id for each in partial), "In part")
    told = [f"{word}: {', '.join(ids)}" for names, word in said if (ids := list(names))]
    return sentence(*told, "No single step, or no measured time, can tell" if told else "")


def banner(machine: Machine, target: str, unverified: tuple[str, ...]) -> str:
    """The first line of every file; it also says which requirements do not hold."""
    said = f'Generated by "smallbms generate -t {target}" from {file_name(machine)}. Do not edit.'
    if not unverified:
        return said
    return f"{said} UNVERIFIED: {', '.join(unverified)} not proved of this code's specification."


def introduction(machine: Machine) -> str:
    """What this is."""
    return machine.title.strip() or machine.name


def promise(machine: Machine) -> str:
    """How a step is to be called, and what it leaves behind."""
    time = machine.time
    least, most = time.tick.show(time.step.lowest), time.tick.show(time.step.highest)
    return (
        f"One step: read the inputs, decide, set the outputs. To be called every {least} to "
        f"{most}, with that time as its input, which is 0 in the first step. Every input must be "
        "within its range. Whatever the memory holds before the step, it is legal after it."
    )
