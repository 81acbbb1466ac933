"""Lines: nothing is lost in breaking them, and none is longer than it has to be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from codegen.layout import (
    Atom,
    Binding,
    Chain,
    Group,
    Piece,
    Prefixed,
    binding,
    broken,
    chain,
    closer,
    flat,
)
from tests.codegen.machines import MACHINES, VARIANTS, machine, write

A, B, C, D = (Atom(each * 9) for each in "abcd")
SIGNS = {
    Binding.EITHER: "||",
    Binding.BOTH: "&&",
    Binding.COMPARISON: "<=",
    Binding.SUM: "+",
    Binding.PRODUCT: "*",
}


def some_piece(rnd: random.Random, depth: int) -> Piece:
    if not depth:
        return Atom("x" * rnd.randint(1, 12))
    match rnd.randrange(4):
        case 0:
            return Group(some_piece(rnd, depth - 1))
        case 1:
            return Prefixed(
                rnd.choice(("!", "not ", "(uint8_t)")), Group(some_piece(rnd, depth - 1))
            )
        case _:
            kind = rnd.choice(list(SIGNS))
            count = rnd.choice((2, 2, 3))
            parts = [closer(some_piece(rnd, depth - 1), kind) for _ in range(count)]
            return chain(kind, SIGNS[kind], *parts)


@pytest.mark.parametrize("hanging", [False, True])
def test_breaking_loses_nothing(hanging: bool) -> None:
    rnd = random.Random(11)
    for _ in range(3_000):
        piece = some_piece(rnd, rnd.randint(0, 5))
        for width in (0, 10, 30, 80):
            lead, tail = rnd.choice(((0, 0), (7, 2)))
            lines = broken(piece, width, hanging=hanging, lead=lead, tail=tail)
            assert "".join("".join(lines).split()) == "".join(flat(piece).split())
            assert all(line == line.rstrip() for line in lines)
            assert all((len(line) - len(line.lstrip())) % 4 == 0 for line in lines)


@pytest.mark.parametrize("hanging", [False, True])
def test_a_line_is_too_long_only_if_what_cannot_be_broken_is(hanging: bool) -> None:
    rnd = random.Random(12)
    for _ in range(3_000):
        piece = some_piece(rnd, rnd.randint(0, 4))
        width, lead, tail = rnd.choice(((40, 0, 0), (60, 9, 3)))
        lines = broken(piece, width, hanging=hanging, lead=lead, tail=tail)
        widths = [len(line) for line in lines]
        widths[0] += lead
        widths[-1] += tail
        finest = [len(line) for line in broken(piece, 0, hanging=hanging)]
        if max(finest) + lead + tail <= width:
            assert max(widths) <= width


def test_what_fits_is_not_broken() -> None:
    piece = chain(Binding.BOTH, "&&", A, B)
    assert broken(piece, 22, hanging=True) == ["aaaaaaaaa && bbbbbbbbb"]
    assert broken(piece, 22, hanging=True, tail=1) == ["aaaaaaaaa", "&& bbbbbbbbb"]
    assert broken(piece, 23, hanging=True, lead=1) == ["aaaaaaaaa && bbbbbbbbb"]
    assert broken(piece, 22, hanging=True, lead=1) == ["aaaaaaaaa", "&& bbbbbbbbb"]


def test_brackets_stay_with_what_they_enclose_or_stand_alone() -> None:
    piece = chain(Binding.EITHER, "||", A, Group(chain(Binding.BOTH, "&&", B, C)))
    assert broken(piece, 20, hanging=True) == [
        "aaaaaaaaa",
        "|| (bbbbbbbbb",
        "    && ccccccccc)",
    ]
    assert broken(piece, 20, hanging=False) == [
        "aaaaaaaaa",
        "|| (",
        "    bbbbbbbbb",
        "    && ccccccccc",
        ")",
    ]


def test_what_is_bound_more_loosely_is_put_in_brackets() -> None:
    both, either = chain(Binding.BOTH, "&&", A, B), chain(Binding.EITHER, "||", A, B)
    for piece in (both, either):
        assert closer(piece, Binding.BOTH) == Group(piece)
        assert closer(piece, Binding.CHOICE) == piece
    assert closer(Prefixed("!", A), Binding.COMPARISON) == Group(Prefixed("!", A))
    assert closer(A, Binding.PRODUCT) == A
    assert binding(Group(either)) is Binding.ATOM
    assert [*Binding] == sorted(Binding)


def test_a_chain_of_one_kind_is_broken_as_a_whole() -> None:
    piece = Chain(Binding.SUM, A, (("+", B), ("-", C), ("+", D)))
    assert broken(piece, 40, hanging=True) == [
        "aaaaaaaaa",
        "+ bbbbbbbbb",
        "- ccccccccc",
        "+ ddddddddd",
    ]


@VARIANTS
@MACHINES
def test_no_line_of_c_is_longer_than_a_hundred_columns(
    path: Path, settable: bool, tmp_path: Path
) -> None:
    written = write(machine(path), tmp_path, settable=settable)
    for source in written.files:
        for number, line in enumerate(source.read_text(encoding="utf-8").split("\n"), start=1):
            # The head of a function has the name of the machine in it, twice.
            if source.suffix != ".h" and line.startswith((" ", "#", "/")):
                assert len(line) <= 100, (source.name, number)
            assert line == line.rstrip()
            assert "\t" not in line
