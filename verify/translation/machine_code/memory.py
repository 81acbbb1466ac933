"""Memory of a function: the structures it is given, its stack, and constants; nothing else.

Shared by all readings of machine code. How to use it:

1. `Memory(regions, rom)`, with a `Region` for each structure; `rom` gives the constant byte at an
   absolute address, or None. Then `define` what is there before the call; what is not defined
   must not be read; and `hand_over` what is passed on the stack.
2. The register of the stack pointer begins as ``Pointer(STACK, 0)``, that of the return address
   as ``Pointer(RETURN, 0)``, those of structures as ``Pointer(region, 0)``.
3. `load` and `store` for every access, in the order of the instructions, and after every
   instruction, not between two accesses of one, `settle` with the stack pointer.
4. `copy` before a way on, and `joined` where ways meet.
5. `left` tells what is there in the end, and `deepest` how far the stack went.

Every access is checked when it is made: it is in bounds and aligned for every placement of the
structures that their alignment allows, it reads nothing that nobody has written, and it writes
neither to what is only to be read, nor to anything that is not the function's own. Compilers do
read whole words of the stack of which they wrote a byte: what was there before is a symbol, so
that a proof holds whatever it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.cells import BYTE, Byte, Joining, assembled, narrowed
from verify.translation.machine_code.word import WORD, Pointer, Poison, Word, number

STACK = "stack"
RETURN = "return address"
# Offsets into this are absolute addresses. What is worked out from the program counter is no
# number: code that is not linked yet may end up elsewhere.
CODE = "code"

# The stack is aligned to this when a function is called: AAPCS32 (ARM IHI 0042), 6.2.1.2; the
# RISC-V psABI wants 16.
_STACK_ALIGNMENT = 8


@dataclass(frozen=True, slots=True)
class Region:
    """A structure that lies anywhere, as its alignment allows, and apart from all others."""

    name: str
    size: int
    alignment: int
    writable: bool


class Memory:
    """All that a function can reach; little-endian.

    Attributes:
        deepest: The lowest offset that the stack pointer had, on any way here.
    """

    def __init__(self, regions: Iterable[Region], rom: Callable[[int], int | None]) -> None:
        self.deepest = 0
        self._regions = {each.name: each for each in regions}
        self._rom = rom
        self._bytes: dict[tuple[str, int], Byte] = {}
        self._stack_pointer = 0
        self._lowest_access = 0
        self._taken = 0
        self._handed = 0

    def hand_over(self, words: Sequence[Word]) -> None:
        """Put `words` where a caller leaves what has no register: on its part of the stack."""
        for position, word in enumerate(words):
            for index in range(WORD // BYTE):
                at = position * (WORD // BYTE) + index
                self._bytes[STACK, at] = Byte(word, index)
        self._handed = len(words) * (WORD // BYTE)

    def define(self, at: Pointer, value: Bits, *, readable: bool = True) -> None:
        """Say what is at `at` before the call; what is not `readable` must be written first."""
        for index in range(bits.width_of(value) // BYTE):
            self._bytes[at.region, at.offset + index] = Byte(value, index, readable)

    def load(self, address: Word, size: int, *, aligned: bool = True) -> Word:
        """The `size` bytes at `address`, as so many bits, or as the pointer that was stored there.

        Unless the processor can do without, they must be `aligned` to their size.

        Raises:
            Forbidden: They are not the function's to read.
            NotUnderstood: Nobody knows which bytes these are.
        """
        if isinstance(address, Bits):
            return self._constant(address, size, aligned)
        if isinstance(address, Pointer) and address.region == CODE:
            return self._constant(number(address.offset), size, aligned)
        at = self._checked(address, size, "reads", aligned)
        found = [self._bytes.get((at.region, at.offset + index)) for index in range(size)]
        cells = [each for each in found if each is not None]
        readable = sum(each.readable for each in cells)
        if len(cells) < size or readable < (1 if at.region == STACK else size):
            raise Forbidden(f"reads {at}, which nothing was written to")
        return assembled(cells)

    def store(self, address: Word, size: int, value: Word, *, aligned: bool = True) -> None:
        """Set the `size` bytes at `address` to the least significant ones of `value`.

        Unless the processor can do without, they must be `aligned` to their size.

        Raises:
            Forbidden: They are not the function's to write.
            NotUnderstood: Nobody knows which bytes these are.
        """
        if isinstance(address, Bits):
            known = bits.number_of(address)
            if known is None:
                raise NotUnderstood("a write to an address that depends on data")
            raise Forbidden(f"writes to the address {known:#x}")
        at = self._checked(address, size, "writes", aligned)
        is_callers = at.region == STACK and at.offset + size > 0
        if is_callers or (at.region != STACK and not self._regions[at.region].writable):
            raise Forbidden(f"writes to {at}, which is only to be read")
        whole = narrowed(value, size)
        for index in range(size):
            self._bytes[at.region, at.offset + index] = Byte(whole, index)

    def settle(self, stack_pointer: Word) -> None:
        """End an instruction, after which the stack pointer is `stack_pointer`.

        What is below it is lost then, as any interrupt may overwrite it.

        Raises:
            Forbidden: The instruction used memory below the stack pointer.
            NotUnderstood: It does not point to the stack, or not to a word of it.
        """
        if not isinstance(stack_pointer, Pointer) or stack_pointer.region != STACK:
            raise NotUnderstood("a stack pointer that does not point to a known place of the stack")
        now = stack_pointer.offset
        if now > 0:
            raise Forbidden("takes more from the stack than it put there")
        if now % (WORD // BYTE):
            raise NotUnderstood("a stack pointer that does not point to a word")
        if self._lowest_access < min(now, self._stack_pointer):
            raise Forbidden("uses memory below the stack pointer")
        for offset in range(self._stack_pointer, now):
            self._bytes.pop((STACK, offset), None)
        for offset in range(now, self._stack_pointer):
            if (STACK, offset) not in self._bytes:
                # Something else each time that memory is taken: it was not ours in between.
                self._taken += 1
                unset = bits.symbol(f"stack{offset:+d}, taken {self._taken}", BYTE)
                self._bytes[STACK, offset] = Byte(unset, 0, readable=False)
        self.deepest = min(self.deepest, now)
        self._stack_pointer, self._lowest_access = now, 0

    def left(self, at: Pointer, size: int) -> Word:
        """What is at `at` in the end, be it written or not."""
        cells = [self._bytes[at.region, at.offset + index] for index in range(size)]
        return assembled(cells)

    def copy(self) -> Memory:
        """The same, for another way on."""
        twin = Memory((), self._rom)
        twin._regions = self._regions
        twin._bytes = dict(self._bytes)
        twin.deepest = self.deepest
        twin._stack_pointer = self._stack_pointer
        twin._lowest_access = self._lowest_access
        twin._taken = self._taken
        twin._handed = self._handed
        return twin

    def joined(self, condition: Condition, other: Memory) -> Memory:
        """This memory if `condition`, else `other`.

        Raises:
            NotUnderstood: Their stacks differ in height.
        """
        if self._stack_pointer != other._stack_pointer:
            raise NotUnderstood("a stack pointer that depends on the way the code took")
        memory = self.copy()
        memory.deepest = min(self.deepest, other.deepest)
        memory._taken = max(self._taken, other._taken)
        memory._lowest_access = min(self._lowest_access, other._lowest_access)
        joining = Joining(condition)
        memory._bytes = {
            at: mine if mine.is_same(its) else joining.byte(mine, its)
            for at, mine in self._bytes.items()
            if (its := other._bytes.get(at)) is not None
        }
        return memory

    def _constant(self, address: Bits, size: int, aligned: bool) -> Bits:
        known = bits.number_of(address)
        if known is None:
            raise NotUnderstood("a read from an address that depends on data")
        if aligned and known % size:
            raise Forbidden(f"reads {size} bytes at {known:#x}, which is not aligned")
        found = [self._rom(known + index) for index in range(size)]
        values = [each for each in found if each is not None]
        if len(values) < size:
            raise Forbidden(f"reads the address {known:#x}, which is neither its own nor constant")
        return bits.constant(int.from_bytes(bytes(values), "little"), size * BYTE)

    def _checked(self, address: Pointer | Poison, size: int, does: str, aligned: bool) -> Pointer:
        """`address`, if `size` bytes there may be used at all."""
        if isinstance(address, Poison):
            raise NotUnderstood(f"a use of memory at {address.reason}")
        if address.region == STACK:
            if address.offset + size > self._handed:
                raise Forbidden(f"{does} {address}, above its part of the stack")
            self._lowest_access = min(self._lowest_access, address.offset)
            alignment = _STACK_ALIGNMENT
        elif address.region in self._regions:
            region = self._regions[address.region]
            if not 0 <= address.offset <= region.size - size:
                raise Forbidden(f"{does} {size} bytes at {address}, out of its {region.size} bytes")
            alignment = region.alignment
        else:
            raise Forbidden(f"{does} memory at the {address.region}")
        if aligned and (address.offset % size or alignment % size):
            raise Forbidden(f"{does} {size} bytes at {address}, which need not be aligned")
        return address
