"""Execution: a transition system as a compiled Python function, for millions of steps.

This runs what `spec.lower` made. `spec.reference` runs what the author wrote; neither uses the
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import repeat
from operator import add, and_, eq, le, lt, or_
from types import CodeType
from typing import Any

from spec.system import Cell, TransitionSystem
from spec.term import (
    And,
    AtMost,
    Choose,
    Equal,
    Less,
    Not,
    Number,
    Or,
    Product,
    Sum,
    Term,
    Truth,
    Variable,
    at_most,
    both,
    number,
    parts,
    postorder,
)

Values = tuple[int, ...]

# Truths as bytes 0 and 1, to the digits of a binary number.
_DIGITS = bytes.maketrans(b"\0\1", b"01")
# Python limits how deep a formula may be nested; longer ones are given a name.
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Execution:
    """A compiled system.

    Attributes:
        names: Those of the inputs.
        initial: The state before the first step.
        step: From state, inputs and parameters (in the order of the system) to the next state and
            the values of what is watched.
        assumed: Whether the assumptions hold of state, inputs and parameters, and inputs and
            parameters are within their ranges.
    """

    system: TransitionSystem
    names: tuple[str, ...]
    initial: Values
    step: Callable[[Values, Values, Values], tuple[Values, Values]]
    assumed: Callable[[Values, Values, Values], bool]

    def parameters(self, values: Mapping[str, int]) -> Values:
        """`values` in the order of the system, defaults where none is given."""
        return tuple(values.get(each.name, each.default) for each in self.system.parameters)

    def inputs(self, values: Mapping[str, int]) -> Values:
        """`values` in the order of the system; what the world did not say is 0."""
        return tuple(map(values.get, self.names, repeat(0)))


def execute(system: TransitionSystem, watched: Sequence[Term] = ()) -> Execution:
    """`system`, ready to run; each step also gives the values of `watched`."""
    state = [each.name for each in system.state]
    inputs = [each.name for each in system.inputs]
    parameters = [each.name for each in system.parameters]
    step = compile_terms(
        [each.next for each in system.state], list(watched), (state, inputs, parameters)
    )
    outside: list[Cell] = [*system.inputs, *system.parameters]
    ranges = [
        both(
            at_most(number(each.span.lowest), each.variable),
            at_most(each.variable, number(each.span.highest)),
        )
        for each in outside
        if not each.variable.boolean
    ]
    assumed = compile_terms([*system.assumptions, *ranges], [], (state, inputs, parameters))
    return Execution(
        system,
        tuple(inputs),
        tuple(each.initial for each in system.state),
        step,
        lambda *values: all(assumed(*values)[0]),
    )


def compile_terms(
    first: Sequence[Term], second: Sequence[Term], arguments: Sequence[Sequence[str]]
) -> Callable[..., tuple[Values, Values]]:
    """A function of tuples named by `arguments`, giving the values of `first` and of `second`."""
    names: dict[str, str] = {}
    lines = []
    header = ", ".join(f"a{k}" for k in range(len(arguments)))
    for k, argument in enumerate(arguments):
        for name in argument:
            names[name] = f"v{len(names)}"
        if argument:
            lines.append(f"({''.join(names[name] + ', ' for name in argument)}) = a{k}")
    roots = [*first, *second]
    uses: dict[Term, int] = {}
    ordered = list(postorder(roots))
    for term in ordered:
        for part in parts(term):
            uses[part] = uses.get(part, 0) + 1
    written: dict[Term, str] = {}
    for term in ordered:
        text = _python(term, written, names)
        if parts(term) and (uses.get(term, 0) > 1 or len(text) > _LONGEST):
            name = f"t{len(written)}"
            lines.append(f"{name} = {text}")
            text = name
        written[term] = text
    results = [
        "(" + "".join(written[term] + ", " for term in group) + ")" for group in (first, second)
    ]
    body = "".join(f"    {line}\n" for line in lines)
    source = f"def compiled({header}):\n{body}    return {results[0]}, {results[1]}\n"
    code: CodeType = compile(source, "<transition system>", "exec")
    module: dict[str, Any] = {}
    # The text is made above, of numbers and of names that are ours.
    exec(code, module)
    compiled: Callable[..., tuple[Values, Values]] = module["compiled"]
    return compiled


def _python(term: Term, written: Mapping[Term, str], names: Mapping[str, str]) -> str:
    inside = [written[part] for part in parts(term)]
    match term:
        case Number(value=value) | Truth(value=value):
            return f"({value})" if isinstance(value, int) and value < 0 else repr(value)
        case Variable(name=name):
            return names[name]
        case Sum():
            return f"({inside[0]} + {inside[1]})"
        case Product(factor=factor):
            return f"({factor} * {inside[0]})"
        case AtMost():
            return f"({inside[0]} <= {inside[1]})"
        case Less():
            return f"({inside[0]} < {inside[1]})"
        case Equal():
            return f"({inside[0]} == {inside[1]})"
        case Not():
            return f"(not {inside[0]})"
        case And():
            return f"({' and '.join(inside)})"
        case Or():
            return f"({' or '.join(inside)})"
        case Choose():
            return f"({inside[1]} if {inside[0]} else {inside[2]})"


def columns(
    terms: Sequence[Term], values: Mapping[str, Sequence[int]], rows: int
) -> list[list[int] | int]:
    """`terms` in many states at once: a list of integers, or for a condition one bit a row.

    Args:
        terms: What to evaluate; each distinct part is evaluated once.
        values: For each variable its value in every row.
        rows: How many rows there are.
    """
    everywhere = (1 << rows) - 1
    known: dict[Term, Any] = {}

    def bits(truths: Iterable[bool]) -> int:
        return int(bytes(truths).translate(_DIGITS) or b"0", 2)

    for term in postorder(terms):
        inside = [known[part] for part in parts(term)]
        match term:
            case Number(value=value):
                known[term] = [value] * rows
            case Truth(value=value):
                known[term] = everywhere if value else 0
            case Variable(name=name, boolean=boolean):
                known[term] = bits(map(bool, values[name])) if boolean else values[name]
            case Sum():
                known[term] = list(map(add, *inside))
            case Product(factor=factor):
                known[term] = [factor * each for each in inside[0]]
            case AtMost():
                known[term] = bits(map(le, *inside))
            case Less():
                known[term] = bits(map(lt, *inside))
            case Equal():
                if isinstance(inside[0], int):
                    known[term] = everywhere & ~(inside[0] ^ inside[1])
                else:
                    known[term] = bits(map(eq, *inside))
            case Not():
                known[term] = everywhere & ~inside[0]
            case And():
                known[term] = reduce(and_, inside)
            case Or():
                known[term] = reduce(or_, inside)
            case Choose():
                condition, then, otherwise = inside
                if isinstance(then, int):
                    known[term] = condition & then | everywhere & ~condition & otherwise
                else:
                    flags = f"{condition:0{rows}b}"
                    known[term] = [
                        a if flag == "1" else b
                        for flag, a, b in zip(flags, then, otherwise, strict=True)
                    ]
    return [known[term] for term in terms]
