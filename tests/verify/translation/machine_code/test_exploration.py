"""How functions are explored: in order, joined, and without ways that nobody takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import pytest

from verify import bits, questions
from verify.bits import Bits, Condition
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.machine_code.counter import Counter
from verify.translation.machine_code.exploration import Way, explore
from verify.translation.machine_code.extrema import least, most

_INPUT = bits.symbol("input", 8)


@dataclass
class _State:
    """Which way was taken: one bit for each address."""

    passed: Bits
    count: Counter = field(default_factory=Counter)

    def joined(self, condition: Condition, other: _State) -> _State:
        return _State(
            bits.choose(condition, self.passed, other.passed),
            self.count.joined(condition, other.count),
        )


@dataclass
class _Code:
    """Instructions that lead, by their address, to others: by a bit of the input, or always."""

    leads: Mapping[int, Sequence[int | None]]
    bit: Mapping[int, int] = field(default_factory=dict)
    hidden: Mapping[int, int] = field(default_factory=dict)
    run: list[int] = field(default_factory=list)
    entry: int = 0

    def successors(self, address: int) -> Sequence[int]:
        return [each for each in self.leads[address] if each is not None]

    def execute(self, address: int, state: _State) -> Sequence[Way[_State]]:
        self.run.append(address)
        passed = bits.bitwise_or(state.passed, bits.constant(1 << address, 16))
        after = _State(passed, state.count.more(address + 1))
        first, *rest = self.leads[address]
        if not rest:
            return [Way(bits.TRUE, self.hidden.get(address, first), after)]
        taken = bits.is_set(_INPUT, self.bit.get(address, address))
        other = _State(passed, after.count)
        return [Way(taken, first, after), Way(bits.negation(taken), rest[0], other)]

    def place(self, address: int) -> str:
        return f"at {address}"


def _explored(code: _Code, assumed: Sequence[Condition] = ()) -> _State:
    return explore(code, _State(bits.constant(0, 16)), assumed)


def _walked(code: _Code, value: int) -> tuple[int, int]:
    """Which addresses a call passes, and its count, instruction by instruction."""
    passed = count = 0
    address: int | None = 0
    while address is not None:
        passed |= 1 << address
        count += address + 1
        first, *rest = code.leads[address]
        taken = not rest or value >> code.bit.get(address, address) & 1
        address = first if taken else rest[0]
    return passed, count


_SHAPES = {
    "straight": _Code({0: [1], 1: [2], 2: [None]}),
    "a diamond": _Code({0: [1, 2], 1: [3], 2: [3], 3: [None]}),
    "a diamond in a diamond": _Code(
        {0: [1, 5], 1: [2, 3], 2: [4], 3: [4], 4: [6], 5: [6], 6: [None]}
    ),
    "ways that cross": _Code({0: [1, 2], 1: [3, 4], 2: [4, 3], 3: [5], 4: [5], 5: [None]}),
    "three returns": _Code({0: [1, 2], 1: [None], 2: [3, 4], 3: [None], 4: [None]}),
    "a jump into the middle": _Code({0: [1, 3], 1: [2, 3], 2: [4], 3: [4, 5], 4: [5], 5: [None]}),
    "decided twice": _Code(
        {0: [1, 2], 1: [3], 2: [3], 3: [4, 5], 4: [6], 5: [6], 6: [None]}, {3: 0}
    ),
    "an order that is not that of addresses": _Code({0: [3, 2], 3: [1], 2: [1], 1: [None]}),
}


@pytest.mark.parametrize("code", _SHAPES.values(), ids=_SHAPES)
def test_all_ways_are_what_each_way_is(code: _Code) -> None:
    code.run.clear()
    last = _explored(code)
    assert len(code.run) == len(set(code.run))
    counts = []
    for value in range(64):
        passed, count = _walked(code, value)
        assert questions.run(last.passed, {"input": value}) == passed
        assert questions.run(last.count.total, {"input": value}) == count
        counts.append(count)
    assert most(last.count, []).figure == max(counts)
    assert least(last.count, []).figure == min(counts)


def test_the_extreme_is_attained_by_its_example() -> None:
    code = _SHAPES["ways that cross"]
    last = _explored(code)
    for extreme in (most(last.count, []), least(last.count, [])):
        assert _walked(code, extreme.values.get("input", 0))[1] == extreme.figure


@pytest.mark.parametrize(("first", "second"), list(product((0, 1), repeat=2)))
def test_extremes_are_among_the_calls_that_are_allowed(first: int, second: int) -> None:
    code = _SHAPES["ways that cross"]
    assumed = [
        bits.same(bits.extract(_INPUT, 0, 0), bits.constant(first, 1)),
        bits.same(bits.extract(_INPUT, 2 - first, 2 - first), bits.constant(second, 1)),
    ]
    last = _explored(code, assumed)
    value = first | second << 2 - first
    assert most(last.count, assumed).figure == _walked(code, value)[1]
    assert least(last.count, assumed).figure == _walked(code, value)[1]


def test_ways_that_nobody_takes_are_not_run() -> None:
    code = _SHAPES["decided twice"]
    code.run.clear()
    last = _explored(code, [bits.is_set(_INPUT, 0)])
    assert code.run == [0, 1, 3, 4, 6]
    assert questions.run(last.passed, {"input": 1}) == 0b101_1011


def test_a_loop_is_forbidden_even_if_nobody_takes_it() -> None:
    code = _Code({0: [1, 2], 1: [0], 2: [None]})
    with pytest.raises(Forbidden, match="a loop") as refused:
        _explored(code, [bits.negation(bits.is_set(_INPUT, 0))])
    assert refused.value.place == "at 0"


def test_an_instruction_that_leads_to_itself_is_a_loop() -> None:
    with pytest.raises(Forbidden, match="a loop"):
        _explored(_Code({0: [0]}))


@pytest.mark.parametrize("hidden", [0, 1, 7])
def test_a_jump_that_was_not_foreseen_is_refused(hidden: int) -> None:
    # Backwards, to itself, and elsewhere.
    with pytest.raises(NotUnderstood, match="not foreseen"):
        _explored(_Code({0: [1], 1: [2], 2: [None]}, hidden={1: hidden}))


def test_calls_that_nobody_makes_prove_nothing() -> None:
    with pytest.raises(NotUnderstood, match="nobody may call"):
        _explored(_SHAPES["a diamond"], [bits.is_set(_INPUT, 0), bits.FALSE])
    with pytest.raises(NotUnderstood, match="no call is allowed"):
        most(Counter(), [bits.FALSE])


def test_a_way_that_is_left_out_is_noticed() -> None:
    class Forgetful(_Code):
        def execute(self, address: int, state: _State) -> Sequence[Way[_State]]:
            return super().execute(address, state)[:1]

    with pytest.raises(NotUnderstood, match="leads nowhere"):
        _explored(Forgetful({0: [1, 2], 1: [None], 2: [None]}))


def test_a_count_that_does_not_fit_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="65535"):
        Counter().more(60_000).more(6_000)
