"""Classes of a compiled module: what attributes their objects have, if they have nothing else."""

from __future__ import annotations

from verify.translation.evaluated import NotUnderstood
from verify.translation.python.instructions import Opcode, instructions
from verify.translation.python.mpy import Code, File

# All that is done where a class is made that has a constructor, or nothing.
_CLASS = [
    (Opcode.LOAD_NAME, "__name__"),
    (Opcode.STORE_NAME, "__module__"),
    (Opcode.LOAD_TEXT, None),
    (Opcode.STORE_NAME, "__qualname__"),
]
# Values that lie on the stack at most, and the object that is made.
_CLASS_ROOM, _CONSTRUCTOR_ROOM = 1, 3
_INIT = [(Opcode.MAKE_FUNCTION, None), (Opcode.STORE_NAME, "__init__")]
_END = [(Opcode.LOAD_NONE, None), (Opcode.RETURN, None)]


def child(file: File, code: Code, number: int, at: int) -> Code:
    """What is declared inside of `code` under `number`, which is asked for at `at`."""
    if number >= len(code.inside):
        raise NotUnderstood(f"a function with the number {number}", file.place(code, at))
    return code.inside[number]


def constructor(file: File, code: Code) -> Code | None:
    """The constructor of a class that has nothing else; None if it has nothing at all.

    Raises:
        NotUnderstood: It has more than that.
    """
    if code.special or code.parameters or code.room < _CLASS_ROOM:
        raise NotUnderstood("a class of this kind", file.place(code, 0))
    steps = [each for _, each in instructions(file, code)]
    for expected in (_CLASS + _END, _CLASS + _INIT + _END):
        if len(steps) == len(expected) and all(
            each.opcode is opcode and name in (None, each.name)
            for each, (opcode, name) in zip(steps, expected, strict=True)
        ):
            if len(expected) == len(_CLASS + _END):
                return None
            return child(file, code, steps[len(_CLASS)].argument, 0)
    told = "a class with more than its attributes, set in __init__"
    raise NotUnderstood(told, file.place(code, 0))


def attributes(file: File, code: Code) -> tuple[str, ...]:
    """The attributes that a constructor sets, one after the other.

    Raises:
        NotUnderstood: It does something else.
    """
    if code.special or len(code.parameters) != 1 or code.room < _CONSTRUCTOR_ROOM:
        raise NotUnderstood("a constructor of this kind", file.place(code, 0))
    steps = instructions(file, code)
    made: dict[str, None] = {}
    for at, each in steps:
        if each.opcode in _SKIPPED:
            continue
        if each.opcode is not Opcode.STORE_ATTRIBUTE or each.name.startswith("__"):
            raise NotUnderstood(f"{each.opcode.name} in __init__", file.place(code, at))
        made[each.name] = None
    return tuple(made)


# What a constructor may do besides.
_SKIPPED = {
    Opcode.LOAD_SMALL,
    Opcode.LOAD_CONSTANT,
    Opcode.LOAD_GLOBAL,
    Opcode.LOAD_LOCAL,
    Opcode.LOAD_NONE,
    Opcode.LOAD_FALSE,
    Opcode.LOAD_TRUE,
    Opcode.RETURN,
}
