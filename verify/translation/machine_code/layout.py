"""Layouts: which bytes of what a function is given are which values of the machine."""

from __future__ import annotations

from dataclasses import dataclass

from spec.term import variables
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.debug import BROKEN, read_debug
from verify.translation.machine_code.image import Image
from verify.translation.machine_code.types import Field, Integer, Record, Signature, signature
from verify.translation.matching import Unmatched, match
from verify.translation.routine import RESULT, Member, Routine, Structure, after

_BYTE = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A member of a structure in memory.

    Attributes:
        name: In the code.
        offset: In bytes.
    """

    name: str
    member: Member
    offset: int
    type: Integer


@dataclass(frozen=True, slots=True)
class Layout:
    """A structure in memory; what no member takes up is padding. In bytes."""

    structure: Structure
    places: tuple[Place, ...]
    size: int
    alignment: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A parameter that is passed by value."""

    name: str
    member: Member
    type: Integer


@dataclass(frozen=True, slots=True)
class Layouts:
    """What a function is given, in order, and what it returns, if anything."""

    parameters: tuple[Layout | Scalar, ...]
    result: Integer | None


def structures(image: Image, routine: Routine, name: str) -> Layouts:
    """What the function `name` of `image` is given, by its debug information.

    Raises:
        NotUnderstood: There is no such function, no debug information, or a type in it that is
            not supported.
        Unmatched: The parameters are not those of `routine`, or too narrow for their values.
    """
    function = image.function(name)
    try:
        debug = read_debug(image.elf)
        if debug is None:
            raise NotUnderstood("no debug information: compile with -g")
        found = signature(debug, function)
    except BROKEN as error:
        raise NotUnderstood("the debug information is broken") from error
    return _matched(routine, name, found)


def _matched(routine: Routine, name: str, found: Signature) -> Layouts:
    wanted = routine.parameters
    if len(found.parameters) != len(wanted):
        told = f"{name} takes {len(found.parameters)} parameters instead of {len(wanted)}"
        raise Unmatched(told)
    said = variables(*(each.term for each in routine.claims))
    if found.result is None and (routine.result is not None or after(RESULT) in said):
        raise Unmatched(f"{name} returns nothing")
    return Layouts(
        tuple(
            _parameter(each, given, f"parameter {index} of {name}")
            for index, (each, given) in enumerate(zip(wanted, found.parameters, strict=True), 1)
        ),
        found.result,
    )


def _parameter(wanted: Structure | Member, given: Record | Integer, what: str) -> Layout | Scalar:
    if isinstance(wanted, Structure):
        if isinstance(given, Record):
            return _layout(wanted, given)
        raise Unmatched(f"{what} is a number, not a pointer to the {wanted.role}")
    if isinstance(given, Record):
        raise Unmatched(f"{what} is a pointer, not the number {wanted.name}")
    _check_room(wanted, given, what)
    return Scalar(wanted.name, wanted, given)


def _layout(structure: Structure, record: Record) -> Layout:
    fields = {each.name: each for each in record.fields}
    matched = match(structure, fields)
    _check_places(structure, record)
    places = tuple(
        Place(name, member, fields[name].offset, fields[name].type)
        for name, member in matched.items()
    )
    for each in places:
        _check_room(each.member, each.type, f"{structure.role}.{each.name}")
    return Layout(structure, places, record.size, record.alignment)


def _check_places(structure: Structure, record: Record) -> None:
    """No two members share a byte, and all are inside."""
    free = 0
    for each in sorted(record.fields, key=_begin):
        if each.offset < free:
            raise Unmatched(f"{structure.role}.{each.name} overlaps another member")
        free = each.offset + each.type.size
    if free > record.size:
        raise Unmatched(f"the {structure.role} of the code have members outside of themselves")


def _begin(field: Field) -> int:
    return field.offset


def _check_room(member: Member, type_: Integer, what: str) -> None:
    """Every value of `member` fits."""
    if member.boolean:
        return
    width = type_.size * _BYTE
    lowest = -(1 << width - 1) if type_.signed else 0
    highest = (1 << width - type_.signed) - 1 if not type_.truth else 1
    span = member.span
    if span.lowest < lowest or highest < span.highest:
        raise Unmatched(
            f"{what} is {type_}, and must have room for {span.lowest} to {span.highest}"
        )
