"""An abstraction can do all that the system can: every run of the whole is one of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from spec.expression import Expression
from spec.machine import Always, Machine
from spec.reference import ReferenceRun
from tests.verify import corpus
from verify.composition.abstraction import Cutter

SYSTEMS = [path for path in corpus.files("proved", "violated") if path.suffix == ".system"]
STEPS = 200


def steps(machine: Machine, rnd: random.Random) -> Iterator[dict[str, int]]:
    values = {each.name: each.span.lowest for each in machine.inputs}
    for k in range(STEPS):
        for each in machine.inputs:
            if rnd.random() < 0.2:
                values[each.name] = rnd.randint(each.span.lowest, each.span.highest)
        world = {"true_dt": 0, "latency": 0}
        yield {**values, **world, "dt": rnd.choice((1, 300, 500)) if k else 0}


def required(machine: Machine) -> Sequence[Expression]:
    return [
        each.expression
        for requirement in machine.requirements
        for each in requirement.properties
        if isinstance(each, Always)
    ]


def taking_part(abstraction: Machine, parameters: dict[str, int]) -> dict[str, int]:
    """For the parts that the abstraction asks about: whether the count includes them."""
    found = {}
    for each in abstraction.parameters:
        family, _, rest = each.name.partition(".")
        number, _, word = rest.partition(".")
        if word == "present":
            found[each.name] = int(parameters[f"{family}.count"] >= int(number))
    return found


@pytest.mark.parametrize("path", SYSTEMS, ids=corpus.name)
def test_a_run_of_the_whole_is_a_run_of_every_abstraction(path: Path) -> None:
    machine = corpus.machine(path)
    names = [each.name for each in machine.parts]
    rnd = random.Random(1)
    cut_off = 0
    for size in range(len(names) + 1):
        for kept in [*combinations(names, size)][:6]:
            cutter = Cutter(machine, frozenset((*kept, "")), {})
            abstraction = cutter.abstraction(machine.requirements)
            cut_off += len(cutter.cuts)
            parameters = {
                each.name: rnd.randint(each.span.lowest, each.span.highest)
                for each in machine.parameters
            }
            asked = required(machine)
            whole = ReferenceRun(machine, parameters, [*cutter.cuts.values(), *asked])
            parameters |= taking_part(abstraction, parameters)
            run = ReferenceRun(abstraction, parameters, required(abstraction))
            for inputs in steps(machine, rnd):
                seen, values = whole.step(inputs)
                free = dict(zip(cutter.cuts, values, strict=False))
                for each in abstraction.inputs:
                    assert each.span.lowest <= {**inputs, **free}[each.name] <= each.span.highest
                abstracted, truths = run.step({**inputs, **free})
                assert abstracted.modes.items() <= seen.modes.items()
                assert abstracted.outputs.items() <= seen.outputs.items()
                assert truths == values[len(free) :]
    assert cut_off
