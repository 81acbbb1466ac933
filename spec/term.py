"""Terms: the small language that proofs and generators share.

Integers and booleans, no time and no units: what is left of an expression after `spec.lower`.
Terms are compared by identity and share their parts, so that a pass over them that remembers what
it has seen takes time in the number of distinct parts. Build them with the functions below, which
fold constants; the classes are for taking them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """An integer."""

    value: int


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """True or false."""

    value: bool


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A parameter, an input, or a state variable before the step."""

    name: str
    boolean: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """``left + right``."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """``factor * operand``, linear by construction."""

    factor: int
    operand: Term


@dataclass(frozen=True, slots=True, eq=False)
class AtMost:
    """``left <= right`` of integers."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Less:
    """``left < right`` of integers."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Equal:
    """``left = right``, both integers or both booleans."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """Negation."""

    operand: Term


@dataclass(frozen=True, slots=True, eq=False)
class And:
    """Conjunction of two or more, in written order."""

    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Or:
    """Disjunction of two or more, in written order."""

    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choose:
    """``then`` if ``condition`` else ``otherwise``, both integers or both booleans."""

    condition: Term
    then: Term
    otherwise: Term


Term = Number | Truth | Variable | Sum | Product | AtMost | Less | Equal | Not | And | Or | Choose

TRUE = Truth(True)
FALSE = Truth(False)


def number(value: int) -> Term:
    """The integer `value`."""
    return Number(value)


def truth(value: bool) -> Term:
    """The boolean `value`."""
    return TRUE if value else FALSE


def is_boolean(term: Term) -> bool:
    """Whether `term` is a condition, else an integer."""
    while isinstance(term, Choose):
        term = term.then
    match term:
        case Variable(boolean=boolean):
            return boolean
        case Truth() | AtMost() | Less() | Equal() | Not() | And() | Or():
            return True
        case _:
            return False


def plus(left: Term, right: Term) -> Term:
    """``left + right``."""
    match left, right:
        case Number(value=a), Number(value=b):
            return Number(a + b)
        case _, Number(value=0):
            return left
        case Number(value=0), _:
            return right
    return Sum(left, right)


def times(factor: int, operand: Term) -> Term:
    """``factor * operand``."""
    if isinstance(operand, Number):
        return Number(factor * operand.value)
    if factor == 1:
        return operand
    return Product(factor, operand) if factor else Number(0)


def minus(left: Term, right: Term) -> Term:
    """``left - right``."""
    return plus(left, times(-1, right))


def at_most(left: Term, right: Term) -> Term:
    """``left <= right``."""
    if isinstance(left, Number) and isinstance(right, Number):
        return truth(left.value <= right.value)
    return AtMost(left, right)


def less(left: Term, right: Term) -> Term:
    """``left < right``."""
    if isinstance(left, Number) and isinstance(right, Number):
        return truth(left.value < right.value)
    return Less(left, right)


def equal(left: Term, right: Term) -> Term:
    """``left = right``, of integers or of booleans."""
    match left, right:
        case (Number(value=a), Number(value=b)) | (Truth(value=a), Truth(value=b)):
            return truth(a == b)
        case Truth(value=value), _:
            return right if value else negation(right)
        case _, Truth(value=value):
            return left if value else negation(left)
    return TRUE if left is right else Equal(left, right)


def negation(operand: Term) -> Term:
    """Not `operand`."""
    match operand:
        case Truth(value=value):
            return truth(not value)
        case Not(operand=inner):
            return inner
    return Not(operand)


def both(*operands: Term) -> Term:
    """The conjunction of `operands`; true if there are none."""
    if any(each is FALSE for each in operands):
        return FALSE
    left = tuple(dict.fromkeys(each for each in operands if each is not TRUE))
    return And(left) if len(left) > 1 else left[0] if left else TRUE


def either(*operands: Term) -> Term:
    """The disjunction of `operands`; false if there are none."""
    if any(each is TRUE for each in operands):
        return TRUE
    left = tuple(dict.fromkeys(each for each in operands if each is not FALSE))
    return Or(left) if len(left) > 1 else left[0] if left else FALSE


def implication(premise: Term, conclusion: Term) -> Term:
    """`premise` implies `conclusion`."""
    return either(negation(premise), conclusion)


def choose(condition: Term, then: Term, otherwise: Term) -> Term:
    """`then` if `condition` else `otherwise`."""
    if isinstance(condition, Truth):
        return then if condition.value else otherwise
    match then, otherwise:
        case Truth(value=True), _:
            return either(condition, otherwise)
        case Truth(value=False), _:
            return both(negation(condition), otherwise)
        case _, Truth(value=True):
            return either(negation(condition), then)
        case _, Truth(value=False):
            return both(condition, then)
        case Number(value=a), Number(value=b) if a == b:
            return then
    return then if then is otherwise else Choose(condition, then, otherwise)


def parts(term: Term) -> tuple[Term, ...]:
    """The terms directly inside `term`, in order."""
    match term:
        case Number() | Truth() | Variable():
            return ()
        case Product() | Not():
            return (term.operand,)
        case And() | Or():
            return term.operands
        case Sum() | AtMost() | Less() | Equal():
            return (term.left, term.right)
        case Choose():
            return (term.condition, term.then, term.otherwise)


def postorder(terms: Iterable[Term], known: Container[Term] = ()) -> Iterator[Term]:
    """Every distinct part of `terms` once, parts before wholes; no recursion, no depth limit.

    Args:
        terms: The wholes.
        known: Left out, with what only they are made of.
    """
    seen: set[Term] = set()
    for root in terms:
        stack: list[tuple[Term, bool]] = [(root, False)]
        while stack:
            term, ready = stack.pop()
            if ready:
                yield term
            elif term not in seen and term not in known:
                seen.add(term)
                inside = parts(term)
                if not inside:
                    yield term
                    continue
                stack.append((term, True))
                stack += [(part, False) for part in reversed(inside)]


def variables(*terms: Term) -> dict[str, Variable]:
    """The variables in `terms`, by name, in order of first appearance."""
    return {term.name: term for term in postorder(terms) if isinstance(term, Variable)}


def substitute(terms: Iterable[Term], values: Mapping[str, Term]) -> list[Term]:
    """`terms` with the variables named in `values` replaced, all at once."""
    roots = list(terms)
    new: dict[Term, Term] = {}
    for term in postorder(roots):
        if isinstance(term, Variable):
            new[term] = values.get(term.name, term)
        else:
            new[term] = rebuild(term, [new[part] for part in parts(term)])
    return [new[root] for root in roots]


def rebuild(term: Term, inside: list[Term]) -> Term:
    """`term` with `inside` for its parts; `term` itself where they are the same."""
    if all(old is now for old, now in zip(parts(term), inside, strict=True)):
        return term
    match term:
        case Number() | Truth() | Variable():
            return term
        case Sum():
            return plus(*inside)
        case Product(factor=factor):
            return times(factor, inside[0])
        case AtMost():
            return at_most(*inside)
        case Less():
            return less(*inside)
        case Equal():
            return equal(*inside)
        case Not():
            return negation(inside[0])
        case And():
            return both(*inside)
        case Or():
            return either(*inside)
        case Choose():
            return choose(*inside)


def canonical() -> Callable[[Term], int]:
    """A function that gives two terms the same number exactly if they are built alike."""
    numbers: dict[tuple[object, ...], int] = {}
    known: dict[Term, int] = {}

    def number_of(root: Term) -> int:
        for term in postorder([root], known):
            match term:
                case Number(value=value) | Truth(value=value):
                    own: object = value
                case Variable(name=name):
                    own = name
                case Product(factor=factor):
                    own = factor
                case _:
                    own = None
            key = (type(term), own, *(known[part] for part in parts(term)))
            known[term] = numbers.setdefault(key, len(numbers))
        return known[root]

    return number_of
