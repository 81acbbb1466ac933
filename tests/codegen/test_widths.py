"""Numbers that do not fit are refused with their place; the widest that fit run right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from codegen.assembly import assemble
from codegen.c99.writer import ROOM
from codegen.generation import generate
from codegen.options import Options
from codegen.ranges import Ranges
from codegen.widths import TooWide, require_room
from spec.language.reader import read_text
from spec.lower import lower
from spec.machine import Machine, Span
from tests.codegen.checks import agree
from tests.codegen.machines import write
from tests.codegen.steps import SMALL, some_steps
from tests.codegen.toolchain.compilers import CLANG, GCC
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Runner
from tests.codegen.toolchain.micropython import Unix, WebAssembly
from tests.codegen.toolchain.thumb import Thumb

TEXT = """machine wide  "Wide"

time
    step  1 ms .. 10 ms by 1 ms

inputs
    x : {low} .. {high} by 1
    y : 0 .. 3 by 1
    a : bool

define
    it = {it}

region light
    mode off  initial, safe
    mode on
    off -> on   when {asked} and duration(a) >= {wait} ms
    on  -> off  when not a

outputs
    lamp : bool = light is on
    more : bool = {more}
"""
DEFAULT = {
    "low": 0,
    "high": 9,
    "it": "x",
    "asked": "it >= y",
    "wait": 20,
    "more": "it > y + 4",
}
# The language itself has numbers of 31 bits, which C has always room for.
LANGUAGE, PYTHON = 2**31 - 1, 2**29 - 1
INPUT, DEFINITION, REGION, OUTPUT = 7, 12, 14, 22


def wide(changes: Mapping[str, object]) -> Machine:
    return read_text(TEXT.format(**(DEFAULT | dict(changes))), "wide.machine")[0]


def refused(made: Machine, target: str) -> TooWide:
    with pytest.raises(TooWide) as caught:
        generate(made, target, Options())
    return caught.value


WIDEST: dict[str, dict[str, dict[str, object]]] = {
    "c99": {
        "input": {"high": LANGUAGE, "asked": f"x >= {LANGUAGE - 1}"},
        "signed": {"low": -LANGUAGE, "high": LANGUAGE, "asked": f"x <= {-LANGUAGE + 1}"},
        "sum": {"high": LANGUAGE - 3, "it": "x + y", "more": f"it >= {LANGUAGE - 1}"},
        "product": {"high": LANGUAGE // 2, "it": "2 * x + 1", "more": f"it > {LANGUAGE - 8}"},
        "choice": {"high": LANGUAGE // 2, "it": "2 * x + 1 when a else 0"},
        "difference": {"high": LANGUAGE, "it": "0 - x", "more": f"it <= {-LANGUAGE + 1}"},
        "mixed": {"high": LANGUAGE - 5, "asked": "x >= y - 5", "more": "y - x < -8"},
    },
    "micropython": {
        "input": {"high": PYTHON, "asked": f"x >= {PYTHON - 1}"},
        "signed": {"low": -PYTHON - 1, "high": PYTHON, "asked": f"x <= {-PYTHON}"},
        "sum": {"high": PYTHON - 3, "it": "x + y", "more": f"it >= {PYTHON - 1}"},
        "product": {"high": PYTHON // 2, "it": "2 * x", "more": f"it >= {PYTHON - 1}"},
    },
}
CASES = [(target, kind) for target, kinds in WIDEST.items() for kind in kinds]


@pytest.mark.parametrize(("target", "kind"), CASES)
def test_the_widest_numbers_are_calculated_right(target: str, kind: str, tmp_path: Path) -> None:
    made = wide(WIDEST[target][kind])
    written = write(made, tmp_path, settable=False, targets=(target,))
    rows = some_steps(written, 2_000, seed=1, widest=SMALL)
    code = written.code
    runners: list[Runner]
    if target == "c99":
        # What C has room for is more than MicroPython has.
        refused(made, "micropython")
        runners = [
            Host(GCC, code, tmp_path, optimisation="-O0"),
            Host(CLANG, code, tmp_path),
            Thumb(code, tmp_path),
        ]
    else:
        runners = [
            CPython(code),
            Unix(code, tmp_path / "unix", locked=True),
            WebAssembly(code, tmp_path / "webassembly", locked=True),
        ]
    agree(runners, written, *rows)
    # The highest number was among the inputs, and it made a difference.
    assert max(row.inputs[0] for row in rows[0]) == WIDEST[target][kind]["high"]
    assert {seen.result.outputs[1] for seen in rows[1]} == {0, 1}


REFUSED: tuple[tuple[dict[str, object], int], ...] = (
    ({"high": PYTHON + 1}, INPUT),
    ({"low": -PYTHON - 2}, INPUT),
    ({"high": PYTHON, "it": "x + y"}, DEFINITION),
    ({"high": PYTHON, "it": "2 * x"}, DEFINITION),
    ({"high": PYTHON, "it": "y - 2 * x"}, DEFINITION),
    ({"high": PYTHON, "it": "x + y when a else 1"}, DEFINITION),
    ({"high": PYTHON, "it": "1 when x + y > 4 else 2"}, DEFINITION),
    ({"high": PYTHON, "asked": "x + 1 > y"}, REGION),
    ({"high": PYTHON, "more": "x + y > 5"}, OUTPUT),
)


@pytest.mark.parametrize(("changes", "line"), REFUSED)
def test_what_does_not_fit_is_refused_where_it_is_written(
    changes: dict[str, object], line: int
) -> None:
    assert refused(wide(changes), "micropython").place.line == line


@pytest.mark.parametrize(
    ("spans", "it"),
    [
        ({"x": Span(0, 2**32 - 1)}, "x + 1"),
        ({"x": Span(0, 2**31)}, "2 * x"),
        ({"x": Span(0, 2**31)}, "x when a else -1"),
        ({"x": Span(-(2**31) + 1, 9), "y": Span(0, 1)}, "x - y"),
        ({"x": Span(0, 2**32 - 1)}, "1 when x > y - 1 else 2"),
    ],
)
def test_c_has_no_room_for_more_than_32_bits(spans: dict[str, Span], it: str) -> None:
    """Which the language does not let anybody ask for."""
    program = assemble(lower(wide({"it": it})), settable=False)
    require_room(program, ROOM)
    known = {each.name: each.span for each in (*program.inputs, *program.memory)}
    ranges = Ranges(known | spans)
    for local in program.locals:
        ranges.declare(local.variable.name, local.span)
    with pytest.raises(TooWide, match="32 bit has room"):
        require_room(replace(program, ranges=ranges), ROOM)


def test_a_time_has_room_for_a_step_more_than_it_counts() -> None:
    longest = 10
    generate(wide({"wait": PYTHON - longest}), "micropython", Options())
    error = refused(wide({"wait": PYTHON - longest + 1}), "micropython")
    assert "how long a" in str(error)
    # In C there is room for the longest time that the language knows.
    generate(wide({"wait": LANGUAGE}), "c99", Options())
