"""What lowering promises about names: definitions, modes, and those who only watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from spec.draft import mode_name
from spec.expression import Expression, Kind, Reference, parts
from spec.language.reader import read_text, shipped
from spec.lower import lower, lower_observers
from spec.machine import Machine
from spec.system import Role, StateVariable, TransitionSystem, View
from spec.term import (
    Number,
    Term,
    Truth,
    Variable,
    at_most,
    choose,
    equal,
    is_boolean,
    number,
    postorder,
    substitute,
    variables,
)
from spec.term import parts as parts_of
from tests.verify import corpus, generated
from verify.encoding import WORK
from verify.smt import Frame, Satisfiable, Solver, negated, symbol

MACHINES = pytest.mark.parametrize(
    "path", [shipped(), *corpus.files(*corpus.FOLDERS)], ids=corpus.name
)
RANDOM_MACHINES = 100


def is_true(claim: Term, *premises: Term) -> bool:
    """Whether `claim` follows from `premises`, whatever else the variables are."""
    every = variables(claim, *premises)
    frame = Frame({name: symbol(name, boolean=each.boolean) for name, each in every.items()})
    solver = Solver(WORK)
    solver.add(*(frame.formula(each) for each in premises))
    return solver.check(negated(frame.formula(claim))) is Satisfiable.NO


# Definitions


def used(expression: Expression) -> Iterator[str]:
    """The definitions that `expression` refers to itself, not through others."""
    if isinstance(expression, Reference):
        if expression.kind is Kind.DEFINITION:
            yield expression.name
        return
    for part in parts(expression):
        yield from used(part)


def uses(system: TransitionSystem) -> Iterator[tuple[str, View, list[Term]]]:
    """Each use of a definition: its name, its view, and the terms in one of which it stands."""
    own = [each.next for each in system.state if not each.observed]
    seen = [each.next for each in system.state if each.observed]
    for edge in system.edges:
        for name in used(edge.transition.guard):
            yield name, View.GUARD, [edge.eligible, *own]
    for output in system.machine.outputs:
        for name in used(output.expression):
            yield name, View.MACHINE, [system.outputs[output.name], *own]
    for assumption in system.machine.assumptions:
        for name in used(assumption.expression):
            yield name, View.OBSERVER, [*system.assumptions, *seen]


@MACHINES
def test_where_a_definition_is_used_its_very_term_stands(path: Path) -> None:
    system = lower(corpus.machine(path))
    named = {(each.name, each.view): each.term for each in system.definitions}
    for name, view, terms in uses(system):
        term = named[name, view]
        # A definition that is constant is folded away.
        if not isinstance(term, Number | Truth):
            assert any(term is each for each in postorder(terms)), (name, view)


def test_a_definition_stands_for_one_term_for_each_who_reads_it() -> None:
    system = lower(corpus.machine(shipped()))
    keys = [(each.name, each.view) for each in system.definitions]
    assert len(keys) == len(set(keys))
    order: list[tuple[str, View]] = []
    for each in system.definitions:
        inner = used(system.machine.definition(each.name).expression)
        assert {(name, each.view) for name in inner} <= {*order}
        order.append((each.name, each.view))


LAMP = """machine lamp

time
    step  1 ms .. 10 ms by 1 ms

inputs
    a : bool

define
    glowing = filament is hot
    long    = duration(a) >= 20 ms

region filament
    mode cold  initial, safe
    mode hot
    cold -> hot   when a and not glowing
    hot  -> cold  when glowing and long

outputs
    light : bool = glowing or long

requirement R01  "?"
    always light implies glowing or long
"""


def test_guards_see_old_modes_and_outputs_new_ones() -> None:
    system = lower(read_text(LAMP, "lamp.machine")[0])
    named = {(each.name, each.view): each.term for each in system.definitions}
    hot = number(1)
    before, after = system.old_modes["filament"], system.new_modes["filament"]
    assert is_true(equal(named["glowing", View.GUARD], equal(before, hot)))
    assert is_true(equal(named["glowing", View.MACHINE], equal(after, hot)))
    assert not is_true(equal(named["glowing", View.MACHINE], equal(before, hot)))
    # The machine's timer is one, however it is looked at; an observer has its own.
    timers = {
        view: {name for name in variables(named["long", view]) if "duration" in name}
        for view in View
    }
    assert timers[View.GUARD] == timers[View.MACHINE]
    assert timers[View.OBSERVER].isdisjoint(timers[View.MACHINE])


# Modes


@MACHINES
def test_what_is_no_mode_counts_as_the_safe_one(path: Path) -> None:
    system = lower(corpus.machine(path))
    cells = {each.name: each for each in system.state}
    assert [*system.old_modes] == [each.name for each in system.machine.regions]
    for region in system.machine.regions:
        mode = cells[mode_name(region.name)]
        last = number(len(region.modes) - 1)
        legal = at_most(mode.variable, last)
        stands = choose(legal, mode.variable, number(region.safe))
        assert is_true(equal(system.old_modes[region.name], stands))
        assert is_true(equal(mode.next, system.new_modes[region.name]))
        # Whatever is remembered before, it is a mode afterwards.
        unsigned = at_most(number(0), mode.variable)
        assert is_true(at_most(number(0), mode.next), unsigned)
        assert is_true(at_most(mode.next, last), unsigned)


# Those who watch


def watching_is_the_same(declared: Machine) -> None:
    """Every goal of `lower` is that of `lower_observers`, about what the machine really does."""
    system, observers = lower(declared), lower_observers(declared)
    assert not observers.edges
    does = {mode_name(name): term for name, term in system.new_modes.items()}
    does |= system.outputs
    watched = {**does, **matched(system, observers, does)}
    for goal, wanted in zip(observers.goals, system.goals, strict=True):
        assert (goal.requirement, goal.index) == (wanted.requirement, wanted.index)
        for seen, right in ((goal.term, wanted.term), (goal.premise, wanted.premise)):
            assert (seen is None) == (right is None)
            if seen is not None and right is not None:
                assert same(system, substitute([seen], watched)[0], right)


def matched(
    system: TransitionSystem, observers: TransitionSystem, does: Mapping[str, Term]
) -> dict[str, Term]:
    """For each cell of `observers` what `system` remembers in its place."""
    found: dict[str, Term] = {}
    left = list(observers.state)
    while left:
        cell, twin = next(
            (cell, each)
            for cell in left
            # Two may remember the same for different reasons: rather the one that says the same.
            for each in (*told_alike(system, cell), *system.state)
            if twins(system, cell, each, {**does, **found})
        )
        found[cell.name] = stopped(cell, twin.variable)
        left.remove(cell)
    return found


def told_alike(system: TransitionSystem, cell: StateVariable) -> list[StateVariable]:
    alike = [each for each in system.state if each.meaning == cell.meaning]
    return [each for each in alike if each.name == cell.name] + alike


def twins(
    system: TransitionSystem, cell: StateVariable, other: StateVariable, known: Mapping[str, Term]
) -> bool:
    """Whether both begin and go on alike, as far as `cell` counts."""
    if (cell.role, cell.initial, cell.observed) != (other.role, other.initial, other.observed):
        return False
    after = substitute([cell.next], {**known, cell.name: stopped(cell, other.variable)})[0]
    return same(system, after, stopped(cell, other.next))


def stopped(cell: StateVariable, value: Term) -> Term:
    """`value`, or where `cell` stops counting: what others ask too may be counted further."""
    if cell.role is not Role.TIMER:
        return value
    most = number(cell.span.highest)
    return choose(at_most(value, most), value, most)


def same(system: TransitionSystem, one: Term, other: Term) -> bool:
    """Whether both are equal as long as everything in `system` is within its range."""
    if is_boolean(one) != is_boolean(other):
        return False
    within = [
        claim
        for each in (*system.inputs, *system.parameters, *system.state)
        if not each.variable.boolean
        for claim in (
            at_most(number(each.span.lowest), each.variable),
            at_most(each.variable, number(each.span.highest)),
        )
    ]
    return is_true(equal(one, other), *within)


@MACHINES
def test_a_watcher_sees_in_the_machine_what_the_machine_is_proved_to_do(path: Path) -> None:
    watching_is_the_same(corpus.machine(path))


def test_whoever_watches_random_machines_sees_what_they_do() -> None:
    machines = [generated.machine(seed) for seed in range(RANDOM_MACHINES)]
    made = [each for each in machines if each is not None]
    assert len(made) > RANDOM_MACHINES // 2
    for each in made:
        watching_is_the_same(each)


@MACHINES
def test_a_watcher_only_reads_what_the_machine_does(path: Path) -> None:
    observers = lower_observers(corpus.machine(path))
    declared = observers.machine
    modes = {mode_name(each.name) for each in declared.regions}
    for region in declared.regions:
        assert isinstance(observers.new_modes[region.name], Variable)
    for output in declared.outputs:
        term = observers.outputs[output.name]
        assert isinstance(term, Variable)
        assert term.name == output.name
    remembered = {each.name for each in observers.state}
    assert remembered.isdisjoint(modes | {each.name for each in declared.outputs})


def test_no_mode_is_read_through_a_definition_that_is_folded() -> None:
    """Of constants nothing is left to name."""
    text = LAMP.replace("glowing = filament is hot", "glowing = 1 ms > 2 ms")
    system = lower(read_text(text, "lamp.machine")[0])
    named = [each.term for each in system.definitions if each.name == "glowing"]
    assert named
    assert all(not parts_of(each) for each in named)
