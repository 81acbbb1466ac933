"""Marking conditions changes neither the memory nor what a step does."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.language.reader import read, read_text, shipped
from spec.lower import lower
from spec.machine import Machine
from tests.verify import corpus, generated
from verify.vectors.written import written

TWO_WAYS = """
machine two_ways  "The same wait, once by name and once in full"

time
    step  1 ms .. 10 ms by 1 ms

inputs
    a : bool
    b : bool

define
    ready = a and not b

region only
    mode waiting  initial, safe
    mode there

    waiting -> there    when duration(ready) >= 20 ms
    there   -> waiting  when duration(a and not b) < 10 ms

outputs
    lamp : bool = only is there

requirement R1  "?"
    reachable lamp
"""


def memory(machine: Machine) -> list[tuple[str, int, int]]:
    return [
        (each.name, each.span.lowest, each.span.highest)
        for each in lower(machine).state
        if not each.observed
    ]


def remembered(machine: Machine) -> list[tuple[str, int, int]]:
    return [(each.name, each.span.lowest, each.span.highest) for each in written(machine).memory]


@pytest.mark.parametrize("path", [shipped(), *corpus.files(*corpus.FOLDERS)], ids=corpus.name)
def test_the_memory_is_that_of_the_whole_system(path: Path) -> None:
    machine = read(path)[0]
    assert remembered(machine) == memory(machine)


def test_the_memory_of_random_machines_is_that_of_the_whole_system() -> None:
    machines = [machine for seed in range(60) if (machine := generated.machine(seed))]
    assert len(machines) > 40
    for machine in machines:
        assert remembered(machine) == memory(machine)


def test_one_wait_written_in_two_ways_is_one_timer() -> None:
    machine = read_text(TWO_WAYS, "two_ways.machine")[0]
    assert remembered(machine) == memory(machine)
    assert [name for name, _, _ in remembered(machine)] == ["only.mode", "was.1", "duration.1"]


def test_every_naming_of_a_definition_is_a_condition_of_its_own() -> None:
    subject = written(read(shipped())[0])
    lines = [
        each.expression.place.line
        for each in subject.conditions
        if subject.said(each.expression) == "remote_on"
    ]
    assert len(lines) == len(set(lines)) == 2
    nodes = [each.node for each in subject.conditions]
    assert len(nodes) == len(set(nodes))
