"""Routines: what a function of the code is given, and what it must leave behind.

Expected values are terms of the transition system, over the values before the call; what code is
compared with never comes from the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from spec.draft import DT, mode_name
from spec.expression import Boolean, ValueType
from spec.identifiers import memory_stem, subject_words, unit_suffix
from spec.lower import lower_observers
from spec.machine import FromAnyState, Span
from spec.system import Cell, Constant, StateVariable, TransitionSystem
from spec.term import (
    TRUE,
    Term,
    Truth,
    Variable,
    at_most,
    both,
    number,
    substitute,
    truth,
    variables,
)

# Stands for what a function returns, where names of variables are asked for.
RESULT = "the result"


class Access(Enum):
    """What a function does with a structure it is given.

    Attributes:
        READ: It never writes to it.
        WRITTEN: It sets every member, whatever was there before.
        KEPT: It reads what was there, and leaves what is to be there next time.
    """

    READ = "read"
    WRITTEN = "written"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure.

    Attributes:
        name: In the code, unless it is taken there; see `spec.identifiers`.
        variable: Of the transition system, whose value it holds.
        type: Of the value, for those who show it.
        span: The values it has; conditions 0 to 1, where code may hold any other for true.
        boolean: A condition: 0 is false, all else is true.
    """

    name: str
    variable: str
    type: ValueType
    span: Span
    boolean: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure that the caller owns, handed over by a pointer, or an object.

    Attributes:
        role: What it is called when it is spoken of: state, inputs, outputs, parameters.
        trusted: The caller promises that what is read is in its spans; else it may be anything.
    """

    role: str
    access: Access
    members: tuple[Member, ...]
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What must hold of a call.

    Attributes:
        text: What is claimed, for a person to read.
        term: Over the values before, those after (see `after`; the result is one of them), and
            what is free.
        natural: Only where no number in the memory is below 0 before the call, as the system has
            it.
    """

    text: str
    term: Term
    natural: bool = False


@dataclass(frozen=True, slots=True)
class Routine:
    """A function, and what it must do.

    Attributes:
        name: Behind the machine's name and an underscore in C; alone in Python.
        parameters: In order; a member by itself is passed by value, and is in its span.
        expected: For each variable that is written, its value after the call: a term over the
            values before. It must be that wherever no number in the memory is below 0.
        result: What is returned, as a term; None if nothing is, or if only claims are about it.
        assumed: What the caller promises besides.
        claims: What must hold whatever the memory held, numbers below 0 included, for which the
            system has no meaning; and for all values of what is free.
        free: What claims are about besides, in its spans.
    """

    name: str
    parameters: tuple[Structure | Member, ...]
    expected: Mapping[str, Term]
    result: Term | None = None
    assumed: Term = TRUE
    claims: tuple[Claim, ...] = ()
    free: tuple[Cell, ...] = ()

    @property
    def structures(self) -> tuple[Structure, ...]:
        """The parameters that are handed over by a pointer."""
        return tuple(each for each in self.parameters if isinstance(each, Structure))

    @property
    def scalars(self) -> tuple[Member, ...]:
        """Those that are passed by value."""
        return tuple(each for each in self.parameters if isinstance(each, Member))


def step(system: TransitionSystem, *, settable: bool) -> Routine:
    """The function that takes one step.

    With `settable`, parameters that have a range are given at run time; others, and without it
    all, have their defaults.
    """
    memory = memory_of(system)
    settings = settings_of(system) if settable else ()
    fixed = defaults(system, settings)
    names = [f"{each.name}" for each in memory]
    outputs = {each.name: system.outputs[each.name] for each in system.machine.outputs}
    terms = substitute([each.next for each in memory] + list(outputs.values()), fixed)
    given = (
        Structure("state", Access.KEPT, members_of(memory)),
        inputs_of(system),
        Structure("outputs", Access.WRITTEN, outputs_of(system)),
        *([parameters_of(settings)] if settings else []),
    )
    return Routine(
        "step",
        given,
        dict(zip([*names, *outputs], terms, strict=True)),
        assumed=both(*fitting(system, settings)),
        claims=(*legal(memory), *_from_any_state(system, fixed)),
    )


def init(system: TransitionSystem) -> Routine:
    """The function that sets the memory to what it is before the first step."""
    memory = memory_of(system)
    state = Structure("state", Access.WRITTEN, members_of(memory))
    return Routine("init", (state,), {each.name: initial(each) for each in memory})


def parameters_init(system: TransitionSystem) -> Routine:
    """The function that sets every parameter to its default."""
    settings = settings_of(system)
    written = parameters_of(settings)
    given = Structure(written.role, Access.WRITTEN, written.members)
    return Routine(
        "parameters_init", (given,), {each.name: number(each.default) for each in settings}
    )


def parameters_check(system: TransitionSystem) -> Routine:
    """The function that says whether all parameters are within their ranges and fit each other."""
    settings = settings_of(system)
    given = parameters_of(settings)
    untrusted = Structure(given.role, Access.READ, given.members)
    inside = (within(each.variable, each.span) for each in settings)
    return Routine(
        "parameters_check",
        (untrusted,),
        {},
        result=both(*inside, *fitting(system, settings)),
    )


# --- The parts that routines are made of ---


def memory_of(system: TransitionSystem) -> tuple[StateVariable, ...]:
    """What the machine itself remembers; observers are no part of it."""
    return tuple(each for each in system.state if not each.observed)


def settings_of(system: TransitionSystem) -> tuple[Constant, ...]:
    """The parameters that have a choice."""
    return tuple(each for each in system.parameters if each.span.lowest < each.span.highest)


def defaults(system: TransitionSystem, settings: Iterable[Constant]) -> dict[str, Term]:
    """The values of the parameters that are none of `settings`."""
    chosen = {each.name for each in settings}
    return {
        each.name: number(each.default) for each in system.parameters if each.name not in chosen
    }


def inputs_of(system: TransitionSystem) -> Structure:
    """What is read in a step: the machine's inputs, and how long the step was."""
    declared = {each.name for each in system.machine.inputs} | {DT}
    cells = [each for each in system.inputs if each.name in declared]
    members = (member_for(each.name + unit_suffix(each.type), each) for each in cells)
    return Structure("inputs", Access.READ, tuple(members), trusted=True)


def outputs_of(system: TransitionSystem) -> tuple[Member, ...]:
    """What is driven."""
    return tuple(
        Member(
            each.name + unit_suffix(each.type),
            each.name,
            each.type,
            each.span,
            isinstance(each.type, Boolean),
        )
        for each in system.machine.outputs
    )


def parameters_of(settings: Iterable[Constant]) -> Structure:
    """What is given at run time."""
    members = (member_for(each.name + unit_suffix(each.type), each) for each in settings)
    return Structure("parameters", Access.READ, tuple(members), trusted=True)


def members_of(memory: tuple[StateVariable, ...]) -> tuple[Member, ...]:
    """What `memory`, all of one object, is called."""
    subjects = subject_words(memory)
    return tuple(member_for(memory_stem(each, subjects), each) for each in memory)


def member_for(name: str, cell: Cell) -> Member:
    """The member `name`, which holds `cell`."""
    return Member(name, cell.name, cell.type, cell.span, cell.variable.boolean)


def initial(cell: StateVariable) -> Term:
    """What `cell` holds before the first step."""
    return truth(bool(cell.initial)) if cell.variable.boolean else number(cell.initial)


def fitting(system: TransitionSystem, settings: tuple[Constant, ...]) -> list[Term]:
    """What the machine assumes of its parameters alone, with the defaults of all but `settings`."""
    names = {each.name for each in system.parameters}
    about = [each for each in system.assumptions if variables(each).keys() <= names]
    return substitute(about, defaults(system, settings))


def within(term: Term, span: Span) -> Term:
    """`term` lies in `span`."""
    return both(at_most(number(span.lowest), term), at_most(term, number(span.highest)))


def after(name: str) -> str:
    """What the variable `name` is called in claims, after the call."""
    return f"{name}'"


def legal(memory: tuple[StateVariable, ...]) -> list[Claim]:
    """Claims that `memory` is in its spans again, whatever it held."""
    return [
        Claim(
            f"{each.name} is legal after a step from any memory",
            within(Variable(after(each.name), False), each.span),
        )
        for each in memory
        if not each.variable.boolean
    ]


def _from_any_state(system: TransitionSystem, fixed: Mapping[str, Term]) -> list[Claim]:
    """The properties from any state that are about one step, as the outside sees them."""
    machine = system.machine
    seen = {each.name for each in machine.outputs}
    seen |= {mode_name(each.name) for each in machine.regions}
    known = {each.name for each in (*system.inputs, *system.parameters)} | seen
    told = {
        each.name: Variable(after(each.name), isinstance(each.type, Boolean))
        for each in machine.outputs
    } | {
        mode_name(each.name): Variable(after(mode_name(each.name)), False)
        for each in machine.regions
    }
    claims = []
    for goal in lower_observers(machine).goals:
        if not isinstance(goal.declared, FromAnyState) or goal.term is None:
            continue
        (term,) = substitute([goal.term], {**fixed, **told})
        if variables(goal.term).keys() <= known and not isinstance(term, Truth):
            claims.append(Claim(f"{goal.requirement} after a step from any memory", term))
    return claims
