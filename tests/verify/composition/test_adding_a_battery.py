"""Adding a healthy battery changes nothing: two runs, with fewer and with more batteries, compared.

`independent … of …` compares runs that differ in inputs, whatever those are. Here the number of
batteries differs, and only where those that are added are healthy; so it is asked of the terms.
Both runs begin in one state, which is the same for every number. One step for all states in which
the two are the same then speaks for runs of any length.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from spec.language.reader import read, shipped
from spec.lower import lower
from spec.system import TransitionSystem
from spec.term import Term, Variable, at_most, both, implication, less, negation, number, substitute
from verify.smt import Frame, Satisfiable, Solver, equals, negated, symbol

MOST = 20
COUNT = "battery.count"
ALARMS = ("pre_alarm", "low_cell", "high_cell", "too_cold", "too_hot")

Health = Callable[[TransitionSystem, int], Term]


@cache
def closed_loop() -> TransitionSystem:
    return lower(read(shipped().with_name("closed_loop.system"))[0])


@cache
def in_order() -> tuple[TransitionSystem, Term]:
    """A battery by itself, and when its readings are in order, as its requirement B09 says."""
    battery = lower(read(shipped().with_name("battery.machine"))[0])
    [premise] = [each.premise for each in battery.goals if each.requirement == "B09"]
    assert premise is not None
    return battery, premise


def reads_in_order(system: TransitionSystem, k: int) -> Term:
    """The readings of battery `k` are in order, and it keeps its memory."""
    battery, premise = in_order()
    variables = {each.name: each.variable for each in (*system.inputs, *system.parameters)}
    values: dict[str, Term] = {
        each.name: variables[f"battery.{k}.{each.name}"] for each in battery.machine.inputs
    }
    values |= {each.name: variables[f"battery.{each.name}"] for each in battery.parameters}
    [readings] = substitute([premise], values)
    return both(readings, negation(variables[f"battery.{k}.reset"]))


def has_no_alarm(system: TransitionSystem, k: int) -> Term:
    return both(*(negation(system.outputs[f"battery.{k}.{each}"]) for each in ALARMS))


def has_no_high_cell(system: TransitionSystem, k: int) -> Term:
    return negation(system.outputs[f"battery.{k}.high_cell"])


def what_may_differ(health: Health) -> set[str]:
    """The memory and the outputs that adding batteries may change, those added having `health`."""
    system = closed_loop()
    cells = (*system.inputs, *system.parameters, *system.state)
    symbols = {each.name: symbol(each.name, boolean=each.variable.boolean) for each in cells}
    [count] = [each.variable for each in system.parameters if each.name == COUNT]
    greater = Variable("more", False)
    symbols[greater.name] = symbol(greater.name, boolean=False)
    fewer, more = Frame(symbols), Frame({**symbols, COUNT: symbols[greater.name]})
    assumed = [at_most(count, greater), at_most(greater, number(MOST))]
    for each in (*system.inputs, *system.parameters):
        if not each.variable.boolean:
            assumed.append(at_most(number(each.span.lowest), each.variable))
            assumed.append(at_most(each.variable, number(each.span.highest)))
    for k in range(1, MOST + 1):
        is_added = both(less(count, number(k)), at_most(number(k), greater))
        assumed.append(implication(is_added, health(system, k)))
    solver = Solver()
    solver.add(*map(fewer.formula, assumed))
    assert solver.check() is Satisfiable.YES
    terms = {each.name: each.next for each in system.state if not each.observed}
    terms |= system.outputs
    return {
        name
        for name, term in terms.items()
        if solver.check(negated(equals(fewer.formula(term), more.formula(term))))
        is not Satisfiable.NO
    }


@pytest.mark.parametrize("health", [reads_in_order, has_no_alarm])
def test_adding_healthy_batteries_changes_nothing(health: Health) -> None:
    assert closed_loop().outputs.keys() >= {"bms.load_disconnect", f"battery.{MOST}.low_cell"}
    assert what_may_differ(health) == set()


def test_adding_a_battery_that_is_not_healthy_does() -> None:
    differing = what_may_differ(has_no_high_cell)
    assert {"bms.load_disconnect", "bms.load.mode", "switch.contact"} <= differing
    assert not any(each.startswith("battery.") for each in differing)
