"""Operations of P-code, against arithmetic with Python's own numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from verify import bits, questions
from verify.translation.machine_code import pcode_operations
from verify.translation.machine_code.pcode_operations import (
    Held,
    as_bits,
    operate,
    piece,
)

_TIMES = 120


def _signed(value: int, size: int) -> int:
    return value - (1 << 8 * size) if value >> 8 * size - 1 else value


def _fits(value: int, size: int) -> bool:
    return -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1


@dataclass(frozen=True)
class _Case:
    """An operation.

    Attributes:
        sizes: Of its inputs and its output, in bytes.
        expected: What it gives, of numbers that are not below 0 and their sizes.
    """

    name: str
    sizes: Sequence[tuple[tuple[int, ...], int]]
    expected: Callable[..., int]


_SAME = [((size, size), size) for size in (1, 2, 4, 8)]
_COMPARED = [((size, size), 1) for size in (1, 2, 4, 8)]
_ALONE = [((size,), size) for size in (1, 2, 4, 8)]
_SHIFTED = [((size, by), size) for size in (1, 2, 4, 8) for by in (1, 4)]
_WIDENED = [((size,), wide) for size in (1, 2, 4) for wide in (2, 4, 8) if size < wide]


def _arithmetic(name: str, expected: Callable[[int, int], int]) -> _Case:
    return _Case(name, _SAME, lambda left, right, sizes: expected(left, right))


def _compared(name: str, expected: Callable[[int, int], bool]) -> _Case:
    return _Case(name, _COMPARED, lambda left, right, sizes: int(expected(left, right)))


def _compared_signed(name: str, expected: Callable[[int, int, int], bool]) -> _Case:
    def work(left: int, right: int, sizes: Sequence[int]) -> int:
        size = sizes[0]
        return int(expected(_signed(left, size), _signed(right, size), size))

    return _Case(name, _COMPARED, work)


_CASES = (
    _arithmetic("INT_ADD", lambda left, right: left + right),
    _arithmetic("INT_SUB", lambda left, right: left - right),
    _arithmetic("INT_MULT", lambda left, right: left * right),
    _arithmetic("INT_AND", lambda left, right: left & right),
    _arithmetic("INT_OR", lambda left, right: left | right),
    _arithmetic("INT_XOR", lambda left, right: left ^ right),
    _compared("INT_EQUAL", lambda left, right: left == right),
    _compared("INT_NOTEQUAL", lambda left, right: left != right),
    _compared("INT_LESS", lambda left, right: left < right),
    _compared("INT_LESSEQUAL", lambda left, right: left <= right),
    _compared_signed("INT_SLESS", lambda left, right, size: left < right),
    _compared_signed("INT_SLESSEQUAL", lambda left, right, size: left <= right),
    _compared_signed("INT_SCARRY", lambda left, right, size: not _fits(left + right, size)),
    _compared_signed("INT_SBORROW", lambda left, right, size: not _fits(left - right, size)),
    _Case(
        "INT_CARRY",
        _COMPARED,
        lambda left, right, sizes: int(left + right >= 1 << 8 * sizes[0]),
    ),
    _Case("INT_LEFT", _SHIFTED, lambda left, by, sizes: left << by if by < 64 else 0),
    _Case("INT_RIGHT", _SHIFTED, lambda left, by, sizes: left >> by),
    _Case("INT_SRIGHT", _SHIFTED, lambda left, by, sizes: _signed(left, sizes[0]) >> by),
    _Case("INT_NEGATE", _ALONE, lambda number, sizes: -1 - number),
    _Case("INT_2COMP", _ALONE, lambda number, sizes: -number),
    _Case("INT_ZEXT", _WIDENED, lambda number, sizes: number),
    _Case("INT_SEXT", _WIDENED, lambda number, sizes: _signed(number, sizes[0])),
    _Case(
        "LZCOUNT",
        [((size,), wide) for size in (1, 2, 4) for wide in (1, 4)],
        lambda number, sizes: 8 * sizes[0] - number.bit_length(),
    ),
    _Case(
        "PIECE",
        [((1, 1), 2), ((2, 2), 4), ((4, 4), 8), ((3, 1), 4)],
        lambda high, low, sizes: high << 8 * sizes[1] | low,
    ),
)


def _numbers(random_: random.Random, sizes: Sequence[int], name: str) -> list[int]:
    """Numbers with every number of bits, the ends of their spans, and amounts that shifts have."""
    numbers = []
    for size in sizes:
        width = 8 * size
        bound = random_.choice((0, 1, (1 << width) - 1, 1 << width - 1, (1 << width - 1) - 1))
        numbers.append(random_.choice((random_.getrandbits(random_.randint(1, width)), bound)))
    if name in ("INT_LEFT", "INT_RIGHT", "INT_SRIGHT"):
        numbers[1] = random_.choice((random_.randint(0, 70), numbers[1]))
    if len(numbers) == 2 and sizes[0] == sizes[1] and random_.random() < 0.15:
        numbers[1] = numbers[0]
    return numbers


def _number(held: Held, size: int) -> int:
    found = bits.number_of(as_bits(held, size))
    assert found is not None
    return found


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_operations_do_what_arithmetic_says(case: _Case) -> None:
    random_ = random.Random(case.name)
    for sizes, size in case.sizes:
        for _ in range(_TIMES):
            numbers = _numbers(random_, sizes, case.name)
            inputs = [
                bits.constant(number, 8 * each) for number, each in zip(numbers, sizes, strict=True)
            ]
            result = operate(case.name, inputs, sizes, size)
            expected = case.expected(*numbers, sizes) % (1 << 8 * size)
            assert _number(result, size) == expected, (numbers, sizes)


def test_parts_of_numbers_are_those_that_are_asked_for() -> None:
    random_ = random.Random(1)
    for size in (2, 4, 8):
        for dropped in range(size):
            for width in range(1, size - dropped + 1):
                number = random_.getrandbits(8 * size)
                inputs = (bits.constant(number, 8 * size), bits.constant(dropped, 32))
                expected = number >> 8 * dropped & (1 << 8 * width) - 1
                assert _number(operate("SUBPIECE", inputs, (size, 4), width), width) == expected
                assert _number(piece(inputs[0], size, dropped, width), width) == expected


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("right", [False, True])
def test_truths_are_put_together(left: bool, right: bool) -> None:
    for inputs in (
        (bits.truth(left), bits.truth(right)),
        (bits.constant(left, 8), bits.constant(right, 8)),
    ):
        for name, expected in (
            ("BOOL_AND", left and right),
            ("BOOL_OR", left or right),
            ("BOOL_XOR", left is not right),
            ("INT_EQUAL", left is right),
            ("INT_NOTEQUAL", left is not right),
        ):
            assert _number(operate(name, inputs, (1, 1), 1), 1) == expected, name
        assert _number(operate("BOOL_NEGATE", inputs[:1], (1,), 1), 1) == (not left)
        assert _number(operate("INT_ZEXT", inputs[:1], (1,), 4), 4) == left
        assert _number(operate("COPY", inputs[:1], (1,), 1), 1) == left


def test_every_operation_there_is_is_compared() -> None:
    tables = (
        pcode_operations._TRUTHS,
        pcode_operations._ADDRESSES,
        pcode_operations._COMPARISONS,
        pcode_operations._ARITHMETIC,
        pcode_operations._RESIZED,
    )
    compared = {each.name for each in _CASES} | {"SUBPIECE"}
    truths = {"BOOL_AND", "BOOL_OR", "BOOL_XOR", "BOOL_NEGATE"}
    assert {name for table in tables for name in table} == compared | truths


def test_symbols_stay_what_they_are() -> None:
    """As with numbers, but worked out by the solver's arithmetic when it is asked for."""
    random_ = random.Random(2)
    for case in _CASES:
        for sizes, size in case.sizes:
            names = [f"{case.name}{index}" for index in range(len(sizes))]
            symbols = [bits.symbol(name, 8 * each) for name, each in zip(names, sizes, strict=True)]
            held = as_bits(operate(case.name, symbols, sizes, size), size)
            assert bits.width_of(held) == 8 * size
            for _ in range(3):
                numbers = _numbers(random_, sizes, case.name)
                expected = case.expected(*numbers, sizes) % (1 << 8 * size)
                found = questions.run(held, dict(zip(names, numbers, strict=True)))
                assert found == expected, (case.name, numbers, sizes)
