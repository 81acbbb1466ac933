"""Suite: the vectors of a machine, and what no vector can show.

Most obligations are met by some of a few thousand random steps, which are looked at all at once;
the solver decides the rest. Few steps that together show everything are then chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spec.draft import DT
from spec.execution import columns, execute
from spec.machine import Machine
from spec.term import Term, both
from spec.vectors import Vector
from verify.smt import Satisfiable
from verify.vectors import decisions, memory, mutants, transitions
from verify.vectors.cover import Chosen, cover
from verify.vectors.domain import Domain
from verify.vectors.obligation import Kind, Obligation
from verify.vectors.rows import around, draw
from verify.vectors.solving import Search
from verify.vectors.written import Written, written

# Rows of legal states, and rows for each way to corrupt the memory.
_ROWS = 2048
_CORRUPTED_ROWS = 64
# Obligations put to the solver before its steps are looked at.
_BATCH = 16


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
    allowed = {name: domain.allows(name) for name in dict.fromkeys(each.spared for each in asked)}
    terms = [both(allowed[each.spared], each.term) for each in asked]
    unshown: dict[int, Satisfiable] = {}
    steps = _chosen(domain, terms, _rows(domain, subject, asked), unshown)
    # Among the chosen once more: what they show besides what they were chosen for.
    table = {each.name: [step[each.name] for step in steps] for each in domain.cells}
    chosen = cover(_bits(terms, table), len(steps)) if steps else []
    return Suite(
        tuple(_vectors(domain, steps, asked, chosen)),
        _unshown(asked, unshown, Satisfiable.NO),
        _unshown(asked, unshown, Satisfiable.UNDECIDED),
        {kind: sum(each.kind is kind for each in asked) for kind in Kind},
    )


def _chosen(
    domain: Domain,
    terms: Sequence[Term],
    rows: dict[str, list[int]],
    unshown: dict[int, Satisfiable],
) -> list[dict[str, int]]:
    """Steps that together meet all `terms`; by position, why one is not is noted in `unshown`."""
    bits = _bits(terms, rows)
    search = Search(domain)
    while missing := [k for k, each in enumerate(bits) if not each and k not in unshown]:
        answers = {k: search.step(terms[k]) for k in missing[:_BATCH]}
        steps = [each for each in answers.values() if not isinstance(each, Satisfiable)]
        unshown |= {k: each for k, each in answers.items() if isinstance(each, Satisfiable)}
        if steps:
            # What is near a step that was hard to find shows more of what is hard to find. Only
            # what is missing is looked for there: the rest is shown already.
            more = around(domain, steps)
            found = dict(zip(missing, _bits([terms[k] for k in missing], more), strict=True))
            bits = [each << len(more[DT]) | found.get(k, 0) for k, each in enumerate(bits)]
            rows = {name: [*column, *more[name]] for name, column in rows.items()}
    return [
        {name: column[each.row] for name, column in rows.items()}
        for each in cover(bits, len(rows[DT]))
    ]


def _unshown(
    asked: Sequence[Obligation], unshown: Mapping[int, Satisfiable], answer: Satisfiable
) -> tuple[Unshown, ...]:
    return tuple(
        Unshown(asked[k].kind, asked[k].sentence) for k in sorted(unshown) if unshown[k] is answer
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
    domain: Domain,
    steps: Sequence[Mapping[str, int]],
    asked: Sequence[Obligation],
    chosen: Sequence[Chosen],
) -> Iterator[Vector]:
    """`chosen` of `steps`, taken by the system itself, neither lifted nor many at once."""
    system = domain.system
    execution = execute(system, list(system.outputs.values()))
    for each in chosen:
        step = steps[each.row]
        before = tuple(step.get(cell.name, cell.initial) for cell in system.state)
        after, outputs = execution.step(before, execution.inputs(step), execution.parameters(step))
        named = dict(zip((cell.name for cell in system.state), after, strict=True))
        yield Vector(
            {cell.name: step[cell.name] for cell in system.parameters},
            {cell.name: step[cell.name] for cell in domain.memory},
            {cell.name: step[cell.name] for cell in domain.inputs},
            {cell.name: int(named[cell.name]) for cell in domain.memory},
            {name: int(value) for name, value in zip(system.outputs, outputs, strict=True)},
            tuple(asked[k].sentence for k in each.covers),
        )
