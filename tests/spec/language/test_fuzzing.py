"""Whatever a file holds, the answer is a machine or a list of faults that can be shown.

The same texts in every run, so that a failure is one for everybody.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.language.errors import Severity, SpecificationError, render
from spec.language.grammar import grammar
from spec.language.reader import read, read_text, shipped

SHIPPED = shipped().read_text(encoding="utf-8")
SHAPES = Path(__file__).with_name("shapes.machine").read_text(encoding="utf-8")
WORDS = re.compile(r'\n[ ]*|[ ]+|"[^"\n]*"|#[^\n]*|\w+|[^\w\s]')
KEYWORDS = sorted(each.pattern.value for each in grammar().terminals if each.pattern.type == "str")
# Words of the language, names and numbers of the texts above, and what has no place in either.
VOCABULARY = [
    *sorted({*KEYWORDS, *WORDS.findall(SHIPPED), *WORDS.findall(SHAPES)}),
    *("\n", "\n    ", "\n        ", "\t", "\r\n", '"', "#", "§", "≥", "°", "Ω", "中", "\u00a0"),
    *("999999999999999999999", "0", "-1", "1.5", "0.001", "dt", "stood", "min", "µs"),
]

reproducible = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def check(text: str) -> None:
    """Read `text`, and hold what is said about it to what is always promised."""
    refused: SpecificationError | None = None
    try:
        machine, told = read_text(text, "fuzzed.machine")
        text = machine.text
    except SpecificationError as error:
        refused = error
        text, told = error.text, error.diagnostics
    errors = [each for each in told if each.severity is Severity.ERROR]
    assert bool(errors) == (refused is not None)
    assert refused is None or str(refused).encode("utf-8")
    lines = text.split("\n")
    for each in told:
        assert each.message
        assert 1 <= each.place.line <= len(lines)
        assert 1 <= each.place.column <= len(lines[each.place.line - 1]) + 1
        assert each.place.length >= 1
        assert render(each, "fuzzed.machine", text).encode("utf-8")


@st.composite
def edits(draw: st.DrawFn, parts: tuple[str, ...]) -> str:
    """`parts`, some of them left out, doubled, exchanged or replaced."""
    edited = list(parts)
    for _ in range(draw(st.integers(1, 6))):
        here = draw(st.integers(0, len(edited) - 1))
        match draw(st.sampled_from(["leave out", "double", "exchange", "insert", "replace"])):
            case "leave out" if len(edited) > 1:
                del edited[here]
            case "double":
                edited.insert(here, edited[here])
            case "exchange":
                there = draw(st.integers(0, len(edited) - 1))
                edited[here], edited[there] = edited[there], edited[here]
            case "insert":
                edited.insert(here, draw(st.sampled_from(VOCABULARY)))
            case _:
                edited[here] = draw(st.sampled_from(VOCABULARY))
    return "".join(edited)


@reproducible
@given(st.binary(max_size=300))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.machine"
    path.write_bytes(data)
    with pytest.raises(SpecificationError) as caught:
        read(path)
    assert str(caught.value)


@reproducible
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text)


@reproducible
@given(st.lists(st.sampled_from(VOCABULARY), max_size=80).map(" ".join))
def test_any_words(text: str) -> None:
    check(text)


@reproducible
@given(st.lists(st.sampled_from(SHAPES.splitlines(keepends=True)), max_size=60).map("".join))
def test_any_lines(text: str) -> None:
    check(text)


@reproducible
@given(edits(tuple(WORDS.findall(SHIPPED))))
def test_the_shipped_machine_with_other_words(text: str) -> None:
    check(text)


@reproducible
@given(edits(tuple(SHIPPED.splitlines(keepends=True))))
def test_the_shipped_machine_with_other_lines(text: str) -> None:
    check(text)


@reproducible
@given(edits(tuple(SHIPPED)))
def test_the_shipped_machine_with_other_characters(text: str) -> None:
    check(text)


@reproducible
@given(edits(tuple(WORDS.findall(SHAPES))))
def test_every_shape_with_other_words(text: str) -> None:
    check(text)


@reproducible
@given(st.integers(0, len(SHIPPED)), st.integers(0, len(SHIPPED)))
def test_a_part_of_the_shipped_machine(first: int, last: int) -> None:
    check(SHIPPED[min(first, last) : max(first, last)])
