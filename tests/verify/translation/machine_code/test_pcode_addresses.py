"""What P-code's operations do to addresses, to truths, and to what is not known."""

from __future__ import annotations

import pytest

from verify import bits, questions
from verify.bits import Condition
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.memory import RETURN, STACK
from verify.translation.machine_code.pcode_operations import (
    Choice,
    Held,
    as_bits,
    as_truth,
    as_word,
    chosen,
    decided,
    join,
    operate,
    piece,
)
from verify.translation.machine_code.word import Pointer, Poison


def _number(held: Held, size: int) -> int | None:
    return bits.number_of(as_bits(held, size))


def test_addresses_are_moved_by_numbers_only() -> None:
    base = Pointer(STACK, -16)
    four, other = bits.constant(4, 32), bits.symbol("distance", 32)
    assert operate("INT_ADD", (base, four), (4, 4), 4) == Pointer(STACK, -12)
    assert operate("INT_ADD", (four, base), (4, 4), 4) == Pointer(STACK, -12)
    assert operate("INT_SUB", (base, four), (4, 4), 4) == Pointer(STACK, -20)
    assert operate("COPY", (base,), (4,), 4) == base
    assert isinstance(operate("INT_ADD", (base, other), (4, 4), 4), Poison)
    for name in ("INT_MULT", "INT_XOR", "INT_LESS", "INT_EQUAL", "INT_SBORROW", "INT_RIGHT"):
        assert isinstance(operate(name, (base, four), (4, 4), 4), Poison), name
    for name in ("INT_ZEXT", "INT_2COMP", "LZCOUNT", "BOOL_NEGATE"):
        assert isinstance(operate(name, (base,), (4,), 8), Poison), name


def test_only_the_lowest_bit_of_an_address_to_return_to_is_known() -> None:
    thumb, even = Pointer(RETURN, 1), bits.constant(0xFFFFFFFE, 32)
    one, two = bits.constant(1, 32), bits.constant(2, 32)
    assert operate("INT_AND", (thumb, even), (4, 4), 4) == Pointer(RETURN, 0)
    assert _number(operate("INT_AND", (thumb, one), (4, 4), 4), 4) == 1
    assert _number(operate("INT_AND", (Pointer(RETURN, 0), one), (4, 4), 4), 4) == 0
    assert isinstance(operate("INT_AND", (thumb, two), (4, 4), 4), Poison)
    assert isinstance(operate("INT_AND", (Pointer(STACK, 0), even), (4, 4), 4), Poison)


def test_what_is_not_known_is_never_used() -> None:
    poison = Poison("something")
    one = bits.constant(1, 8)
    for name in ("BOOL_AND", "INT_EQUAL", "INT_ADD"):
        assert operate(name, (poison, one), (1, 1), 1) == poison
        assert operate(name, (one, poison), (1, 1), 1) == poison
    for ask in (as_truth, lambda held: as_bits(held, 4)):
        for held in (poison, Pointer(STACK, 0)):
            with pytest.raises(NotUnderstood):
                ask(held)
    assert piece(poison, 4, 0, 1) == poison
    assert isinstance(piece(Pointer(STACK, 0), 4, 0, 1), Poison)
    assert piece(Pointer(STACK, 0), 4, 0, 4) == Pointer(STACK, 0)


def test_a_number_is_no_truth_unless_it_is_0_or_1() -> None:
    for number in (bits.constant(2, 8), bits.symbol("flag", 8)):
        with pytest.raises(NotUnderstood, match="a number used as a truth"):
            as_truth(number)


def test_operations_that_are_not_known_are_refused() -> None:
    one = bits.constant(1, 32)
    for name in ("INT_DIV", "INT_SREM", "POPCOUNT", "FLOAT_ADD", "MULTIEQUAL", "CALLOTHER", ""):
        with pytest.raises(NotUnderstood, match=f"the operation {name}"):
            operate(name, (one, one), (4, 4), 4)
    with pytest.raises(NotUnderstood, match="a part of a number that is not in it"):
        operate("SUBPIECE", (one, bits.constant(3, 32)), (4, 4), 2)


def test_ways_that_meet_leave_what_each_brings() -> None:
    condition = bits.truth_symbol("way")
    here, there = bits.symbol("here", 8), bits.symbol("there", 8)
    joined = join(condition, here, there, 1)
    assert isinstance(join(condition, bits.TRUE, bits.FALSE, 1), Condition)
    assert join(bits.TRUE, here, there, 1) is here
    for truth in (bits.TRUE, bits.FALSE):
        mixed = as_bits(join(truth, bits.TRUE, bits.constant(0, 8), 1), 1)
        assert bits.number_of(mixed) == int(truth is bits.TRUE)
    assert questions.symbols_in([as_bits(joined, 1)]).keys() == {"here", "there"}
    assert join(condition, Pointer(STACK, 0), Pointer(STACK, 0), 4) == Pointer(STACK, 0)


def test_what_is_no_number_on_one_way_is_known_on_the_other() -> None:
    one, two = bits.truth_symbol("one"), bits.truth_symbol("two")
    address, number = Pointer(STACK, 0), bits.symbol("number", 32)
    for other in (address, Poison("something")):
        mixed = join(one, other, number, 4)
        assert chosen(mixed, (one,)) is other
        assert chosen(mixed, (two, bits.negation(one))) is number
        for known in ((), (two,), (bits.both(one, two),)):
            assert chosen(mixed, known) is mixed
        assert isinstance(as_word(mixed, 4), Poison)
        assert isinstance(operate("INT_ADD", (mixed, number), (4, 4), 4), Poison)
        assert isinstance(operate("INT_LESS", (number, mixed), (4, 4), 1), Poison)
        assert isinstance(piece(mixed, 4, 0, 1), Poison)
        with pytest.raises(NotUnderstood, match="an address that depends on the way"):
            as_bits(mixed, 4)
        with pytest.raises(NotUnderstood, match="an address that depends on the way"):
            as_truth(mixed)
        # Where ways part again, each has its own.
        assert join(one, mixed, number, 4) is not mixed
        assert chosen(join(two, mixed, number, 4), (two, one)) is other
        assert join(bits.negation(one), mixed, number, 4) is number
    assert isinstance(join(one, address, Pointer(STACK, 4), 4), Choice)


def test_a_condition_is_decided_by_itself_and_its_opposite_alone() -> None:
    one, two = bits.truth_symbol("one"), bits.truth_symbol("two")
    assert bits.truth_of(decided(one, (two, one))) is True
    assert bits.truth_of(decided(one, (two, bits.negation(one)))) is False
    assert bits.truth_of(decided(bits.negation(one), (one,))) is False
    assert decided(one, (two, bits.either(one, two))) is one
