"""What is written in MicroPython is as ``ruff format`` would write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.language.reader import read_text
from tests.codegen.checks import is_formatted, ruff_format, statements_are_formatted
from tests.codegen.machines import FILES, machine, write

STATEMENTS = 6_000


def test_random_statements_are_broken_where_ruff_breaks_them() -> None:
    assert statements_are_formatted(STATEMENTS) > STATEMENTS // 4


@pytest.mark.parametrize(
    "text",
    [
        # The only operator, and brackets behind it: they are broken, no others are added.
        "if first_condition_of_two and not (\n    second_condition or third_condition\n):",
        # Brackets in front of it.
        "if (\n    first_condition_of_two and second_condition_of_two\n) or third_condition:",
        # Two operators of one kind: brackets around all of it.
        "if (\n    first_condition_of_two\n    and second_condition\n    and (third or fourth)\n):",
    ],
    ids=["behind", "in front", "two"],
)
def test_brackets_at_an_end_are_broken_first(text: str) -> None:
    """That ruff does so is what `opened` relies on."""
    command = ("--line-length", "56", "-")
    flat = " ".join(text.split()).replace("( ", "(").replace(" )", ")")
    body = "\n    pass\n"
    assert ruff_format(*command, text=flat + body) == text + body


def test_every_module_is_formatted_already(tmp_path: Path) -> None:
    for path in FILES:
        for settable in (False, True):
            folder = tmp_path / path.parent.name / f"{path.stem}_{settable}"
            write(machine(path), folder, settable=settable)
    is_formatted(tmp_path)


LONG = """machine {m}  "Long names"

time
    step  1 ms .. 10 ms by 1 ms

inputs
    {a}  : bool
    {b}  : 0 V .. 10 V by 1 mV

define
    {d} = {a} and {b} > 3 V
    {e} = duration({d}) >= 20 ms

region {r}
    mode off  initial, safe
    mode on
    off -> on  when {e} and after(30 ms)
    on -> off  when not {a} and duration({a}) >= 40 ms

outputs
    {o} : {{no, yes}} = yes when {r} is on else no
"""


# Longer ones than anybody reads need brackets around them alone.
@pytest.mark.parametrize("length", range(2, 39))
def test_names_of_any_sensible_length_leave_modules_ruff_format(
    length: int, tmp_path: Path
) -> None:
    names = {key: f"{key}{'x' * length}" for key in "mabdero"}
    declared = read_text(LONG.format(**names), "long.machine")[0]
    write(declared, tmp_path, settable=True)
    is_formatted(tmp_path)
