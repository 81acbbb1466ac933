"""Types in debug information: what a function takes and returns, as its compiler laid it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE
from elftools.dwarf.dwarfinfo import DWARFInfo

from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.image import Function

# DW_ATE_boolean, signed, signed_char, unsigned and unsigned_char: DWARF 5, 7.8.
_BOOLEAN = 2
_SIGNED = (5, 6)
_UNSIGNED = (7, 8)
_WORD = 4
# Names for names of types; more are a circle.
_MOST_NAMES = 100

_REFUSED = {
    "DW_TAG_array_type": "an array",
    "DW_TAG_pointer_type": "a pointer",
    "DW_TAG_structure_type": "a structure itself",
    "DW_TAG_subroutine_type": "a function",
    "DW_TAG_union_type": "a union",
    "DW_TAG_volatile_type": "volatile",
    "DW_TAG_atomic_type": "atomic",
}


@dataclass(frozen=True, slots=True)
class Integer:
    """A type of integers, enumerations and truths among them.

    Attributes:
        size: In bytes.
        truth: It is C's ``bool``, which holds nothing but 0 and 1.
    """

    size: int
    signed: bool
    truth: bool = False

    def __str__(self) -> str:
        return (
            "a bool" if self.truth else f"{'' if self.signed else 'un'}signed, {self.size * 8} bits"
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a structure."""

    name: str
    offset: int
    type: Integer


@dataclass(frozen=True, slots=True)
class Record:
    """A structure; sizes and offsets in bytes."""

    size: int
    alignment: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes, records by a pointer, and what it returns, if anything."""

    parameters: tuple[Record | Integer, ...]
    result: Integer | None


def signature(debug: DWARFInfo, function: Function) -> Signature:
    """What `function` takes and returns.

    Raises:
        NotUnderstood: It is not described, or with types that are not understood.
        One of `BROKEN`: The debug information is broken.
    """
    for unit in _units(debug, function.address):
        described = _described(unit, function)
        if described is not None:
            return described
    raise NotUnderstood(f"{function.name} has no debug information: compile it with -g")


def _units(debug: DWARFInfo, address: int) -> Iterator[CompileUnit]:
    """All compile units, the one that should have `address` first."""
    ranges = debug.get_aranges()
    first = ranges.cu_offset_at_addr(address) if ranges is not None else None
    units = list(debug.iter_CUs())
    yield from (each for each in units if each.cu_offset == first)
    yield from (each for each in units if each.cu_offset != first)


def _described(unit: CompileUnit, function: Function) -> Signature | None:
    """What `function` takes and returns, if `unit` has it."""
    for die in unit.iter_DIEs():
        if not _is(die, function):
            continue
        inside = list(_children(die))
        if any(each.tag == "DW_TAG_unspecified_parameters" for each in inside):
            raise NotUnderstood(f"{function.name} takes any number of parameters")
        parameters = [each for each in inside if each.tag == "DW_TAG_formal_parameter"]
        result = _type(_origin(die))
        return Signature(
            tuple(
                _parameter(each, f"parameter {index} of {function.name}")
                for index, each in enumerate(parameters, 1)
            ),
            None if result is None else _integer(result, f"what {function.name} returns"),
        )
    return None


def _children(die: DIE) -> Iterator[DIE]:
    """What `die` is made of; read in order, as references to siblings may lead in circles."""
    depth = 0
    for each in die.cu.iter_DIEs() if die.has_children else ():
        if each.offset <= die.offset:
            continue
        if each.is_null():
            if not depth:
                return
            depth -= 1
        else:
            if not depth:
                yield each
            depth += bool(each.has_children)


def _is(die: DIE, function: Function) -> bool:
    if die.tag != "DW_TAG_subprogram" or "DW_AT_low_pc" not in die.attributes:
        return False
    same = die.attributes["DW_AT_low_pc"].value == function.address
    return same and _name(_origin(die)) == function.name


def _origin(die: DIE) -> DIE:
    """Where `die` is described in full: itself, or what it is a copy or a definition of."""
    for _ in range(_MOST_NAMES):
        for reference in ("DW_AT_abstract_origin", "DW_AT_specification"):
            if reference in die.attributes:
                die = die.get_DIE_from_attribute(reference)
                break
        else:
            return die
    raise ValueError("a circle of origins")


def _name(die: DIE) -> str:
    if "DW_AT_name" not in die.attributes:
        return ""
    return str(die.attributes["DW_AT_name"].value.decode("utf-8", "replace"))


def _type(die: DIE) -> DIE | None:
    """The type of `die`, without names for it and without `const`; None for `void`."""
    for _ in range(_MOST_NAMES):
        if "DW_AT_type" not in die.attributes:
            return None
        die = die.get_DIE_from_attribute("DW_AT_type")
        if die.tag not in ("DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_restrict_type"):
            return die
    raise ValueError("a circle of names for types")


def _parameter(die: DIE, what: str) -> Record | Integer:
    described = _type(_origin(die))
    if described is not None and described.tag == "DW_TAG_pointer_type":
        record = _type(described)
        if record is None or record.tag != "DW_TAG_structure_type":
            raise NotUnderstood(f"{what} points to something else than a structure")
        return _record(record, what)
    return _integer(described, what)


def _integer(die: DIE | None, what: str) -> Integer:
    if die is None:
        raise NotUnderstood(f"{what} has no type")
    if die.tag in _REFUSED:
        raise NotUnderstood(f"{what} is {_REFUSED[die.tag]}")
    size = die.attributes["DW_AT_byte_size"].value
    encoding = die.attributes["DW_AT_encoding"].value if "DW_AT_encoding" in die.attributes else 0
    if die.tag == "DW_TAG_enumeration_type":
        underlying = _type(die)
        if underlying is not None:
            return _integer(underlying, what)
        values = (each.attributes["DW_AT_const_value"].value for each in _children(die))
        encoding = _SIGNED[0] if any(value < 0 for value in values) else _UNSIGNED[0]
    elif die.tag != "DW_TAG_base_type":
        raise NotUnderstood(f"{what} has a type of an unknown kind")
    if encoding not in (_BOOLEAN, *_SIGNED, *_UNSIGNED):
        raise NotUnderstood(f"{what} is no integer")
    if size not in (1, 2, _WORD):
        raise NotUnderstood(f"{what} has {size} bytes")
    return Integer(size, encoding in _SIGNED, encoding == _BOOLEAN)


def _record(die: DIE, what: str) -> Record:
    if "DW_AT_byte_size" not in die.attributes:
        raise NotUnderstood(f"{what} points to a structure that is not defined")
    size = die.attributes["DW_AT_byte_size"].value
    fields = tuple(_field(each, what) for each in _children(die) if each.tag == "DW_TAG_member")
    natural = max((each.type.size for each in fields), default=1)
    packed = size % natural or any(each.offset % each.type.size for each in fields)
    alignment = 1 if packed else natural
    if "DW_AT_alignment" in die.attributes:
        alignment = die.attributes["DW_AT_alignment"].value
    return Record(size, alignment, fields)


def _field(die: DIE, what: str) -> Field:
    name = _name(die)
    if not name:
        raise NotUnderstood(f"{what} points to a structure that has a member without a name")
    if "DW_AT_bit_size" in die.attributes:
        raise NotUnderstood(f"{name} is a bit-field")
    location = die.attributes["DW_AT_data_member_location"].value
    if not isinstance(location, int):
        raise NotUnderstood(f"the place of {name} is not told as a number")
    return Field(name, location, _integer(_type(die), name))
