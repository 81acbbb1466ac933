"""Lowering: from a machine to its transition system, in numbered passes.

What each construct means is section 3 of the language's semantics, which `spec.reference` runs
directly; the two are compared on random runs and on every trace, and share no code.
"""

from __future__ import annotations

from collections.abc import Callable

from spec.claims import claim
from spec.draft import DT, Cell, Draft, counted, mode_name, time_name
from spec.expression import Boolean, Enumeration, Operation, Operator, Quantity
from spec.machine import (
    Always,
    Every,
    FromAnyState,
    Independent,
    Machine,
    Property,
    Reachable,
    Region,
    Span,
    part_of,
)
from spec.system import Bound, Constant, Edge, Goal, Role, Signal, TransitionSystem, View
from spec.term import Term, at_most, both, choose, either, equal, negation, number, variables
from spec.translation import Translator

Pass = Callable[[Draft, Translator], None]


def lower(machine: Machine) -> TransitionSystem:
    """The transition system of `machine`."""
    return _lowered(machine, PASSES)


def lower_observers(machine: Machine) -> TransitionSystem:
    """What watches `machine`, without it: its outputs and modes are variables that are only read.

    The variable of an output has the output's name, that of a mode is `mode_name`. The state is
    that of the observers alone.
    """
    return _lowered(machine, OBSERVING)


def _lowered(machine: Machine, passes: tuple[tuple[str, Pass], ...]) -> TransitionSystem:
    draft = Draft(machine)
    translator = Translator(draft)
    for _, pass_ in passes:
        pass_(draft, translator)
    return draft.system()


def _declare_signals(draft: Draft, translator: Translator) -> None:
    """Inputs and parameters become variables."""
    for declared in draft.machine.inputs:
        variable = draft.variable(declared.name, boolean=isinstance(declared.type, Boolean))
        draft.inputs.append(Signal(variable, declared.type, declared.span))
        draft.spans[declared.name] = declared.span
    for constant in draft.machine.parameters:
        variable = draft.variable(constant.name, boolean=False)
        draft.parameters.append(Constant(variable, constant.type, constant.span, constant.default))
        draft.spans[constant.name] = constant.span
    draft.spans[DT] = Span(0, draft.machine.time.step.highest)
    draft.spans |= {each.name: each.span for each in draft.machine.outputs}


def _declare_modes(draft: Draft, translator: Translator) -> None:
    """Each region gets its mode; what is no mode of it counts as the safe one."""
    for region in draft.machine.regions:
        variable = draft.variable(mode_name(region.name), boolean=False)
        last = len(region.modes) - 1
        type_ = Enumeration(tuple(mode.name for mode in region.modes))
        draft.cells[variable.name] = Cell(
            variable,
            Role.MODE,
            type_,
            region.initial,
            False,
            region.name,
            f"mode of {region.name}",
            asked=last,
        )
        draft.old_modes[region.name] = choose(
            at_most(variable, number(last)), variable, number(region.safe)
        )


def _make_parts(draft: Draft, translator: Translator) -> None:
    """Each part takes its step: its regions read the old modes, then its outputs the new ones."""
    machine = draft.machine
    for part in (*(each.name for each in machine.parts), ""):
        for region in machine.regions:
            if part_of(region.name) == part:
                _make_region(draft, translator, region)
        for output in machine.outputs:
            if part_of(output.name) == part:
                term = translator.term(output.expression, View.MACHINE)
                draft.outputs[output.name] = term


def _make_region(draft: Draft, translator: Translator, region: Region) -> None:
    """Transitions become edges by priority, and the edges become next modes and timers."""
    mode = draft.old_modes[region.name]
    timer = time_name(region.name)
    draft.variable(timer, boolean=False)
    timed = Cell(
        draft.variables[timer], Role.TIMER, draft.machine.time.tick, 0, False,
        region.name, f"time in the mode of {region.name}",
    )  # fmt: skip
    draft.cells[timer] = timed
    above: list[Term] = []
    edges: list[Edge] = []
    for transition in region.transitions:
        guard = translator.term(transition.guard, View.GUARD)
        inside = either(
            *(equal(mode, number(region.index(origin))) for origin in transition.origins)
        )
        eligible = both(inside, guard)
        fires = both(eligible, negation(either(*above)))
        # "any -> m" in m is no transition, but the ones below it are not looked at either.
        applies = guard if transition.from_any else eligible
        edges.append(Edge(region.name, transition, applies, fires, eligible))
        above.append(applies)
    new_mode = mode
    for edge in reversed(edges):
        target = number(region.index(edge.transition.target))
        new_mode = choose(edge.applies, target, new_mode)
    taken = either(*(edge.fires for edge in edges))
    draft.edges += edges
    draft.new_modes[region.name] = new_mode
    draft.cells[mode_name(region.name)].finish = lambda _: new_mode
    asking = _asking(region, edges, timer)
    if not timed.asked:
        del draft.cells[timer]
    elif not asking:
        # Everywhere it is; or nowhere, where a limit on all timers leaves nobody a chance to ask.
        timed.finish = lambda saturation: choose(
            taken, number(0), counted(timed.variable, draft.world(DT), saturation)
        )
    else:
        counts = either(*(equal(mode, number(region.index(each))) for each in asking))
        timed.meaning = f"time {region.name} has been in {' or '.join(asking)}"
        timed.finish = lambda saturation: choose(
            counts, counted(timed.variable, draft.world(DT), saturation), number(0)
        )


def _asking(region: Region, edges: list[Edge], timer: str) -> list[str] | None:
    """The modes that must be timed, if it is enough to time those; else None.

    It is enough where each of them is entered from modes that are not timed: those set its time
    to 0 in the step before.
    """
    timed = [each.transition for each in edges if timer in variables(each.eligible)]
    asking = {origin for each in timed for origin in each.origins}
    # A rule for any mode is looked at in its target too.
    asking |= {each.target for each in timed if each.from_any}
    for edge in edges:
        if edge.transition.target in asking and not asking.isdisjoint(edge.transition.origins):
            return None
    return [each.name for each in region.modes if each.name in asking]


def _see_machine(draft: Draft, translator: Translator) -> None:
    """Modes and outputs are what an observer finds them to be."""
    for region in draft.machine.regions:
        draft.new_modes[region.name] = draft.variable(mode_name(region.name), boolean=False)
    for output in draft.machine.outputs:
        boolean = isinstance(output.type, Boolean)
        draft.outputs[output.name] = draft.variable(output.name, boolean=boolean)


def _make_assumptions(draft: Draft, translator: Translator) -> None:
    """Assumptions, with observers of their own where they look back."""
    draft.world(DT)
    for assumption in draft.machine.assumptions:
        draft.assumptions.append(translator.term(assumption.expression, View.OBSERVER))


def _make_goals(draft: Draft, translator: Translator) -> None:
    """Properties become terms over observers, which never read the machine's own timers."""
    for requirement in draft.machine.requirements:
        for index, property_ in enumerate(requirement.properties):
            if isinstance(property_, Always):
                made = claim(property_)
                if made is not None and made.in_conclusion and made.at_least:
                    draft.measured.add(made.timer)
            term, premise = _goal(translator, property_)
            bound = _bound(draft, translator, property_) if isinstance(property_, Always) else None
            draft.goals.append(Goal(requirement.id, index, property_, term, premise, bound))


def _goal(translator: Translator, property_: Property) -> tuple[Term | None, Term | None]:
    match property_:
        case Always(expression=expression):
            premise = None
            if isinstance(expression, Operation) and expression.operator is Operator.IMPLIES:
                premise = translator.term(expression.operands[0], View.OBSERVER)
            return translator.term(expression, View.OBSERVER), premise
        case Reachable(expression=expression):
            return translator.term(expression, View.OBSERVER), None
        case FromAnyState(expression=expression):
            premise = None
            if isinstance(expression, Operation) and expression.operator is Operator.IMPLIES:
                premise = translator.term(expression.operands[0], View.MACHINE)
            return translator.term(expression, View.MACHINE), premise
        case Independent() | Every():
            return None, None


def _bound(draft: Draft, translator: Translator, property_: Always) -> Bound | None:
    """What `property_` claims about a duration: ``P implies d >= t``, ``d >= t implies Q``."""
    made = claim(property_)
    if made is None:
        return None
    context = [translator.term(each, View.OBSERVER) for each in made.premises]
    if not made.in_conclusion:
        # The premise must not come true while the conclusion is false.
        context.append(negation(translator.term(made.conclusion, View.OBSERVER)))
    assert isinstance(made.timer.type, Quantity)
    return Bound(
        draft.said(made.timer),
        made.timer.type,
        translator.term(made.timer, View.OBSERVER),
        translator.term(made.limit, View.OBSERVER),
        made.at_least is made.in_conclusion,
        both(*context),
        draft.timer_of(translator.term(made.timer.operand, View.OBSERVER)),
    )


# In this order, because each pass reads what the ones above it made.
PASSES: tuple[tuple[str, Pass], ...] = (
    # First: everything else refers to signals.
    ("signals", _declare_signals),
    # Before regions: guards read the modes of all regions as they were before the step.
    ("modes", _declare_modes),
    # Part by part in the order of the machine: each reads outputs of those before it.
    ("parts", _make_parts),
    ("assumptions", _make_assumptions),
    # Last: observers read outputs, and nothing reads observers.
    ("goals", _make_goals),
)
OBSERVING: tuple[tuple[str, Pass], ...] = (
    ("signals", _declare_signals),
    # In the place of the machine's own passes: what those would compute is seen instead.
    ("machine", _see_machine),
    ("goals", _make_goals),
)
