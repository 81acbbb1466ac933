"""A certificate that proves nothing is refused by every solver, whatever made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from spec.lower import lower
from spec.system import TransitionSystem
from spec.term import FALSE, TRUE, Number, Term, at_most, negation, number, parts, rebuild
from tests.verify import corpus
from verify.engines import houdini
from verify.evidence import recheck
from verify.evidence.certificate import scripts
from verify.prover import Options, verify
from verify.smt import Satisfiable, Solver
from verify.verdict import Certificate, Proved, Unknown, Verdict

PATH = corpus.CORPUS / "proved" / "stood_with_tolerance_and_latency.machine"
MACHINE = corpus.machine(PATH)
SYSTEM = lower(MACHINE)
SOLVERS = ("cvc5", "bitwuzla")

Tamper = Callable[[Certificate], Certificate]


@pytest.fixture(scope="module")
def genuine() -> Certificate:
    """The certificate of S1, over the variables of `SYSTEM`."""
    report = verify(MACHINE, options=Options(recheck=True))
    answer = report.requirements[0].properties[0].answer
    assert isinstance(answer, Proved)
    assert answer.certificate is not None
    return answer.certificate


def refused(
    certificate: Certificate, system: TransitionSystem = SYSTEM, *, jobs: int = 2
) -> set[str]:
    """Which solvers refuse `certificate`, each asked alone."""
    made = scripts(system, certificate, "S1", "S1")
    assert {each.logic for each in made} == {"lia", "bv"}
    by = {"cvc5": recheck.refusals(made, ["cvc5"], seconds=60, jobs=jobs)}
    only_bv = [each for each in made if each.logic == "bv"]
    by["bitwuzla"] = recheck.refusals(only_bv, ["bitwuzla"], seconds=60, jobs=jobs)
    return {solver for solver, why in by.items() if why}


def accepted_by_z3(certificate: Certificate) -> bool:
    made = scripts(SYSTEM, certificate, "S1", "S1")
    # Alone: of two that refuse, only the faster is named.
    why = recheck.refusals(made, [], seconds=60, jobs=1)
    return not any(each.startswith("z3") for each in why.values())


def moved(term: Term, by: int) -> Term:
    """`term` with its largest constant changed."""
    constants = [each for each in walk(term) if isinstance(each, Number)]
    largest = max(constants, key=lambda each: abs(each.value))

    def again(each: Term) -> Term:
        if each is largest:
            return number(largest.value + by)
        return rebuild(each, [again(part) for part in parts(each)])

    return again(term)


def walk(term: Term) -> list[Term]:
    return [term, *(each for part in parts(term) for each in walk(part))]


def test_the_genuine_certificate_is_accepted(genuine: Certificate) -> None:
    assert refused(genuine) == set()


def test_a_certificate_without_any_one_of_some_lemmas_is_refused(genuine: Certificate) -> None:
    needed = []
    for k in range(len(genuine.lemmas)):
        fewer = genuine.lemmas[:k] + genuine.lemmas[k + 1 :]
        if not accepted_by_z3(replace(genuine, lemmas=fewer)):
            needed.append(replace(genuine, lemmas=fewer))
    assert len(needed) >= 3
    by = [refused(each) for each in needed[::4]]
    assert all("cvc5" in each for each in by)
    # Not each of them: that nothing is below zero is no lemma of unsigned bits, but their nature.
    assert set(SOLVERS) in by


def swapped(goal: Term) -> Tamper:
    return lambda certificate: replace(certificate, goal=goal)


def with_lemma(lemma: Term) -> Tamper:
    return lambda certificate: replace(certificate, lemmas=(*certificate.lemmas, lemma))


TIMER = next(each for each in SYSTEM.state if not each.variable.boolean and each.observed)
TAMPERED: dict[str, Tamper] = {
    "no lemma at all": lambda certificate: replace(certificate, lemmas=()),
    "the goal is another": swapped(at_most(TIMER.variable, number(7))),
    "the goal is its opposite": lambda c: replace(c, goal=negation(c.goal)),
    "the goal is false": swapped(FALSE),
    "a lemma that never holds": with_lemma(FALSE),
    "a lemma that holds at first only": with_lemma(at_most(TIMER.variable, number(0))),
    "a lemma that holds later only": with_lemma(at_most(number(1), TIMER.variable)),
    "a constant of the goal": lambda c: replace(c, goal=moved(c.goal, 5000)),
    "a range is narrower": with_lemma(at_most(TIMER.variable, number(500))),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_certificate_is_refused_by_every_solver(name: str, genuine: Certificate) -> None:
    tampered = TAMPERED[name](genuine)
    assert not accepted_by_z3(tampered)
    assert refused(tampered) == set(SOLVERS)


@pytest.mark.parametrize("name", ["the clock is worse", "the wait is shorter"])
def test_a_certificate_of_another_system_is_refused(name: str, genuine: Certificate) -> None:
    text = MACHINE.text
    changes = {
        "the clock is worse": ("tolerance  1 %", "tolerance  1.1 %"),
        "the wait is shorter": ("after(10 s)", "after(9.5 s)"),
    }
    from spec.language.reader import read_text  # noqa: PLC0415 - only here

    other = lower(read_text(text.replace(*changes[name]), "other.machine")[0])
    goal = next(goal.term for goal in other.goals if goal.requirement == "S1")
    assert goal is not None
    assert refused(replace(genuine, goal=goal), other) == set(SOLVERS)


def violated() -> Verdict:
    """What is said, with a re-check, of a property that is false."""
    path = corpus.CORPUS / "violated" / "the_clock_is_too_fast.machine"
    report = verify(corpus.machine(path), options=Options(recheck=True, only=("S1",)))
    answer = report.requirements[0].properties[0].answer
    assert isinstance(answer, Unknown)
    assert "does not accept" in answer.reason
    return report.verdicts[0]


def test_a_prover_that_skips_the_goal_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # All that is asked is answered "it cannot be false".
    monkeypatch.setattr(Solver, "check", lambda *_: Satisfiable.NO)
    monkeypatch.setattr(Solver, "core", lambda _: set())
    assert violated() is Verdict.UNKNOWN


@pytest.mark.parametrize("lemma", [FALSE, at_most(number(1), number(0))])
def test_a_prover_that_skips_base_case_and_step_is_caught(
    monkeypatch: pytest.MonkeyPatch, lemma: Term
) -> None:
    monkeypatch.setattr(houdini, "strengthen", lambda *_, **__: [lemma])
    assert violated() is Verdict.UNKNOWN


def test_a_prover_that_skips_the_base_case_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = houdini.strengthen

    def from_nowhere(step, lemmas, known, *more, **named):  # type: ignore[no-untyped-def]
        first = next(each for each in step.system.state if each.name.endswith("mode"))
        elsewhere = negation(at_most(first.variable, number(first.initial)))
        # Kept by no step from the initial state, but assumed as if it were an invariant.
        return [*genuine(step, lemmas, known, *more, **named), elsewhere]

    monkeypatch.setattr(houdini, "strengthen", from_nowhere)
    path = corpus.CORPUS / "violated" / "after_is_late_by_a_step.machine"
    report = verify(corpus.machine(path), options=Options(recheck=True))
    assert Verdict.PROVED not in report.verdicts


def test_true_lemmas_do_no_harm(genuine: Certificate) -> None:
    assert refused(replace(genuine, lemmas=(*genuine.lemmas, TRUE))) == set()
