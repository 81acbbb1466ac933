"""Files of compiled MicroPython: ``.mpy`` of version 6.

Format: MicroPython's ``py/persistentcode.c`` and ``py/bc.h``. A number is a few bytes of seven bits
each, the most significant first; a name is a number in the file's table of names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from verify.translation.evaluated import NotUnderstood
from verify.translation.python.static_names import STATIC_NAMES

_VERSION = 6
# Small integers of the Pico; code for wider ones is refused there.
_SMALL_BITS = 31
# Above the bits that say nothing about bytecode: an architecture, or flags of one.
_NATIVE = 0xFC
# Numbers have 32 bits.
_MOST_BYTES = 5
# How deep functions and constants may be nested.
_DEPTH = 20


class _Kind(IntEnum):
    """Of a constant that is no small integer."""

    FUNCTIONS = 0
    NONE = 1
    FALSE = 2
    TRUE = 3
    ELLIPSIS = 4
    TEXT = 5
    BYTES = 6
    INTEGER = 7
    FLOAT = 8
    COMPLEX = 9
    TUPLE = 10


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in the source the code comes from: how far each line reaches, in bytes."""

    steps: tuple[tuple[int, int], ...]

    def line(self, offset: int) -> int:
        """The line of the byte of code at `offset`."""
        line = 1
        for length, further in self.steps:
            if offset < length:
                break
            offset -= length
            line += further
        return line


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A function, a class or a module.

    Attributes:
        name: Its own.
        parameters: The names of the arguments it takes by position.
        special: What else it takes or is, in words; empty if nothing.
        room: How many values it has room for: local names and those in work.
        handlers: How many ``try`` it has room for, one inside of the other.
        body: The instructions.
        inside: What is declared inside of it.
    """

    name: str
    parameters: tuple[str, ...]
    special: str
    room: int
    handlers: int
    body: bytes
    lines: Lines
    inside: tuple[Code, ...]


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """What a file holds.

    Attributes:
        source: The name of the file that was compiled.
        names: By number.
        constants: By number, each in words.
        module: Its code.
    """

    source: str
    names: tuple[str, ...]
    constants: tuple[str, ...]
    module: Code

    def place(self, code: Code, offset: int) -> str:
        """Where the byte of `code` at `offset` is."""
        where = f"{code.name}+{offset:#x}"
        if code.lines.steps:
            where += f" ({self.source}:{code.lines.line(offset)})"
        return where if where.isprintable() else ascii(where)


def parse(content: bytes) -> File:
    """The file with this content.

    Raises:
        NotUnderstood: It is no such file, or has something in it that the Pico or we cannot run.
    """
    return _File(content).whole()


class _Reader:
    """Reads bytes from the first to the last."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        if count > len(self._content) - self._at:
            raise NotUnderstood("the file ends too early")
        self._at += count
        return self._content[self._at - count : self._at]

    def number(self) -> int:
        value = 0
        for _ in range(_MOST_BYTES):
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value
        raise NotUnderstood("a number of more than 32 bits")

    def rest(self) -> bytes:
        return self.take(len(self._content) - self._at)


class _File:
    def __init__(self, content: bytes) -> None:
        self._reader = _Reader(content)
        self._names: tuple[str, ...] = ()

    def whole(self) -> File:
        read = self._reader
        magic, version, features, small = read.take(4)
        if magic != ord("M") or version != _VERSION:
            raise NotUnderstood(f"no .mpy file of version {_VERSION}")
        if features & _NATIVE:
            raise NotUnderstood("machine code inside")
        if small > _SMALL_BITS:
            raise NotUnderstood(f"small integers of {small} bits: the Pico does not load it")
        names, constants = read.number(), read.number()
        self._names = tuple(self._name() for _ in range(names))
        objects = tuple(self._constant(0) for _ in range(constants))
        module = self._code(0)
        if read.rest():
            raise NotUnderstood("something behind the end of the module")
        if not self._names:
            raise NotUnderstood("no names inside")
        return File(self._names[0], self._names, objects, module)

    def _name(self) -> str:
        number = self._reader.number()
        if not number & 1:
            return self._text(number >> 1)
        if not 0 < number >> 1 <= len(STATIC_NAMES):
            raise NotUnderstood(f"the name with the number {number >> 1}")
        return STATIC_NAMES[(number >> 1) - 1]

    def _text(self, length: int) -> str:
        content = self._reader.take(length)
        if self._reader.byte():
            raise NotUnderstood("a text without an end")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise NotUnderstood("a text that is no text") from None

    def _constant(self, depth: int) -> str:
        kind = self._reader.byte()
        if depth > _DEPTH or kind not in list(_Kind):
            raise NotUnderstood(f"a constant of the kind {kind}")
        if _Kind(kind) in (_Kind.TEXT, _Kind.BYTES):
            self._reader.take(self._reader.number() + 1)
        elif kind == _Kind.TUPLE:
            for _ in range(self._reader.number()):
                self._constant(depth + 1)
        elif kind in (_Kind.INTEGER, _Kind.FLOAT, _Kind.COMPLEX):
            digits = self._reader.take(self._reader.number())
            return f"{_Kind(kind).name.lower()} {digits.decode('ascii', 'replace')}"
        return f"constant {_Kind(kind).name.lower()}"

    def _code(self, depth: int) -> Code:
        number = self._reader.number()
        if depth > _DEPTH or number & 3:
            raise NotUnderstood("machine code inside" if number & 3 else "functions so deep inside")
        content = self._reader.take(number >> 3)
        inside = self._reader.number() if number & 4 else 0
        children = tuple(self._code(depth + 1) for _ in range(inside))
        return self._parted(content, children)

    def _parted(self, content: bytes, inside: tuple[Code, ...]) -> Code:
        """What is in the content of a function: its signature, names, lines and instructions."""
        read = _Reader(content)
        signature = _Signature(read)
        about_size, cells = _sizes(read)
        about = _Reader(read.take(about_size))
        name, *parameters = (
            self._known(about.number()) for _ in range(1 + signature.positional + signature.named)
        )
        read.take(cells)
        return Code(
            name,
            tuple(parameters[: signature.positional]),
            "variables of a function around it" if cells else signature.special,
            signature.room,
            signature.handlers,
            read.rest(),
            _lines(about.rest()),
            inside,
        )

    def _known(self, number: int) -> str:
        if number >= len(self._names):
            raise NotUnderstood(f"a name with the number {number}")
        return self._names[number]


class _Signature:
    """Of six numbers, whose bits are interleaved: the first byte is xSSSSEAA, then xFSSKAED."""

    def __init__(self, read: _Reader) -> None:
        byte = read.byte()
        room, self.handlers, self.positional = byte >> 3 & 0xF, byte >> 2 & 1, byte & 3
        self.named = flags = defaults = 0
        for more in range(_MOST_BYTES):
            if not byte & 0x80:
                break
            byte = read.byte()
            flags |= (byte >> 6 & 1) << more
            room |= (byte >> 4 & 3) << 4 + 2 * more
            self.named |= (byte >> 3 & 1) << more
            self.positional |= (byte >> 2 & 1) << 2 + more
            self.handlers |= (byte >> 1 & 1) << 1 + more
            defaults |= (byte & 1) << more
        else:
            raise NotUnderstood("a signature of so many bytes")
        self.room = room + 1
        special = {
            "a generator, or any number of arguments": flags,
            "arguments by name only": self.named,
            "arguments with a default": defaults,
        }
        self.special = ", ".join(what for what, is_so in special.items() if is_so)


def _sizes(read: _Reader) -> tuple[int, int]:
    """How long the names and lines are, and how many variables are shared: xIIIIIIC."""
    about = cells = 0
    for more in range(_MOST_BYTES):
        byte = read.byte()
        about |= (byte >> 1 & 0x3F) << 6 * more
        cells |= (byte & 1) << more
        if not byte & 0x80:
            return about, cells
    raise NotUnderstood("sizes of so many bytes")


def _lines(content: bytes) -> Lines:
    """A step is 0LLBBBBB, or 1LLLBBBB LLLLLLLL: bytes of code, and lines further after them."""
    steps = []
    at = 0
    while at < len(content):
        byte = content[at]
        if not byte & 0x80:
            steps.append((byte & 0x1F, byte >> 5))
        else:
            if at + 1 == len(content):
                raise NotUnderstood("lines that end too early")
            at += 1
            steps.append((byte & 0xF, byte << 4 & 0x700 | content[at]))
        at += 1
    return Lines(tuple(steps))
