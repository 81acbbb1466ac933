"""Execution: a transition system as a compiled Python function, for millions of steps.

This runs what `spec.lower` made. `spec.reference` runs what the author wrote; neither uses the
other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from spec.system import TransitionSystem
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
    parts,
    postorder,
)

Values = tuple[int, ...]

# Python limits how deep a formula may be nested; longer ones are given a name.
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Execution:
    """A compiled system.

    Attributes:
        initial: The state before the first step.
        step: From state, inputs and parameters (in the order of the system) to the next state and
            the values of what is watched.
        assumed: Whether the assumptions hold of state, inputs and parameters.
    """

    system: TransitionSystem
    initial: Values
    step: Callable[[Values, Values, Values], tuple[Values, Values]]
    assumed: Callable[[Values, Values, Values], bool]

    def parameters(self, values: Mapping[str, int]) -> Values:
        """`values` in the order of the system, defaults where none is given."""
        return tuple(values.get(each.name, each.default) for each in self.system.parameters)

    def inputs(self, values: Mapping[str, int]) -> Values:
        """`values` in the order of the system; what the world did not say is 0."""
        return tuple(values.get(each.name, 0) for each in self.system.inputs)


def execute(system: TransitionSystem, watched: Sequence[Term] = ()) -> Execution:
    """`system`, ready to run; each step also gives the values of `watched`."""
    state = [each.name for each in system.state]
    inputs = [each.name for each in system.inputs]
    parameters = [each.name for each in system.parameters]
    step = compile_terms(
        [each.next for each in system.state], list(watched), (state, inputs, parameters)
    )
    assumed = compile_terms(list(system.assumptions), [], (state, inputs, parameters))
    return Execution(
        system,
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
    for term in postorder(roots):
        for part in parts(term):
            uses[part] = uses.get(part, 0) + 1
    written: dict[Term, str] = {}
    for term in postorder(roots):
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
