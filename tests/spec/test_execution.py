"""The lowered system against the reference run: two readings of one text that share no code."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from spec.execution import columns, compile_terms, execute
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.machine import Always, Machine
from spec.reference import ReferenceRun
from spec.term import Term, Truth, negation
from tests.spec.terms import meaning, some_term, some_values
from tests.verify import corpus
from verify.engines.sampling import Sampler

SMALLBMS_STEPS = 20_000
CORPUS_STEPS = 200
RUNS = 10


def compared(machine: Machine, *, most: int, seed: int) -> int:
    """How many biased random steps were taken; both runs agree in each, or this fails."""
    system = lower(machine)
    goals = [goal for goal in system.goals if isinstance(goal.declared, Always)]
    terms = [goal.term for goal in goals if goal.term is not None]
    stated = [goal.declared.expression for goal in goals if isinstance(goal.declared, Always)]
    execution = execute(system, [*terms, *system.new_modes.values(), *system.outputs.values()])
    steps = Sampler(execution, seed=seed).explore(most=most).steps
    children: dict[int, list[int]] = {}
    for index, step in enumerate(steps):
        children.setdefault(step.parent, []).append(index)
    # Whole runs: each ends in a step that no other continues.
    ends = [index for index in range(len(steps)) if index not in children]
    fine = machine.time.fine_per_tick
    names = [each.name for each in system.inputs]
    # The world's own input, under whatever name it is hidden; none where nothing asks for it.
    drifts = [name for name in names if name.endswith("drift")]
    constants = [each.name for each in system.parameters]
    taken: set[int] = set()
    for end in reversed(ends):
        way = []
        index = end
        while index >= 0:
            way.append(index)
            index = steps[index].parent
        if taken.issuperset(way):
            continue
        taken |= set(way)
        parameters = dict(zip(constants, steps[end].parameters, strict=True))
        run = ReferenceRun(machine, parameters, stated)
        for index in reversed(way):
            inputs = dict(zip(names, steps[index].inputs, strict=True))
            inputs["true_dt"] = inputs["dt"] * fine + sum(inputs.pop(name) for name in drifts)
            inputs.setdefault("latency", 0)
            seen, truths = run.step(inputs)
            expected = [*truths, *seen.modes.values(), *seen.outputs.values()]
            assert [int(value) for value in steps[index].seen] == expected, (index, inputs)
    assert len(taken) == len(steps)
    return len(taken)


@pytest.mark.parametrize("seed", range(RUNS))
def test_the_smallbms_does_in_every_random_step_what_its_text_says(seed: int) -> None:
    machine = read(shipped())[0]
    assert compared(machine, most=SMALLBMS_STEPS // RUNS, seed=seed) >= SMALLBMS_STEPS // RUNS


@pytest.mark.parametrize("path", corpus.files(*corpus.FOLDERS), ids=corpus.name)
def test_every_machine_does_in_every_random_step_what_its_text_says(path: Path) -> None:
    steps = compared(corpus.machine(path), most=CORPUS_STEPS, seed=7)
    contradictory = path.stem in {"contradictory_assumptions", "parameters_that_leave_nothing"}
    assert contradictory or steps >= CORPUS_STEPS


def test_compiled_terms_mean_what_terms_mean() -> None:
    rnd = random.Random(3)
    for _ in range(300):
        term = some_term(rnd, boolean=rnd.random() < 0.5, depth=4)
        values = some_values(rnd)
        compiled = compile_terms([term], [], [list(values)])
        assert int(compiled(tuple(values.values()))[0][0]) == int(meaning(term, values))


def test_many_rows_at_once_are_as_each_row_alone() -> None:
    rnd = random.Random(4)
    terms: list[Term] = [some_term(rnd, boolean=True, depth=4) for _ in range(60)]
    rows = [some_values(rnd) for _ in range(33)]
    together = columns(terms, {name: [row[name] for row in rows] for name in rows[0]}, len(rows))
    for term, bits in zip(terms, together, strict=True):
        assert isinstance(bits, int)
        alone = [bool(meaning(term, row)) for row in rows]
        assert f"{bits:0{len(rows)}b}" == "".join("1" if each else "0" for each in alone)


def test_a_negation_is_compiled_as_one() -> None:
    assert compile_terms([negation(Truth(True))], [], [[]])(())[0] == (False,)
