"""Every engine runs over every machine of the corpus; the folder is the oracle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from spec.machine import Always, Independent
from tests.verify import corpus
from verify.prover import Options, verify
from verify.verdict import Proved, Report, Verdict, Violated


def report(path: Path, *, recheck: bool = False) -> Report:
    options = Options(timeout=corpus.timeout(path), recheck=recheck)
    return verify(corpus.machine(path), options=options)


@pytest.mark.parametrize("path", corpus.files("proved"), ids=corpus.name)
def test_what_is_proved_is_accepted_by_every_solver_from_text(path: Path) -> None:
    checked = report(path, recheck=True)
    assert checked.rechecked_by == ("cvc5", "bitwuzla")
    for result in checked.requirements:
        for each in result.properties:
            assert each.verdict is corpus.expected(path, each.declared), each
            assert isinstance(each.answer, Proved)


@pytest.mark.parametrize("path", corpus.files("violated"), ids=corpus.name)
def test_what_is_violated_fails_in_the_last_step_of_its_trace_and_in_no_other(path: Path) -> None:
    for result in report(path).requirements:
        for each in result.properties:
            assert each.verdict is corpus.expected(path, each.declared), each
            if isinstance(each.declared, Always) and isinstance(each.answer, Violated):
                assert each.answer.trace is not None
                *before, last = corpus.truths(each.answer.trace, each.declared)
                assert all(before)
                assert not last
            if isinstance(each.declared, Independent) and isinstance(each.answer, Violated):
                one, other = each.answer.trace, each.answer.other
                assert one is not None
                assert other is not None
                output = each.declared.output
                assert one.steps[-1].outputs[output] != other.steps[-1].outputs[output]
                for step, twin in zip(one.steps, other.steps, strict=True):
                    told_apart = {k for k in step.inputs if step.inputs[k] != twin.inputs[k]}
                    assert told_apart <= set(each.declared.inputs)


@pytest.mark.parametrize("path", corpus.files("unknown", "vacuous"), ids=corpus.name)
def test_what_is_undecided_or_says_nothing_is_not_called_proved(path: Path) -> None:
    for result in report(path).requirements:
        for each in result.properties:
            assert each.verdict is corpus.expected(path, each.declared), each


_SHOW = """
import sys
from pathlib import Path
from tests.verify.test_corpus import report
from verify.verdict import Violated
for name in sys.argv[1:]:
    for result in report(Path(name)).requirements:
        for each in result.properties:
            if isinstance(each.answer, Violated) and each.answer.trace is not None:
                print([step.inputs for step in each.answer.trace.steps])
"""


def test_two_processes_find_the_same_counterexamples_whatever_the_order_of_sets() -> None:
    paths = [str(path) for path in corpus.files("violated")[::4]]

    def shown(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", _SHOW, *paths],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(corpus.CORPUS.parents[1])},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    assert shown("1") == shown("2") != ""


def test_every_folder_has_its_machines_and_every_verdict_a_folder() -> None:
    assert {folder.upper() for folder in corpus.FOLDERS} == {word.value for word in Verdict}
    counts = {folder: len(corpus.files(folder)) for folder in corpus.FOLDERS}
    assert counts["proved"] >= 18
    assert counts["violated"] >= 16
    assert min(counts["unknown"], counts["vacuous"]) >= 3
