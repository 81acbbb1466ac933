"""Meaning: terms of the transition system as bits, exactly.

Integers become two's complement numbers, as wide as the largest and smallest value that any part
of a term can have: nothing wraps, so a term means what it means of integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from spec.machine import Span
from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Truth,
    Variable,
    is_boolean,
    parts,
    postorder,
)
from verify import bits
from verify.bits import Bits, Condition
from verify.evidence.smtlib import extremes


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What code holds: bits, and how they are read as a number."""

    bits: Bits
    signed: bool

    @property
    def span(self) -> Span:
        """All that fits."""
        width = bits.width_of(self.bits)
        if self.signed:
            return Span(-(1 << width - 1), (1 << width - 1) - 1)
        return Span(0, (1 << width) - 1)

    def wide(self, width: int) -> Bits:
        """The number, in `width` bits, which have room for it and its sign."""
        extended = bits.sign_extended if self.signed else bits.zero_extended
        return extended(self.bits, width)

    def true(self) -> Condition:
        """As a condition: 0 is false, all else is true."""
        return bits.negation(bits.is_zero(self.bits))

    def number(self, unsigned: int) -> int:
        """The number that these bits are, given as an unsigned one."""
        width = bits.width_of(self.bits)
        return unsigned - (1 << width) if self.signed and unsigned >> width - 1 else unsigned


def width_for(terms: Iterable[Term], spans: Mapping[str, Span]) -> int:
    """Bits for every value that occurs in `terms`, signed, where variables are in `spans`."""
    span = extremes(terms, spans)
    return max((-span.lowest - 1).bit_length(), span.highest.bit_length(), 1) + 1


@dataclass
class Meaning:
    """What terms mean, given what their variables are.

    Attributes:
        numbers: Bits of `width` for each integer variable.
        truths: For each boolean one.
    """

    width: int
    numbers: Mapping[str, Bits]
    truths: Mapping[str, Condition]
    _numbers: dict[Term, Bits] = field(default_factory=dict)
    _truths: dict[Term, Condition] = field(default_factory=dict)

    def constant(self, value: int) -> Bits:
        """The integer `value`."""
        return bits.constant(value, self.width)

    def within(self, name: str, span: Span) -> Condition:
        """The integer variable `name` lies in `span`."""
        number = self.numbers[name]
        return bits.both(
            bits.signed_at_most(self.constant(span.lowest), number),
            bits.signed_at_most(number, self.constant(span.highest)),
        )

    def number(self, term: Term) -> Bits:
        """An integer term."""
        self._work_out(term)
        return self._numbers[term]

    def truth(self, term: Term) -> Condition:
        """A boolean term."""
        self._work_out(term)
        return self._truths[term]

    def _work_out(self, term: Term) -> None:
        for part in postorder([term]):
            if part in self._numbers or part in self._truths:
                continue
            if is_boolean(part):
                self._truths[part] = self._truth(part)
            else:
                self._numbers[part] = self._number(part)

    def _number(self, term: Term) -> Bits:
        inside = [self._numbers[each] for each in parts(term) if each in self._numbers]
        match term:
            case Number(value=value):
                return self.constant(value)
            case Variable(name=name):
                return self.numbers[name]
            case Sum():
                return bits.add(*inside)
            case Product(factor=factor):
                return bits.multiply(self.constant(factor), *inside)
            case Choose(condition=condition):
                return bits.choose(self._truths[condition], *inside)
        raise TypeError(term)

    def _truth(self, term: Term) -> Condition:
        numbers = [self._numbers[each] for each in parts(term) if each in self._numbers]
        truths = [self._truths[each] for each in parts(term) if each in self._truths]
        match term:
            case Truth(value=value):
                return bits.truth(value)
            case Variable(name=name):
                return self.truths[name]
            case AtMost():
                return bits.signed_at_most(*numbers)
            case Less():
                return bits.signed_less(*numbers)
            case Equal():
                return bits.same(*numbers) if numbers else bits.agree(*truths)
            case Not():
                return bits.negation(*truths)
            case And():
                return bits.both(*truths)
            case Or():
                return bits.either(*truths)
            case Choose():
                return bits.choose_truth(*truths)
        raise TypeError(term)
