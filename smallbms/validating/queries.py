"""Queries: what a solver answered with no, saved, and asked of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from smallbms.validating.files import Examined
from verify.evidence.certificate import Script
from verify.evidence.recheck import refusals, second_solvers
from verify.translation.finding import Outcome

# For one solver and all queries.
_PATIENCE_S = 60.0
_JOBS = 2


def queries_of(examined: Iterable[Examined]) -> dict[str, str]:
    """Each query of what was proved, by the name of a file for it."""
    return {name: query for each in examined for name, query in _named(each).items()}


def second_solver() -> str | None:
    """The one that is installed, the quicker one of two; None if there is none."""
    # Of bit-vectors, which all queries are, bitwuzla decides in a tenth of the time.
    return min(second_solvers(), default=None)


def rechecked(examined: Sequence[Examined], solver: str) -> list[Examined]:
    """`examined`, PROVED only where `solver` accepts every query, too."""
    scripts = [Script(name, query, 1, "bv") for name, query in queries_of(examined).items()]
    # In two parts, for two processors. z3 printed them: asking it again would prove nothing.
    parts = [scripts[k::_JOBS] for k in range(_JOBS)]

    def refused_of(part: list[Script]) -> dict[str, str]:
        return refusals(part, [solver], seconds=_PATIENCE_S, jobs=1, from_text=False)

    with ThreadPoolExecutor(_JOBS) as pool:
        refused = {name: why for each in pool.map(refused_of, parts) for name, why in each.items()}
    return [_doubted(each, refused) for each in examined]


def _doubted(examined: Examined, refused: Mapping[str, str]) -> Examined:
    doubts = [refused[name] for name in _named(examined) if name in refused]
    if not doubts or examined.finding.outcome is not Outcome.PROVED:
        return examined
    finding = replace(examined.finding, outcome=Outcome.UNKNOWN, reason=doubts[0])
    return replace(examined, finding=finding)


def _named(examined: Examined) -> dict[str, str]:
    finding = examined.finding
    whole = f"{examined.level.value}-{examined.file}-{finding.subject}"
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", whole)
    return {f"{stem}-{name}.smt2": query for name, query in (finding.queries or {}).items()}
