"""What is written in MicroPython is as ``ruff format`` would write it."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from codegen.micropython.breaking import opened
from codegen.micropython.printer import PythonPrinter
from codegen.printing import Symbol
from codegen.ranges import Ranges
from spec.language.reader import read_text, shipped
from spec.machine import Span
from tests.codegen.machines import machine, write
from tests.codegen.toolchain.programs import find
from tests.spec.terms import CONDITIONS, HIGHEST, INTEGERS, LOWEST, some_term
from tests.verify import corpus

ROOT = Path(__file__).parents[2]
STATEMENTS = 6_000
WIDTH = 96
OPENINGS = ("x =", "out.charge_disconnect =", "if", "return")


def formatted(*words: str | Path, text: str = "") -> str:
    """What ruff says, with the settings of this project."""
    command = [find("ruff"), "format", "--config", ROOT / "pyproject.toml", *words]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def some_statement(rnd: random.Random) -> str:
    """One that is often too long for a line."""
    symbols = {
        each.name: Symbol(
            rnd.choice(("", "state.", "inputs."))
            + rnd.choice("abcdef") * rnd.choice((2, 6, 10, 20, 30, 45)),
            stored=each in CONDITIONS and rnd.random() < 0.5,
        )
        for each in (*INTEGERS, *CONDITIONS)
    }
    ranges = Ranges({each.name: Span(LOWEST, HIGHEST) for each in INTEGERS})
    printer = PythonPrinter(symbols, ranges)
    boolean = rnd.random() < 0.7
    term = some_term(rnd, boolean=boolean, depth=rnd.choice((1, 2, 2, 3, 3, 4, 5)))
    piece = printer.condition(term) if boolean else printer.value(term)
    opening = rnd.choice(OPENINGS)
    lines = opened(opening, piece, ":" if opening == "if" else "", WIDTH).splitlines()
    if opening == "if":
        lines.append("    pass")
    return "".join(f"    {line}\n" for line in lines)


def test_random_statements_are_broken_where_ruff_breaks_them() -> None:
    rnd = random.Random(5)
    statements = [some_statement(rnd) for _ in range(STATEMENTS)]
    assert sum(each.count("\n") > 2 for each in statements) > STATEMENTS // 4
    text = "def f():\n" + "".join(f"{each}    # {k}\n" for k, each in enumerate(statements))
    wanted = formatted("-", text=text)
    for ours, theirs in zip(text.split("    # "), wanted.split("    # "), strict=True):
        assert ours == theirs


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
    assert formatted(*command, text=flat + body) == text + body


def test_every_module_is_formatted_already(tmp_path: Path) -> None:
    for path in (shipped(), *corpus.files(*corpus.FOLDERS)):
        for settable in (False, True):
            folder = tmp_path / path.parent.name / f"{path.stem}_{settable}"
            write(machine(path), folder, settable=settable)
    said = formatted("--check", tmp_path)
    assert "already formatted" in said
    assert "would be reformatted" not in said


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
def test_names_of_any_sensible_length_leave_modules_formatted(length: int, tmp_path: Path) -> None:
    names = {key: f"{key}{'x' * length}" for key in "mabdero"}
    declared = read_text(LONG.format(**names), "long.machine")[0]
    written = write(declared, tmp_path, settable=True)
    (module,) = written.code.in_language(".py")
    assert formatted("--diff", module) == "1 file already formatted\n"
