"""Machines with one fault in their text fail the vectors, unless the prover says they are equal.

The faults are made here by changing tokens of the text, and are those that other tests seed; the
code under test changes terms and has never seen them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from spec.execution import execute
from spec.language.errors import SpecificationError
from spec.language.reader import read, read_text, shipped
from spec.lower import lower
from spec.machine import Machine
from spec.system import TransitionSystem
from spec.vectors import Vector
from tests.faults.seeded import FAULTS, Fault, seeded
from verify.smt import (
    Formula,
    Frame,
    Satisfiable,
    Solver,
    any_of,
    at_most,
    equals,
    literal,
    negated,
    symbol,
)
from verify.vectors import find

TOKENS = {
    "and": ("or",),
    "or": ("and",),
    "not": ("",),
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    ">": (">=", "<"),
    ">=": (">", "<"),
    "is": ("is not",),
    "+": ("-",),
    "high": ("floating",),
    "floating": ("high",),
    "lit": ("dark",),
    "dark": ("lit",),
    "off": ("connected", "dropped", "blocked"),
    "connected": ("off", "warning", "dropped"),
    "warning": ("off", "connected", "dropped"),
    "dropped": ("off", "connected", "warning"),
    "allowed": ("off", "blocked"),
    "blocked": ("off", "allowed"),
    "load": ("charge",),
    "charge": ("load",),
    "low_cell": ("pre_alarm", "high_cell"),
    "pre_alarm": ("low_cell", "too_hot"),
    "too_cold": ("too_hot",),
    "high_cell": ("too_cold",),
    "too_hot": ("valid",),
    "valid": ("loop_closed",),
    "loop_closed": ("valid",),
    "remote_l": ("remote_h", "supply"),
    "remote_h": ("remote_l", "supply"),
    "supply": ("remote_l",),
    "l_on": ("h_on",),
    "h_on": ("l_on", "h_over"),
    "h_over": ("h_on",),
    "confirm": ("hold_off",),
    "hold_off": ("confirm",),
    "enabled": ("remote_on",),
    "remote_on": ("enabled", "remote_closed"),
    "remote_closed": ("remote_on",),
    "after": ("not after",),
    "otherwise": ("when valid",),
    "3.5 V": ("3.501 V", "3.499 V"),
    "2.9 V": ("2.901 V", "2.899 V"),
    "0.5 V": ("0.501 V", "0.499 V"),
    "100 ms": ("101 ms", "99 ms"),
    "30.5 s": ("30.501 s", "30.499 s"),
}
NEEDED = 0.95


@cache
def vectors() -> tuple[Vector, ...]:
    # Parameters as they are compiled in: a wrong default is a fault like any other.
    return find(read(shipped())[0], vary_parameters=False).vectors


@cache
def right() -> TransitionSystem:
    return alone(read(shipped())[0])


def alone(machine: Machine) -> TransitionSystem:
    return lower(replace(machine, requirements=()))


def passes(system: TransitionSystem) -> bool:
    """Whether `system`, with its own parameters, does what the vectors expect."""
    execution = execute(system, list(system.outputs.values()))
    names = [each.name for each in system.state]
    for vector in vectors():
        state = tuple(vector.state.get(each.name, each.initial) for each in system.state)
        after, outputs = execution.step(
            state, execution.inputs(vector.inputs), execution.parameters({})
        )
        found = dict(zip(names, after, strict=True))
        if any(found.get(name, value) != value for name, value in vector.next.items()):
            return False
        if outputs != tuple(vector.outputs.values()):
            return False
    return True


def is_equal(system: TransitionSystem) -> bool:
    """Whether no step from any legal state tells `system` from the right one, by z3."""
    original = right()
    cells = {each.name: each for each in (*original.state, *original.inputs)}
    symbols = {name: symbol(name, boolean=each.variable.boolean) for name, each in cells.items()}
    solver = Solver()
    for name, each in cells.items():
        if not each.variable.boolean:
            lowest, highest = each.span.lowest, each.span.highest
            solver.add(
                at_most(literal(max(lowest, name == "dt"), boolean=False), symbols[name]),
                at_most(symbols[name], literal(highest, boolean=False)),
            )

    def frame(of: TransitionSystem) -> Frame:
        constants = {each.name: literal(each.default, boolean=False) for each in of.parameters}
        # What only the mutant remembers is as it is at power-up.
        extra = {
            each.name: literal(each.initial, boolean=each.variable.boolean)
            for each in of.state
            if each.name not in symbols
        }
        return Frame({**extra, **symbols, **constants})

    one, other = frame(original), frame(system)
    nexts = {each.name: each.next for each in system.state if not each.observed}
    pairs: list[tuple[Formula, Formula]] = [
        (one.formula(each.next), other.formula(nexts[each.name]))
        for each in original.state
        if each.name in nexts
    ]
    pairs += [
        (one.formula(term), other.formula(system.outputs[name]))
        for name, term in original.outputs.items()
    ]
    answer = solver.check(any_of([negated(equals(*pair)) for pair in pairs]))
    assert answer is not Satisfiable.UNDECIDED
    return answer is Satisfiable.NO


def mutants() -> Iterator[tuple[str, Machine]]:
    """The smallBMS with one token changed, or with one transition left out."""
    text = shipped().read_text(encoding="utf-8")
    text = text[: text.index("# What must be true")]
    # Without requirements nothing can serve one.
    text = re.sub(r" +for R\d\d(, R\d\d)*$", "", text, flags=re.MULTILINE)
    body = text.index("\nparameters")
    words = "|".join(sorted(map(re.escape, TOKENS), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])(?:{words})(?![\w.=])")
    texts = []
    for match in pattern.finditer(text, body):
        start = text.rindex("\n", 0, match.start())
        before = text[start : match.start()]
        # No sentences, and no declarations of modes and regions.
        if before.count('"') % 2 or re.match(r"\s*(mode|region) ", before):
            continue
        for other in TOKENS[match[0]]:
            line = text.count("\n", 0, match.start()) + 1
            changed = text[: match.start()] + other + text[match.end() :]
            texts.append((f"line {line}: {match[0]} -> {other}", changed))
    for match in re.finditer(r"\n    [\w, ]+ -> .*", text):
        texts.append((f"without{match[0]}", text[: match.start()] + text[match.end() :]))
    for name, changed in texts:
        try:
            yield name, read_text(changed, "smallbms.machine")[0]
        except SpecificationError:
            continue


def test_nearly_every_machine_with_another_token_is_told_from_the_right_one() -> None:
    assert passes(right())
    every = list(mutants())
    different = []
    survived = []
    for name, machine in every:
        system = alone(machine)
        if passes(system):
            if is_equal(system):
                continue
            survived.append(name)
        else:
            assert not is_equal(system), name
        different.append(name)
    assert len(different) >= 120
    assert len(survived) <= (1 - NEEDED) * len(different), survived


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_of_the_machine_is_told_from_the_right_one(fault: Fault) -> None:
    system = alone(seeded(fault))
    assert passes(system) == is_equal(system)
