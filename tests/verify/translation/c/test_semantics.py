"""What C is read to mean is what a compiler makes of it, on random code and random numbers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.verify.translation.c.compiled import Compiled
from tests.verify.translation.c.random_code import Code
from tests.verify.translation.c.small import FILE, HEAD, HEADER, TYPES, routine
from verify import bits, questions
from verify.translation.c.binding import evaluate
from verify.translation.c.program import Program
from verify.translation.evaluated import Evaluated
from verify.translation.meaning import Value

# What a compiler may define as it likes: gcc does, and says nothing.
LEFT_TO_COMPILERS = ("the value does not fit", "a negative number is shifted right")


class Run:
    """A function that was evaluated, for numbers."""

    def __init__(self, evaluated: Evaluated) -> None:
        self._required = evaluated.obligations
        self._values = [evaluated.after[name] for name in ("r", "t")]
        # All at once: putting numbers in takes the time.
        flags = [bits.as_bits(each.holds, 1) for each in self._required]
        self._run = questions.runner(
            bits.concatenate([*flags, *(each.bits for each in self._values)])
        )

    def run(self, given: dict[str, int]) -> tuple[list[str], tuple[int, ...]]:
        """What is broken, and what is left behind."""
        found = self._run({f"inputs.{name}": value for name, value in given.items()})
        left = []
        for each in reversed(self._values):
            width = bits.width_of(each.bits)
            left.append(each.number(found % (1 << width)))
            found >>= width
        broken = [
            each.text for k, each in enumerate(reversed(self._required)) if not found >> k & 1
        ]
        return broken, tuple(reversed(left))


def numbers(seed: int, count: int) -> Sequence[dict[str, int]]:
    """Inputs: mostly numbers at the ends of what fits, or small ones."""
    pick = random.Random(seed)

    def number(lowest: int, highest: int) -> int:
        near = [lowest, lowest + 1, highest - 1, highest, *range(max(lowest, -3), 4), 7, 31, 100]
        chosen: int = pick.choice([*near, pick.randint(lowest, highest)])
        return chosen

    return [
        {name: number(span.lowest, span.highest) for name, (_, span) in TYPES.items()}
        for _ in range(count)
    ]


def compare(text: str, names: list[str], rows: int, folder: Path) -> Counter[str]:
    """How often code was compared, and on what; nothing may disagree."""
    compiled = Compiled(text, names, folder)
    program = Program({FILE: text}, FILE)
    counted: Counter[str] = Counter()
    for index, name in enumerate(names):
        evaluated = Run(evaluate(program, routine(), name))
        for given in numbers(index, rows):
            broken, left = evaluated.run(given)
            got = compiled.run(index, given)
            if any(each.startswith(LEFT_TO_COMPILERS) for each in broken):
                counted["left to compilers"] += 1
            elif broken:
                assert got is None, (name, given, broken)
                counted["undefined"] += 1
            else:
                assert got == left, (name, given)
                counted["equal"] += 1
    return counted


def test_expressions_mean_what_a_compiler_makes_of_them(tmp_path: Path) -> None:
    code = Code(seed=1)
    texts = [code.flat() if k % 4 == 0 else code.expression() for k in range(300)]
    functions = [
        f"void e{k}{HEAD}{{ out->r = {each}; out->t = -1 < ({each}); }}\n"
        for k, each in enumerate(texts)
    ]
    text = HEADER + "".join(functions)
    counted = compare(text, [f"e{k}" for k in range(len(texts))], 12, tmp_path)
    assert counted["equal"] > 1500
    assert counted["undefined"] > 200


def test_bodies_do_what_a_compiler_makes_of_them(tmp_path: Path) -> None:
    code = Code(seed=2)
    parts = []
    for k in range(24):
        head = "(const struct inputs *in, uint32_t *p, int32_t x)\n"
        helper = code.function(f"h{k}", head, [], "static int32_t")
        parts.append(helper.replace("c = a > 3U;", "c = x > 3; *p += c;"))
        parts.append(code.function(f"b{k}", HEAD, [f"h{k}"], ""))
    text = HEADER + "".join(parts)
    counted = compare(text, [f"b{k}" for k in range(24)], 20, tmp_path)
    assert counted["equal"] > 150


def test_numbers_are_read_as_they_are_written(tmp_path: Path) -> None:
    literals = ["0", "00", "017", "0x1f", "0XFFFFFFFF", "2147483647", "2147483648", "4294967295"]
    literals += ["4294967295U", "0x80000000", "020000000000", "5u", "9223372036854775807", "3LL"]
    literals += ["0xFFFFFFFFFFFFFFFF", "18446744073709551615ULL", "7ull", "7LLU"]
    functions = [
        f"void n{k}{HEAD}{{ out->r = {each} >> 1; out->t = (-1 < {each}) + (~{each} > 0) * 2; }}\n"
        for k, each in enumerate(literals)
    ]
    text = HEADER + "".join(functions)
    names = [f"n{k}" for k in range(len(literals))]
    assert compare(text, names, 1, tmp_path) == {"equal": len(literals)}


@pytest.mark.parametrize(("bits_set", "signed", "number"), [(255, True, -1), (255, False, 255)])
def test_a_value_is_read_by_its_type(bits_set: int, signed: bool, number: int) -> None:
    assert Value(bits.constant(bits_set, 8), signed).number(bits_set) == number
