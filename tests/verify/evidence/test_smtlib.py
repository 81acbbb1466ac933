"""Printed terms mean what compiled terms mean, in integers and in bit-vectors."""

from __future__ import annotations

import random

import pytest

from spec.execution import compile_terms
from spec.machine import Span
from spec.term import Equal, Number, Term, Truth, is_boolean
from tests.spec.terms import CONDITIONS, HIGHEST, INTEGERS, LOWEST, some_term, some_values
from verify.evidence.smtlib import BitVectors, Lia, TooWide, storage, width
from verify.smt import Satisfiable, check_text

PAIRS = 600
SPANS = {each.name: Span(LOWEST, HIGHEST) for each in INTEGERS}


def question(printer: Lia, term: Term, values: dict[str, int], expected: int) -> list[str]:
    """Lines that ask whether `term` can be anything but `expected`, given `values`."""
    lines = ["(push 1)"]
    for each in INTEGERS:
        constant = printer.constant(values[each.name], False)
        lines.append(f"(assert (= {printer.variable(each.name)} {constant}))")
    for condition in CONDITIONS:
        constant = printer.constant(values[condition.name], True)
        lines.append(f"(assert (= {printer.name(condition.name)} {constant}))")
    truth: Term = Truth(bool(expected))
    claim = Equal(term, truth if is_boolean(term) else Number(expected))
    return [*lines, f"(assert (not {printer.inline(claim)}))", "(check-sat)", "(pop 1)"]


def declared(printer: Lia) -> list[str]:
    lines = [f"(set-logic {printer.logic})"]
    for each in INTEGERS:
        lines += printer.declare(each.name, SPANS[each.name])
    for condition in CONDITIONS:
        lines += printer.declare(condition.name, None)
    return lines


@pytest.mark.parametrize(
    "printer", [Lia(), BitVectors(32), BitVectors(64)], ids=["lia", "32", "64"]
)
def test_a_printed_term_has_the_value_that_the_compiled_one_has(printer: Lia) -> None:
    rnd = random.Random(5)
    lines = declared(printer)
    for _ in range(PAIRS):
        term = some_term(rnd, boolean=rnd.random() < 0.6, depth=4)
        values = some_values(rnd)
        value = int(compile_terms([term], [], [list(values)])(tuple(values.values()))[0][0])
        # No value leaves the width, or wrapping would be no mistake.
        assert width([term], SPANS) == 32
        lines += question(printer, term, values, value)
    assert check_text("\n".join(lines)) == [Satisfiable.NO] * PAIRS


def test_a_wrong_value_is_told_from_a_right_one() -> None:
    rnd = random.Random(6)
    lines = declared(Lia())
    for _ in range(50):
        term = some_term(rnd, boolean=True, depth=4)
        values = some_values(rnd)
        value = int(compile_terms([term], [], [list(values)])(tuple(values.values()))[0][0])
        lines += question(Lia(), term, values, 1 - value)
    assert check_text("\n".join(lines)) == [Satisfiable.YES] * 50


@pytest.mark.parametrize(
    ("lowest", "highest", "bits", "signed"),
    [
        (0, 255, 8, False),
        (0, 256, 16, False),
        (-1, 127, 8, True),
        (-1, 128, 16, True),
        (-129, 0, 16, True),
        (0, 2**32 - 1, 32, False),
        (-1, 2**31, 64, True),
        (0, 2**64 - 1, 64, False),
    ],
)
def test_storage_is_the_narrowest_that_holds_the_range(
    lowest: int, highest: int, bits: int, signed: bool
) -> None:
    assert storage(Span(lowest, highest)) == (bits, signed)


def test_what_needs_more_than_64_bits_is_not_certified_in_them() -> None:
    with pytest.raises(TooWide):
        storage(Span(0, 2**64))
    with pytest.raises(TooWide):
        width([Number(2**63)], {})
    assert width([Number(2**63 - 1)], {}) == 64
    assert width([Number(2**31)], {}) == 64
    assert width([Number(2**31 - 1), Number(-(2**31))], {}) == 32
