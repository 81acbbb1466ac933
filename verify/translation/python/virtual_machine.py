"""MicroPython's virtual machine, for all values at once.

Operations: MicroPython's ``py/vm.c``. A function has room for a number of values: its local names,
arguments first, and those in work, which must not meet.
"""

from __future__ import annotations

from verify import bits
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.python.call import RETURNED, Call
from verify.translation.python.instructions import (
    BY_NAME,
    OPERATIONS,
    Instruction,
    Opcode,
    instruction,
)
from verify.translation.python.loading import Loaded
from verify.translation.python.mpy import Code
from verify.translation.python.path import Path, joined, readable
from verify.translation.python.values import (
    MISSING,
    NOTHING,
    Function,
    Integer,
    Item,
    Notes,
    Operation,
    Site,
    Truth,
    integer,
    kind,
    literal,
    operated,
    tested,
)


class VirtualMachine:
    """A function at work."""

    def __init__(self, module: Loaded, call: Call, notes: Notes, calls: tuple[Code, ...]) -> None:
        """Begin to run a function.

        Args:
            module: That the function is in.
            call: What it is given.
            notes: Where obligations and places are noted.
            calls: The functions at work, this one last.
        """
        self._module = module
        self._file = module.file
        self._call = call
        self._notes = notes
        self._calls = calls
        self._code = calls[-1]
        self._pending: dict[int, list[Path]] = {}
        self._ends: list[tuple[Path, Item]] = []
        self._most_names = len(self._code.parameters)
        self._most_in_work = 0

    def ends(self, path: Path) -> list[tuple[Path, Item]]:
        """Each return: the way to it, and what is returned.

        Raises:
            NotUnderstood: It does what controllers do not need.
            Forbidden: It does what they must not.
        """
        self._pending[0] = [path]
        while self._pending:
            at = min(self._pending)
            try:
                now = joined(self._pending.pop(at))
            except NotUnderstood as error:
                raise NotUnderstood(str(error), self._place(at)) from None
            self._step(instruction(self._file, self._code, at), now, at)
            self._most_in_work = max(self._most_in_work, len(now.stack))
        if self._most_names + self._most_in_work > self._code.room:
            raise NotUnderstood("less room than its values take", self._place(0))
        return self._ends

    def _step(self, each: Instruction, path: Path, at: int) -> None:
        """Do what one instruction says, and note where it goes on."""
        match each.opcode:
            case Opcode.RETURN:
                self._return(path, at)
            case Opcode.JUMP:
                self._go(path, at, each.argument)
            case Opcode.POP_JUMP_IF_TRUE | Opcode.POP_JUMP_IF_FALSE:
                self._branch(each, path, at, keep=False)
            case Opcode.JUMP_IF_TRUE_OR_POP | Opcode.JUMP_IF_FALSE_OR_POP:
                self._branch(each, path, at, keep=True)
            case _:
                self._work(each, path, self._place(at))
                self._go(path, at, each.following)

    def _work(self, each: Instruction, path: Path, place: str) -> None:
        """Do what one instruction says that leads to the next one."""
        stack = path.stack
        match each.opcode:
            case Opcode.LOAD_SMALL:
                stack.append(literal(each.argument, place))
            case Opcode.LOAD_CONSTANT:
                raise self._constant(each.argument, place)
            case Opcode.LOAD_FALSE | Opcode.LOAD_TRUE:
                stack.append(Truth(bits.truth(each.opcode is Opcode.LOAD_TRUE)))
            case Opcode.LOAD_NONE:
                stack.append(NOTHING)
            case Opcode.LOAD_LOCAL:
                item = path.names.get(self._local(each.argument), MISSING)
                stack.append(readable(item, "a local name", place))
            case Opcode.STORE_LOCAL:
                item = self._notes.named(self._pop(path, place), place)
                path.names[self._local(each.argument)] = item
            case Opcode.LOAD_GLOBAL:
                stack.append(self._global(each.name, place))
            case Opcode.LOAD_ATTRIBUTE:
                owner = self._pop(path, place)
                stack.append(self._call.load(path, owner, each.name, place))
            case Opcode.STORE_ATTRIBUTE:
                owner, item = self._pop(path, place), self._pop(path, place)
                self._call.store(path, owner, each.name, self._notes.named(item, place), place)
            case Opcode.DUPLICATE:
                item = self._pop(path, place)
                stack.extend((item, item))
            case Opcode.SWAP:
                stack.extend((self._pop(path, place), self._pop(path, place)))
            case Opcode.POP:
                self._pop(path, place)
            case Opcode.NOT:
                stack.append(Truth(bits.negation(tested(self._pop(path, place), place))))
            case Opcode.NEGATE:
                self._operate(Operation.SUBTRACT, integer(0), self._pop(path, place), path, place)
            case Opcode.BINARY if each.argument in OPERATIONS:
                right, left = self._pop(path, place), self._pop(path, place)
                self._operate(OPERATIONS[each.argument], left, right, path, place)
            case Opcode.BINARY:
                raise NotUnderstood(f"the operator with the number {each.argument}", place)
            case Opcode.CALL_FUNCTION:
                self._other(each.argument, path, place)
            case _:
                raise NotUnderstood(f"{each.opcode.name} in a function", place)

    def _return(self, path: Path, at: int) -> None:
        item = self._notes.named(self._pop(path, self._place(at)), self._place(at))
        path.names[RETURNED] = item
        # What is left in work is nobody's any more.
        path.stack = []
        self._ends.append((path, item))

    def _branch(self, each: Instruction, path: Path, at: int, *, keep: bool) -> None:
        """Go both ways; what is tested stays in work where the jump is taken, if `keep`."""
        item = self._pop(path, self._place(at))
        condition = tested(item, self._place(at))
        if each.opcode in (Opcode.POP_JUMP_IF_FALSE, Opcode.JUMP_IF_FALSE_OR_POP):
            condition = bits.negation(condition)
        taken = path.taken_if(condition)
        if keep:
            taken.stack.append(item)
        self._go(taken, at, each.argument)
        self._go(path.taken_if(bits.negation(condition)), at, each.following)

    def _go(self, path: Path, at: int, to: int) -> None:
        if to <= at:
            raise NotUnderstood("a loop", self._place(at))
        self._pending.setdefault(to, []).append(path)

    def _operate(
        self, operation: Operation, left: Item, right: Item, path: Path, place: str
    ) -> None:
        site = Site(place, path.condition)
        path.stack.append(operated(operation, left, right, self._notes, site))

    def _other(self, argument: int, path: Path, place: str) -> None:
        """Call another function of the module; it is given numbers and truths only."""
        if argument >= BY_NAME:
            raise NotUnderstood("arguments by name", place)
        items = [self._pop(path, place) for _ in range(argument)][::-1]
        function = self._pop(path, place)
        if not isinstance(function, Function):
            raise NotUnderstood(f"a call of {kind(function)}", place)
        code = self._module.functions[function.name]
        if code in self._calls:
            raise NotUnderstood(f"{function.name} calls itself", place)
        if len(self._module.signature(code).parameters) != len(items):
            raise Forbidden(f"{function.name} has {len(code.parameters)} parameters", place)
        if not all(isinstance(each, Integer | Truth) for each in items):
            raise NotUnderstood(f"an object is handed to {function.name}", place)
        inner = VirtualMachine(self._module, self._call, self._notes, (*self._calls, code))
        ends = inner.ends(Path((path.condition,), dict(enumerate(items))))
        made = joined([each for each, _ in ends]).names[RETURNED]
        path.stack.append(readable(made, f"what {function.name} returns", place))

    def _global(self, name: str, place: str) -> Item:
        if name in self._module.uncertain:
            raise NotUnderstood(f"{name}, which a function may set", place)
        if name in self._module.numbers:
            return literal(self._module.numbers[name], place)
        if name in self._module.functions:
            return Function(name)
        raise NotUnderstood(f"the name {name}", place)

    def _constant(self, number: int, place: str) -> Exception:
        """Why a constant that is no small integer cannot be worked with."""
        constants = self._file.constants
        if number >= len(constants):
            return NotUnderstood(f"a constant with the number {number}", place)
        if constants[number].startswith("integer "):
            told = f"{constants[number].removeprefix('integer ')} is not a small integer"
            return Forbidden(f"{told}: memory would be allocated", place)
        return NotUnderstood(f"the {constants[number]}", place)

    def _local(self, number: int) -> int:
        self._most_names = max(self._most_names, number + 1)
        return number

    def _pop(self, path: Path, place: str) -> Item:
        if not path.stack:
            raise NotUnderstood("an empty stack", place)
        return readable(path.stack.pop(), "what is in work", place)

    def _place(self, at: int) -> str:
        return self._file.place(self._code, at)
