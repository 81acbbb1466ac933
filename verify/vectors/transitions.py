"""Transitions: every one is taken from every mode it leaves, and every mode is stayed in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from spec.draft import mode_name
from spec.machine import Region
from spec.system import Edge
from spec.term import Term, both, either, equal, negation, number
from verify.vectors.obligation import Kind, Obligation
from verify.vectors.written import Written


def obligations(written: Written) -> Iterator[Obligation]:
    """Transitions taken, modes stayed in, and of two that could be taken the one that is."""
    for region in written.machine.regions:
        edges = [each for each in written.system.edges if each.region == region.name]
        yield from _taken(written, region, edges)
        yield from _stayed(written, region, edges)
        yield from _ordered(written, region, edges)


def _in_mode(written: Written, region: Region, mode: str) -> Term:
    name = mode_name(region.name)
    cell = next(each for each in written.memory if each.name == name)
    return equal(cell.variable, number(region.index(mode)))


def _taken(written: Written, region: Region, edges: list[Edge]) -> Iterator[Obligation]:
    for edge in edges:
        fires = written.lifting.term(edge.fires)
        for origin in edge.transition.origins:
            yield Obligation(
                Kind.TRANSITION,
                f"transition {origin} -> {edge.transition.target} ({edge.transition.place})",
                both(_in_mode(written, region, origin), fires),
            )


def _stayed(written: Written, region: Region, edges: list[Edge]) -> Iterator[Obligation]:
    none = negation(either(*(written.lifting.term(edge.fires) for edge in edges)))
    for mode in region.modes:
        stays = both(_in_mode(written, region, mode.name), none)
        yield Obligation(Kind.TRANSITION, f"{region.name} stays in {mode.name}", stays)


def _ordered(written: Written, region: Region, edges: list[Edge]) -> Iterator[Obligation]:
    """Of two neighbours that lead to different modes the first is taken where both could be."""
    of = {id(edge.transition): edge for edge in edges}
    neighbours = dict.fromkeys(
        (id(first), id(second))
        for mode in region.modes
        for first, second in pairwise(region.leaving(mode.name))
        if first.target != second.target
    )
    for one, other in neighbours:
        first, second = of[one], of[other]
        above = edges[: edges.index(first)]
        yield Obligation(
            Kind.TRANSITION,
            f"'{first.transition}' goes before '{second.transition}'"
            f" ({first.transition.place} before {second.transition.place.line})",
            both(
                written.lifting.term(first.applies),
                written.lifting.term(second.applies),
                *(negation(written.lifting.term(each.applies)) for each in above),
            ),
        )
