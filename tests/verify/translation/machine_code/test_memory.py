"""The memory of a function, access by access."""

from __future__ import annotations

import pytest

from verify import bits, questions
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.memory import CODE, RETURN, STACK, Memory, Region
from verify.translation.machine_code.word import Pointer, Poison, add, choose, number, subtract

_CONSTANTS = {0x100: 0x78, 0x101: 0x56, 0x102: 0x34, 0x103: 0x12}
_STATE = Pointer("state", 0)
_INPUTS = Pointer("inputs", 0)
_SYMBOL = bits.symbol("somewhere", 32)


def _memory() -> Memory:
    regions = [Region("state", 8, 4, True), Region("inputs", 4, 2, False)]
    memory = Memory(regions, _CONSTANTS.get)
    memory.define(_STATE, bits.symbol("first", 32))
    memory.define(_STATE.moved(4), bits.symbol("old", 16), readable=False)
    memory.define(_INPUTS, bits.constant(0x4321, 16))
    return memory


def _is_first(word: object) -> bool:
    return isinstance(word, bits.Bits) and bool(word.eq(bits.symbol("first", 32)))


def _value(word: object) -> int | None:
    assert isinstance(word, bits.Bits)
    return bits.number_of(word)


def test_what_is_stored_is_loaded_in_any_width() -> None:
    memory = _memory()
    memory.store(_STATE, 4, number(0x8765_4321))
    assert _value(memory.load(_STATE, 4)) == 0x8765_4321
    assert _value(memory.load(_STATE.moved(2), 2)) == 0x8765
    assert _value(memory.load(_STATE.moved(1), 1)) == 0x43
    memory.store(_STATE.moved(1), 1, number(0xFFFF_FFAA))
    assert _value(memory.load(_STATE, 4)) == 0x8765_AA21


def test_a_symbol_stays_whole() -> None:
    memory = _memory()
    assert _is_first(memory.load(_STATE, 4))


def test_an_address_is_stored_as_one_and_only_as_a_whole() -> None:
    memory = _memory()
    memory.settle(Pointer(STACK, -8))
    memory.store(Pointer(STACK, -8), 4, _INPUTS)
    assert memory.load(Pointer(STACK, -8), 4) == _INPUTS
    assert isinstance(memory.load(Pointer(STACK, -8), 1), Poison)
    memory.store(Pointer(STACK, -8), 1, number(0))
    assert isinstance(memory.load(Pointer(STACK, -8), 4), Poison)


def test_constants_are_read_and_nothing_else_by_number() -> None:
    memory = _memory()
    assert _value(memory.load(number(0x100), 4)) == 0x1234_5678
    assert _value(memory.load(Pointer(CODE, 0x102), 2)) == 0x1234
    with pytest.raises(Forbidden, match="neither its own nor constant"):
        memory.load(number(0x104), 1)
    with pytest.raises(Forbidden, match="not aligned"):
        memory.load(number(0x101), 2)
    with pytest.raises(Forbidden, match="writes to the address 0x100"):
        memory.store(number(0x100), 1, number(0))
    with pytest.raises(NotUnderstood):
        memory.load(_SYMBOL, 4)
    with pytest.raises(NotUnderstood):
        memory.store(_SYMBOL, 4, number(0))


@pytest.mark.parametrize(
    ("at", "size"), [(_STATE.moved(8), 1), (_STATE.moved(6), 4), (_STATE.moved(-1), 1)]
)
def test_nothing_is_used_out_of_bounds(at: Pointer, size: int) -> None:
    with pytest.raises(Forbidden, match="out of its 8 bytes"):
        _memory().load(at, size)
    with pytest.raises(Forbidden, match="out of its 8 bytes"):
        _memory().store(at, size, number(0))


def test_bounds_are_those_of_the_whole_access() -> None:
    with pytest.raises(Forbidden, match="out of its 8 bytes"):
        _memory().store(_STATE.moved(6), 4, number(0), aligned=False)
    with pytest.raises(Forbidden, match="out of its 8 bytes"):
        _memory().store(_STATE.moved(-2), 4, number(0), aligned=False)


def test_alignment_is_that_of_the_offset_and_of_the_structure() -> None:
    memory = _memory()
    with pytest.raises(Forbidden, match="aligned"):
        memory.load(_STATE.moved(2), 4)
    with pytest.raises(Forbidden, match="aligned"):
        memory.load(_INPUTS, 4)
    assert isinstance(memory.load(_STATE.moved(1), 2, aligned=False), bits.Bits)


def test_inputs_are_only_read() -> None:
    memory = _memory()
    assert _value(memory.load(_INPUTS, 2)) == 0x4321
    with pytest.raises(Forbidden, match="only to be read"):
        memory.store(_INPUTS, 2, number(0))


def test_what_nobody_wrote_is_not_read() -> None:
    memory = _memory()
    with pytest.raises(Forbidden, match="nothing was written"):
        memory.load(_STATE.moved(4), 2)
    with pytest.raises(Forbidden, match="nothing was written"):
        memory.load(_STATE.moved(6), 1)
    memory.store(_STATE.moved(4), 1, number(1))
    with pytest.raises(Forbidden, match="nothing was written"):
        memory.load(_STATE.moved(4), 2)
    assert _value(memory.load(_STATE.moved(4), 1)) == 1


def test_what_was_written_on_one_way_only_is_not_read() -> None:
    one, other = _memory(), _memory()
    one.store(_STATE.moved(4), 2, number(1))
    joined = one.joined(bits.truth_symbol("way"), other)
    with pytest.raises(Forbidden, match="nothing was written"):
        joined.load(_STATE.moved(4), 2)
    # In the end it shows as what it was before.
    left = joined.left(_STATE.moved(4), 2)
    assert isinstance(left, bits.Bits)
    assert questions.symbols_in([left]).keys() == {"old"}


def test_memories_are_joined_byte_by_byte() -> None:
    way = bits.truth_symbol("way")
    one, other = _memory(), _memory()
    one.store(_STATE, 4, number(0x1111_2222))
    other.store(_STATE, 2, number(0x3333))
    other.store(_STATE.moved(2), 2, number(0x4444))
    joined = one.joined(way, other).load(_STATE, 4)
    wanted = bits.choose(way, number(0x1111_2222), number(0x4444_3333))
    assert isinstance(joined, bits.Bits)
    assert questions.Query([bits.negation(bits.same(joined, wanted))]).answer().value == "unsat"


def test_an_address_and_a_number_are_joined_to_what_must_not_be_used() -> None:
    at = Pointer(STACK, -4)
    memories = []
    for word in (_INPUTS, number(7), _INPUTS, _INPUTS.moved(2)):
        memory = _memory()
        memory.settle(at)
        memory.store(at, 4, word)
        memories.append(memory)
    address, value, same, other = memories
    way = bits.truth_symbol("way")
    assert isinstance(address.joined(way, value).load(at, 4), Poison)
    assert isinstance(value.joined(way, address).load(at, 4), Poison)
    assert isinstance(address.joined(way, other).load(at, 4), Poison)
    assert address.joined(way, same).load(at, 4) == _INPUTS


def test_joining_leaves_both_as_they_were() -> None:
    one, other = _memory(), _memory()
    other.store(_STATE, 4, number(7))
    one.joined(bits.truth_symbol("way"), other)
    assert _is_first(one.load(_STATE, 4))
    twin = one.copy()
    twin.store(_STATE, 4, number(8))
    assert _is_first(one.load(_STATE, 4))


def test_the_stack_is_below_where_it_began() -> None:
    memory = _memory()
    with pytest.raises(Forbidden, match="above its part"):
        memory.load(Pointer(STACK, 0), 4)
    with pytest.raises(Forbidden, match="above its part"):
        memory.store(Pointer(STACK, -2), 4, number(0), aligned=False)
    with pytest.raises(Forbidden, match="takes more"):
        memory.settle(Pointer(STACK, 4))
    with pytest.raises(NotUnderstood):
        memory.settle(number(0))
    with pytest.raises(NotUnderstood):
        memory.settle(Pointer(STACK, -2))


def test_memory_below_the_stack_pointer_is_nobodys() -> None:
    memory = _memory()
    memory.store(Pointer(STACK, -4), 4, number(1))
    with pytest.raises(Forbidden, match="below the stack pointer"):
        memory.settle(Pointer(STACK, 0))
    memory = _memory()
    memory.store(Pointer(STACK, -4), 4, number(1))
    memory.settle(Pointer(STACK, -4))
    assert _value(memory.load(Pointer(STACK, -4), 4)) == 1
    # A pop reads, and gives back, in one instruction.
    memory.settle(Pointer(STACK, 0))
    memory.settle(Pointer(STACK, -4))
    with pytest.raises(Forbidden, match="nothing was written"):
        memory.load(Pointer(STACK, -4), 4)
    assert memory.deepest == -4


def test_what_is_beside_a_byte_on_the_stack_may_be_anything() -> None:
    memory = _memory()
    memory.settle(Pointer(STACK, -4))
    memory.store(Pointer(STACK, -4), 1, number(5))
    first = memory.load(Pointer(STACK, -4), 4)
    assert isinstance(first, bits.Bits)
    assert questions.run(first, {}) == 5
    memory.settle(Pointer(STACK, 0))
    memory.settle(Pointer(STACK, -4))
    memory.store(Pointer(STACK, -4), 1, number(5))
    second = memory.load(Pointer(STACK, -4), 4)
    assert isinstance(second, bits.Bits)
    # An interrupt may have been there in between.
    assert questions.Query([bits.negation(bits.same(first, second))]).answer().value == "sat"


def test_stacks_of_different_heights_are_not_joined() -> None:
    one, other = _memory(), _memory()
    one.settle(Pointer(STACK, -4))
    with pytest.raises(NotUnderstood, match="depends on the way"):
        one.joined(bits.truth_symbol("way"), other)


def test_the_deeper_stack_counts() -> None:
    one, other = _memory(), _memory()
    one.settle(Pointer(STACK, -16))
    one.settle(Pointer(STACK, 0))
    assert other.joined(bits.truth_symbol("way"), one).deepest == -16


def test_nothing_else_is_memory() -> None:
    with pytest.raises(Forbidden, match="return address"):
        _memory().load(Pointer(RETURN, 0), 4)
    with pytest.raises(NotUnderstood):
        _memory().load(Poison("something"), 4)


def test_addresses_are_moved_by_constants_only() -> None:
    assert add(_STATE, number(4)) == add(number(4), _STATE) == _STATE.moved(4)
    assert subtract(_STATE, number(4)) == _STATE.moved(-4)
    assert add(_STATE, number(0xFFFF_FFFC)) == _STATE.moved(-4)
    assert _value(subtract(_STATE.moved(6), _STATE)) == 6
    for word in (
        add(_STATE, _SYMBOL),
        add(_STATE, _INPUTS),
        subtract(_STATE, _INPUTS),
        subtract(number(4), _STATE),
        choose(bits.truth_symbol("way"), _STATE, number(0)),
        choose(bits.truth_symbol("way"), _STATE, _STATE.moved(4)),
    ):
        assert isinstance(word, Poison)
    assert choose(bits.truth_symbol("way"), _STATE, Pointer("state", 0)) == _STATE


def test_what_a_caller_puts_on_the_stack_can_be_read_and_is_its_own() -> None:
    memory = _memory()
    handed = bits.symbol("handed", 32)
    memory.hand_over([handed, Pointer("state", 0)])
    for each in (memory, memory.copy(), memory.joined(bits.truth_symbol("way"), memory.copy())):
        read = each.load(Pointer(STACK, 0), 4)
        assert isinstance(read, bits.Bits)
        assert read.eq(handed)
        assert each.load(Pointer(STACK, 4), 4) == Pointer("state", 0)
        with pytest.raises(Forbidden, match="above its part"):
            each.load(Pointer(STACK, 8), 4)
        with pytest.raises(Forbidden, match="only to be read"):
            each.store(Pointer(STACK, 0), 4, number(0))
