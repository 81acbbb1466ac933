"""Unit tests for targets: vectors of the specification, with the values in the order of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codegen import declarations
from codegen.views import Member
from codegen.writer import Writer
from spec.vectors import Vector


@dataclass(frozen=True, slots=True)
class Setting:
    """A member and its value, as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class VectorView:
    """A step: members before it and after it, and what it is there for."""

    number: int
    covers: tuple[str, ...]
    inputs: tuple[Setting, ...]
    before: tuple[Setting, ...]
    after: tuple[Setting, ...]
    outputs: tuple[Setting, ...]
    settings: tuple[Setting, ...]


def vector_views(writer: Writer, vectors: Sequence[Vector]) -> tuple[VectorView, ...]:
    """`vectors`, numbered from 1."""
    program, names = writer.program, writer.names
    return tuple(
        VectorView(
            number,
            tuple(vector.obligations),
            _set(writer, declarations.inputs(writer), names.inputs, vector.inputs),
            _set(writer, declarations.cells(writer), names.memory, vector.state),
            _set(writer, declarations.cells(writer), names.memory, vector.next),
            _set(writer, declarations.outputs(writer), names.outputs, vector.outputs),
            _set(writer, declarations.settings(writer), names.settings, vector.parameters)
            if program.settings
            else (),
        )
        for number, vector in enumerate(vectors, 1)
    )


def initial_view(writer: Writer) -> tuple[Setting, ...]:
    """The memory before the first step."""
    initial = {each.name: each.initial for each in writer.program.memory}
    return _set(writer, declarations.cells(writer), writer.names.memory, initial)


def _set(
    writer: Writer,
    members: Sequence[Member],
    names: Mapping[str, str],
    values: Mapping[str, int],
) -> tuple[Setting, ...]:
    by_member = {names[name]: value for name, value in values.items() if name in names}
    # What stands in where there are no members is never changed.
    return tuple(
        Setting(
            each.name,
            writer.value(by_member[each.name]) if each.name in by_member else each.initial,
        )
        for each in members
    )
