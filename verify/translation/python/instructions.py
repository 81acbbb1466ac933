"""Instructions of MicroPython's bytecode, as far as controllers need them.

Encoding: MicroPython's ``py/bc0.h``. An operation is one byte; what follows, and how it is read,
can be seen from its upper half.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from verify.translation.evaluated import NotUnderstood
from verify.translation.python.mpy import Code, File
from verify.translation.python.values import Operation


class Opcode(IntEnum):
    """Operations whose argument is not part of the opcode itself."""

    LOAD_TEXT = 0x10
    LOAD_NAME = 0x11
    LOAD_GLOBAL = 0x12
    LOAD_ATTRIBUTE = 0x13
    STORE_NAME = 0x16
    STORE_GLOBAL = 0x17
    STORE_ATTRIBUTE = 0x18
    DELETE_NAME = 0x19
    DELETE_GLOBAL = 0x1A
    IMPORT_NAME = 0x1B
    IMPORT_FROM = 0x1C
    LOAD_SMALL = 0x22
    LOAD_CONSTANT = 0x23
    LOAD_LOCAL = 0x24
    STORE_LOCAL = 0x26
    BUILD_TUPLE = 0x2A
    MAKE_FUNCTION = 0x32
    CALL_FUNCTION = 0x34
    JUMP = 0x42
    POP_JUMP_IF_TRUE = 0x43
    POP_JUMP_IF_FALSE = 0x44
    JUMP_IF_TRUE_OR_POP = 0x45
    JUMP_IF_FALSE_OR_POP = 0x46
    SETUP_EXCEPT = 0x48
    POP_EXCEPT_JUMP = 0x4A
    LOAD_FALSE = 0x50
    LOAD_NONE = 0x51
    LOAD_TRUE = 0x52
    LOAD_BUILD_CLASS = 0x54
    DUPLICATE = 0x57
    POP = 0x59
    SWAP = 0x5A
    END_FINALLY = 0x5D
    RETURN = 0x63
    NEGATE = 0xD1
    NOT = 0xD3
    # One of `OPERATIONS`, its argument.
    BINARY = 0xD7


# The argument is read as a number, a name, a distance, or not at all.
_FORMS = (0, 1, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_NAME, _NUMBER, _DISTANCE = 1, 2, 3
# Their distance may be below 0.
_SIGNED = {Opcode.JUMP, Opcode.POP_JUMP_IF_TRUE, Opcode.POP_JUMP_IF_FALSE}
# Followed by one byte more.
_LONGER = {0x00, 0x01, 0x20, 0x21, 0x40, 0x41, 0x60, 0x61}
# One byte, opcode and argument in one: first, how many, what is taken off.
_COMBINED = (
    (Opcode.LOAD_SMALL, 0x70, 64, 16),
    (Opcode.LOAD_LOCAL, 0xB0, 16, 0),
    (Opcode.STORE_LOCAL, 0xC0, 16, 0),
    (Opcode.BINARY, 0xD7, 35, 0),
)
# Those with two numbers or two truths, by the argument of BINARY; the others have no place here.
OPERATIONS = {
    0: Operation.LESS,
    1: Operation.MORE,
    2: Operation.EQUAL,
    3: Operation.AT_MOST,
    4: Operation.AT_LEAST,
    5: Operation.DIFFERENT,
    26: Operation.SHIFT_RIGHT,
    27: Operation.ADD,
    28: Operation.SUBTRACT,
    29: Operation.MULTIPLY,
}
# The argument of BINARY that asks whether an exception is of a class.
IS_CAUGHT_BY = 8
# The argument of CALL_FUNCTION, from where on some arguments are given by name.
BY_NAME = 0x100
# Of a number.
_MOST_BYTES = 5
_OPCODES = frozenset(Opcode) - {each for each, *_ in _COMBINED} | {
    Opcode.LOAD_SMALL,
    Opcode.LOAD_LOCAL,
    Opcode.STORE_LOCAL,
}


@dataclass(frozen=True, slots=True)
class Instruction:
    """What one operation is.

    Attributes:
        argument: A number, or where a jump leads; 0 if there is none.
        name: If it is a name.
        following: Where the next one is.
    """

    opcode: Opcode
    argument: int
    name: str
    following: int


def instruction(file: File, code: Code, at: int) -> Instruction:
    """The instruction of `code` at `at`.

    Raises:
        NotUnderstood: There is none, or it is none that controllers need.
    """
    byte, argument, following = _decoded(file, code, at)
    for opcode, first, count, less in _COMBINED:
        if first <= byte < first + count:
            return Instruction(opcode, byte - first - less, "", following)
    if byte not in _OPCODES:
        raise NotUnderstood(f"opcode {byte:#04x}", file.place(code, at))
    name = _name(file, code, at, argument) if _form(byte) == _NAME else ""
    return Instruction(Opcode(byte), argument, name, following)


def instructions(file: File, code: Code) -> list[tuple[int, Instruction]]:
    """All of `code`, with their places in it.

    Raises:
        NotUnderstood: One of them is.
    """
    found = []
    at = 0
    while at < len(code.body):
        each = instruction(file, code, at)
        found.append((at, each))
        at = each.following
    return found


def globals_set(file: File, code: Code) -> set[str]:
    """The names of the module that `code`, which may have any instructions, sets or deletes.

    Raises:
        NotUnderstood: It is no code.
    """
    found = set()
    at = 0
    while at < len(code.body):
        byte, argument, following = _decoded(file, code, at)
        if byte in (Opcode.STORE_GLOBAL, Opcode.DELETE_GLOBAL):
            found.add(_name(file, code, at, argument))
        at = following
    return found


def _form(byte: int) -> int:
    return _FORMS[byte >> 4]


def _name(file: File, code: Code, at: int, number: int) -> str:
    if number >= len(file.names):
        raise NotUnderstood(f"a name with the number {number}", file.place(code, at))
    return file.names[number]


def _decoded(file: File, code: Code, at: int) -> tuple[int, int, int]:
    """The byte at `at`, its argument, 0 if it has none, and where the next instruction is."""
    try:
        byte = code.body[at]
        argument, following = _argument(code.body, byte, at + 1)
    except IndexError:
        raise NotUnderstood("code without an end", file.place(code, at)) from None
    return byte, argument, following + (byte in _LONGER)


def _argument(body: bytes, byte: int, at: int) -> tuple[int, int]:
    """The argument that begins at `at`, and where it ends.

    Raises:
        IndexError: The code ends before, or it has too many bytes.
    """
    form = _form(byte)
    if form == _DISTANCE:
        signed = byte in _SIGNED
        if not body[at] & 0x80:
            return at + 1 + body[at] - (0x40 if signed else 0), at + 1
        distance = (body[at] & 0x7F) + (body[at + 1] << 7)
        return at + 2 + distance - (0x4000 if signed else 0), at + 2
    if form not in (_NAME, _NUMBER):
        return 0, at
    value = -1 if byte == Opcode.LOAD_SMALL and body[at] & 0x40 else 0
    for end in range(at, at + _MOST_BYTES):
        value = value << 7 | body[end] & 0x7F
        if not body[end] & 0x80:
            return value, end + 1
    raise IndexError(at)
