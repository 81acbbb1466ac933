"""A flattened system is its parts side by side: proved, for all inputs, parameters and states.

The memories of the two are related: modes and timers of regions by their names, other timers and
flags by whatever relates them, which is found by trying. Then z3 is asked whether one step can
lead from states that are related to states that are not, or to outputs that differ. Timers that
stop at different values are the same up to the lower of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from spec.expression import Kind, Reference
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.machine import Machine
from spec.system import StateVariable, TransitionSystem
from spec.term import Term, at_most, choose, equal, number, variables
from tests.spec.side_by_side import OwnCell, Parts, side_by_side
from verify.smt import Formula, Frame, Satisfiable, Solver, equals, negated, symbol

CORPUS = Path(__file__).parents[1] / "corpus"
SYSTEMS = sorted(
    path
    for folder in (*(CORPUS / each for each in ("proved", "violated")), shipped().parent)
    for path in folder.glob("*.system")
)


class Comparison:
    """The parts of a system on one side, a transition system on the other."""

    def __init__(self, parts: Parts, flat: TransitionSystem) -> None:
        self.parts, self.flat = parts, flat
        self.state = [each for each in flat.state if not each.observed]
        # For each cell of a part, by the name of its variable, what it is related to.
        self.related: dict[str, StateVariable] = {}
        self._asked_of: dict[str, StateVariable] | None = None

    def differences(self) -> list[str]:
        """What is not proved to be the same: cells of the parts, cells of the whole, outputs."""
        pending = list(self.parts.cells)
        while pending:
            left = [each for each in pending if not self._relate(each)]
            if len(left) == len(pending):
                break
            pending = left
        found = [each.name for each in pending]
        found += [
            each.name for each in self.parts.cells if each not in pending and not self._steps(each)
        ]
        reached = {each.name for each in self.related.values()}
        found += [each.name for each in self.state if each.name not in reached]
        if pending:
            return found
        found += sorted(set(self.parts.outputs) ^ set(self.flat.outputs))
        return found + [
            name
            for name, term in self.parts.outputs.items()
            if name in self.flat.outputs and not self._same(term, self.flat.outputs[name])
        ]

    def _relate(self, cell: OwnCell) -> bool:
        """Find what `cell` is; whether it is related to the same after a step is asked later."""
        numbered = cell.declared.name.startswith(("was.", "duration."))
        for candidate in self.state:
            if candidate.name == cell.name and not numbered:
                self.related[cell.variable.name] = candidate
                return True
            if numbered and candidate.role is cell.declared.role and self._known(cell):
                self.related[cell.variable.name] = candidate
                if self._steps(cell):
                    return True
                del self.related[cell.variable.name]
        return False

    def _known(self, cell: OwnCell) -> bool:
        """Whether all that `cell` depends on, but itself, is related to something."""
        own = {each.variable.name for each in self.parts.cells} - {cell.variable.name}
        return all(each in self.related for each in variables(cell.next) if each in own)

    def _steps(self, cell: OwnCell) -> bool:
        """Whether `cell` begins as what it is related to, and stays related to it in a step."""
        other = self.related[cell.variable.name]
        most = min(cell.declared.span.highest, other.span.highest)
        left, right = cell.next, other.next
        if cell.declared.span.highest != other.span.highest:
            left, right = _limited(left, most), _limited(right, most)
        return cell.declared.initial == other.initial and self._same(left, right)

    def _same(self, own: Term, flat: Term) -> bool:
        """Whether `own`, of parts, equals `flat` in all related states."""
        if self._asked_of != self.related:
            self._asked_of = dict(self.related)
            self._frame = Frame(self._symbols())
            self._solver = Solver()
            self._solver.add(*map(self._frame.formula, self._assumed()))
            assert self._solver.check() is Satisfiable.YES
        differ = negated(equals(self._frame.formula(own), self._frame.formula(flat)))
        return self._solver.check(differ) is Satisfiable.NO

    def _symbols(self) -> dict[str, Formula]:
        """For each variable its symbol: related cells have one, as nothing can tell them apart."""
        cells = (*self.flat.inputs, *self.flat.parameters, *self.state)
        variables = {each.name: each.variable for each in cells}
        for cell in self.parts.cells:
            own = cell.variable
            other = self.related.get(own.name)
            one = other is not None and cell.declared.span.highest == other.span.highest
            variables[own.name] = other.variable if other is not None and one else own
        return {name: symbol(each.name, boolean=each.boolean) for name, each in variables.items()}

    def _assumed(self) -> Iterator[Term]:
        """Inputs and parameters are in their ranges, and timers with two ends are related."""
        for each in (*self.flat.inputs, *self.flat.parameters):
            if not each.variable.boolean:
                yield at_most(number(each.span.lowest), each.variable)
                yield at_most(each.variable, number(each.span.highest))
        for cell in self.parts.cells:
            other = self.related.get(cell.variable.name)
            if other is not None and cell.declared.span.highest != other.span.highest:
                most = min(cell.declared.span.highest, other.span.highest)
                yield equal(_limited(cell.variable, most), _limited(other.variable, most))


def _limited(term: Term, most: int) -> Term:
    return choose(at_most(term, number(most)), term, number(most))


@pytest.mark.parametrize("path", SYSTEMS, ids=lambda path: path.stem)
def test_flattening_is_proved_equal_to_the_parts_side_by_side(path: Path) -> None:
    parts = side_by_side(path)
    assert parts.cells
    assert Comparison(parts, lower(read(path)[0])).differences() == []


def reads_old_modes(machine: Machine) -> Machine:
    """What a connection reads of a part is what that made of its modes before the step."""
    outputs = {each.name: each.expression for each in machine.outputs}
    return replace(
        machine,
        definitions=tuple(
            replace(each, expression=outputs[each.expression.name])
            if isinstance(each.expression, Reference) and each.expression.kind is Kind.OUTPUT
            else each
            for each in machine.definitions
        ),
    )


def mixes_parts_up(machine: Machine) -> Machine:
    """An output of one part is that of the one before it of its kind."""
    outputs = {each.name: each.expression for each in machine.outputs}
    swapped = {"last.2.away": outputs["last.1.away"]}
    return replace(
        machine,
        outputs=tuple(
            replace(each, expression=swapped.get(each.name, each.expression))
            for each in machine.outputs
        ),
    )


def begins_elsewhere(machine: Machine) -> Machine:
    """A part begins in the wrong mode."""
    first, *others = machine.regions
    modes = tuple(replace(each, initial=not each.initial) for each in first.modes)
    return replace(machine, regions=(replace(first, modes=modes), *others))


def turns_priorities_round(machine: Machine) -> Machine:
    """Of two transitions, the lower one comes first."""
    regions = [replace(each, transitions=each.transitions[::-1]) for each in machine.regions]
    return replace(machine, regions=tuple(regions))


def leaves_one_out(machine: Machine) -> Machine:
    """A part is not there."""
    return replace(
        machine,
        regions=machine.regions[:-1],
        outputs=machine.outputs[:-1],
    )


@pytest.mark.parametrize(
    ("name", "fault", "found"),
    [
        ("one_to_three_that_follow", reads_old_modes, "last.1.place.mode"),
        ("one_to_three_that_follow", mixes_parts_up, "last.2.away"),
        ("one_to_three_that_follow", begins_elsewhere, "lead.place.mode"),
        ("one_to_three_that_follow", leaves_one_out, "last.3.place.mode"),
        ("two_lamps_and_a_switch", reads_old_modes, "lamp.1.duration.1"),
        ("two_lamps_and_a_switch", turns_priorities_round, "lamp.2.glow.mode"),
    ],
)
def test_the_proof_finds_a_fault_in_flattening(
    name: str, fault: Callable[[Machine], Machine], found: str
) -> None:
    path = CORPUS / "proved" / f"{name}.system"
    # Without what is required of it, which may speak of what the fault takes away.
    faulty = replace(fault(read(path)[0]), requirements=())
    assert found in Comparison(side_by_side(path), lower(faulty)).differences()


def test_what_no_part_has_is_found() -> None:
    path = CORPUS / "proved" / "one_to_three_that_follow.system"
    parts = side_by_side(path)
    parts.cells.pop()
    parts.outputs.popitem()
    found = Comparison(parts, lower(read(path)[0])).differences()
    assert found == ["last.3.place.mode", "last.3.away"]
