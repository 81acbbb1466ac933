"""What the operations of P-code do to values, by the "P-Code Reference Manual" of Ghidra."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verify import bits
from verify.bits import Bits, Condition
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code import word
from verify.translation.machine_code.memory import RETURN
from verify.translation.machine_code.word import WORD, Pointer, Poison, Word

_BYTE = 8
_ADDRESS = WORD // _BYTE

_DEPENDS = "an address that depends on the way the code took"


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """`then` if `condition` else `otherwise`, which are not both numbers, nor the same address."""

    condition: Condition
    then: Held
    otherwise: Held


# What a varnode holds. A truth is a byte that is 0 or 1; it is kept as what it says.
Held = Word | Condition | Choice


def decided(condition: Condition, known: Sequence[Condition]) -> Condition:
    """`condition`, or its value if that follows from one of `known` at first sight."""
    if any(each.eq(condition) for each in known):
        return bits.TRUE
    opposite = bits.negation(condition)
    return bits.FALSE if any(each.eq(opposite) for each in known) else condition


def chosen(held: Held, known: Sequence[Condition]) -> Held:
    """`held` where all of `known` is true; still a choice if they do not tell."""
    while isinstance(held, Choice):
        truth = bits.truth_of(decided(held.condition, known))
        if truth is None:
            break
        held = held.then if truth else held.otherwise
    return held


def operate(name: str, inputs: Sequence[Held], sizes: Sequence[int], size: int) -> Held:
    """What the operation `name` gives, in `size` bytes, of `inputs`, which have `sizes` bytes.

    Raises:
        NotUnderstood: It is none that is known, or has no meaning for such values.
    """
    if name == "COPY":
        return inputs[0]
    unknown = _unknown(inputs)
    if name in _TRUTHS:
        return unknown or _TRUTHS[name](*map(as_truth, inputs))
    if name in _ADDRESSES and size == _ADDRESS:
        return _ADDRESSES[name](*map(as_word, inputs, sizes))
    if unknown is not None:
        return unknown
    if name in ("INT_EQUAL", "INT_NOTEQUAL") and isinstance(inputs[0], Condition):
        return _compared_truth(inputs[0], as_truth(inputs[1]), equal=name == "INT_EQUAL")
    numbers = [as_bits(each, its_size) for each, its_size in zip(inputs, sizes, strict=True)]
    if name in _COMPARISONS:
        return _COMPARISONS[name](*numbers)
    if name in _ARITHMETIC:
        return _ARITHMETIC[name](*numbers)
    if name in _RESIZED:
        return _RESIZED[name](numbers, size * _BYTE)
    raise NotUnderstood(f"the operation {name}")


def as_bits(held: Held, size: int) -> Bits:
    """`held`, which must be a number or a truth, in `size` bytes.

    Raises:
        NotUnderstood: It is neither.
    """
    if isinstance(held, Condition):
        return bits.as_bits(held, size * _BYTE)
    return word.used(as_word(held, size))


def as_truth(held: Held) -> Condition:
    """`held`, which must be a truth.

    Raises:
        NotUnderstood: It may be something else.
    """
    if isinstance(held, Condition):
        return held
    number = bits.number_of(as_bits(held, 1))
    if number not in (0, 1):
        raise NotUnderstood("a number used as a truth")
    return bits.truth(bool(number))


def piece(held: Held, size: int, offset: int, width: int) -> Held:
    """The `width` bytes of `held`, which has `size`, from `offset` on."""
    if offset == 0 and width == size:
        return held
    unknown = _unknown([held])
    if unknown is not None:
        return Poison("a part of an address") if isinstance(held, Pointer) else unknown
    lowest = offset * _BYTE
    return bits.extract(as_bits(held, size), lowest + width * _BYTE - 1, lowest)


def join(condition: Condition, then: Held, otherwise: Held, size: int) -> Held:
    """`then` if `condition` else `otherwise`, both of `size` bytes."""
    then = chosen(then, (condition,))
    otherwise = chosen(otherwise, (bits.negation(condition),))
    match then, otherwise:
        case Condition(), Condition():
            return bits.choose_truth(condition, then, otherwise)
        case Bits() | Condition(), Bits() | Condition():
            return bits.choose(condition, as_bits(then, size), as_bits(otherwise, size))
        case Pointer(), Pointer() if then == otherwise:
            return then
    return then if then is otherwise else Choice(condition, then, otherwise)


def as_word(held: Held, size: int) -> Word:
    """`held` as memory and addresses know it, in `size` bytes if it is a truth."""
    match held:
        case Choice():
            return Poison(_DEPENDS)
        case Condition():
            return as_bits(held, size)
    return held


def _unknown(inputs: Sequence[Held]) -> Poison | None:
    """What comes of numbers that nobody knows, and of addresses where numbers are needed."""
    for each in inputs:
        if isinstance(each, Poison):
            return each
        if isinstance(each, Choice):
            return Poison(_DEPENDS)
        if isinstance(each, Pointer):
            return Poison("a number made from an address")
    return None


def _compared_truth(left: Condition, right: Condition, *, equal: bool) -> Condition:
    agreeing = bits.agree(left, right)
    return agreeing if equal else bits.negation(agreeing)


def _masked(left: Word, right: Word) -> Word:
    """``left & right``; of the address to return to, it is known that its lowest bit is 0."""
    match left, right:
        case Pointer(region=region, offset=offset), Bits() if region == RETURN:
            mask = bits.number_of(right)
            if mask == 1:
                return word.number(offset & 1)
            if mask == (1 << WORD) - 2:
                return Pointer(RETURN, offset & ~1)
    return word.apply(bits.bitwise_and, left, right)


def _carry(left: Bits, right: Bits) -> Condition:
    return bits.unsigned_less(bits.add(left, right), left)


def _is_negative(number: Bits) -> Condition:
    return bits.is_set(number, bits.width_of(number) - 1)


def _signed_carry(left: Bits, right: Bits) -> Condition:
    """The sum of signed numbers does not fit: it has another sign than both."""
    total = bits.add(left, right)
    changed = bits.bitwise_and(bits.bitwise_xor(left, total), bits.bitwise_xor(right, total))
    return _is_negative(changed)


def _signed_borrow(left: Bits, right: Bits) -> Condition:
    """The difference does not fit: the signs differ, and that of `left` is lost."""
    rest = bits.subtract(left, right)
    changed = bits.bitwise_and(bits.bitwise_xor(left, right), bits.bitwise_xor(left, rest))
    return _is_negative(changed)


def _shift(
    shift: Callable[[Bits, Bits], Bits], extend: Callable[[Bits, int], Bits]
) -> Callable[[Bits, Bits], Bits]:
    """A shift by a number of any width; further than there are bits is as far as that."""

    def shifted(left: Bits, by: Bits) -> Bits:
        width = max(bits.width_of(left), bits.width_of(by))
        whole = shift(extend(left, width), bits.zero_extended(by, width))
        return bits.low(whole, bits.width_of(left))

    return shifted


def _leading_zeros(numbers: Sequence[Bits], width: int) -> Bits:
    (number,) = numbers
    count = bits.constant(bits.width_of(number), width)
    for index in range(bits.width_of(number)):
        place = bits.constant(bits.width_of(number) - 1 - index, width)
        count = bits.choose(bits.is_set(number, index), place, count)
    return count


def _subpiece(numbers: Sequence[Bits], width: int) -> Bits:
    number, dropped = numbers
    known = bits.number_of(dropped)
    if known is None or known * _BYTE + width > bits.width_of(number):
        raise NotUnderstood("a part of a number that is not in it")
    return bits.extract(number, known * _BYTE + width - 1, known * _BYTE)


_TRUTHS: dict[str, Callable[..., Condition]] = {
    "BOOL_AND": bits.both,
    # Said with "and", so that a condition and the opposite one are seen to be opposites.
    "BOOL_OR": lambda left, right: bits.negation(
        bits.both(bits.negation(left), bits.negation(right))
    ),
    "BOOL_XOR": lambda left, right: bits.negation(bits.agree(left, right)),
    "BOOL_NEGATE": bits.negation,
}
# Those that addresses have a meaning for.
_ADDRESSES: dict[str, Callable[[Word, Word], Word]] = {
    "INT_ADD": word.add,
    "INT_SUB": word.subtract,
    "INT_AND": _masked,
}
_COMPARISONS: dict[str, Callable[[Bits, Bits], Condition]] = {
    "INT_EQUAL": bits.same,
    "INT_NOTEQUAL": lambda left, right: bits.negation(bits.same(left, right)),
    "INT_LESS": bits.unsigned_less,
    "INT_LESSEQUAL": bits.unsigned_at_most,
    "INT_SLESS": bits.signed_less,
    "INT_SLESSEQUAL": bits.signed_at_most,
    "INT_CARRY": _carry,
    "INT_SCARRY": _signed_carry,
    "INT_SBORROW": _signed_borrow,
}
_ARITHMETIC: dict[str, Callable[..., Bits]] = {
    "INT_ADD": bits.add,
    "INT_SUB": bits.subtract,
    "INT_MULT": bits.multiply,
    "INT_AND": bits.bitwise_and,
    "INT_OR": bits.bitwise_or,
    "INT_XOR": bits.bitwise_xor,
    "INT_NEGATE": bits.complement,
    "INT_2COMP": lambda number: bits.subtract(bits.constant(0, bits.width_of(number)), number),
    "INT_LEFT": _shift(bits.shift_left, bits.zero_extended),
    "INT_RIGHT": _shift(bits.shift_right, bits.zero_extended),
    "INT_SRIGHT": _shift(bits.shift_right_signed, bits.sign_extended),
    "PIECE": lambda high, low: bits.concatenate([high, low]),
}
_RESIZED: dict[str, Callable[[Sequence[Bits], int], Bits]] = {
    "INT_ZEXT": lambda numbers, width: bits.zero_extended(numbers[0], width),
    "INT_SEXT": lambda numbers, width: bits.sign_extended(numbers[0], width),
    "LZCOUNT": _leading_zeros,
    "SUBPIECE": _subpiece,
}
