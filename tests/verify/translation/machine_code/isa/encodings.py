"""All encodings of 16 bits, and the forms of instructions that they have."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import fields

from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.armv6m_decode import decode, length
from verify.translation.machine_code.armv6m_instructions import Immediate, Register

_AT = 0x1000
_NARROW = 2


def every() -> Iterator[int]:
    """Each halfword that is an instruction by itself, or none at all."""
    return (code for code in range(0x10000) if length(code) == _NARROW)


def form(code: int) -> Hashable | None:
    """What kind of instruction `code` is, whatever its registers and numbers are."""
    try:
        instruction = decode(_AT, code, 0)
    except (Forbidden, NotUnderstood):
        return None
    values = (getattr(instruction, each.name) for each in fields(instruction))
    return type(instruction).__name__, *map(_kind, values)


def _kind(value: object) -> Hashable:
    match value:
        case bool():
            return value
        case tuple():
            # A list of registers: whether it has more than the low ones.
            return any(each > 7 for each in value)
        case Immediate() | Register():
            return type(value).__name__
        case int():
            return "number"
    return str(value)
