"""Declarations: the members and constants of a program, with what is said of them."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.views import (
    Member,
    Named,
    Values,
)
from codegen.wording import (
    constant_said,
    limit_said,
    memory_said,
    mode_said,
    output_said,
    sentence,
    signal_said,
)
from codegen.writer import Writer
from spec.expression import BOOLEAN, Enumeration
from spec.machine import Span


def inputs(writer: Writer) -> tuple[Member, ...]:
    """Members for the inputs, dt last."""
    machine = writer.program.machine
    return tuple(
        Member(
            writer.storage(each.type, each.span, narrow=False),
            writer.names.inputs[each.name],
            signal_said(machine, each),
            writer.value(min(max(0, each.span.lowest), each.span.highest)),
        )
        for each in writer.program.inputs
    )


def cells(writer: Writer) -> tuple[Member, ...]:
    """Members for the memory, with their initial values."""
    members = (
        Member(
            writer.storage(each.type, each.span, narrow=True),
            writer.names.memory[each.name],
            memory_said(each),
            writer.value(each.initial, writer.named_values(each)),
        )
        for each in writer.program.memory
    )
    return or_stand_in(writer, members)


def outputs(writer: Writer) -> tuple[Member, ...]:
    """Members for the outputs."""
    members = (
        Member(
            writer.storage(each.type, each.span, narrow=False),
            writer.names.outputs[each.name],
            output_said(each),
            writer.value(each.span.lowest, writer.names.members.get(each.name, ())),
        )
        for each in writer.program.machine.outputs
    )
    return or_stand_in(writer, members)


def settings(writer: Writer) -> tuple[Member, ...]:
    """Members for the parameters that are given at run time, with their defaults."""
    return tuple(
        Member(
            writer.storage(each.type, each.span, narrow=False),
            writer.names.settings[each.name],
            constant_said(writer.program.machine, each),
            writer.value(each.default),
        )
        for each in writer.program.settings
    )


def constants(writer: Writer) -> tuple[Named, ...]:
    """Parameters with one value."""
    return tuple(
        Named(
            writer.names.constants[each.name],
            writer.constant(each),
            constant_said(writer.program.machine, each),
        )
        for each in writer.program.constants
    )


def limits(writer: Writer) -> tuple[Named, ...]:
    """Where each timer stops."""
    return tuple(
        Named(
            writer.names.most[each.name],
            writer.value(each.span.highest),
            limit_said(each),
        )
        for each in writer.program.memory
        if each.name in writer.names.most
    )


def modes(writer: Writer) -> tuple[Values, ...]:
    """The modes of each region."""
    return tuple(
        Values(
            sentence(f"Modes of region {region.name}", region.text),
            tuple(
                Named(name, writer.value(k), mode_said(mode))
                for k, (name, mode) in enumerate(
                    zip(writer.names.members[region.name], region.modes, strict=True)
                )
            ),
        )
        for region in writer.program.machine.regions
    )


def values(writer: Writer) -> tuple[Values, ...]:
    """The named values of inputs and outputs."""
    machine = writer.program.machine
    named = [(each.name, each.type) for each in machine.inputs]
    named += [(each.name, each.type) for each in machine.outputs]
    return tuple(
        Values(
            sentence(f"Values of {name}"),
            tuple(
                Named(member, writer.value(k), "")
                for k, member in enumerate(writer.names.members[name])
            ),
        )
        for name, type_ in named
        if isinstance(type_, Enumeration)
    )


def or_stand_in(writer: Writer, members: Iterable[Member]) -> tuple[Member, ...]:
    """`members`, or one that stands in where there are none: no structure is empty."""
    stand_in = Member(
        writer.storage(BOOLEAN, Span(0, 1), narrow=True),
        "unused",
        "There is nothing in here.",
        writer.value(0),
    )
    return tuple(members) or (stand_in,)
