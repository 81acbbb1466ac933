"""Every vector shows what it says, expects what the machine does, and nothing is forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from spec.execution import compile_terms, execute
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.machine import Machine
from spec.reference import ReferenceRun
from spec.term import Term
from spec.vectors import Vector
from tests.verify import corpus, generated
from verify.vectors import Suite, find
from verify.vectors.domain import Domain
from verify.vectors.obligation import Obligation
from verify.vectors.suite import obligations
from verify.vectors.written import written

PATHS = [shipped(), *corpus.files(*corpus.FOLDERS)]
BOTH = pytest.mark.parametrize("vary", [False, True], ids=["defaults", "varied"])
EVERY = pytest.mark.parametrize("path", PATHS, ids=corpus.name)
# Nothing can be set up where the author's assumptions leave nothing.
EMPTY = {"contradictory_assumptions", "parameters_that_leave_nothing"}
SEEDS = range(24)
MOST_STEPS = 40_000


@cache
def found(path: Path, vary: bool) -> tuple[Machine, Suite]:
    machine = read(path)[0]
    return machine, find(machine, vary_parameters=vary)


def step(vector: Vector) -> dict[str, int]:
    return {**vector.parameters, **vector.state, **vector.inputs}


def holds(term: Term, values: dict[str, int]) -> bool:
    compiled = compile_terms([term], [], [list(values)])
    return bool(compiled(tuple(values.values()))[0][0])


@EVERY
@BOTH
def test_vectors_expect_what_the_whole_system_does(path: Path, vary: bool) -> None:
    machine, suite = found(path, vary)
    system = lower(machine)
    execution = execute(system, list(system.outputs.values()))
    names = [each.name for each in system.state]
    assert suite.vectors or path.stem in EMPTY
    for vector in suite.vectors:
        state = tuple(vector.state.get(each.name, each.initial) for each in system.state)
        after, outputs = execution.step(
            state, execution.inputs(vector.inputs), tuple(vector.parameters.values())
        )
        expected = dict(zip(names, after, strict=True))
        assert vector.next == {name: expected[name] for name in vector.state}
        assert tuple(vector.outputs.values()) == outputs
        assert list(vector.state) == [each.name for each in system.state if not each.observed]
        assert list(vector.inputs) == [*(each.name for each in machine.inputs), "dt"]


@EVERY
@BOTH
def test_vectors_show_what_they_say_and_are_steps_that_can_be_set_up(
    path: Path, vary: bool
) -> None:
    machine, suite = found(path, vary)
    subject = written(machine)
    domain = Domain(subject.system, vary)
    asked: dict[str, list[Obligation]] = {}
    for each in obligations(subject):
        asked.setdefault(each.sentence, []).append(each)
    for vector in suite.vectors:
        values = step(vector)
        spared = {""}
        for sentence in vector.obligations:
            met = [each for each in asked[sentence] if holds(each.term, values)]
            assert met, (sentence, vector)
            spared |= {each.corruption.name for each in met if each.corruption is not None}
        assert any(holds(domain.allows(name), values) for name in spared)
        if not vary:
            assert vector.parameters == {each.name: each.default for each in machine.parameters}
        for cell in (*subject.system.parameters, *domain.inputs):
            span = domain.spans[cell.name]
            assert span.lowest <= values[cell.name] <= span.highest
    said = Counter(sentence for vector in suite.vectors for sentence in vector.obligations)
    said += Counter(each.sentence for each in (*suite.infeasible, *suite.undecided))
    assert said == Counter({sentence: len(each) for sentence, each in asked.items()})
    assert said.total() == sum(suite.asked.values())
    assert not suite.undecided


def test_the_smallbms_needs_some_thirty_vectors() -> None:
    _, suite = found(shipped(), False)
    assert 20 <= len(suite.vectors) <= 60
    assert min(suite.asked.values()) >= 8
    assert len(suite.infeasible) <= 20


def test_the_reference_run_agrees_on_every_legal_vector_of_the_smallbms() -> None:
    machine, suite = found(shipped(), True)
    system = lower(machine)
    spans = {each.name: each.span for each in system.state}
    warning = machine.region("load").index("warning")
    agreed = 0
    for vector in suite.vectors:
        if any(value > spans[name].highest for name, value in vector.state.items()):
            continue
        run = ReferenceRun(machine, vector.parameters)
        # The remote was closed for as long as the vector says, if it was closed at all.
        closed = {each.name: each.span.lowest for each in machine.inputs}
        if vector.state["was.1"]:
            run.step(closed | {"dt": 0})
            run.step(closed | {"dt": vector.state["duration.1"]})
        for region in run._regions:
            mode = vector.state[f"{region.name}.mode"]
            region.state = machine.region(region.name).modes[mode].name
            run._modes[region.name] = mode
            run._times[region.name] = vector.state.get(f"{region.name}.time", 0)
        seen, _ = run.step(vector.inputs)
        assert seen.outputs == vector.outputs
        assert {f"{name}.mode": mode for name, mode in seen.modes.items()} == {
            name: value for name, value in vector.next.items() if name.endswith(".mode")
        }
        if vector.state["load.mode"] == vector.next["load.mode"] == warning:
            # In other modes nobody asks for the time, and the system does not count it.
            assert min(run._times["load"], spans["load.time"].highest) == vector.next["load.time"]
        agreed += 1
    assert agreed >= 20


def test_the_same_vectors_are_found_in_every_process() -> None:
    program = (
        "from spec.language.reader import read, shipped\n"
        "from verify.vectors import find\n"
        "print(find(read(shipped())[0], vary_parameters=True))\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    machine, suite = found(shipped(), True)
    assert printed == {f"{suite}\n"}
    assert find(machine, vary_parameters=True) == suite


def test_what_is_infeasible_is_met_by_no_step_of_a_tiny_machine() -> None:
    infeasible = feasible = 0
    for seed in SEEDS:
        machine = generated.machine(seed)
        if machine is None:
            continue
        subject = written(machine)
        domain = Domain(subject.system, True)
        spans = domain.spans.values()
        every = [range(each.lowest, each.highest + 1) for each in spans]
        names = list(domain.spans)
        asked = [each for each in obligations(subject) if each.corruption is None]
        size = 1
        for each in every:
            size *= len(each)
        if size > MOST_STEPS:
            continue
        compiled = compile_terms([each.term for each in asked], [domain.allows()], [names])
        met: set[int] = set()
        for row in product(*every):
            truths, allowed = compiled(row)
            if allowed[0]:
                met |= {k for k, truth in enumerate(truths) if truth}
        suite = find(machine, vary_parameters=True)
        never = {each.sentence for k, each in enumerate(asked) if k not in met}
        legal = {each.sentence for each in asked}
        assert {each.sentence for each in suite.infeasible} & legal == never
        infeasible += len(never)
        feasible += len(met)
    assert infeasible > 50
    assert feasible > 300
