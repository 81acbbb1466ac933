"""The monitors of all machines compile, are well formatted, and find what is right."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from spec.language.reader import shipped
from tests.codegen.machines import MACHINES
from tests.codegen.monitors import alone
from tests.codegen.monitors.alone import Alone
from tests.codegen.monitors.oracle import Oracle
from tests.codegen.monitors.stimuli import Stimuli
from tests.codegen.toolchain.compilers import ARM, CLANG, GCC, STRICT, Compiler
from tests.codegen.toolchain.cpython import CPython
from tests.codegen.toolchain.host import Host
from tests.codegen.toolchain.interface import Batch, Result
from tests.codegen.toolchain.programs import run
from tests.verify import corpus

STEPS = 400
SOME = [shipped(), *(each for each in corpus.files("proved") if each.stem == "looking_back")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texts")


@cache
def written(path: Path, folder: Path, *, settable: bool) -> Alone:
    """The monitor of the machine at `path`."""
    own = folder / path.parent.name / f"{path.stem}-{settable}"
    return alone.write(corpus.machine(path), own, settable=settable)


def everything(folder: Path) -> list[Alone]:
    """Every machine's monitor, in every variant that differs."""
    paths = [shipped(), *corpus.files(*corpus.FOLDERS)]
    made = [written(path, folder, settable=True) for path in paths]
    varied = [path for path, each in zip(paths, made, strict=True) if each.settings]
    return made + [written(path, folder, settable=False) for path in varied]


def steps(each: Alone) -> tuple[Batch, list[Result]]:
    """Some steps, and what is right in each."""
    oracle = Oracle(each)
    rows = list(Stimuli(each, 1, lies=0.3).rows(STEPS))
    right = [oracle.take(row) for row in rows]
    return Batch.of(each.code.interface, rows), right


@pytest.mark.parametrize("compiler", [GCC, CLANG, ARM], ids=lambda each: each.name)
def test_monitors_compile_without_a_warning(compiler: Compiler, folder: Path) -> None:
    sources = [file for each in everything(folder) for file in each.own if file.suffix == ".c"]
    assert len(sources) > 50
    options = [*STRICT, *compiler.flags, "-O1", "-S"]
    objects = folder / compiler.name
    objects.mkdir()
    run([compiler.program, *options, *sources], folder=objects)


def test_monitors_are_formatted_as_they_are_written(folder: Path) -> None:
    modules = [file for each in everything(folder) for file in each.own if file.suffix == ".py"]
    run(["ruff", "format", "--check", "--isolated", "--line-length", "100", *modules])


@MACHINES
@pytest.mark.parametrize("settable", [False, True], ids=["constant", "settable"])
def test_every_monitor_finds_and_remembers_what_is_right(
    path: Path, settable: bool, folder: Path
) -> None:
    each = written(path, folder, settable=settable)
    if not each.requirements:
        assert not each.watched.tellable
        return
    batch, right = steps(each)
    assert CPython(each.code).run(batch) == right


@pytest.mark.parametrize("path", SOME, ids=corpus.name)
def test_some_monitors_find_and_remember_the_same_in_c(
    path: Path, folder: Path, tmp_path: Path
) -> None:
    each = written(path, folder, settable=True)
    batch, right = steps(each)
    assert Host(CLANG, each.code, tmp_path, optimisation="-O0").run(batch) == right


@pytest.mark.parametrize("path", SOME, ids=corpus.name)
def test_some_monitors_find_and_remember_the_same_in_python(path: Path, folder: Path) -> None:
    each = written(path, folder, settable=True)
    batch, right = steps(each)
    assert CPython(each.code).run(batch) == right
