"""Suite: the vectors of a machine, and what no vector can show.

Most obligations are met by some of a few thousand random steps, which are looked at all at once;
the solver decides the rest. Few steps that together show everything are then chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spec.draft import DT
from spec.execution import columns, execute
from spec.machine import Machine
from spec.term import Term, both
from spec.vectors import Vector
from verify.vectors import decisions, memory, mutants, transitions
from verify.vectors.cover import cover
from verify.vectors.domain import Domain
from verify.vectors.obligation import Kind, Obligation
from verify.vectors.rows import draw
from verify.vectors.solving import solve
from verify.vectors.written import Written, written

# Rows of legal states, and rows for each way to corrupt the memory.
_ROWS = 2048
_CORRUPTED_ROWS = 64


@dataclass(frozen=True, slots=True)
class Unshown:
    """An obligation that no vector meets."""

    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class Suite:
    """What `find` found.

    Attributes:
        vectors: Each names the obligations that none before it meets.
        infeasible: Proved to be met by no step that a test can set up; see `Domain`.
        undecided: Neither met nor proved to be infeasible within the solver's limit.
        asked: How many obligations there are of each kind.
    """

    vectors: tuple[Vector, ...]
    infeasible: tuple[Unshown, ...]
    undecided: tuple[Unshown, ...]
    asked: Mapping[Kind, int]


def obligations(subject: Written) -> list[Obligation]:
    """All that vectors have to show of `subject`."""
    return [
        each
        for module in (transitions, decisions, mutants, memory)
        for each in module.obligations(subject)
    ]


def find(machine: Machine, *, vary_parameters: bool) -> Suite:
    """Vectors for `machine`; the same ones whenever and wherever it is called.

    Args:
        machine: Its requirements play no part.
        vary_parameters: Parameters take any values that their ranges and the assumptions allow;
            else they have their defaults, as where a target has them compiled in.
    """
    subject = written(machine)
    domain = Domain(subject.system, vary_parameters)
    asked = obligations(subject)
    spared = {each.corruption.name if each.corruption is not None else "" for each in asked}
    allowed = {name: domain.allows(name) for name in spared}
    terms = [
        both(allowed[each.corruption.name if each.corruption is not None else ""], each.term)
        for each in asked
    ]
    rows = _rows(domain, subject, asked)
    bits = _bits(terms, rows)
    missing = [k for k, each in enumerate(bits) if not each]
    solved = solve(domain, [asked[k] for k in missing], [terms[k] for k in missing])
    if solved.steps:
        more = {name: [step[name] for step in solved.steps] for name in rows}
        count = len(solved.steps)
        bits = [one << count | other for one, other in zip(bits, _bits(terms, more), strict=True)]
        rows = {name: [*column, *more[name]] for name, column in rows.items()}
    chosen = cover(bits, len(rows[DT]))
    steps = [{name: column[each.row] for name, column in rows.items()} for each in chosen]
    sentences = [tuple(asked[k].sentence for k in each.covers) for each in chosen]
    return Suite(
        _vectors(domain, steps, sentences),
        tuple(Unshown(each.kind, each.sentence) for each in solved.infeasible),
        tuple(Unshown(each.kind, each.sentence) for each in solved.undecided),
        {kind: sum(each.kind is kind for each in asked) for kind in Kind},
    )


def _bits(terms: Sequence[Term], rows: Mapping[str, Sequence[int]]) -> list[int]:
    found = columns(terms, rows, len(rows[DT]))
    return [each for each in found if isinstance(each, int)]


def _rows(domain: Domain, subject: Written, asked: Sequence[Obligation]) -> dict[str, list[int]]:
    """Steps at random; in the last of them one cell each is corrupted."""
    corruptions = dict.fromkeys(each.corruption for each in asked if each.corruption is not None)
    count = _ROWS + _CORRUPTED_ROWS * len(corruptions)
    rows = draw(domain, subject.influence.inside(), count)
    for k, corruption in enumerate(corruptions):
        start = _ROWS + _CORRUPTED_ROWS * k
        rows[corruption.name][start : start + _CORRUPTED_ROWS] = [
            corruption.value
        ] * _CORRUPTED_ROWS
    return rows


def _vectors(
    domain: Domain, steps: Sequence[Mapping[str, int]], sentences: Sequence[tuple[str, ...]]
) -> tuple[Vector, ...]:
    """`steps`, taken by the system itself: neither lifted nor looked at all at once."""
    system = domain.system
    execution = execute(system, list(system.outputs.values()))
    vectors = []
    for step, met in zip(steps, sentences, strict=True):
        parameters = execution.parameters(step)
        before = tuple(step.get(each.name, each.initial) for each in system.state)
        after, outputs = execution.step(before, execution.inputs(step), parameters)
        named = dict(zip((each.name for each in system.state), after, strict=True))
        vectors.append(
            Vector(
                {each.name: step[each.name] for each in system.parameters},
                {each.name: step[each.name] for each in domain.memory},
                {each.name: step[each.name] for each in domain.inputs},
                {each.name: int(named[each.name]) for each in domain.memory},
                {name: int(value) for name, value in zip(system.outputs, outputs, strict=True)},
                met,
            )
        )
    return tuple(vectors)
