"""Lowering: from a machine to its transition system, in numbered passes.

What each construct means is section 3 of the language's semantics, which `spec.reference` runs
directly; the two are compared on random runs and on every trace, and share no code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from spec.expression import (
    BOOLEAN,
    After,
    Boolean,
    Choice,
    Clock,
    Enumeration,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Quantity,
    Reference,
    Scaled,
    Temporal,
    Temporally,
    ValueType,
)
from spec.intervals import interval
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
)
from spec.system import (
    Bound,
    Constant,
    Edge,
    Goal,
    Question,
    Role,
    Signal,
    StateVariable,
    TransitionSystem,
)
from spec.term import (
    TRUE,
    Term,
    Variable,
    at_most,
    both,
    canonical,
    choose,
    either,
    equal,
    implication,
    less,
    minus,
    negation,
    number,
    plus,
    times,
    truth,
)

DT = "dt"
DRIFT = "drift"
LATENCY = "latency"
FIRST = "first"


def lower(machine: Machine) -> TransitionSystem:
    """The transition system of `machine`."""
    draft = _Draft(machine)
    for _, pass_ in PASSES:
        pass_(draft)
    return draft.system()


class _View(Enum):
    """Whose eyes an expression is read with."""

    GUARD = "the machine, modes before the step"
    MACHINE = "the machine, modes after the step"
    OBSERVER = "an observer, modes after the step"


@dataclass
class _Cell:
    """A state variable whose saturation and next value are not known yet."""

    variable: Variable
    role: Role
    type: ValueType
    initial: int
    observed: bool
    meaning: str
    asked: int = 0
    drift_of: str = ""
    # Given where it saturates, the value after the step.
    finish: Callable[[int], Term] = lambda saturation: TRUE


@dataclass
class _Draft:
    machine: Machine
    cells: dict[str, _Cell] = field(default_factory=dict)
    inputs: list[Signal] = field(default_factory=list)
    parameters: list[Constant] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    assumptions: list[Term] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    old_modes: dict[str, Term] = field(default_factory=dict)
    new_modes: dict[str, Term] = field(default_factory=dict)
    outputs: dict[str, Term] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    # Memory of what was lowered, so that one written thing becomes one term and one timer.
    lowered: dict[tuple[object, ...], Term] = field(default_factory=dict)
    keep: list[object] = field(default_factory=list)
    number_of: Callable[[Term], int] = field(default_factory=canonical)
    spans: dict[str, Span] = field(default_factory=dict)
    # Durations claimed to be at least something: their observers count on beyond that, so that
    # it can be measured how long they really are.
    measured: set[Lasting] = field(default_factory=set)

    def system(self) -> TransitionSystem:
        """What the passes have made, as one value."""
        saturation = self.machine.time.saturation
        state = []
        for cell in self.cells.values():
            lowest, highest = 0, cell.asked
            if saturation is not None and not cell.observed and cell.role is Role.TIMER:
                highest = min(highest, saturation)
            if cell.drift_of:
                highest = self.machine.time.drift_per_tick * self.cells[cell.drift_of].asked
                lowest = -highest - self.machine.time.latency.highest
            state.append(
                StateVariable(
                    cell.variable,
                    cell.type,
                    Span(lowest, highest),
                    role=cell.role,
                    initial=cell.initial,
                    next=cell.finish(highest),
                    observed=cell.observed,
                    drift_of=cell.drift_of,
                    meaning=cell.meaning,
                )
            )
        return TransitionSystem(
            self.machine,
            tuple(self.parameters),
            tuple(self.inputs),
            tuple(state),
            tuple(self.assumptions),
            tuple(self.edges),
            self.new_modes,
            self.outputs,
            tuple(self.goals),
            tuple(self.questions),
        )

    def variable(self, name: str, *, boolean: bool) -> Variable:
        """The variable `name`; one object for one name."""
        return self.variables.setdefault(name, Variable(name, boolean))

    def highest(self, expression: Expression) -> int:
        """The largest value `expression` can have."""
        definitions = {each.name: each for each in self.machine.definitions}
        return interval(expression, self.spans, definitions).highest

    def ask(self, timer: str, highest: int, expression: Expression) -> None:
        """Note that `timer` is compared with values up to `highest`."""
        self.cells[timer].asked = max(self.cells[timer].asked, highest)
        self.questions.append(Question(timer, highest, expression.place))

    # Memory that expressions need

    def past(self, operand: Term, *, observed: bool, meaning: str) -> Term:
        """The value of `operand` one step ago; false before the first step."""
        return self._flag(
            ("was", self.number_of(operand), observed),
            f"{meaning}, one step ago",
            lambda own: operand,
        )

    def _flag(
        self,
        key: tuple[str | int, ...],
        meaning: str,
        after: Callable[[Variable], Term],
        *,
        initial: bool = False,
    ) -> Variable:
        """The flag that `key` (kind, what it is of, whether an observer's) names, made if new."""
        known = self.lowered.get(key)
        if known is None:
            kind, observed = key[0], key[-1]
            known = self._fresh(str(kind), bool(observed), boolean=True)
            self.lowered[key] = known
            next_ = after(known)
            self.cells[known.name] = _Cell(
                known, Role.FLAG, BOOLEAN, int(initial), bool(observed), meaning, asked=1,
                finish=lambda _: next_,
            )  # fmt: skip
        assert isinstance(known, Variable)
        return known

    def _fresh(self, kind: str, observed: bool, *, boolean: bool) -> Variable:
        prefix = f"seen_{kind}" if observed else kind
        taken = sum(name.startswith(prefix + "_") for name in self.cells)
        return self.variable(f"{prefix}_{taken + 1}", boolean=boolean)

    def once(self, operand: Term, meaning: str) -> Term:
        """`operand` holds now or held before."""
        flag = self._flag(
            ("once", self.number_of(operand), True),
            f"{meaning}, at least once",
            lambda own: either(operand, own),
        )
        return either(operand, flag)

    def historically(self, operand: Term, meaning: str) -> Term:
        """`operand` holds now and in every step before."""
        flag = self._flag(
            ("ever", self.number_of(operand), True),
            f"{meaning}, in every step so far",
            lambda own: both(operand, own),
            initial=True,
        )
        return both(operand, flag)

    def since(self, holds: Term, began: Term, meaning: str) -> Term:
        """`began` holds now, or it held before and `holds` has held in every step after that."""
        flag = self._flag(
            ("since", self.number_of(holds), self.number_of(began), True),
            meaning,
            lambda own: either(began, both(holds, own)),
        )
        return either(began, both(holds, flag))

    def lasting(
        self, node: Lasting, operand: Term, *, observed: bool, asked: int, meaning: str
    ) -> Term:
        """How long `operand` has held; see `Clock` for whose time that is.

        Unsaturated: the timer stops no lower than anything that it is compared with, so that the
        comparison is the same, and a bound can be measured beyond what it allows.
        """
        if node in self.measured:
            asked *= 2
        was = self.past(operand, observed=observed, meaning=meaning)
        timer = self._timer(operand, was, observed, meaning)
        now = plus(timer, self._world(DT))
        if node.clock is Clock.MEASURED:
            self.ask(timer.name, asked, node)
            return choose(both(operand, was), now, number(0))
        # True time is measured time, plus what the clock and the pins make of it.
        time = self.machine.time
        slowest = time.true_per_tick.lowest
        self.ask(timer.name, -(-(asked + time.latency.highest) // slowest), node)
        drift = self._drift(operand, was, timer, meaning)
        true = plus(times(time.fine_per_tick, now), plus(drift, self._world(DRIFT)))
        return choose(was, plus(true, self._world(LATENCY)), number(0))

    def _timer(self, operand: Term, was: Term, observed: bool, meaning: str) -> Variable:
        """Measured time for which `operand` has held; kept through the step in which it falls."""
        key = ("duration", self.number_of(operand), observed)
        known = self.lowered.get(key)
        if known is None:
            known = self._fresh("duration", observed, boolean=False)
            self.lowered[key] = known
            type_ = self.machine.time.tick
            cell = _Cell(known, Role.TIMER, type_, 0, observed, f"how long {meaning}")
            cell.finish = lambda saturation: choose(
                both(operand, was),
                self._counted(cell, self._world(DT), saturation),
                number(0),
            )
            self.cells[known.name] = cell
        assert isinstance(known, Variable)
        return known

    def _drift(self, operand: Term, was: Term, timer: Variable, meaning: str) -> Variable:
        """By how much true time at the pins is ahead of `timer`, which is negative if behind.

        Kept apart from the measured time, so that no proof has to multiply: the clock drifts by
        at most its tolerance in every tick, and the pins changed at most the latency late.
        """
        key = ("drift", timer.name)
        known = self.lowered.get(key)
        if known is None:
            known = self._fresh("drift", True, boolean=False)
            self.lowered[key] = known
            late = times(-1, self._world(LATENCY))
            drifted = plus(known, self._world(DRIFT))
            cell = _Cell(
                known, Role.DRIFT, self.machine.time.fine, 0, True,
                f"true time at the pins ahead of how long {meaning}", drift_of=timer.name,
            )  # fmt: skip

            def finish(_: int) -> Term:
                # It stands still from when its timer does, or it would outgrow the timer.
                room = minus(number(self.cells[timer.name].asked), self._world(DT))
                full = at_most(room, timer)
                kept = choose(was, choose(full, known, drifted), late)
                return choose(operand, kept, number(0))

            cell.finish = finish
            self.cells[known.name] = cell
        assert isinstance(known, Variable)
        return known

    @staticmethod
    def _counted(cell: _Cell, by: Term, saturation: int) -> Term:
        """`cell` + `by`, stopping at `saturation`; no sum is ever larger than that."""
        room = minus(number(saturation), by)
        return choose(at_most(room, cell.variable), number(saturation), plus(cell.variable, by))

    def _world(self, name: str) -> Variable:
        """An input that the world sets: dt, drift or latency; declared when first needed."""
        if name in self.variables:
            return self.variables[name]
        variable = self.variable(name, boolean=False)
        time = self.machine.time
        if name == DT:
            span, type_ = Span(0, time.step.highest), time.tick
            first = self.variable(FIRST, boolean=True)
            self.cells[FIRST] = _Cell(
                first, Role.FLAG, BOOLEAN, 1, True, "no step was taken yet", asked=1,
                finish=lambda _: truth(False),
            )  # fmt: skip
            self.assumptions.append(
                choose(
                    first,
                    equal(variable, number(0)),
                    at_most(number(time.step.lowest), variable),
                )
            )
        elif name == DRIFT:
            most = time.drift_per_tick
            span, type_ = (
                Span(-most * time.step.highest, most * time.step.highest),
                time.fine,
            )
            dt = self._world(DT)
            self.assumptions.append(at_most(times(-most, dt), variable))
            self.assumptions.append(at_most(variable, times(most, dt)))
        else:
            span, type_ = time.latency, time.fine
        self.inputs.append(Signal(variable, type_, span))
        self.spans[name] = span
        return variable

    # Expressions

    def term(self, expression: Expression, view: _View, *, asked: int = 0) -> Term:
        """`expression` as a term; `asked` is the largest value a duration is compared with."""
        key = (id(expression), view)
        known = self.lowered.get(key)
        if known is None:
            known = self._term(expression, view, asked)
            self.lowered[key] = known
            self.keep.append(expression)
        return known

    def _term(self, expression: Expression, view: _View, asked: int) -> Term:
        observed = view is _View.OBSERVER
        match expression:
            case Literal(value=value, type=Boolean()):
                return truth(bool(value))
            case Literal(value=value):
                return number(value)
            case Reference():
                return self._reference(expression, view)
            case Scaled(factor=factor, operand=operand):
                return times(factor, self.term(operand, view))
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return choose(
                    self.term(condition, view),
                    self.term(then, view),
                    self.term(otherwise, view),
                )
            case Operation():
                return self._operation(expression, view)
            case Temporally(operator=operator):
                operands = [self.term(each, view) for each in expression.operands]
                meaning = self._said(expression.operands[0])
                return self._temporal(operator, operands, observed, meaning)
            case Lasting(operand=operand):
                return self.lasting(
                    expression,
                    self.term(operand, view),
                    observed=observed,
                    asked=asked,
                    meaning=self._said(operand),
                )
            case After(region=region, time=time):
                timer = f"{region}_time"
                self.ask(timer, self.highest(time), expression)
                asked_for = self.term(time, view)
                # The comparison below must see the saturated value where an author limits it.
                limit = self.machine.time.saturation
                now = plus(self.variables[timer], self._world(DT))
                reached = at_most(asked_for, now)
                if limit is not None and limit < self.highest(time):
                    reached = both(reached, at_most(asked_for, number(limit)))
                return reached

    def _said(self, expression: Expression) -> str:
        """The passage of the text that `expression` stands in."""
        line = self.machine.text.splitlines()[expression.place.line - 1]
        start = expression.place.column - 1
        return line[start : start + expression.place.length].split("  #")[0].strip()

    def _reference(self, reference: Reference, view: _View) -> Term:
        match reference.kind:
            case Kind.INPUT | Kind.PARAMETER:
                return self.variables[reference.name]
            case Kind.STEP_TIME:
                return self._world(DT)
            case Kind.DEFINITION:
                return self.term(self.machine.definition(reference.name).expression, view)
            case Kind.OUTPUT:
                return self.outputs[reference.name]
            case Kind.MODE:
                modes = self.old_modes if view is _View.GUARD else self.new_modes
                return modes[reference.name]

    def _operation(self, operation: Operation, view: _View) -> Term:
        operator, operands = operation.operator, operation.operands
        if operator is Operator.NOT:
            return negation(self.term(operands[0], view))
        if operator in (Operator.AND, Operator.OR):
            inside = [self.term(each, view) for each in operands]
            return both(*inside) if operator is Operator.AND else either(*inside)
        if any(isinstance(each, Lasting) for each in operands):
            return self._timed_comparison(operation, view)
        left, right = (self.term(each, view) for each in operands)
        return _compared(operator, left, right)

    def _timed_comparison(self, operation: Operation, view: _View) -> Term:
        left, right = operation.operands
        timer, other = (left, right) if isinstance(left, Lasting) else (right, left)
        # "more than t" is "at least t + 1": the timer has to reach one further.
        further = 1 if operation.operator not in (
            (Operator.AT_LEAST, Operator.LESS)
            if timer is left
            else (Operator.AT_MOST, Operator.GREATER)
        ) else 0  # fmt: skip
        asked = self.highest(other) + further
        key = (id(timer), view)
        self.lowered.pop(key, None)
        lasted = self.term(timer, view, asked=asked)
        compared = self.term(other, view)
        result = (
            _compared(operation.operator, lasted, compared)
            if timer is left
            else _compared(operation.operator, compared, lasted)
        )
        limit = self.machine.time.saturation
        if limit is None or view is _View.OBSERVER or limit >= asked:
            return result
        # An author's limit below what is asked: the machine sees the limited value.
        limited = choose(at_most(number(limit), lasted), number(limit), lasted)
        return (
            _compared(operation.operator, limited, compared)
            if timer is left
            else _compared(operation.operator, compared, limited)
        )

    def _temporal(
        self, operator: Temporal, operands: list[Term], observed: bool, meaning: str
    ) -> Term:
        now = operands[0]
        match operator:
            case Temporal.PAST:
                return self.past(now, observed=observed, meaning=meaning)
            case Temporal.ROSE:
                return both(now, negation(self.past(now, observed=observed, meaning=meaning)))
            case Temporal.FELL:
                return both(negation(now), self.past(now, observed=observed, meaning=meaning))
            case Temporal.ONCE:
                return self.once(now, meaning)
            case Temporal.HISTORICALLY:
                return self.historically(now, meaning)
            case Temporal.SINCE:
                return self.since(now, operands[1], f"{meaning}, since it began")


def _compared(operator: Operator, left: Term, right: Term) -> Term:
    match operator:
        case Operator.IMPLIES:
            return implication(left, right)
        case Operator.IFF | Operator.EQUAL:
            return equal(left, right)
        case Operator.NOT_EQUAL:
            return negation(equal(left, right))
        case Operator.ADD:
            return plus(left, right)
        case Operator.SUBTRACT:
            return minus(left, right)
        case Operator.LESS:
            return less(left, right)
        case Operator.AT_MOST:
            return at_most(left, right)
        case Operator.GREATER:
            return less(right, left)
        case Operator.AT_LEAST:
            return at_most(right, left)
        case _:
            raise AssertionError(operator)


# Passes


def _declare_signals(draft: _Draft) -> None:
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


def _declare_modes(draft: _Draft) -> None:
    """Each region gets its mode; what is no mode of it counts as the safe one."""
    for region in draft.machine.regions:
        variable = draft.variable(f"{region.name}_mode", boolean=False)
        last = len(region.modes) - 1
        type_ = Enumeration(tuple(mode.name for mode in region.modes))
        draft.cells[variable.name] = _Cell(
            variable,
            Role.MODE,
            type_,
            region.initial,
            False,
            f"mode of {region.name}",
            asked=last,
        )
        draft.old_modes[region.name] = choose(
            at_most(variable, number(last)), variable, number(region.safe)
        )


def _make_regions(draft: _Draft) -> None:
    """Transitions become edges by priority, and the edges become next modes and timers."""
    for region in draft.machine.regions:
        _make_region(draft, region)


def _make_region(draft: _Draft, region: Region) -> None:
    mode = draft.old_modes[region.name]
    timer = f"{region.name}_time"
    draft.variable(timer, boolean=False)
    timed = _Cell(
        draft.variables[timer], Role.TIMER, draft.machine.time.tick, 0, False,
        f"time in the mode of {region.name}",
    )  # fmt: skip
    draft.cells[timer] = timed
    above: list[Term] = []
    edges: list[Edge] = []
    for transition in region.transitions:
        guard = draft.term(transition.guard, _View.GUARD)
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
    draft.cells[f"{region.name}_mode"].finish = lambda _: new_mode
    if timed.asked:
        timed.finish = lambda saturation: choose(
            taken, number(0), draft._counted(timed, draft._world(DT), saturation)
        )
    else:
        del draft.cells[timer]


def _make_outputs(draft: _Draft) -> None:
    """Outputs read the new modes."""
    for output in draft.machine.outputs:
        draft.outputs[output.name] = draft.term(output.expression, _View.MACHINE)


def _make_assumptions(draft: _Draft) -> None:
    """Assumptions, with observers of their own where they look back."""
    draft._world(DT)
    for assumption in draft.machine.assumptions:
        draft.assumptions.append(draft.term(assumption.expression, _View.OBSERVER))


def _make_goals(draft: _Draft) -> None:
    """Properties become terms over observers, which never read the machine's own timers."""
    for requirement in draft.machine.requirements:
        for index, property_ in enumerate(requirement.properties):
            claim = _claim(_sides(property_)[1]) if isinstance(property_, Always) else None
            if claim is not None and claim[2]:
                draft.measured.add(claim[0])
            term, premise = _goal(draft, property_)
            bound = _bound(draft, property_) if isinstance(property_, Always) else None
            draft.goals.append(Goal(requirement.id, index, property_, term, premise, bound))


def _goal(draft: _Draft, property_: Property) -> tuple[Term | None, Term | None]:
    match property_:
        case Always(expression=expression):
            premise = None
            if isinstance(expression, Operation) and expression.operator is Operator.IMPLIES:
                premise = draft.term(expression.operands[0], _View.OBSERVER)
            return draft.term(expression, _View.OBSERVER), premise
        case Reachable(expression=expression):
            return draft.term(expression, _View.OBSERVER), None
        case FromAnyState(expression=expression):
            premise = None
            if isinstance(expression, Operation) and expression.operator is Operator.IMPLIES:
                premise = draft.term(expression.operands[0], _View.MACHINE)
            return draft.term(expression, _View.MACHINE), premise
        case Independent() | Every():
            return None, None


def _bound(draft: _Draft, property_: Always) -> Bound | None:
    """What `property_` claims about a duration: ``P implies d >= t``, ``d >= t implies Q``."""
    premises, conclusion = _sides(property_)
    claims = [each for each in (*premises, conclusion) if _claim(each) is not None]
    if len(claims) != 1:
        return None
    claim = _claim(claims[0])
    assert claim is not None
    timer, limit, at_least = claim
    others = [draft.term(each, _View.OBSERVER) for each in premises if each is not claims[0]]
    if claims[0] is not conclusion:
        # The premise must not come true while the conclusion is false.
        others.append(negation(draft.term(conclusion, _View.OBSERVER)))
        at_least = not at_least
    assert isinstance(timer.type, Quantity)
    return Bound(
        draft._said(timer),
        timer.type,
        draft.term(timer, _View.OBSERVER),
        draft.term(limit, _View.OBSERVER),
        at_least,
        both(*others),
    )


def _sides(property_: Always) -> tuple[tuple[Expression, ...], Expression]:
    """The premises (a conjunction's parts) and the conclusion; no premise where none is made."""
    match property_.expression:
        case Operation(operator=Operator.IMPLIES, operands=(premise, conclusion)):
            if isinstance(premise, Operation) and premise.operator is Operator.AND:
                return premise.operands, conclusion
            return (premise,), conclusion
        case expression:
            return (), expression


def _claim(expression: Expression) -> tuple[Lasting, Expression, bool] | None:
    """Timer, limit, and whether ``timer >= limit`` (else ``<=``) is said; None if neither is."""
    match expression:
        case Operation(operands=(left, right)):
            pass
        case _:
            return None
    at_least = expression.operator in (Operator.AT_LEAST, Operator.GREATER)
    at_most_ = expression.operator in (Operator.AT_MOST, Operator.LESS)
    if isinstance(left, Lasting) and (at_least or at_most_):
        return left, right, at_least
    if isinstance(right, Lasting) and (at_least or at_most_):
        return right, left, at_most_
    return None


# In this order, because each pass reads what the ones above it made.
PASSES: tuple[tuple[str, Callable[[_Draft], None]], ...] = (
    # First: everything else refers to signals.
    ("signals", _declare_signals),
    # Before regions: guards read the modes of all regions as they were before the step.
    ("modes", _declare_modes),
    ("regions", _make_regions),
    # After regions: outputs read the modes after the step.
    ("outputs", _make_outputs),
    ("assumptions", _make_assumptions),
    # Last: observers read outputs, and nothing reads observers.
    ("goals", _make_goals),
)
