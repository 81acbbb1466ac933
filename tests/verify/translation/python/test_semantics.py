"""Random functions mean what CPython and two genuine MicroPythons do with them.

Both levels are run with numbers; wherever one says that no memory is allocated, none is.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.codegen.toolchain.driven import DRIVERS
from tests.codegen.toolchain.programs import run
from tests.verify.translation.python.levels import LargeNumberError, imported, small, watched
from tests.verify.translation.python.random_code import ABOVE, Writer
from tests.verify.translation.python.small import routine
from verify import bits, questions
from verify.translation.evaluated import Evaluated, Forbidden
from verify.translation.python import bytecode, source
from verify.translation.python.bytecode import compile_module
from verify.translation.python.loading import load
from verify.translation.python.module import read
from verify.translation.python.mpy import parse
from verify.translation.python.values import HELD

HERE = Path(__file__).parent
FUNCTIONS, CALLS = 70, 10
START = "import calls; calls.main()"

# Kept, number, other, flag.
Call = tuple[int, int, int, int]
# Kept and shown; nothing where memory is allocated.
Left = tuple[int, int] | None
Results = dict[str, list[Left]]


@pytest.fixture(scope="module")
def text() -> str:
    return ABOVE + "".join(Writer(seed).function(f"f{seed}") for seed in range(FUNCTIONS))


@pytest.fixture(scope="module")
def calls() -> dict[str, list[Call]]:
    chance = random.Random(7)
    edges = (HELD.lowest, -70_000, -17, -1, 0, 1, 5, 4095, 90_000, HELD.highest)

    def number() -> int:
        return chance.choice(edges) if chance.random() < 0.5 else chance.randint(-300, 5000)

    return {
        f"f{k}": [(number(), number(), number(), number()) for _ in range(CALLS)]
        for k in range(FUNCTIONS)
    }


def called(
    module: dict[str, Any], calls: dict[str, list[Call]], kind: Callable[[int], int]
) -> Results:
    def left(name: str, call: Call) -> Left:
        kept, number, other, flag = map(kind, call)
        state, out = SimpleNamespace(kept=kept), SimpleNamespace(shown=0)
        try:
            module[name](state, SimpleNamespace(number=number, other=other, flag=flag), out)
        except LargeNumberError:
            return None
        return state.kept, out.shown

    return {name: [left(name, call) for call in given] for name, given in calls.items()}


@pytest.fixture(scope="module")
def on_cpython(text: str, calls: dict[str, list[Call]]) -> Results:
    return called(watched(text), calls, small)


def of_source(text: str) -> Callable[[str], Evaluated]:
    module = read(text, "sample.py")
    return lambda name: source.evaluate(module, replace(routine(), name=name))


def of_bytecode(text: str) -> Callable[[str], Evaluated]:
    module = load(parse(compile_module(text, "sample.py")))
    return lambda name: bytecode.evaluate(module, replace(routine(), name=name))


def test_a_source_comes_to_what_cpython_does(
    text: str, calls: dict[str, list[Call]], on_cpython: Results
) -> None:
    got = evaluated(of_source(text), calls)
    assert got == {name: on_cpython[name] for name in got}
    every = [each for left in got.values() for each in left]
    assert sum(each is None for each in every) > 100 < sum(each is not None for each in every)


def test_bytecode_comes_to_what_cpython_does(
    text: str, calls: dict[str, list[Call]], on_cpython: Results
) -> None:
    with_any_numbers = called(imported(text), calls, int)
    for name, left in evaluated(of_bytecode(text), calls).items():
        for mine, watched_, any_ in zip(
            left, on_cpython[name], with_any_numbers[name], strict=True
        ):
            # The compiler calculates with constants, in as many bits as it takes.
            assert mine == (watched_ if mine is None or watched_ is not None else any_), name


def evaluated(function: Callable[[str], Evaluated], calls: dict[str, list[Call]]) -> Results:
    """What the functions come to that are no numbers too large themselves."""
    found = {}
    for name, given in calls.items():
        try:
            made = function(name)
        except Forbidden:
            continue
        found[name] = worked_out(made, given)
    assert len(found) > 0.8 * FUNCTIONS
    return found


def worked_out(function: Evaluated, calls: list[Call]) -> list[Left]:
    """What `function` comes to in each of `calls`."""
    # Not those about the call after this one.
    small_always = bits.both(
        *(each.holds for each in function.obligations if "would be allocated" in each.text)
    )
    left = [function.after[name] for name in ("kept", "shown")]
    both = bits.concatenate([each.bits for each in left])
    found: list[Left] = []
    for call in calls:
        symbols = ("state.kept", "inputs.number", "inputs.other", "inputs.flag")
        values = {name: each % 2**32 for name, each in zip(symbols, call, strict=True)}
        if not questions.run_truth(small_always, values):
            found.append(None)
            continue
        kept, shown = divmod(questions.run(both, values), 2**32)
        found.append((left[0].number(kept), left[1].number(shown)))
    return found


@pytest.mark.parametrize("port", ["unix", "webassembly"])
def test_both_micropythons_agree_and_allocate_only_where_it_is_said(
    port: str,
    text: str,
    calls: dict[str, list[Call]],
    on_cpython: Results,
    tmp_path: Path,
) -> None:
    (tmp_path / "sample.mpy").write_bytes(compile_module(text, "sample.py"))
    shutil.copy(HERE / "calls.py.template", tmp_path / "calls.py")
    job = [["sample", name, given] for name, given in calls.items()]
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    if port == "unix":
        where = {"MICROPYPATH": f"{tmp_path}:.frozen"}
        run(["micropython", "-c", START], folder=tmp_path, environment=where)
    else:
        run(["node", DRIVERS / "webassembly.mjs", START], folder=tmp_path)
    results = json.loads((tmp_path / "results").read_text(encoding="utf-8"))
    wanted = [(name, each) for name, given in on_cpython.items() for each in given]
    assert len(results) == len(wanted)
    allocations = 0
    for (name, expected), (allocated, kept, shown) in zip(wanted, results, strict=True):
        if expected is None:
            allocations += allocated
        else:
            assert (allocated, kept, shown) == (0, *expected), name
    # Small integers have 63 bits on the first.
    assert (allocations > 100) is (port == "webassembly")
