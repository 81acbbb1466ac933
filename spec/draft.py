"""The draft of a transition system: its variables, and the memory that expressions need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from spec.expression import BOOLEAN, Clock, Expression, Lasting, Reference, ValueType
from spec.intervals import interval
from spec.machine import Machine, Span
from spec.system import (
    Constant,
    Edge,
    Goal,
    Named,
    Question,
    Role,
    Signal,
    StateVariable,
    TransitionSystem,
    View,
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
    minus,
    number,
    plus,
    times,
    truth,
)

# What the world sets in every step. The names are reserved, or have a dot that no author writes.
DT = "dt"
LATENCY = "latency"
DRIFT = "clock.drift"
FIRST = "first.step"


def mode_name(region: str) -> str:
    """The state variable that holds the mode of `region`."""
    return f"{region}.mode"


def time_name(region: str) -> str:
    """The state variable that holds how long `region` has been in its mode."""
    return f"{region}.time"


def counted(timer: Variable, by: Term, saturation: int) -> Term:
    """`timer` + `by`, stopping at `saturation`; no sum is ever larger than that."""
    room = minus(number(saturation), by)
    return choose(at_most(room, timer), number(saturation), plus(timer, by))


@dataclass
class Cell:
    """A state variable whose saturation and next value are not known yet."""

    variable: Variable
    role: Role
    type: ValueType
    initial: int
    observed: bool
    subject: str
    meaning: str
    asked: int = 0
    drift_of: str = ""
    # Given where it saturates, the value after the step.
    finish: Callable[[int], Term] = lambda saturation: TRUE


@dataclass
class Draft:
    """A transition system in the making: its variables, and the memory that expressions need.

    Names of our own have a dot in them, which no author can write.
    """

    machine: Machine
    cells: dict[str, Cell] = field(default_factory=dict)
    inputs: list[Signal] = field(default_factory=list)
    parameters: list[Constant] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    assumptions: list[Term] = field(default_factory=list)
    definitions: dict[tuple[str, View], Named] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    old_modes: dict[str, Term] = field(default_factory=dict)
    new_modes: dict[str, Term] = field(default_factory=dict)
    outputs: dict[str, Term] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    # Kind, operand and observer to the variable made for it: one written thing, one timer.
    made: dict[tuple[object, ...], Variable] = field(default_factory=dict)
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
                    subject=cell.subject,
                    meaning=cell.meaning,
                )
            )
        return TransitionSystem(
            self.machine,
            tuple(self.parameters),
            tuple(self.inputs),
            tuple(state),
            tuple(self.assumptions),
            tuple(self.definitions.values()),
            tuple(self.edges),
            self.old_modes,
            self.new_modes,
            self.outputs,
            tuple(self.goals),
            tuple(self.questions),
        )

    def variable(self, name: str, *, boolean: bool) -> Variable:
        """The variable `name`; one object for one name."""
        return self.variables.setdefault(name, Variable(name, boolean))

    def define(self, name: str, view: View, term: Term) -> Term:
        """`term`, noted as what the definition `name` stands for."""
        return self.definitions.setdefault((name, view), Named(name, view, term)).term

    def highest(self, expression: Expression) -> int:
        """The largest value `expression` can have."""
        definitions = {each.name: each for each in self.machine.definitions}
        return interval(expression, self.spans, definitions).highest

    def ask(self, timer: str, highest: int, expression: Expression) -> None:
        """Note that `timer` is compared with values up to `highest`."""
        self.cells[timer].asked = max(self.cells[timer].asked, highest)
        self.questions.append(Question(timer, highest, expression.place))

    # Memory that expressions need

    def past(self, operand: Term, *, observed: bool, subject: str) -> Term:
        """The value of `operand` one step ago; false before the first step."""
        return self._flag(
            ("was", self.number_of(operand), observed),
            subject,
            f"{subject}, one step ago",
            lambda own: operand,
        )

    def _flag(
        self,
        key: tuple[str | int, ...],
        subject: str,
        meaning: str,
        after: Callable[[Variable], Term],
        *,
        initial: bool = False,
    ) -> Variable:
        """The flag that `key` (kind, what it is of, whether an observer's) names, made if new."""
        known = self.made.get(key)
        if known is None:
            kind, observed = key[0], key[-1]
            known = self._fresh(str(kind), bool(observed), boolean=True)
            self.made[key] = known
            next_ = after(known)
            self.cells[known.name] = Cell(
                known, Role.FLAG, BOOLEAN, int(initial), bool(observed), subject, meaning,
                asked=1,
                finish=lambda _: next_,
            )  # fmt: skip
        return known

    def _fresh(self, kind: str, observed: bool, *, boolean: bool) -> Variable:
        prefix = f"seen.{kind}" if observed else kind
        taken = sum(name.startswith(prefix + ".") for name in self.cells)
        return self.variable(f"{prefix}.{taken + 1}", boolean=boolean)

    def once(self, operand: Term, subject: str) -> Term:
        """`operand` holds now or held before."""
        flag = self._flag(
            ("once", self.number_of(operand), True),
            subject,
            f"{subject}, at least once",
            lambda own: either(operand, own),
        )
        return either(operand, flag)

    def historically(self, operand: Term, subject: str) -> Term:
        """`operand` holds now and in every step before."""
        flag = self._flag(
            ("ever", self.number_of(operand), True),
            subject,
            f"{subject}, in every step so far",
            lambda own: both(operand, own),
            initial=True,
        )
        return both(operand, flag)

    def since(self, holds: Term, began: Term, subject: str) -> Term:
        """`began` holds now, or it held before and `holds` has held in every step after that."""
        flag = self._flag(
            ("since", self.number_of(holds), self.number_of(began), True),
            subject,
            f"{subject}, since it began",
            lambda own: either(began, both(holds, own)),
        )
        return either(began, both(holds, flag))

    def lasting(
        self, node: Lasting, operand: Term, *, observed: bool, asked: int, subject: str
    ) -> Term:
        """How long `operand` has held; see `Clock` for whose time that is.

        Unsaturated: the timer stops no lower than anything that it is compared with, so that the
        comparison is the same, and a bound can be measured beyond what it allows.
        """
        if node in self.measured:
            asked *= 2
        was = self.past(operand, observed=observed, subject=subject)
        timer = self._timer(operand, was, observed, subject)
        now = plus(timer, self.world(DT))
        if node.clock is Clock.MEASURED:
            self.ask(timer.name, asked, node)
            return choose(both(operand, was), now, number(0))
        # True time is measured time, plus what the clock and the pins make of it.
        time = self.machine.time
        slowest = time.true_per_tick.lowest
        self.ask(timer.name, -(-(asked + time.latency.highest) // slowest), node)
        drift = self._drift(operand, was, timer, subject)
        true = plus(times(time.fine_per_tick, now), plus(drift, self.world(DRIFT)))
        return choose(was, plus(true, self.world(LATENCY)), number(0))

    def timer_of(self, operand: Term) -> str:
        """The observer's timer that counts how long `operand` has held; it was asked for before."""
        return self.made["duration", self.number_of(operand), True].name

    def _timer(self, operand: Term, was: Term, observed: bool, subject: str) -> Variable:
        """Measured time for which `operand` has held; kept through the step in which it falls."""
        key = ("duration", self.number_of(operand), observed)
        known = self.made.get(key)
        if known is None:
            known = self._fresh("duration", observed, boolean=False)
            self.made[key] = known
            type_ = self.machine.time.tick
            cell = Cell(known, Role.TIMER, type_, 0, observed, subject, f"how long {subject}")
            cell.finish = lambda saturation: choose(
                both(operand, was),
                counted(known, self.world(DT), saturation),
                number(0),
            )
            self.cells[known.name] = cell
        return known

    def _drift(self, operand: Term, was: Term, timer: Variable, subject: str) -> Variable:
        """By how much true time at the pins is ahead of `timer`, which is negative if behind.

        Kept apart from the measured time, so that no proof has to multiply: the clock drifts by
        at most its tolerance in every tick, and the pins changed at most the latency late.
        """
        key = ("drift", timer.name)
        known = self.made.get(key)
        if known is None:
            known = self._fresh("drift", True, boolean=False)
            self.made[key] = known
            late = times(-1, self.world(LATENCY))
            drifted = plus(known, self.world(DRIFT))
            cell = Cell(
                known, Role.DRIFT, self.machine.time.fine, 0, True, subject,
                f"true time at the pins ahead of how long {subject}", drift_of=timer.name,
            )  # fmt: skip

            def finish(_: int) -> Term:
                # It stands still from when its timer does, or it would outgrow the timer.
                room = minus(number(self.cells[timer.name].asked), self.world(DT))
                full = at_most(room, timer)
                kept = choose(was, choose(full, known, drifted), late)
                return choose(operand, kept, number(0))

            cell.finish = finish
            self.cells[known.name] = cell
        return known

    def world(self, name: str) -> Variable:
        """An input that the world sets: dt, drift or latency; declared when first needed."""
        if name in self.variables:
            return self.variables[name]
        variable = self.variable(name, boolean=False)
        time = self.machine.time
        if name == DT:
            span, type_ = Span(0, time.step.highest), time.tick
            first = self.variable(FIRST, boolean=True)
            self.cells[FIRST] = Cell(
                first, Role.FLAG, BOOLEAN, 1, True, "", "no step was taken yet", asked=1,
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
            dt = self.world(DT)
            self.assumptions.append(at_most(times(-most, dt), variable))
            self.assumptions.append(at_most(variable, times(most, dt)))
        else:
            span, type_ = time.latency, time.fine
        self.inputs.append(Signal(variable, type_, span))
        self.spans[name] = span
        return variable

    def said(self, expression: Expression) -> str:
        """The passage of the text that `expression` stands in.

        A name in a part is that of the flattened machine: several parts may have one text.
        """
        place = expression.place
        if place.file and isinstance(expression, Reference):
            return expression.name
        line = self.machine.lines(place.file)[place.line - 1]
        start = place.column - 1
        return line[start : start + place.length].split("  #")[0].strip()
