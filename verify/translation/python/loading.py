"""Loading: what a compiled module declares, found by following what it does when it is imported.

As `verify.translation.python.module` for sources. Constants are in the code already, and are names
only for those who ask the module for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from verify.translation.evaluated import NotUnderstood
from verify.translation.python.call import Signature
from verify.translation.python.compiled_class import attributes, child, constructor
from verify.translation.python.instructions import (
    IS_CAUGHT_BY,
    Instruction,
    Opcode,
    globals_set,
    instruction,
    instructions,
)
from verify.translation.python.mpy import Code, File


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What a module declares.

    Attributes:
        numbers: Names for numbers.
        classes: The attributes of each class, and the function that makes them.
        uncertain: Names that mean this or that, or that some function sets.
    """

    file: File
    numbers: Mapping[str, int]
    classes: Mapping[str, tuple[str, ...]]
    constructors: Mapping[str, Code]
    functions: Mapping[str, Code]
    uncertain: frozenset[str]

    def signature(self, code: Code) -> Signature:
        """What is known of a function.

        Raises:
            NotUnderstood: It takes or is something special.
        """
        place = self.file.place(code, 0)
        if code.special:
            raise NotUnderstood(code.special, place)
        used: list[dict[str, None]] = [{} for _ in code.parameters]
        steps = instructions(self.file, code)
        for (_, one), (_, next_) in pairwise(steps):
            attribute = next_.opcode in (Opcode.LOAD_ATTRIBUTE, Opcode.STORE_ATTRIBUTE)
            if one.opcode is Opcode.LOAD_LOCAL and attribute and one.argument < len(used):
                used[one.argument][next_.name] = None
        return Signature(code.parameters, tuple(tuple(each) for each in used), place)


def load(file: File) -> Loaded:
    """What the module in `file` declares.

    Raises:
        NotUnderstood: It does anything else when it is imported.
    """
    loader = _Loader(file)
    if file.module.special or file.module.parameters:
        raise NotUnderstood("a module with arguments", file.place(file.module, 0))
    loader.run()
    changed = {name for each in _inside(file.module) for name in globals_set(file, each)}
    uncertain = frozenset(changed | loader.uncertain)
    if unsure := uncertain & loader.classes.keys():
        raise NotUnderstood(f"{min(unsure)}, which a function may set", file.source)
    return Loaded(
        file,
        loader.numbers,
        loader.classes,
        loader.constructors,
        loader.functions,
        uncertain,
    )


def _inside(code: Code) -> Iterator[Code]:
    for each in code.inside:
        yield each
        yield from _inside(each)


class _BuildClass:
    """What makes a class of a function and a name."""


_MICROPYTHON, _CONST = "micropython", "const"
# The arguments of what makes classes.
_NAME_AND_CODE = 2
# What lies on the stack: a number, a function, a class, text or whatever is imported.
_Thing = int | Code | tuple[str, Code] | _BuildClass | str | None


class _Loader:
    """A module at work."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._code = file.module
        self._at = 0
        self._stack: list[_Thing] = []
        self._handler: int | None = None
        self._bound: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.classes: dict[str, tuple[str, ...]] = {}
        self.constructors: dict[str, Code] = {}
        self.functions: dict[str, Code] = {}
        self.uncertain: set[str] = set()

    def run(self) -> None:
        """Follow the way on which nothing fails."""
        at: int | None = 0
        while at is not None:
            self._at = at
            at = self._step(instruction(self._file, self._code, at))
            if len(self._stack) > self._code.room:
                raise self._refusal("less room than its values take")

    def _step(self, each: Instruction) -> int | None:
        """Where it goes on; None at the end."""
        match each.opcode:
            case Opcode.LOAD_SMALL:
                self._stack.append(each.argument)
            case Opcode.LOAD_TEXT:
                self._stack.append(each.name)
            case Opcode.LOAD_NONE:
                self._stack.append(None)
            case Opcode.LOAD_BUILD_CLASS:
                self._stack.append(_BuildClass())
            case Opcode.MAKE_FUNCTION:
                self._stack.append(self._child(self._code, each.argument))
            case Opcode.CALL_FUNCTION:
                self._make_class(each.argument)
            case Opcode.BUILD_TUPLE:
                for _ in range(each.argument):
                    self._pop()
                self._stack.append(None)
            case Opcode.IMPORT_NAME:
                self._import(each.name)
            case Opcode.IMPORT_FROM:
                self._import_from(each.name)
            case Opcode.POP:
                self._pop()
            case Opcode.STORE_NAME:
                self._store(each.name)
            case Opcode.SETUP_EXCEPT if self._handler is None and self._code.handlers:
                self._handler = each.argument
            case Opcode.POP_EXCEPT_JUMP if self._handler is not None:
                return self._leave_try(each)
            case Opcode.RETURN if self._handler is None:
                return None
            case _:
                raise self._refusal(f"{each.opcode.name} at module level")
        return each.following

    def _import(self, name: str) -> None:
        wanted, level = self._pop(), self._pop()
        # Level 0: not from a package around this module.
        if name != _MICROPYTHON or wanted is not None or level != 0:
            raise self._refusal(f"an import of {name}")
        self._stack.append(name)

    def _import_from(self, name: str) -> None:
        if self._stack[-1:] != [_MICROPYTHON] or name != _CONST:
            raise self._refusal(f"an import of {name}")
        self._stack.append(name)

    def _make_class(self, argument: int) -> None:
        *_, name, code, builder = [None, None, *(self._pop() for _ in range(argument + 1))]
        if argument != _NAME_AND_CODE or not isinstance(builder, _BuildClass):
            raise self._refusal("a call")
        if not isinstance(name, str) or not isinstance(code, Code):
            raise self._refusal("a class of this kind")
        self._stack.append((name, code))

    def _store(self, name: str) -> None:
        thing = self._pop()
        if name in self._bound:
            raise self._refusal(f"another {name}")
        self._bound.add(name)
        match thing:
            case int():
                self.numbers[name] = thing
            case Code():
                self.functions[name] = thing
            case (_, Code() as code):
                self._declare(name, code)
            case str() if thing == _CONST:
                self.uncertain.add(name)
            case _:
                raise self._refusal(f"the value of {name}")

    def _declare(self, name: str, code: Code) -> None:
        """Note the class that `code` makes."""
        made = constructor(self._file, code)
        self.classes[name] = ()
        if made is not None:
            self.constructors[name] = made
            self.classes[name] = attributes(self._file, made)

    def _leave_try(self, each: Instruction) -> int:
        """Pass over what happens when an import fails; what is named there is uncertain."""
        at, end = each.following, each.argument
        if not (self._handler == at <= end <= len(self._code.body)):
            raise self._refusal("a try of this kind")
        self._handler = None
        while at < end:
            self._at = at
            skipped = instruction(self._file, self._code, at)
            if skipped.opcode not in _HANDLING or (
                skipped.opcode is Opcode.BINARY and skipped.argument != IS_CAUGHT_BY
            ):
                raise self._refusal(f"{skipped.opcode.name} where an import fails")
            if skipped.opcode is Opcode.STORE_NAME:
                self.uncertain.add(skipped.name)
            at = skipped.following
        if at != end:
            raise self._refusal("a try of this kind")
        return end

    def _pop(self) -> _Thing:
        if not self._stack:
            raise self._refusal("an empty stack")
        return self._stack.pop()

    def _child(self, code: Code, number: int) -> Code:
        return child(self._file, code, number, self._at)

    def _refusal(self, what: str) -> NotUnderstood:
        return NotUnderstood(what, self._file.place(self._code, self._at))


# All that is done where the import of const fails.
_HANDLING = {
    Opcode.DUPLICATE,
    Opcode.LOAD_NAME,
    Opcode.BINARY,
    Opcode.POP_JUMP_IF_FALSE,
    Opcode.POP,
    Opcode.MAKE_FUNCTION,
    Opcode.STORE_NAME,
    Opcode.POP_EXCEPT_JUMP,
    Opcode.END_FINALLY,
}
