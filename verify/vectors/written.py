"""Written: a machine lowered so that every expression in its text is a term of its own.

Lowering shares what means the same: a definition and the guard that names it are one term. Here
each written expression is a node that nothing else is, so that a fault in one place can be told
from the same fault in another. Requirements are left out: they are no part of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spec.draft import Draft
from spec.expression import (
    Boolean,
    Expression,
    Kind,
    Lasting,
    Operation,
    Operator,
    Reference,
    parts,
    walk,
)
from spec.lower import PASSES
from spec.machine import Machine
from spec.system import Edge, StateVariable, TransitionSystem, View
from spec.term import And, Term, Truth, Variable, is_boolean, postorder, rebuild
from spec.term import parts as term_parts
from spec.translation import Translator
from verify.vectors.influence import Influence
from verify.vectors.lifting import Lifting

_CONNECTIVES = (Operator.NOT, Operator.AND, Operator.OR, Operator.IMPLIES, Operator.IFF)


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A condition in the text of the machine.

    Attributes:
        decision: The whole condition that it is part of, or itself.
        term: It, as it was lowered.
        node: The same, lifted: the part of what is seen that stands for it.
    """

    expression: Expression
    decision: Expression
    term: Term
    node: Term

    @property
    def is_connective(self) -> bool:
        """It only joins other conditions."""
        return is_connective(self.expression)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A machine, its system without requirements, and the conditions of its text.

    Attributes:
        memory: What the machine itself remembers.
    """

    system: TransitionSystem
    memory: tuple[StateVariable, ...]
    conditions: tuple[Condition, ...]
    lifting: Lifting
    influence: Influence

    @property
    def machine(self) -> Machine:
        """What was lowered."""
        return self.system.machine

    def said(self, expression: Expression) -> str:
        """The passage that `expression` is, on one line."""
        place = expression.place
        line = self.machine.lines(place.file)[place.line - 1]
        start = place.column - 1
        return " ".join(line[start : start + place.length].split("  #")[0].split())


def is_connective(expression: Expression) -> bool:
    """Whether `expression` joins conditions to a condition."""
    if not isinstance(expression, Operation):
        return False
    joins = isinstance(expression.operands[0].type, Boolean)
    return expression.operator in _CONNECTIVES or (
        joins and expression.operator in (Operator.EQUAL, Operator.NOT_EQUAL)
    )


def leaves(edge: Edge) -> Term:
    """That the region of `edge` is in one of its origins; false where it can never fire."""
    # Lowering joins this and, where there is one, the guard, in this order.
    return edge.eligible.operands[0] if isinstance(edge.eligible, And) else edge.eligible


class _Marking(Translator):
    """Gives every written condition a node of its own."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._draft = draft
        self._own: dict[tuple[int, View], tuple[Term, Term]] = {}
        self._plain: dict[Term, Term] = {}
        number_of = draft.number_of
        # What means the same still shares one timer.
        draft.number_of = lambda term: number_of(self._without_marks(term))

    def term(self, expression: Expression, view: View, *, asked: int = 0) -> Term:
        # A guard and an output that read one definition read one thing, unless it reads modes.
        # (A duration is always part of a comparison, and follows that.)
        if (
            view is View.MACHINE
            and not isinstance(expression, Lasting)
            and not self._reads_modes(expression)
        ):
            view = View.GUARD
        made = super().term(expression, view, asked=asked)
        key = (id(expression), view)
        if key not in self._own or self._own[key][0] is not made:
            self._own[key] = (made, _marked(expression, made))
        return self._own[key][1]

    def _without_marks(self, root: Term) -> Term:
        plain = self._plain
        for term in postorder([root]):
            if isinstance(term, Variable):
                plain[term] = self._draft.variables[term.name]
            elif isinstance(term, And) and len(term.operands) == 1:
                plain[term] = plain[term.operands[0]]
            elif term not in plain:
                plain[term] = rebuild(term, [plain[part] for part in term_parts(term)])
        return plain[root]

    def found(self, expression: Expression) -> Iterator[Term]:
        """The nodes of `expression`: one where modes are read before the step, or after it."""
        for view in (View.GUARD, View.MACHINE):
            if (id(expression), view) in self._own:
                yield self._own[id(expression), view][1]

    def _reads_modes(self, expression: Expression) -> bool:
        return any(
            each.kind is Kind.MODE
            or (
                each.kind is Kind.DEFINITION
                and self._reads_modes(self._draft.machine.definition(each.name).expression)
            )
            for each in walk(expression)
            if isinstance(each, Reference)
        )


def _marked(expression: Expression, made: Term) -> Term:
    # Truths are known by identity, and quantities are not flipped.
    if isinstance(made, Truth) or not is_boolean(made):
        return made
    if isinstance(expression, Reference) and not isinstance(made, Variable):
        # Around the definition, which is a node of its own below this one.
        return And((made,))
    return replace(made)


def written(machine: Machine) -> Written:
    """`machine`, with its conditions."""
    draft = Draft(replace(machine, requirements=()))
    marking = _Marking(draft)
    for _, pass_ in PASSES:
        pass_(draft, marking)
    system = draft.system()
    memory = tuple(each for each in system.state if not each.observed)
    lifting = Lifting()
    seen = [*(each.next for each in memory), *system.outputs.values()]
    influence = Influence([lifting.term(each) for each in seen], lifting)
    conditions = tuple(
        Condition(expression, decision, term, node)
        for root in _roots(machine)
        for expression, decision in _conditions(root, None)
        for term in marking.found(expression)
        if (node := lifting.term(term)) in influence and not isinstance(node, Truth)
    )
    return Written(system, memory, conditions, lifting, influence)


def _roots(machine: Machine) -> Iterator[Expression]:
    for region in machine.regions:
        yield from (each.guard for each in region.transitions)
    yield from (each.expression for each in machine.definitions)
    yield from (each.expression for each in machine.outputs)


def _conditions(
    expression: Expression, decision: Expression | None
) -> Iterator[tuple[Expression, Expression]]:
    """The conditions in `expression`, each with the decision it belongs to; outermost first."""
    inner = None
    if isinstance(expression.type, Boolean):
        yield expression, decision or expression
        inner = (decision or expression) if is_connective(expression) else None
    for part in parts(expression):
        yield from _conditions(part, inner)
