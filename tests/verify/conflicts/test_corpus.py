"""Small texts in folders that are named for what is to be found in them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from spec.machine import Machine
from spec.trace import Trace
from tests.verify import corpus
from verify.conflicts.conflicts import find_conflicts
from verify.verdict import Finding, Ground, Sanity

_EXPECT = re.compile(r"^# expect (.+)$", re.MULTILINE)


def expected(path: Path) -> set[frozenset[str]]:
    """The sets of requirements that the file names."""
    said = _EXPECT.findall(path.read_text(encoding="utf-8"))
    return {frozenset(each.split()) for each in said}


def named(machine: Machine, finding: Finding) -> frozenset[str]:
    """The requirements whose lines `finding` is about."""
    lines = {each.line for each in finding.related}
    return frozenset(
        requirement.id
        for requirement in machine.requirements
        for declared in requirement.properties
        if declared.place.line in lines
    )


def shows(finding: Finding) -> Trace:
    assert finding.witness is not None
    return finding.witness


@pytest.mark.parametrize("path", corpus.files("conflicting"), ids=corpus.name)
def test_each_least_set_is_found_and_named_with_its_lines(path: Path) -> None:
    machine = corpus.machine(path)
    findings, known = find_conflicts(machine)
    assert known.ground is Ground.CONFLICT
    assert known.all_found
    assert known.conflicts == len(findings)
    assert {named(machine, each) for each in findings} == expected(path)
    for each in findings:
        assert each.fails
        assert each.kind in (Sanity.CONFLICT, Sanity.TIMED_CONFLICT)
        assert all(f" {place.line}" in each.message for place in each.related)
        assert (each.kind is Sanity.CONFLICT) is (len(shows(each).steps) == 1)


@pytest.mark.parametrize("path", corpus.files("consistent"), ids=corpus.name)
def test_what_is_consistent_is_proved_to_be_without_a_bound(path: Path) -> None:
    findings, known = find_conflicts(corpus.machine(path))
    assert not findings
    assert known.ground is Ground.INDUCTION


@pytest.mark.parametrize("path", corpus.files("trapped"), ids=corpus.name)
def test_a_trap_is_a_warning_and_no_conflict(path: Path) -> None:
    machine = corpus.machine(path)
    findings, known = find_conflicts(machine)
    assert known.ground is Ground.OPEN
    assert {named(machine, each) for each in findings} == expected(path)
    assert [(each.kind, each.fails) for each in findings] == [(Sanity.TRAP, False)]


def test_what_the_machine_satisfies_is_no_conflict_and_needs_no_search() -> None:
    machine = corpus.machine(corpus.files("trapped")[0])
    held = {
        (requirement.id, index)
        for requirement in machine.requirements
        for index, _ in enumerate(requirement.properties)
    }
    findings, known = find_conflicts(machine, held=held, deadline=-math.inf)
    assert not findings
    assert known.ground is Ground.MACHINE


def test_what_speaks_of_two_runs_is_said_to_be_left_out() -> None:
    path = corpus.CORPUS / "conflicting" / "reachable_and_independent_are_not_looked_at.machine"
    machine = corpus.machine(path)
    known = find_conflicts(machine)[1]
    assert [machine.statement(each.place) for each in known.left_out] == [
        "independent lamp of asked"
    ]


def test_only_what_is_asked_for_is_looked_at() -> None:
    machine = corpus.machine(corpus.CORPUS / "conflicting" / "two_conflicts_in_one_text.machine")
    findings, known = find_conflicts(machine, only=["A1", "A2"])
    assert not findings
    assert known.ground is Ground.INDUCTION


def test_nothing_is_said_when_the_time_is_up() -> None:
    machine = corpus.machine(corpus.files("consistent")[0])
    findings, known = find_conflicts(machine, deadline=-math.inf)
    assert not findings
    assert (known.ground, known.depth, known.reason) == (Ground.OPEN, 0, "the time is up")
