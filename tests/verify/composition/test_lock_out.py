"""What locks the load switch of the closed loop out: low cells that came back, and nothing less.

"Never" is not true of it: who empties a battery four times, and lets it rest up to 3.2 V a cell
each time without charging it, has used up the tries of the switch. True is that each of them takes
a low cell and its way back, as long as nobody switches the smallBMS off and its wire is whole. The
invariant for that is found by nobody but a person, so it is written here and proved by induction.
"""

from __future__ import annotations

from functools import cache

from spec.language.reader import read, read_text, shipped
from spec.lower import lower
from spec.reference import ReferenceRun
from spec.system import TransitionSystem
from spec.term import Term, at_most, equal, number
from verify.smt import Frame, Satisfiable, Solver, literal, negated, symbol

CLOSED_LOOP = shipped().with_name("closed_loop.system")

# Switched on, it stays on, and its wire is whole; low cells that came back, once, twice, thrice.
NAMES = """
    kept   = historically(load_wire and not fell(bms.enabled))
    back_1 = once(fell(low))
    back_2 = once(fell(low) and past(back_1))
    back_3 = once(fell(low) and past(back_2))
"""
CLAIM = "not back_3 implies not switch.locked_out"
INVARIANT = (
    "bms.load is off iff not bms.enabled",
    "bms.load is off implies switch.switch is ready and switch.cuts is none",
    "switch.switch is closed implies bms.load in {connected, warning}",
    "bms.load is dropped implies low",
    "switch.cuts is first and not (bms.load is dropped) implies back_1",
    "switch.cuts is second implies back_1",
    "switch.cuts is second and not (bms.load is dropped) implies back_2",
    "switch.cuts is third implies back_2",
    "switch.cuts is third and not (bms.load is dropped) implies back_3",
    "switch.cuts is fourth implies back_3",
)


@cache
def with_claims(*claims: str) -> TransitionSystem:
    """The closed loop, of which `claims` are required instead of all else."""
    text = CLOSED_LOOP.read_text("utf-8").split("\nrequirement ")[0]
    required = "\n".join(f"    always kept implies ({each})" for each in claims)
    return lower(read_text(f'{text}{NAMES}\nrequirement L1  ""\n{required}\n', str(CLOSED_LOOP))[0])


def twins(system: TransitionSystem) -> dict[str, Term]:
    """That what machine and observer both remember, each for itself, is the same."""
    own = {(each.role, each.meaning): each for each in system.state if not each.observed}
    return {
        each.name: equal(own[each.role, each.meaning].variable, each.variable)
        for each in system.state
        if each.observed and (each.role, each.meaning) in own
    }


def unproved(*claims: str) -> set[str]:
    """Those of `claims` that do not hold in the first step, or not after a step in which all do."""
    system = with_claims(*claims)
    cells = (*system.inputs, *system.parameters, *system.state)
    symbols = {each.name: symbol(each.name, boolean=each.variable.boolean) for each in cells}
    begun = {
        each.name: literal(each.initial, boolean=each.variable.boolean) for each in system.state
    }
    now = Frame(symbols)
    later = Frame(
        {
            **symbols,
            **{
                each.name: symbol(f"later {each.name}", boolean=each.variable.boolean)
                for each in system.inputs
            },
            **{each.name: now.formula(each.next) for each in system.state},
        }
    )
    said = twins(system)
    for claim, goal in zip(claims, system.goals, strict=True):
        assert goal.term is not None
        said[claim] = goal.term
    found: set[str] = set()
    for before, after in ((None, Frame({**symbols, **begun})), (now, later)):
        solver = Solver()
        solver.add(*map(after.formula, (*system.assumptions, *ranges(system))))
        if before is not None:
            solver.add(*map(before.formula, (*system.assumptions, *ranges(system))))
            solver.add(*(before.formula(each) for each in said.values()))
        assert solver.check() is Satisfiable.YES
        for name, term in said.items():
            if solver.check(negated(after.formula(term))) is not Satisfiable.NO:
                found.add(name)
    return found


def ranges(system: TransitionSystem) -> list[Term]:
    """Inputs and parameters are in their ranges."""
    return [
        limit
        for each in (*system.inputs, *system.parameters)
        if not each.variable.boolean
        for limit in (
            at_most(number(each.span.lowest), each.variable),
            at_most(each.variable, number(each.span.highest)),
        )
    ]


def test_only_low_cells_that_came_back_three_times_lock_the_load_switch_out() -> None:
    assert unproved(CLAIM, *INVARIANT) == set()


def test_never_is_not_proved_and_the_invariant_is_needed() -> None:
    assert unproved("not switch.locked_out", *INVARIANT) == {"not switch.locked_out"}
    assert unproved(CLAIM) == {CLAIM}


def test_a_bank_that_is_emptied_four_times_and_never_charged_locks_it_out() -> None:
    machine, _ = read(CLOSED_LOOP)
    run = ReferenceRun(machine, {})
    inputs = {each.name: each.span.highest for each in machine.inputs}
    inputs |= {each.name: 0 for each in machine.inputs if each.name.endswith("reset")}
    inputs |= {"remote_l": 0, "restart": 0, "welded": 0, "bank": 12_800, "dt": 0}
    cuts, was_closed, locked_out = 0, False, False
    for k in range(600):
        # 35 s of rest at 3.25 V a cell, 35 s of load at 2.5 V; then once more.
        lowest = 3_250 if k % 140 < 70 else 2_500
        inputs |= {f"battery.{j}.lowest_cell": lowest for j in range(1, 21)}
        seen, _ = run.step(inputs)
        inputs["dt"] = 500
        closed = bool(seen.outputs["switch.contact"])
        cuts, was_closed = cuts + (was_closed and not closed), closed
        locked_out = bool(seen.outputs["switch.locked_out"])
        if locked_out:
            break
    assert locked_out
    assert cuts == 4
