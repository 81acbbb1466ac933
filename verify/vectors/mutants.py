"""Mutants: machines with one fault in their text, which some vector tells from the right one.

The faults are those of Offutt et al., "An experimental determination of sufficient mutant
operators", 1996, as far as the language knows them. What another kind of obligation already is,
is not repeated: a negated condition and a wrong target are seen where the condition decides and
where the transition is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec.draft import mode_name
from spec.expression import Enumeration, Literal, Operation, Reference, ValueType
from spec.expression import parts as expression_parts
from spec.system import Cell, Edge
from spec.term import (
    FALSE,
    TRUE,
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Number,
    Or,
    Sum,
    Term,
    Variable,
    at_most,
    both,
    either,
    equal,
    is_boolean,
    less,
    negation,
    number,
    parts,
    plus,
    postorder,
    rebuild,
)
from verify.vectors.decisions import comparison, named
from verify.vectors.obligation import Kind, Obligation
from verify.vectors.written import Condition, Written, leaves

_OTHER = {AtMost: less, Less: at_most}
_Mutant = tuple[str, Term]


def obligations(written: Written) -> Iterator[Obligation]:
    """Mutants of conditions, of origins, of constants and of what outputs are set to."""
    for condition in written.conditions:
        compared = comparison(condition)
        node = condition.node if compared is None else written.lifting.term(compared)
        decides = written.influence.decides(node)
        line = condition.expression.place.line
        said = named(written, condition.expression)
        for fault, term in _of(written, condition):
            differs = written.lifting.differs(node, written.lifting.term(term))
            yield _mutant(f"whose {said} {fault} (line {line})", both(decides, differs))
    for edge in written.system.edges:
        yield from _origins(written, edge)
    yield from _constants(written)
    yield from _values(written)


def _mutant(fault: str, term: Term) -> Obligation:
    return Obligation(Kind.MUTANT, f"a specification {fault}", term)


def _of(written: Written, condition: Condition) -> Iterator[_Mutant]:
    """The faults of one condition, each in words and as the condition it makes."""
    compared = comparison(condition)
    if compared is not None:
        yield from _of_comparison(written, compared)
    elif condition.is_connective:
        yield from _of_connective(written, condition)
    elif isinstance(condition.expression, Reference):
        for other in _alike(written, condition.expression.name):
            yield f"reads {other.name}", other
        yield from _of_definition(written, condition)
    else:
        yield from _of_mode(condition)


def _of_connective(written: Written, condition: Condition) -> Iterator[_Mutant]:
    term = condition.term
    inside = expression_parts(condition.expression)
    if isinstance(term, And | Or):
        joined, word = (either, "or") if isinstance(term, And) else (both, "and")
        again = both if isinstance(term, And) else either
        yield f"says {word}", joined(*term.operands)
    # What lowering folded away is in no target either.
    if isinstance(term, And | Or) and len(inside) == len(term.operands):
        for k, part in enumerate(inside):
            yield (
                f"forgets {named(written, part)}",
                again(*term.operands[:k], *term.operands[k + 1 :]),
            )
    yield "is negated", negation(term)


def _of_comparison(written: Written, term: AtMost | Less | Equal) -> Iterator[_Mutant]:
    if not isinstance(term, Equal):
        yield "counts equality otherwise", _OTHER[type(term)](term.left, term.right)
    for distance, word in ((1, "later"), (-1, "earlier")):
        yield (
            f"changes one {word}",
            rebuild(term, [term.left, plus(term.right, number(distance))]),
        )
    for side in range(2):
        for fault, other in _of_quantity(written, parts(term)[side]):
            sides = [term.left, term.right]
            sides[side] = other
            yield fault, rebuild(term, sides)


def _of_quantity(written: Written, term: Term) -> Iterator[_Mutant]:
    """Faults of sums; what is chosen by a condition is left to that."""
    match term:
        case Variable(name=name):
            for other in _alike(written, name):
                yield f"reads {other.name} for {name}", other
        case Sum(left=left, right=right):
            yield "forgets the first part of a sum", right
            yield "forgets the second part of a sum", left
            yield from ((fault, plus(other, right)) for fault, other in _of_quantity(written, left))
            yield from ((fault, plus(left, other)) for fault, other in _of_quantity(written, right))


def _alike(written: Written, name: str) -> Iterator[Variable]:
    """The machine's other inputs, or parameters, of the same type as the one called `name`."""
    names = {each.name for each in written.machine.inputs}
    inputs: list[Cell] = [each for each in written.system.inputs if each.name in names]
    for group in (inputs, list[Cell](written.system.parameters)):
        own: ValueType | None = next((each.type for each in group if each.name == name), None)
        yield from (each.variable for each in group if each.type == own and each.name != name)


def _of_definition(written: Written, condition: Condition) -> Iterator[_Mutant]:
    """Another definition in the place of the one that is named."""
    if not isinstance(condition.term, And):
        return
    for other in written.machine.definitions:
        for each in written.conditions:
            if (
                each.expression is other.expression
                and each.term is not condition.term.operands[0]
                and condition.node not in postorder([each.node])
            ):
                yield f"reads {other.name}", each.term


def _of_mode(condition: Condition) -> Iterator[_Mutant]:
    match condition.expression, condition.term:
        case (
            Operation(operands=(Reference(type=Enumeration() as type_), Literal(value=right))),
            Equal() as term,
        ):
            for value, name in enumerate(type_.members):
                if value != right:
                    side = term.left if isinstance(term.right, Number) else term.right
                    yield f"asks for {name}", equal(side, number(value))


def _origins(written: Written, edge: Edge) -> Iterator[Obligation]:
    """A transition that leaves one mode more."""
    node = written.lifting.term(leaves(edge))
    if edge.transition.from_any or node not in written.influence:
        return
    name = mode_name(edge.region)
    cell = next(each for each in written.memory if each.name == name)
    for mode in written.machine.region(edge.region).modes:
        if mode.name not in edge.transition.origins:
            there = equal(
                cell.variable, number(written.machine.region(edge.region).index(mode.name))
            )
            yield _mutant(
                f"whose '{edge.transition}' also leaves {mode.name} ({edge.transition.place})",
                both(written.influence.decides(node), there),
            )


def _constants(written: Written) -> Iterator[Obligation]:
    """Parameters one more or less, wherever they are read."""
    for parameter in written.system.parameters:
        uses: list[Term] = [
            term
            for term in written.influence.inside()
            if isinstance(term, Variable) and term.name == parameter.name
        ]
        for distance, word in ((1, "more"), (-1, "less")):
            changes = {term: plus(term, number(distance)) for term in uses}
            yield _mutant(
                f"whose '{parameter.name}' is one {word}", written.influence.shows(changes)
            )


def _values(written: Written) -> Iterator[Obligation]:
    """Other values of outputs that are chosen between, and other sums."""
    for output in written.system.machine.outputs:
        line = output.expression.place.line
        root = written.lifting.term(written.system.outputs[output.name])
        if is_boolean(root):
            continue
        known: dict[int, None] = {}
        for leaf, chosen in _chosen(root):
            if isinstance(leaf, Number) and leaf.value not in known:
                known[leaf.value] = None
                value = output.type.show(leaf.value)
                yield _mutant(
                    f"that sets {output.name} to something else than {value} (line {line})",
                    written.lifting.compared(equal, root, leaf),
                )
            for fault, other in _of_quantity(written, leaf):
                differs = written.lifting.differs(leaf, other)
                yield _mutant(f"whose {output.name} {fault} (line {line})", both(chosen, differs))


def _chosen(root: Term) -> Iterator[tuple[Term, Term]]:
    """What `root`, an integer, may be chosen to be, each with when it is."""
    chosen: dict[Term, Term] = {root: TRUE}
    for term in reversed(list(postorder([root]))):
        if term not in chosen:
            continue
        if isinstance(term, Choose):
            for part, when in (
                (term.then, term.condition),
                (term.otherwise, negation(term.condition)),
            ):
                chosen[part] = either(chosen.get(part, FALSE), both(chosen[term], when))
        else:
            yield term, chosen[term]
