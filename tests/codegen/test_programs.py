"""A program is its transition system, step for step: decided by a solver, for every machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.assembly import assemble
from codegen.program import (
    Claim,
    Count,
    Decide,
    Decision,
    Define,
    Drive,
    Fork,
    Item,
    Leaf,
    Program,
    Recall,
    Statement,
    Store,
    leaves,
)
from spec.draft import DT
from spec.language.reader import shipped
from spec.lower import lower
from spec.machine import Machine
from spec.system import Cell, TransitionSystem
from spec.term import (
    Term,
    Variable,
    at_most,
    both,
    choose,
    equal,
    is_boolean,
    negation,
    number,
    parts,
    plus,
    substitute,
    variables,
)
from tests.codegen.machines import MACHINES, VARIANTS, machine
from tests.verify import generated
from verify.encoding import WORK
from verify.smt import Frame, Satisfiable, Solver, negated, symbol

RANDOM_MACHINES = 150


def cells(system: TransitionSystem) -> list[Cell]:
    return [*system.inputs, *system.parameters, *system.state]


def holds(system: TransitionSystem, claim: Term, *premises: Term) -> bool:
    """Whether `claim` is true for all inputs and parameters in their ranges, and any memory.

    Memory is unsigned, and nothing else is known of it.
    """
    every = [each.variable for each in cells(system)]
    frame = Frame({each.name: symbol(each.name, boolean=each.boolean) for each in every})
    solver = Solver(WORK)
    ranges = [within(each) for each in (*system.inputs, *system.parameters)]
    ranges += [
        at_most(number(0), each.variable) for each in system.state if not each.variable.boolean
    ]
    solver.add(*(frame.formula(each) for each in (*ranges, *premises)))
    return solver.check(negated(frame.formula(claim))) is Satisfiable.NO


def within(cell: Cell) -> Term:
    if cell.variable.boolean:
        return both()
    lowest, highest = number(cell.span.lowest), number(cell.span.highest)
    return both(at_most(lowest, cell.variable), at_most(cell.variable, highest))


class Meaning:
    """What a program does, as terms over what was before the step: one thing after the other.

    Attributes:
        stored: What is in the memory by then; who reads a cell later reads that.
    """

    def __init__(self, program: Program) -> None:
        self._known: dict[str, Term] = {}
        self.stored: dict[str, Term] = {}
        self.driven: dict[str, Term] = {}
        for item in program.body:
            match item:
                case Store(cell=cell, value=value):
                    self.stored[cell.name] = self.of(value)
                case Drive(output=output, value=value):
                    self.driven[output.name] = self.of(value)
                case Claim():
                    raise AssertionError("a machine makes no claims")
                case _:
                    self._known[item.local.variable.name] = self._statement(item)

    def of(self, term: Term) -> Term:
        """`term`, which may name what the program has worked out so far."""
        return substitute([term], self._known | self.stored)[0]

    def _statement(self, statement: Statement) -> Term:
        match statement:
            case Recall(region=region, memory=memory):
                mode, last = self.of(memory.variable), number(len(region.modes) - 1)
                return choose(at_most(mode, last), mode, number(region.safe))
            case Count(timer=timer, running=running):
                now = plus(self.of(timer.variable), Variable(DT, False))
                most = number(timer.span.highest)
                time = choose(at_most(now, most), now, most)
                return time if running is None else choose(self.of(running), time, number(0))
            case Define(value=value):
                return self.of(value)
            case Decide(before=before, decision=decision):
                return self._decided(decision, self.of(before))

    def _decided(self, decision: Decision, before: Term) -> Term:
        match decision:
            case Leaf(target=None):
                return before
            case Leaf(target=int(target)):
                return number(target)
            case Fork(condition=condition, then=then, otherwise=otherwise):
                yes, no = self._decided(then, before), self._decided(otherwise, before)
                return choose(self.of(condition), yes, no)
            case _:
                raise AssertionError(decision)


def program_is_system(system: TransitionSystem, *, settable: bool) -> None:
    program = assemble(system, settable=settable)
    meaning = Meaning(program)
    owned = [each for each in system.state if not each.observed]
    assert {*meaning.stored} == {each.name for each in owned}
    assert {*meaning.driven} == {each.name for each in system.machine.outputs}
    assert len(program.stores) == len(meaning.stored)
    assert len(program.drives) == len(meaning.driven)
    claims = [equal(meaning.stored[each.name], each.next) for each in owned]
    claims += [equal(meaning.driven[name], term) for name, term in system.outputs.items()]
    for claim in claims:
        assert holds(system, claim)


@VARIANTS
@MACHINES
def test_a_program_is_its_transition_system(path: Path, settable: bool) -> None:
    program_is_system(lower(machine(path)), settable=settable)


def test_random_programs_are_their_transition_systems() -> None:
    made: list[Machine] = []
    for seed in range(RANDOM_MACHINES):
        declared = generated.machine(seed)
        if declared is not None:
            program_is_system(lower(declared), settable=True)
            made.append(declared)
    assert len(made) > RANDOM_MACHINES // 2


@MACHINES
def test_settings_are_legal_where_the_text_allows_them(path: Path) -> None:
    system = lower(machine(path))
    program = assemble(system, settable=True)
    names = {each.name for each in system.parameters}
    assumed = [each for each in system.assumptions if variables(each).keys() <= names]
    legal = both(*(within(each) for each in system.parameters), *assumed)
    fixed = both(*(equal(each.variable, number(each.default)) for each in program.constants))
    frame = Frame({name: symbol(name, boolean=False) for name in names})
    solver = Solver(WORK)
    solver.add(frame.formula(fixed))
    assert solver.check(frame.formula(negation(equal(program.legal, legal)))) is Satisfiable.NO
    assert all(each.span.lowest < each.span.highest for each in program.settings)
    assert all(each.span.lowest == each.span.highest for each in program.constants)


@VARIANTS
@MACHINES
def test_nothing_is_read_before_it_is_worked_out_nor_after_it_is_overwritten(
    path: Path, settable: bool
) -> None:
    program = assemble(lower(machine(path)), settable=settable)
    known = {
        each.name
        for each in (*program.inputs, *program.constants, *program.settings, *program.memory)
    }
    for item in program.body:
        needed = {name for term in needs(item) for name in variables(term)}
        assert needed <= known, item
        match item:
            case Store(cell=cell):
                known.remove(cell.name)
            case Drive() | Claim():
                pass
            case _:
                known.add(item.local.variable.name)


@VARIANTS
@MACHINES
def test_nothing_is_worked_out_for_nobody(path: Path, settable: bool) -> None:
    program = assemble(lower(machine(path)), settable=settable)
    read = {name for each in program.body for term in needs(each) for name in variables(term)}
    locals_ = [each.variable.name for each in program.locals]
    assert {*locals_} <= read
    assert len(locals_) == len({*locals_})


def needs(item: Item) -> list[Term]:
    match item:
        case Recall(memory=memory):
            return [memory.variable]
        case Count(timer=timer, running=running):
            return [timer.variable] + ([] if running is None else [running])
        case Decide(before=before, decision=decision):
            asked = list(questions(decision))
            stays = any(each.target is None for each in leaves(decision))
            return asked + ([before] if stays else [])
        case _:
            return [item.value]


def questions(decision: Decision) -> Iterator[Term]:
    if isinstance(decision, Fork):
        yield decision.condition
        yield from questions(decision.then)
        yield from questions(decision.otherwise)


@VARIANTS
@MACHINES
def test_every_local_stays_within_the_range_that_is_known_of_it(path: Path, settable: bool) -> None:
    system = lower(machine(path))
    program = assemble(system, settable=settable)
    meaning = Meaning(program)
    for local in program.locals:
        if not is_boolean(local.variable):
            term = meaning.of(local.variable)
            lowest, highest = number(local.span.lowest), number(local.span.highest)
            assert holds(system, both(at_most(lowest, term), at_most(term, highest)))


def test_the_smallbms_keeps_what_its_author_named() -> None:
    program = assemble(lower(machine(shipped())), settable=False)
    defined = [each for each in program.statements if isinstance(each, Define)]
    assert {each.declared.name for each in defined} == {
        *("remote_closed", "remote_on", "enabled", "no_charge")
    }
    # What has a name is not worked out a second time.
    stores = {each.cell.name: each.value for each in program.stores}
    assert not parts(stores["was.1"])


@pytest.mark.parametrize("settable", [False, True])
def test_a_wrong_program_is_found(settable: bool) -> None:
    """The comparison above can fail."""
    system = lower(machine(shipped()))
    meaning = Meaning(assemble(system, settable=settable))
    assert not holds(system, equal(meaning.stored["load.time"], number(0)))
    assert not holds(system, equal(meaning.driven["red_led"], meaning.driven["blue_led"]))
