"""Assembly: from a transition system to the program that a step of it is.

The terms of the system are kept as they are, except that what has a name gets it back: a
definition, a mode, the time on a timer. Times are the saturated ones. The system compares with
times that are not, which is the same, because no timer is ever compared with more than it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from codegen.arrangement import arranged
from codegen.decisions import Branch, decide
from codegen.program import (
    Claim,
    Count,
    Decide,
    Define,
    Drive,
    Local,
    Program,
    Recall,
    Statement,
    Store,
)
from codegen.ranges import Ranges
from spec.draft import DT, mode_name, time_name
from spec.expression import Enumeration, ValueType
from spec.machine import Region, Span
from spec.system import Constant, Named, Role, StateVariable, TransitionSystem, View
from spec.term import (
    FALSE,
    TRUE,
    Choose,
    Number,
    Sum,
    Term,
    Variable,
    at_most,
    both,
    canonical,
    choose,
    either,
    equal,
    is_boolean,
    negation,
    number,
    parts,
    rebuild,
    variables,
)


def assemble(system: TransitionSystem, *, settable: bool) -> Program:
    """The program of one step of `system`; with `settable`, parameters are given at run time."""
    memory = [each for each in system.state if not each.observed]
    assembly = Assembly(system, memory, (View.GUARD, View.MACHINE))
    drives = [
        Drive(each, assembly.named(system.outputs[each.name])) for each in system.machine.outputs
    ]
    return assembly.program(drives, settable=settable)


class Assembly:
    """Names for terms, and the statement that works each of them out.

    Attributes:
        names: By identity: where the system has the very term that a definition stands for, the
            author wrote the definition.
        true_times: Timers whose true time is asked for even in the step in which the condition
            ends; and under which condition they have one.
        statements: By the name of the local, in the order of the text.
    """

    def __init__(
        self,
        system: TransitionSystem,
        memory: Iterable[StateVariable],
        views: Collection[View],
        true_times: Mapping[str, Term] | None = None,
    ) -> None:
        self.system = system
        self.views = views
        self.true_times = true_times or {}
        self.memory = {each.name: each for each in memory}
        # Modes that are only seen are decided elsewhere.
        self.regions = [each for each in system.machine.regions if each.name in system.old_modes]
        self.timers = {name: each for name, each in self.memory.items() if each.role is Role.TIMER}
        self.ranges = Ranges(
            {each.name: each.span for each in (*system.inputs, *system.parameters, *system.state)}
            | {each.name: each.span for each in system.machine.outputs}
            | {
                mode_name(each.name): Span(0, len(each.modes) - 1)
                for each in system.machine.regions
            }
        )
        self.names: dict[Term, Variable] = {}
        self.definitions: list[Named] = []
        self.name_modes()
        self.name_definitions()
        self.statements = {each.local.variable.name: each for each in self.work_out()}
        for name, each in self.statements.items():
            self.ranges.declare(name, each.local.span)

    def program(self, roots: Sequence[Drive | Claim], *, settable: bool) -> Program:
        """The program; nothing in it that neither `roots` nor the memory need."""
        system = self.system
        stores = [Store(each, self.stored(each)) for each in self.memory.values()]
        declared = {each.name for each in system.machine.inputs} | {DT}
        settings = [each for each in system.parameters if settable and _is_open(each)]
        return Program(
            machine=system.machine,
            inputs=tuple(each for each in system.inputs if each.name in declared),
            constants=tuple(each for each in system.parameters if each not in settings),
            settings=tuple(settings),
            memory=tuple(self.memory.values()),
            paragraphs=arranged(self.statements, stores, roots),
            legal=_legal(settings, system),
            ranges=self.ranges,
        )

    # Names

    def name_modes(self) -> None:
        """Modes before the step and after it; the same where no transition leaves any."""
        for region in self.regions:
            old, new = self.system.old_modes[region.name], self.system.new_modes[region.name]
            self.names[old] = Variable(_before(region), False)
            self.names.setdefault(new, Variable(_after(region), False))

    def name_definitions(self) -> None:
        """Those the machine uses; those of guards apart, where guards see another value."""
        number_of = canonical()
        known: dict[tuple[str, int], Variable] = {}
        for each in self.system.definitions:
            if each.view not in self.views or not parts(each.term) or each.term in self.names:
                continue
            key = (each.name, number_of(each.term))
            if key not in known:
                known[key] = Variable(f"{each.name}.{each.view.name}", is_boolean(each.term))
                self.definitions.append(each)
            self.names[each.term] = known[key]

    def named(self, term: Term) -> Term:
        """`term`, with names for all that has one."""
        return self.names.get(term) or self.inside(term)

    def inside(self, term: Term) -> Term:
        """`term`, with names for the parts that have one."""
        match term:
            case Choose(
                then=Sum(left=Variable(name=timer)) as counted, otherwise=Number(value=0)
            ) if self.counts(counted) and timer not in self.true_times:
                return self.inside(counted)
            case Sum(left=Variable(name=timer)) if self.counts(term):
                return Variable(_now(timer), False)
        return rebuild(term, [self.named(part) for part in parts(term)])

    def counts(self, term: Term) -> bool:
        """Whether `term` is a timer's time, this step included."""
        match term:
            case Sum(left=Variable(name=timer), right=Variable(name=by)):
                return timer in self.timers and by == DT
        return False

    # Statements

    def work_out(self) -> Iterator[Statement]:
        """What works out each name, in the order of the text."""
        machine = self.system.machine
        for region in self.regions:
            memory = self.memory[mode_name(region.name)]
            name = Variable(_before(region), False)
            stem = f"{region.name}_before"
            local = Local(name, stem, memory.type, memory.span, region.name)
            yield Recall(local, region, memory)
        for timer in self.timers.values():
            name = Variable(_now(timer.name), False)
            yield Count(Local(name, "", timer.type, timer.span), timer, self.running(timer))
        order = [each.name for each in machine.definitions]
        views = [each.name for each in self.definitions]
        for named in sorted(self.definitions, key=lambda each: order.index(each.name)):
            apart = views.count(named.name) > 1 and named.view is View.GUARD
            stem = f"{named.name}_before" if apart else named.name
            declared = machine.definition(named.name)
            span = self.ranges.of(named.term)
            type_ = declared.expression.type
            local = Local(self.names[named.term], stem, type_, span, self.kin(type_))
            yield Define(local, self.inside(named.term), declared)
        for region in self.regions:
            memory = self.memory[mode_name(region.name)]
            name = Variable(_after(region), False)
            local = Local(name, region.name, memory.type, memory.span, region.name)
            before = self.names[self.system.old_modes[region.name]]
            decision = decide(tuple(self.branches(region)), before, len(region.modes))
            yield Decide(local, before, region, decision)

    def kin(self, type_: ValueType) -> str:
        """The first signal with the named values of `type_`; empty if they have no names."""
        if not isinstance(type_, Enumeration):
            return ""
        machine = self.system.machine
        signals = [(each.name, each.type) for each in machine.inputs]
        signals += [(each.name, each.type) for each in machine.outputs]
        return next(name for name, type_of_it in signals if type_of_it == type_)

    def running(self, timer: StateVariable) -> Term | None:
        """What a duration is the duration of; None for the time of a region."""
        if timer.name in self.true_times:
            return self.named(self.true_times[timer.name])
        match timer.next:
            case Choose(condition=condition, otherwise=Number(value=0)):
                return self.named(condition)
        return None

    def branches(self, region: Region) -> Iterator[Branch]:
        """The transitions that can fire at all, by priority."""
        for edge in self.system.edges:
            if edge.region == region.name and edge.applies is not FALSE:
                target = region.index(edge.transition.target)
                yield Branch(self.named(edge.applies), edge.transition, target)
                if edge.applies is TRUE:
                    return

    def stored(self, cell: StateVariable) -> Term:
        """What `cell` holds after the step."""
        if isinstance(cell.next, Number):
            # A time that nobody can ask for.
            return cell.next
        for region in self.regions:
            if cell.name == time_name(region.name) and self.running(cell) is None:
                return choose(self.stays(region), Variable(_now(cell.name), False), number(0))
        if cell.name in self.true_times:
            assert isinstance(cell.next, Choose)
            now = Variable(_now(cell.name), False)
            return choose(self.named(cell.next.condition), now, number(0))
        if cell.name in self.timers:
            return Variable(_now(cell.name), False)
        return self.named(cell.next)

    def stays(self, region: Region) -> Term:
        """No transition of `region` is taken, not even one from a mode to itself."""
        old, new = (
            self.named(modes[region.name])
            for modes in (self.system.old_modes, self.system.new_modes)
        )
        itself = [
            self.named(each.fires)
            for each in self.system.edges
            if each.region == region.name
            and not each.transition.from_any
            and each.transition.target in each.transition.origins
        ]
        return both(equal(new, old), negation(either(*itself)))


def _legal(settings: Iterable[Constant], system: TransitionSystem) -> Term:
    """Every one of `settings` within its range, and what is assumed of parameters alone."""
    names = {each.name for each in system.parameters}
    ranges = (
        claim
        for each in settings
        for claim in (
            at_most(number(each.span.lowest), each.variable),
            at_most(each.variable, number(each.span.highest)),
        )
    )
    fitting = (each for each in system.assumptions if variables(each).keys() <= names)
    return both(*ranges, *fitting)


def _is_open(parameter: Constant) -> bool:
    return parameter.span.lowest < parameter.span.highest


def _before(region: Region) -> str:
    return f"{mode_name(region.name)}.before"


def _after(region: Region) -> str:
    return f"{mode_name(region.name)}.after"


def _now(timer: str) -> str:
    return f"{timer}.now"
