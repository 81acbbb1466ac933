"""Requirements: every property gets the answer that is its own."""

from __future__ import annotations

from spec.language.reader import read_text
from verify.prover import verify
from verify.verdict import Verdict

_TEXT = """machine twice "two properties that come to the same"
time
    step 10 ms .. 100 ms by 10 ms
inputs
    x : bool
outputs
    o : bool = x
requirement A1 "each is answered for itself"
    always true
    always o
    always true
    reachable true
    never true
    reachable true
"""


def test_properties_with_one_formula_are_answered_each_for_itself() -> None:
    report = verify(read_text(_TEXT, "twice.machine")[0])
    proved, violated = Verdict.PROVED, Verdict.VIOLATED
    assert [each.verdict for each in report.requirements[0].properties] == [
        proved,
        violated,
        proved,
        proved,
        violated,
        proved,
    ]
