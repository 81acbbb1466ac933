"""The parts of a system side by side, as terms: each lowered by itself, then put together.

Nothing here knows how systems are flattened: `connect`, `expose` and `outputs` are read from the
text once more, each part keeps a memory of its own, and what a part reads stands in its terms for
the input that is connected to it. Only names are those of the flattened machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from spec.expression import Boolean, Enumeration, ValueType
from spec.language.reader import read
from spec.lower import lower
from spec.resetting import RESET, resettable
from spec.system import StateVariable, TransitionSystem
from spec.term import (
    Term,
    Variable,
    at_most,
    both,
    choose,
    either,
    implication,
    number,
    substitute,
    truth,
)

_PART = re.compile(r"(\w+)\s*(?:\[(\d+)(?:\s*\.\.\s*(\d+))?\])?\s*:\s*(\S+)")
_OUTPUT = re.compile(r"(\w+)\s*:\s*(?:[^=])*=\s*(.*)")


@dataclass(frozen=True)
class OwnCell:
    """A state variable of one part by itself.

    Attributes:
        name: As the flattened machine would call it, but for the numbers of timers and flags.
        variable: Its value before the step, in `next`; no variable of the flattened machine.
    """

    name: str
    variable: Variable
    declared: StateVariable
    next: Term


@dataclass
class Parts:
    """All parts of a system and of the systems in it; outputs by the flattened machine's names."""

    cells: list[OwnCell] = field(default_factory=list)
    outputs: dict[str, Term] = field(default_factory=dict)


def side_by_side(path: Path) -> Parts:
    """The parts of the system in the file `path`."""
    found = Parts()
    types = {each.name: each.type for each in read(path)[0].inputs}
    _System(path, "", lambda name: _variable(name, types[name]), found).put_together()
    return found


def _variable(name: str, type_: ValueType) -> Variable:
    return Variable(name, isinstance(type_, Boolean))


@dataclass
class _Kind:
    """The parts of one name, and how many of them take part at least and at most."""

    file: str
    least: int
    most: int
    numbered: bool

    def names(self, kind: str) -> list[str]:
        return [f"{kind}.{k}" for k in range(1, self.most + 1)] if self.numbered else [kind]


class _System:
    """One text, read once more.

    Args:
        prefix: What stands in front of its names: empty, or the name of the part with a dot.
        given: What stands for its inputs, by the names that it gives them.
    """

    def __init__(self, path: Path, prefix: str, given: Callable[[str], Term], found: Parts) -> None:
        self._path, self._prefix, self._given, self._found = path, prefix, given, found
        sections = _sections(path.read_text("utf-8"))
        self._kinds: dict[str, _Kind] = {}
        for line in sections.get("parts", []):
            matched = _PART.match(line)
            assert matched, line
            name, least, most, file = matched.groups()
            last = int(most or least or 1)
            self._kinds[name] = _Kind(file, int(least or 1), last, least is not None)
        self._wires = dict(
            (target.strip(), source.strip())
            for target, source in (line.split("=", 1) for line in sections.get("connect", []))
        )
        self._own: dict[str, str] = {}
        for line in sections.get("outputs", []):
            matched = _OUTPUT.match(line)
            assert matched, line
            self._own[matched[1]] = matched[2]
        self._inputs = {line.split(":")[0].strip() for line in sections.get("inputs", [])}
        self._resets = {
            target.split(".")[0]
            for target in (*self._wires, *_listed(sections.get("expose", [])))
            if target.endswith(f".{RESET}")
        }
        self._known: dict[str, dict[str, Term]] = {}

    def put_together(self) -> dict[str, Term]:
        """Its outputs, by its own names; all parts have their cells and outputs noted."""
        outputs: dict[str, Term] = {}
        for kind, each in self._kinds.items():
            for name in each.names(kind):
                outputs |= {f"{name}.{own}": term for own, term in self._part(kind, name).items()}
        for name, text in self._own.items():
            outputs[name] = self._term(text, None)
            self._found.outputs[self._prefix + name] = outputs[name]
        return outputs

    def _part(self, kind: str, name: str) -> dict[str, Term]:
        """The outputs of the part `name`, whose step is taken when they are first asked for."""
        if name not in self._known:
            path = self._path.parent / self._kinds[kind].file
            alone = _alone(path, kind in self._resets)
            types = {each.name: each.type for each in alone.machine.inputs}

            def given(own: str) -> Term:
                wire = self._wires.get(f"{kind}.{own}")
                return (
                    self._given(f"{name}.{own}") if wire is None else self._term(wire, types[own])
                )

            full = self._prefix + name
            if path.suffix == ".system":
                self._known[name] = _System(path, f"{full}.", given, self._found).put_together()
            else:
                self._known[name] = self._step(alone, full, self._prefix + kind, given)
        return self._known[name]

    def _step(
        self, alone: TransitionSystem, name: str, family: str, given: Callable[[str], Term]
    ) -> dict[str, Term]:
        machine = alone.machine
        state = [each for each in alone.state if not each.observed]
        own = {each.name: Variable(f"{name}:{each.name}", each.variable.boolean) for each in state}
        values: dict[str, Term] = {**own}
        values |= {each.name: given(each.name) for each in machine.inputs}
        values |= {
            each.name: Variable(f"{family}.{each.name}", False) for each in machine.parameters
        }
        terms = substitute([*(each.next for each in state), *alone.outputs.values()], values)
        for each, term in zip(state, terms[: len(state)], strict=True):
            self._found.cells.append(OwnCell(f"{name}.{each.name}", own[each.name], each, term))
        outputs = dict(zip(alone.outputs, terms[len(state) :], strict=True))
        self._found.outputs |= {f"{name}.{each}": term for each, term in outputs.items()}
        return outputs

    def _term(self, text: str, type_: ValueType | None) -> Term:
        """What is written in `text`, of the few things that are written there."""
        if matched := re.fullmatch(r"(.+) when (.+) else (.+)", text):
            then, condition, otherwise = matched.groups()
            return choose(
                self._term(condition, Boolean()),
                self._term(then, type_),
                self._term(otherwise, type_),
            )
        if matched := re.fullmatch(r"(any|all|min|max)\((\w+)\.(\S+)\)", text):
            return self._several(*matched.groups())
        if text in ("true", "false"):
            return truth(text == "true")
        if text in self._inputs:
            return self._given(text)
        if text in self._own:
            return self._term(self._own[text], type_)
        if isinstance(type_, Enumeration) and text in type_.members:
            return number(type_.members.index(text))
        kind, output = text.split(".", 1)
        assert not self._kinds[kind].numbered, text
        return self._part(kind, kind)[output]

    def _several(self, function: str, kind: str, output: str) -> Term:
        each = self._kinds[kind]
        terms = [self._part(kind, name)[output] for name in each.names(kind)]
        count = Variable(f"{self._prefix}{kind}.count", False)
        takes_part = [
            truth(True) if each.least == each.most else at_most(number(k), count)
            for k in range(1, each.most + 1)
        ]
        pairs = [*zip(takes_part, terms, strict=True)]
        if function in ("min", "max"):
            chosen = terms[0]
            for part, term in pairs[1:]:
                first, second = (term, chosen) if function == "min" else (chosen, term)
                chosen = choose(both(part, at_most(first, second)), term, chosen)
            return chosen
        if function == "any":
            return either(*(both(*pair) for pair in pairs))
        return both(*(implication(*pair) for pair in pairs))


@cache
def _alone(path: Path, may_reset: bool) -> TransitionSystem:
    machine = read(path)[0]
    return lower(resettable(machine) if may_reset else machine)


def _sections(text: str) -> dict[str, list[str]]:
    """The lines of each section, without remarks."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (each.split("#")[0].rstrip() for each in text.splitlines()):
        if line and not line[0].isspace():
            lines = sections.setdefault(line.split()[0], [])
        elif line:
            lines.append(line.strip())
    return sections


def _listed(lines: Iterable[str]) -> list[str]:
    return [each.strip() for line in lines for each in line.split(",") if each.strip()]
