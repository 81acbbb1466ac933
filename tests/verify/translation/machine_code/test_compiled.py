"""Machines compiled as people compile them: proved, and what the emulator runs is what we say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from spec.execution import compile_terms
from spec.language.reader import shipped
from tests.codegen.machines import KITCHEN, VARIANTS
from tests.codegen.toolchain.compilers import ARM, Compiler
from tests.verify import corpus
from tests.verify.translation.machine_code import compiled
from tests.verify.translation.machine_code.emulator import Emulator
from verify import questions
from verify.translation.finding import Given, Outcome
from verify.translation.machine_code.armv6m import evaluate
from verify.translation.machine_code.layout import Layout, structures
from verify.translation.machine_code.validation import validate

_LEVELS = pytest.mark.parametrize("optimisation", ["-O0", "-O1", "-Os", "-O2", "-O3"])
_STEP = "smallbms_step"
_FIGURES = {"cycles_worst", "cycles_best", "instructions_worst", "stack_bytes"}
_VECTORS = 25


@_LEVELS
@VARIANTS
def test_the_smallbms_is_proved_and_its_figures_are_attained(
    optimisation: str, settable: bool
) -> None:
    image = compiled.build(shipped(), settable=settable, optimisation=optimisation)
    routine = compiled.routines(shipped(), settable=settable)[_STEP]
    finding = validate(image, routine, _STEP, extrema=True)
    assert finding.outcome is Outcome.PROVED
    assert len(finding.readings) == 2
    assert finding.measures is not None
    assert finding.attained is not None
    assert finding.measures.keys() == _FIGURES
    emulator = Emulator(image, image.function(_STEP), structures(image, routine, _STEP))
    deepest = 0
    for name, given in finding.attained.items():
        done = emulator.call(_named(given))
        figure = done.instructions if name == "instructions_worst" else done.cycles
        assert figure == finding.measures[name]
        deepest = max(deepest, done.stack_bytes)
    assert deepest == finding.measures["stack_bytes"]


@_LEVELS
@VARIANTS
def test_what_we_say_of_the_smallbms_is_what_the_emulator_runs(
    optimisation: str, settable: bool
) -> None:
    image = compiled.build(shipped(), settable=settable, optimisation=optimisation)
    routine = compiled.routines(shipped(), settable=settable)[_STEP]
    function, layouts = image.function(_STEP), structures(image, routine, _STEP)
    evaluated, run = evaluate(image, function, layouts, routine)
    emulator = Emulator(image, function, layouts)
    names = {
        place.member.variable: f"{layout.structure.role}.{place.name}"
        for layout in layouts.parameters
        if isinstance(layout, Layout)
        for place in layout.places
    }
    everything = [*(each.bits for each in evaluated.after.values()), run.cycles.total]
    everything.append(run.instructions.total)
    source = random.Random(5)
    spans = {each.variable: each.span for part in routine.structures for each in part.members}
    known = [each for each in spans if each in evaluated.before]
    expected = compile_terms(list(routine.expected.values()), [], [known])
    for _ in range(_VECTORS):
        before = {
            variable: source.choice(
                (span.lowest, span.highest, source.randint(span.lowest, span.highest))
            )
            for variable, span in ((each, spans[each]) for each in known)
        }
        done = emulator.call({names[name]: value for name, value in before.items()})
        assert done.kept
        symbols = {names[name]: value for name, value in before.items()}
        *after, cycles, instructions = (questions.run(each, symbols) for each in everything)
        assert after == [done.after[names[name]] for name in evaluated.after]
        assert (cycles, instructions) == (done.cycles, done.instructions)
        # And both are what the system says.
        wanted, _ = expected(tuple(before.values()))
        assert [done.after[names[name]] for name in routine.expected] == list(map(int, wanted))


@pytest.mark.parametrize("optimisation", ["-O0", "-O2"])
@pytest.mark.parametrize("compiler", [ARM, compiled.CLANG], ids=["gcc", "clang"])
def test_every_function_is_proved(optimisation: str, compiler: Compiler) -> None:
    image = compiled.build(shipped(), settable=True, optimisation=optimisation, compiler=compiler)
    routines = compiled.routines(shipped(), settable=True)
    assert len(routines) == 4
    for name, routine in routines.items():
        assert validate(image, routine, name, extrema=False).outcome is Outcome.PROVED


# All others are among those of `make test-isa`.
@pytest.mark.parametrize("path", [*corpus.files("proved")[::3], KITCHEN], ids=corpus.name)
def test_other_machines_are_proved(path: Path) -> None:
    image = compiled.build(path, settable=False)
    for name, routine in compiled.routines(path, settable=False).items():
        assert validate(image, routine, name, extrema=False).outcome is Outcome.PROVED


def _named(given: tuple[Given, ...]) -> dict[str, int]:
    return {each.name: each.value for each in given}
