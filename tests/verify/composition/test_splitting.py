"""What is split holds exactly if all its pieces do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spec.lower import lower
from spec.machine import Always
from spec.system import TransitionSystem
from spec.term import both, equal
from tests.verify import corpus
from verify.composition.abstraction import always
from verify.composition.splitting import pieces
from verify.encoding import OneStep
from verify.smt import Satisfiable, negated

SYSTEMS = [path for path in corpus.files("proved", "violated") if path.suffix == ".system"]
MACHINES = corpus.files("proved")[::4]


@pytest.mark.parametrize("path", [*SYSTEMS, *MACHINES], ids=corpus.name)
def test_a_property_is_the_conjunction_of_its_pieces(path: Path) -> None:
    machine = corpus.machine(path)
    wholes = [
        each.expression
        for requirement in machine.requirements
        for each in requirement.properties
        if isinstance(each, Always)
    ]
    for whole in wholes:
        split = pieces(machine, whole)
        system: TransitionSystem = lower(replace(machine, requirements=always([whole, *split])))
        first, *others = (each.term for each in system.goals)
        assert first is not None
        parts = [each for each in others if each is not None]
        assert len(parts) == len(split)
        step = OneStep(system, system.state)
        claim = step.before.formula(equal(first, both(*parts)))
        assert step.solver().check(negated(claim)) is Satisfiable.NO


def test_what_is_asked_of_all_parts_is_split_into_one_piece_for_each() -> None:
    machine = corpus.machine(corpus.CORPUS / "proved" / "one_to_three_that_follow.system")
    property_ = machine.requirements[0].properties[0]
    assert isinstance(property_, Always)
    # "iff" is not split: neither side implies the other piece by piece.
    assert len(pieces(machine, property_.expression)) == 1
    room = corpus.machine(corpus.CORPUS / "proved" / "two_lamps_and_a_switch.system")
    first = room.requirements[0].properties[0]
    assert isinstance(first, Always)
    assert len(pieces(room, first.expression)) == 4
