"""Parts of a kind are one problem, unless anything at all sets one of them apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spec.expression import BOOLEAN, Expression, Kind, Operation, Operator, Reference
from spec.machine import Always, Input, Machine, Region, Span
from spec.place import NOWHERE
from tests.verify import corpus
from verify.composition.abstraction import abstract, always
from verify.composition.shapes import form

ROOM = corpus.CORPUS / "proved" / "two_lamps_and_a_switch.system"


def shape(number: int, machine: Machine, *also: str) -> object:
    """Of the problem whether lamp `number` is always lit, with the parts `also`."""
    lit: Expression = Reference(f"lamp.{number}.lit", Kind.OUTPUT, BOOLEAN, NOWHERE)
    return form(abstract(machine, always([lit]), [f"lamp.{number}", *also]))


def with_region(machine: Machine, changed: Region) -> Machine:
    regions = tuple(changed if each.name == changed.name else each for each in machine.regions)
    return replace(machine, regions=regions)


def with_definition(machine: Machine, name: str, expression: Expression) -> Machine:
    definitions = tuple(
        replace(each, expression=expression) if each.name == name else each
        for each in machine.definitions
    )
    return replace(machine, definitions=definitions)


def test_parts_of_a_kind_are_one_problem() -> None:
    room = corpus.machine(ROOM)
    assert shape(1, room) == shape(2, room)


@pytest.mark.parametrize("change", ["guard", "initial", "safe", "target", "order", "any"])
def test_a_part_that_acts_otherwise_is_another_problem(change: str) -> None:
    room = corpus.machine(ROOM)
    region = room.region("lamp.2.glow")
    first, second = region.transitions
    off, on = region.modes
    changed = {
        "guard": replace(region, transitions=(first, replace(second, guard=first.guard))),
        "initial": replace(region, modes=(replace(off, initial=False), replace(on, initial=True))),
        "safe": replace(region, modes=(replace(off, safe=False), replace(on, safe=True))),
        "target": replace(region, transitions=(first, replace(second, target="off"))),
        "order": replace(region, transitions=(second, first)),
        "any": replace(region, transitions=(replace(first, from_any=False), second)),
    }[change]
    apart = with_region(room, changed)
    assert shape(1, apart) != shape(2, apart)
    assert shape(1, apart) == shape(1, room)


def test_a_part_that_is_connected_otherwise_is_another_problem() -> None:
    room = corpus.machine(ROOM)
    button = room.definition("lamp.2.button").expression
    inverted = Operation(Operator.NOT, (button,), BOOLEAN, NOWHERE)
    apart = with_definition(room, "lamp.2.button", inverted)
    assert shape(1, room, "switch") == shape(2, room, "switch")
    assert shape(1, apart, "switch") != shape(2, apart, "switch")


def test_an_input_of_another_range_is_another_problem() -> None:
    room = corpus.machine(ROOM)
    supply = room.definition("lamp.2.supply").expression
    assert isinstance(supply, Reference)
    mains = room.inputs[0]
    other = Input("other", mains.type, Span(0, 8), "", (), NOWHERE)
    apart = with_definition(room, "lamp.2.supply", replace(supply, name="other"))
    apart = replace(apart, inputs=(*room.inputs, other))
    assert shape(1, apart) != shape(2, apart)


def test_parts_that_may_be_missing_are_one_problem() -> None:
    chain = corpus.machine(corpus.CORPUS / "proved" / "one_to_three_that_follow.system")
    away = [Reference(f"last.{k}.away", Kind.OUTPUT, BOOLEAN, NOWHERE) for k in (2, 3)]
    shapes = [form(abstract(chain, always([each]), [each.name[:-5]])) for each in away]
    assert shapes[0] == shapes[1]


def test_two_parts_are_not_one_part_twice() -> None:
    room = corpus.machine(ROOM)
    one, two = (Reference(f"lamp.{k}.lit", Kind.OUTPUT, BOOLEAN, NOWHERE) for k in (1, 2))
    kept = ["lamp.1", "lamp.2"]
    twice = Operation(Operator.IMPLIES, (one, one), BOOLEAN, NOWHERE)
    both = Operation(Operator.IMPLIES, (one, two), BOOLEAN, NOWHERE)
    forms = [form(abstract(room, always([each]), kept)) for each in (twice, both)]
    assert forms[0] != forms[1]


def test_what_is_required_is_part_of_the_problem() -> None:
    room = corpus.machine(ROOM)
    lit = Reference("lamp.1.lit", Kind.OUTPUT, BOOLEAN, NOWHERE)
    dark = Operation(Operator.NOT, (lit,), BOOLEAN, NOWHERE)
    required = [Always(each, NOWHERE).expression for each in (lit, dark)]
    forms = [form(abstract(room, always([each]), ["lamp.1"])) for each in required]
    assert forms[0] != forms[1]
