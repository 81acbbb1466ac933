"""What is asked of generated code, by the tests and, in little, by those that seed faults."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Sequence
from ctypes import CDLL, Structure, byref, c_bool, c_int32, c_uint32
from pathlib import Path

from codegen.micropython.breaking import opened
from codegen.micropython.printer import PythonPrinter
from codegen.printing import Symbol
from codegen.ranges import Ranges
from spec.execution import compile_terms
from spec.machine import Span
from spec.term import variables
from tests.codegen.machines import Written
from tests.codegen.printed import Sheet, in_order
from tests.codegen.steps import Seen, difference
from tests.codegen.toolchain.compilers import GCC, compile_objects, link_shared
from tests.codegen.toolchain.cpython import imported
from tests.codegen.toolchain.interface import Batch, Member, Row, Runner
from tests.codegen.toolchain.programs import find
from tests.spec.terms import CONDITIONS, HIGHEST, INTEGERS, LOWEST, some_term

ROOT = Path(__file__).parents[2]
# Of a statement in a function; and how many lines it has, with a body, if it is not broken.
_WIDTH = 96
_LINES_UNBROKEN = 2
_CTYPES = {"uint32_t": c_uint32, "int32_t": c_int32}


def agree(runners: Sequence[Runner], written: Written, rows: list[Row], wanted: list[Seen]) -> None:
    """Every runner does in every row what is wanted."""
    batch = Batch.of(written.code.interface, rows)
    for each in runners:
        assert not difference(rows, wanted, each.run(batch)), each.name


def mean_the_same(sheet: Sheet, runners: Sequence[Runner], count: int) -> None:
    """What is printed on `sheet` means what it should under `count` choices of values."""
    rows, meant = sheet.rows(count)
    batch = Batch.of(sheet.interface, rows)
    for runner in runners:
        for row, result, wanted in zip(rows, runner.run(batch), meant, strict=True):
            if result.outputs != wanted:
                got, right = in_order(result.outputs, sheet), in_order(wanted, sheet)
                wrong = [(name, got[name], right[name]) for name in got if got[name] != right[name]]
                raise AssertionError((runner.name, wrong, row))


def ruff_format(*words: str | Path, text: str = "") -> str:
    """What ``ruff format`` says, with the settings of this project."""
    command = [find("ruff"), "format", "--config", ROOT / "pyproject.toml", *words]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def is_formatted(folder: Path) -> None:
    """Every module in `folder` is as ``ruff format`` would write it."""
    said = ruff_format("--diff", folder)
    assert "already formatted" in said, said
    assert "would be reformatted" not in said, said


def statements_are_formatted(count: int) -> int:
    """Random statements are broken where ruff breaks them; gives how many were broken."""
    rnd = random.Random(5)
    statements = [_some_statement(rnd) for _ in range(count)]
    text = "def f():\n" + "".join(f"{each}    # {k}\n" for k, each in enumerate(statements))
    wanted = ruff_format("-", text=text)
    for ours, theirs in zip(text.split("    # "), wanted.split("    # "), strict=True):
        assert ours == theirs
    return sum(each.count("\n") > _LINES_UNBROKEN for each in statements)


def _some_statement(rnd: random.Random) -> str:
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
    opening = rnd.choice(("x =", "out.charge_disconnect =", "if", "return"))
    lines = opened(opening, piece, ":" if opening == "if" else "", _WIDTH).splitlines()
    if opening == "if":
        lines.append("    pass")
    return "".join(f"    {line}\n" for line in lines)


def settings_are_checked(written: Written, folder: Path) -> None:
    """Both languages begin with the defaults, and allow what the text allows and nothing else."""
    system = written.system
    open_ = [each for each in system.parameters if each.span.lowest < each.span.highest]
    assert [each.name for each in written.program.settings] == [each.name for each in open_]
    names = {each.name for each in system.parameters}
    constants = {each.name: each.default for each in system.parameters if each not in open_}
    claims = [each for each in system.assumptions if variables(each).keys() <= names]
    fits = compile_terms(claims, [], [[*(each.name for each in open_), *constants]])
    defaults = tuple(each.default for each in open_)
    library = _Library(written, folder)
    (source,) = written.code.in_language(".py")
    module = imported("module", source)
    parameters = module.Parameters()
    members = [each.name for each in written.code.interface.parameters]
    assert tuple(getattr(parameters, each) for each in members) == defaults
    assert library.defaults() == defaults
    for values in _some_settings(written):
        within = all(
            each.span.lowest <= value <= each.span.highest
            for each, value in zip(open_, values, strict=True)
        )
        wanted = within and all(fits((*values, *constants.values()))[0])
        for member, value in zip(members, values, strict=True):
            setattr(parameters, member, value)
        assert module.parameters_check(parameters) is wanted, values
        assert library.check(values) is wanted, values


def _some_settings(written: Written) -> Iterator[tuple[int, ...]]:
    """Values at the ends of the ranges, beside them, and between them."""
    rnd = random.Random(8)
    limits = [each.limits for each in written.code.interface.parameters]
    for _ in range(300):
        yield tuple(
            min(max(rnd.choice((low + step, high + step, rnd.randint(low, high))), least), most)
            for (least, most), (low, high), step in (
                (limit, (each.span.lowest, each.span.highest), rnd.choice((-1, 0, 0, 0, 1)))
                for limit, each in zip(limits, written.program.settings, strict=True)
            )
        )


class _Library:
    """The generated functions about parameters, in this process."""

    def __init__(self, written: Written, folder: Path) -> None:
        name = written.code.interface.name
        objects = compile_objects(
            GCC, written.code.in_language(".c"), folder, optimisation="-O1", options=("-fPIC",)
        )
        library = CDLL(str(link_shared(GCC, objects, folder / f"{name}.so")))
        self._init = library[f"{name}_parameters_init"]
        self._check = library[f"{name}_parameters_check"]
        self._check.restype = c_bool
        self._members = written.code.interface.parameters

    def defaults(self) -> tuple[int, ...]:
        """What every parameter is to begin with."""
        settings = self._structure(())
        self._init(byref(settings))
        return tuple(getattr(settings, each.name) for each in self._members)

    def check(self, values: tuple[int, ...]) -> bool:
        """Whether these values are legal."""
        return bool(self._check(byref(self._structure(values))))

    def _structure(self, values: tuple[int, ...]) -> Structure:
        fields = [(each.name, _CTYPES[each.ctype]) for each in self._members]
        made = type("Parameters", (Structure,), {"_fields_": fields})
        structure: Structure = made(*values)
        return structure


def memory_begins_alike(written: Written) -> None:
    """What a class begins with is what `init` makes, and what the text says."""
    (source,) = written.code.in_language(".py")
    module = imported("module", source)
    members: tuple[Member, ...] = written.code.interface.state
    begun, made = module.State(), module.State()
    for each in members:
        setattr(made, each.name, "spoilt")
    module.init(made)
    initial = tuple(each.initial for each in written.program.memory) or (0,)
    for state in (begun, made):
        assert tuple(getattr(state, each.name) for each in members) == initial
