"""A program is its transition system, step for step: decided by a solver, for every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.assembly import assemble
from codegen.program import Count, Decide, Define, Program, Recall, Statement
from spec.draft import DT
from spec.language.reader import shipped
from spec.lower import lower
from spec.machine import Machine
from spec.system import Cell, TransitionSystem
from spec.term import (
    Term,
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
    """What a program does, as terms over what was before the step."""

    def __init__(self, program: Program) -> None:
        self._known: dict[str, Term] = {}
        for statement in program.statements:
            self._known[statement.local.variable.name] = self._statement(statement)
        self.stored = {each.cell.name: self.of(each.value) for each in program.stores}
        self.driven = {each.output.name: self.of(each.value) for each in program.drives}

    def of(self, term: Term) -> Term:
        """`term`, which may name what the program has worked out so far."""
        return substitute([term], self._known)[0]

    def _statement(self, statement: Statement) -> Term:
        match statement:
            case Recall(region=region, memory=memory):
                last = number(len(region.modes) - 1)
                return choose(at_most(memory.variable, last), memory.variable, number(region.safe))
            case Count(timer=timer, running=running):
                dt = self.dt(statement)
                now, most = plus(timer.variable, dt), number(timer.span.highest)
                time = choose(at_most(now, most), now, most)
                return time if running is None else choose(self.of(running), time, number(0))
            case Define(value=value):
                return self.of(value)
            case Decide(before=before, branches=branches):
                mode = self.of(before)
                for branch in reversed(branches):
                    mode = choose(self.of(branch.condition), number(branch.target), mode)
                return mode

    def dt(self, statement: Count) -> Term:
        """The variable of the measured time, as the timer's own next value has it."""
        return variables(statement.timer.next)[DT]


def program_is_system(system: TransitionSystem, *, settable: bool) -> None:
    program = assemble(system, settable=settable)
    meaning = Meaning(program)
    owned = [each for each in system.state if not each.observed]
    assert [*meaning.stored] == [each.name for each in owned]
    assert [*meaning.driven] == [each.name for each in system.machine.outputs]
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
def test_nothing_is_read_before_it_is_worked_out_and_nothing_for_nobody(
    path: Path, settable: bool
) -> None:
    system = lower(machine(path))
    program = assemble(system, settable=settable)
    known = {
        each.name
        for each in (*program.inputs, *program.constants, *program.settings, *program.memory)
    }
    values = [each.value for each in program.stores] + [each.value for each in program.drives]
    read = {name for value in values for name in variables(value)}
    for statement in program.statements:
        needed = {name for term in needs(statement) for name in variables(term)}
        assert needed <= known, statement
        known.add(statement.local.variable.name)
        read |= needed
    assert {each.variable.name for each in program.locals} <= read <= known


def needs(statement: Statement) -> list[Term]:
    match statement:
        case Recall(memory=memory):
            return [memory.variable]
        case Count(timer=timer, running=running):
            return [timer.variable] + ([] if running is None else [running])
        case Define(value=value):
            return [value]
        case Decide(before=before, branches=branches, stays=stays):
            return [each.condition for each in branches] + ([before] if stays else [])


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


def test_the_smallbms_keeps_the_names_of_its_author() -> None:
    program = assemble(lower(machine(shipped())), settable=False)
    assert [each.variable.name for each in program.locals] == [
        "load.mode.before",
        "load.time.now",
        "remote_closed.GUARD",
        "duration.1.now",
        "remote_on.GUARD",
        "enabled.GUARD",
        "no_charge.GUARD",
        "load.mode.after",
        "charge.mode.after",
    ]
    stores = {each.cell.name: each.value for each in program.stores}
    # What has a name is not worked out a second time.
    assert not parts(stores["was.1"])


@pytest.mark.parametrize("settable", [False, True])
def test_a_wrong_program_is_found(settable: bool) -> None:
    """The comparison above can fail."""
    system = lower(machine(shipped()))
    meaning = Meaning(assemble(system, settable=settable))
    assert not holds(system, equal(meaning.stored["load.time"], number(0)))
    assert not holds(system, equal(meaning.driven["red_led"], meaning.driven["blue_led"]))
