"""Translation: from declared expressions to terms of a draft."""

from __future__ import annotations

from spec.draft import DT, Draft, time_name
from spec.expression import (
    After,
    Boolean,
    Choice,
    Expression,
    Kind,
    Lasting,
    Literal,
    Operation,
    Operator,
    Reference,
    Scaled,
    Temporal,
    Temporally,
)
from spec.system import View
from spec.term import (
    Term,
    at_most,
    both,
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


class Translator:
    """Translates the expressions of one machine, each once for each view.

    Expressions are known by identity: the machine, which the draft holds, keeps them alive.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._known: dict[tuple[int, View], Term] = {}

    def term(self, expression: Expression, view: View, *, asked: int = 0) -> Term:
        """`expression` as a term; `asked` is the largest value a duration is compared with."""
        key = (id(expression), view)
        known = self._known.get(key)
        if known is None:
            known = self._term(expression, view, asked)
            self._known[key] = known
        return known

    def _term(self, expression: Expression, view: View, asked: int) -> Term:
        observed = view is View.OBSERVER
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
                subject = self._draft.said(expression.operands[0])
                return self._temporal(operator, operands, observed, subject)
            case Lasting(operand=operand):
                return self._draft.lasting(
                    expression,
                    self.term(operand, view),
                    observed=observed,
                    asked=asked,
                    subject=self._draft.said(operand),
                )
            case After(region=region, time=time):
                timer = time_name(region)
                self._draft.ask(timer, self._draft.highest(time), expression)
                asked_for = self.term(time, view)
                # The comparison below must see the saturated value where an author limits it.
                limit = self._draft.machine.time.saturation
                now = plus(self._draft.variables[timer], self._draft.world(DT))
                reached = at_most(asked_for, now)
                if limit is not None and limit < self._draft.highest(time):
                    reached = both(reached, at_most(asked_for, number(limit)))
                return reached

    def _reference(self, reference: Reference, view: View) -> Term:
        match reference.kind:
            case Kind.INPUT | Kind.PARAMETER:
                return self._draft.variables[reference.name]
            case Kind.STEP_TIME:
                return self._draft.world(DT)
            case Kind.DEFINITION:
                defined = self._draft.machine.definition(reference.name).expression
                return self._draft.define(reference.name, view, self.term(defined, view))
            case Kind.OUTPUT:
                return self._draft.outputs[reference.name]
            case Kind.MODE:
                modes = self._draft.old_modes if view is View.GUARD else self._draft.new_modes
                return modes[reference.name]

    def _operation(self, operation: Operation, view: View) -> Term:
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

    def _timed_comparison(self, operation: Operation, view: View) -> Term:
        left, right = operation.operands
        timer, other = (left, right) if isinstance(left, Lasting) else (right, left)
        # "more than t" is "at least t + 1": the timer has to reach one further.
        further = 1 if operation.operator not in (
            (Operator.AT_LEAST, Operator.LESS)
            if timer is left
            else (Operator.AT_MOST, Operator.GREATER)
        ) else 0  # fmt: skip
        asked = self._draft.highest(other) + further
        key = (id(timer), view)
        self._known.pop(key, None)
        lasted = self.term(timer, view, asked=asked)
        compared = self.term(other, view)
        result = (
            _compared(operation.operator, lasted, compared)
            if timer is left
            else _compared(operation.operator, compared, lasted)
        )
        limit = self._draft.machine.time.saturation
        if limit is None or view is View.OBSERVER or limit >= asked:
            return result
        # An author's limit below what is asked: the machine sees the limited value.
        limited = choose(at_most(number(limit), lasted), number(limit), lasted)
        return (
            _compared(operation.operator, limited, compared)
            if timer is left
            else _compared(operation.operator, compared, limited)
        )

    def _temporal(
        self, operator: Temporal, operands: list[Term], observed: bool, subject: str
    ) -> Term:
        now = operands[0]
        match operator:
            case Temporal.PAST:
                return self._draft.past(now, observed=observed, subject=subject)
            case Temporal.ROSE:
                return both(
                    now, negation(self._draft.past(now, observed=observed, subject=subject))
                )
            case Temporal.FELL:
                return both(
                    negation(now), self._draft.past(now, observed=observed, subject=subject)
                )
            case Temporal.ONCE:
                return self._draft.once(now, subject)
            case Temporal.HISTORICALLY:
                return self._draft.historically(now, subject)
            case Temporal.SINCE:
                return self._draft.since(now, operands[1], subject)


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
