"""No engine is believed: neither one that lies nor one that gives up makes a proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from spec.system import StateVariable
from spec.term import FALSE, TRUE, Term, at_most, negation, number
from tests.verify import corpus
from verify.engines import houdini, portfolio, spacer, templates
from verify.prover import Options, verify
from verify.smt import Satisfiable, Solver
from verify.verdict import Method, Proved, Report, Verdict

FALSE_ONES = corpus.files("unknown", "violated")
NO_RUN = {"contradictory_assumptions", "parameters_that_leave_nothing"}


def report(path: Path) -> Report:
    return verify(corpus.machine(path), options=Options(timeout=10))


def claims(found: Report, path: Path) -> list[tuple[Verdict, Verdict]]:
    """For each property what is said, and what the folder says."""
    return [
        (each.verdict, corpus.expected(path, each.declared))
        for result in found.requirements
        for each in result.properties
    ]


LIES: dict[str, Term | None] = {
    "true": TRUE,
    "false": FALSE,
    "nothing": None,
    "nonsense": at_most(number(1), number(0)),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("path", corpus.files("unknown"), ids=corpus.name)
def test_what_spacer_says_is_only_a_candidate(
    path: Path, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spacer, "invariant", lambda *_: LIES[lie])
    for said, _ in claims(report(path), path):
        assert said is Verdict.UNKNOWN


@pytest.mark.parametrize("path", FALSE_ONES[::2], ids=corpus.name)
def test_a_lying_spacer_alone_proves_nothing_that_is_false(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spacer, "invariant", lambda *_: FALSE)
    # Without the searches, everything that is false comes to Spacer.
    monkeypatch.setattr(portfolio.Portfolio, "_searched", lambda *_: iter(()))
    monkeypatch.setattr(portfolio.Portfolio, "_sampled", lambda *_: iter(()))
    for said, expected in claims(report(path), path):
        # What is never reached is the one kind of refutation that is itself a proof.
        if expected is not Verdict.PROVED:
            assert said is not Verdict.PROVED


@pytest.mark.parametrize(
    "path", corpus.files("proved", "violated", "unknown", "vacuous"), ids=corpus.name
)
def test_a_solver_that_always_gives_up_decides_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Solver, "check", lambda *_: Satisfiable.UNDECIDED)
    monkeypatch.setattr(spacer, "invariant", lambda *_: None)
    found = report(path)
    # The battery is: what runs met is reachable, and what an author says of order is said.
    free = (Method.SYNTAX, Method.WITNESS, Method.BATTERY)
    for result in found.requirements:
        for each in result.properties:
            answer = each.answer
            # Runs that sampling met, and what is never read, need no solver.
            if isinstance(answer, Proved):
                assert answer.method in free
            elif each.verdict is Verdict.VIOLATED:
                assert corpus.expected(path, each.declared) is Verdict.VIOLATED
            else:
                assert each.verdict is Verdict.UNKNOWN or path.stem in NO_RUN


def test_a_houdini_that_gives_up_makes_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object, **__: object) -> list[Term]:
        raise houdini.Undecided

    monkeypatch.setattr(houdini, "strengthen", gives_up)
    monkeypatch.setattr(spacer, "invariant", lambda *_: None)
    path = corpus.CORPUS / "proved" / "stood_with_tolerance_and_latency.machine"
    assert [said for said, _ in claims(report(path), path)] == [Verdict.UNKNOWN] * 2


def test_no_time_at_all_is_no_verdict_at_all() -> None:
    path = corpus.CORPUS / "proved" / "stood_with_tolerance_and_latency.machine"
    found = verify(corpus.machine(path), options=Options(timeout=0.0))
    assert {each for each in found.verdicts} == {Verdict.UNKNOWN}


@pytest.mark.parametrize("name", ["counted_beside_a_timer", "open_since_power_up"])
def test_lemmas_of_templates_are_enough(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacer, "invariant", lambda *_: None)
    path = corpus.CORPUS / "proved" / f"{name}.machine"
    assert {said for said, _ in claims(report(path), path)} == {Verdict.PROVED}


@pytest.mark.parametrize("path", corpus.files("proved", "violated")[::3], ids=corpus.name)
def test_candidates_that_are_wrong_prove_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every literal and the opposite of it: what is not inductive beside the rest must go.
    def lies(state: Sequence[StateVariable]) -> Iterator[Term]:
        for literal in templates._literals(state):
            yield literal
            yield negation(literal)

    monkeypatch.setattr(templates, "discrete", lies)
    for said, expected in claims(report(path), path):
        assert said in (expected, Verdict.UNKNOWN)
