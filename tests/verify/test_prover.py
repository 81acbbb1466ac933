"""The prover: what its options change, and what they must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.language.reader import read, shipped
from verify import prover
from verify.verdict import PropertyResult, Proved, Report

_CORPUS = Path(__file__).parents[1] / "corpus"
_MACHINES = (
    shipped(),
    _CORPUS / "proved" / "stood_with_tolerance_and_latency.machine",
    _CORPUS / "vacuous" / "a_premise_that_never_happens.machine",
    _CORPUS / "violated" / "three_waits_deep.machine",
)


def results(report: Report) -> list[PropertyResult]:
    return [each for result in report.requirements for each in result.properties]


def measured(report: Report) -> int:
    return sum(
        isinstance(each.answer, Proved) and each.answer.margin is not None
        for each in results(report)
    )


@pytest.mark.parametrize("path", _MACHINES, ids=lambda path: path.stem)
def test_no_verdict_depends_on_the_margins(path: Path) -> None:
    machine, _ = read(path)
    report = prover.verify(machine)
    without = prover.verify(machine, options=prover.Options(margins=False))
    assert measured(without) == 0
    assert [each.verdict for each in results(without)] == [each.verdict for each in results(report)]
    assert without.findings == report.findings


def test_margins_are_measured_unless_they_are_declined() -> None:
    assert measured(prover.verify(read(shipped())[0])) > 0
