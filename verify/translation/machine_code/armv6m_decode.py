"""ARMv6-M instructions, read from their encodings.

Source: ARMv6-M Architecture Reference Manual (ARM DDI 0419), chapters A5 and A6. Encodings that
are undefined, unpredictable or no business of a controller's step are refused.
"""

from __future__ import annotations

from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.armv6m_instructions import (
    LR,
    PC,
    SP,
    Address,
    Branch,
    BranchExchange,
    BranchWithLink,
    Compute,
    Immediate,
    Instruction,
    Load,
    LoadLiteral,
    LoadMultiple,
    Nothing,
    Operand,
    Operation,
    Pop,
    Push,
    Register,
    Store,
    StoreMultiple,
    When,
)

# By bits 9 to 6 of the encoding; A5.2.2.
_DATA_PROCESSING = (
    Operation.AND,
    Operation.EOR,
    Operation.LSL,
    Operation.LSR,
    Operation.ASR,
    Operation.ADC,
    Operation.SBC,
    Operation.ROR,
    Operation.TST,
    Operation.RSB,
    Operation.CMP,
    Operation.CMN,
    Operation.ORR,
    Operation.MUL,
    Operation.BIC,
    Operation.MVN,
)
_WITHOUT_TARGET = (Operation.TST, Operation.CMP, Operation.CMN)
_ZERO = Immediate(0)


def length(first: int) -> int:
    """Bytes of an instruction whose first halfword is `first`: 2 or 4; A5.1."""
    return 4 if first >> 11 in (0b11101, 0b11110, 0b11111) else 2


def decode(address: int, first: int, second: int) -> Instruction:
    """The instruction at `address`; `second` is the halfword behind it.

    Raises:
        NotUnderstood: It is undefined, unpredictable, or none that a controller's step may need.
        Forbidden: It calls for the operating system or a debugger.
    """
    if length(first) == 4:
        return _wide(address, first, second)
    match first >> 12:
        case 0 | 1 | 2 | 3:
            return _immediate(first)
        case 4:
            return _register_or_literal(address, first)
        case 5 | 6 | 7 | 8 | 9:
            return _load_or_store(first)
        case 0xA:
            return _address(address, first)
        case 0xB:
            return _miscellaneous(first)
        case 0xC:
            return _multiple(first)
        case 0xD if first >> 8 == 0xDF:
            raise Forbidden("a supervisor call")
        case 0xD if first >> 8 == 0xDE:
            raise Forbidden("an undefined instruction")
        case 0xD:
            target = address + 4 + 2 * _signed(first & 0xFF, 8)
            return Branch(target, When(first >> 8 & 15))
    return Branch(address + 4 + 2 * _signed(first & 0x7FF, 11))


def _immediate(code: int) -> Compute:
    """Shifts, additions, subtractions, moves and comparisons; A5.2.1."""
    low, middle, high = code & 7, code >> 3 & 7, code >> 8 & 7
    byte = Immediate(code & 0xFF)
    match code >> 11:
        case 0b00000 if not code >> 6 & 31:
            return Compute(Operation.MOV, low, _ZERO, Register(middle), True)
        case 0b00000:
            by = Immediate(code >> 6 & 31)
            return Compute(Operation.LSL, low, Register(middle), by, True)
        case 0b00001 | 0b00010 as kind:
            # No shift by 0 can be encoded; 0 stands for 32.
            by = Immediate(code >> 6 & 31 or 32)
            operation = Operation.LSR if kind == 0b00001 else Operation.ASR
            return Compute(operation, low, Register(middle), by, True)
        case 0b00011:
            operation = Operation.SUB if code >> 9 & 1 else Operation.ADD
            field = code >> 6 & 7
            right = Immediate(field) if code >> 10 & 1 else Register(field)
            return Compute(operation, low, Register(middle), right, True)
        case 0b00100:
            return Compute(Operation.MOV, high, _ZERO, byte, True)
        case 0b00101:
            return Compute(Operation.CMP, None, Register(high), byte, True)
        case 0b00110:
            return Compute(Operation.ADD, high, Register(high), byte, True)
    return Compute(Operation.SUB, high, Register(high), byte, True)


def _register_or_literal(address: int, code: int) -> Instruction:
    """Data processing, special data, branch and exchange, and literals; A5.2.2, A5.2.3."""
    if code >> 11 == 0b01001:
        return LoadLiteral(code >> 8 & 7, (address + 4 & ~3) + 4 * (code & 0xFF))
    if code >> 10 == 0b010000:
        return _data_processing(code)
    target, source = code & 7 | code >> 4 & 8, code >> 3 & 15
    match code >> 8 & 3:
        case 0 if PC in (target, source):
            raise NotUnderstood("an addition to or of the program counter")
        case 0:
            return Compute(Operation.ADD, target, Register(target), Register(source), False)
        case 1 if PC in (target, source) or (target < 8 and source < 8):
            raise NotUnderstood("an unpredictable comparison")
        case 1:
            return Compute(Operation.CMP, None, Register(target), Register(source), True)
        case 2 if target == PC:
            raise NotUnderstood("a computed jump")
        case 2:
            return Compute(Operation.MOV, target, _ZERO, Register(source), False)
    if code & 7 or source == PC:
        raise NotUnderstood("an unpredictable branch")
    if code >> 7 & 1:
        raise NotUnderstood("a call")
    return BranchExchange(source)


def _data_processing(code: int) -> Compute:
    operation = _DATA_PROCESSING[code >> 6 & 15]
    low, middle = code & 7, code >> 3 & 7
    if operation is Operation.RSB:
        return Compute(operation, low, Register(middle), _ZERO, True)
    target = None if operation in _WITHOUT_TARGET else low
    return Compute(operation, target, Register(low), Register(middle), True)


def _load_or_store(code: int) -> Load | Store:
    """A5.2.4."""
    low, middle = code & 7, code >> 3 & 7
    if code >> 12 == 5:
        offset: Operand = Register(code >> 6 & 7)
        size, signed = ((4, False), (2, False), (1, False), (1, True))[code >> 9 & 3]
        if code >> 9 & 7 == 7:
            size = 2
        if code >> 9 & 7 < 3:
            return Store(low, middle, offset, size)
        return Load(low, middle, offset, size, signed)
    if code >> 12 == 9:
        size, base, offset, low = 4, SP, Immediate(4 * (code & 0xFF)), code >> 8 & 7
    else:
        size = {6: 4, 7: 1, 8: 2}[code >> 12]
        base, offset = middle, Immediate(size * (code >> 6 & 31))
    return Load(low, base, offset, size) if code >> 11 & 1 else Store(low, base, offset, size)


def _address(address: int, code: int) -> Instruction:
    """An address relative to the program counter or the stack pointer; A6.7.6, A6.7.5."""
    target, distance = code >> 8 & 7, 4 * (code & 0xFF)
    if code >> 11 & 1:
        return Compute(Operation.ADD, target, Register(SP), Immediate(distance), False)
    return Address(target, (address + 4 & ~3) + distance)


def _miscellaneous(code: int) -> Instruction:
    """A5.2.5."""
    low, middle = code & 7, Register(code >> 3 & 7)
    match code >> 8 & 15:
        case 0b0000:
            operation = Operation.SUB if code >> 7 & 1 else Operation.ADD
            return Compute(operation, SP, Register(SP), Immediate(4 * (code & 0x7F)), False)
        case 0b0010:
            kinds = (Operation.SXTH, Operation.SXTB, Operation.UXTH, Operation.UXTB)
            return Compute(kinds[code >> 6 & 3], low, _ZERO, middle, False)
        case 0b0100 | 0b0101 if code & 0x1FF:
            return Push((*_listed(code), *((LR,) if code >> 8 & 1 else ())))
        case 0b1100 | 0b1101 if code & 0x1FF:
            return Pop((*_listed(code), *((PC,) if code >> 8 & 1 else ())))
        case 0b1010 if code >> 6 & 3 != 0b10:
            kind = {0: Operation.REV, 1: Operation.REV16, 3: Operation.REVSH}[code >> 6 & 3]
            return Compute(kind, low, _ZERO, middle, False)
        case 0b1110:
            raise Forbidden("a breakpoint")
        case 0b1111 if code == 0xBF00:
            return Nothing()
    raise NotUnderstood(f"the instruction {code:#06x}")


def _multiple(code: int) -> LoadMultiple | StoreMultiple:
    """A6.7.25, A6.7.58."""
    base, registers = code >> 8 & 7, _listed(code)
    if not registers:
        raise NotUnderstood("an unpredictable list of registers")
    if code >> 11 & 1:
        return LoadMultiple(base, registers)
    if base in registers[1:]:
        raise NotUnderstood("an unpredictable list of registers")
    return StoreMultiple(base, registers)


def _wide(address: int, first: int, second: int) -> BranchWithLink:
    """Of the instructions of 32 bits, the one that compilers use; A5.3, A6.7.13."""
    if first >> 11 != 0b11110 or second & 0xD000 != 0xD000:
        raise NotUnderstood(f"the instruction {first:#06x} {second:#06x}")
    sign = first >> 10 & 1
    upper = (second >> 13 & 1 ^ sign ^ 1) << 1 | second >> 11 & 1 ^ sign ^ 1
    field = sign << 23 | upper << 21 | (first & 0x3FF) << 11 | second & 0x7FF
    return BranchWithLink(address + 4 + 2 * _signed(field, 24))


def _listed(code: int) -> tuple[int, ...]:
    return tuple(index for index in range(8) if code >> index & 1)


def _signed(field: int, width: int) -> int:
    return field - (1 << width) if field >> width - 1 else field
