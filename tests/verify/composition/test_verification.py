"""Systems are answered as they would be if nobody knew of their parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.language.reader import read_text
from spec.machine import Machine
from tests.verify import corpus
from verify import prover
from verify.composition.verification import verify_system
from verify.verdict import Report, Sanity, Verdict, Violated

SYSTEMS = [path for path in corpus.files("proved", "violated") if path.suffix == ".system"]


def verdicts(report: Report) -> list[Verdict]:
    return [each.verdict for result in report.requirements for each in result.properties]


def system(parts: str, connect: str, required: str) -> Machine:
    text = f"""system s

time
    step 1 ms .. 500 ms

inputs
    start : bool

parts
{parts}

connect
{connect}

requirement R1
{required}
"""
    return read_text(text, str(corpus.CORPUS / "s.system"))[0]


@pytest.mark.parametrize("path", SYSTEMS, ids=corpus.name)
def test_proofs_by_parts_and_proofs_of_the_whole_agree(path: Path) -> None:
    machine = corpus.machine(path)
    report = verify_system(machine)
    assert verdicts(report) == verdicts(prover.verify(machine))
    assert not report.findings


@pytest.mark.parametrize("path", SYSTEMS[:2], ids=corpus.name)
def test_certificates_of_systems_are_accepted_by_every_solver(path: Path, tmp_path: Path) -> None:
    options = prover.Options(recheck=True, certificates=tmp_path)
    report = verify_system(corpus.machine(path), options=options)
    assert report.rechecked_by == ("cvc5", "bitwuzla")
    assert set(verdicts(report)) == {Verdict.PROVED}
    assert any(tmp_path.iterdir())


def test_twins_that_are_connected_differently_are_not_taken_for_one() -> None:
    machine = system(
        "    one   : parts/follower.machine\n    other : parts/follower.machine",
        "    one.told   = start\n    other.told = not start",
        "    always one.away implies start\n    always other.away implies start",
    )
    assert verdicts(verify_system(machine)) == [Verdict.PROVED, Verdict.VIOLATED]


def test_a_part_that_may_be_missing_is_no_witness() -> None:
    machine = system(
        "    one [1 .. 3] : parts/follower.machine",
        "    one.told = start",
        "    always one.count == 1 or any(one.away) iff start\n"
        "    always start implies all(one.away)\n"
        "    always any(one.away) implies one.count == 3\n"
        "    reachable all(one.away) and one.count == 2\n"
        "    reachable all(one.away) and not start",
    )
    proved, violated = Verdict.PROVED, Verdict.VIOLATED
    expected = [violated, proved, violated, proved, violated]
    assert verdicts(verify_system(machine)) == expected == verdicts(prover.verify(machine))


def test_what_is_cut_off_may_do_anything_but_is_not_forgotten() -> None:
    """True only because of what the parts before them do, three parts away."""
    parts = "\n".join(f"    p{k} : parts/follower.machine" for k in range(4))
    connect = "    p0.told = start\n" + "\n".join(
        f"    p{k}.told = p{k - 1}.away" for k in range(1, 4)
    )
    machine = system(
        parts, connect, "    always p3.away iff start\n    always p3.away implies not start"
    )
    assert verdicts(verify_system(machine)) == [Verdict.PROVED, Verdict.VIOLATED]


def test_a_premise_that_never_happens_makes_a_property_of_a_system_vacuous() -> None:
    machine = system(
        "    one [1 .. 2] : parts/follower.machine",
        "    one.told = start",
        "    always any(one.away) and not start implies false",
    )
    assert verdicts(verify_system(machine)) == [Verdict.VACUOUS]


def test_a_premise_that_needs_more_parts_than_the_fewest_is_not_vacuous() -> None:
    machine = system(
        "    one [1 .. 2] : parts/follower.machine",
        "    one.told = start",
        "    always one.count == 2 and any(one.away) implies start",
    )
    report = verify_system(machine)
    assert verdicts(report) == [Verdict.PROVED]
    assert not report.findings


def test_an_assumption_may_leave_more_parts_than_the_fewest() -> None:
    machine = system(
        "    one [1 .. 2] : parts/follower.machine",
        "    one.told = start\n\nassume\n    one.count >= 2",
        "    always all(one.away) implies start\n    reachable all(one.away) and one.count == 2\n"
        "    always any(one.away) implies one.count == 1",
    )
    expected = [Verdict.PROVED, Verdict.PROVED, Verdict.VIOLATED]
    assert verdicts(verify_system(machine)) == expected == verdicts(prover.verify(machine))


def test_assumptions_that_no_number_of_parts_satisfies_leave_nothing_to_prove() -> None:
    machine = system(
        "    one [1 .. 2] : parts/follower.machine",
        "    one.told = start\n\nassume\n    one.count >= 2\n    one.count < 2",
        "    always all(one.away) implies start",
    )
    report = verify_system(machine)
    assert verdicts(report) == [Verdict.VACUOUS]
    assert [each.kind for each in report.findings] == [Sanity.CONTRADICTION]


def test_a_counterexample_names_the_part_its_file_and_its_line() -> None:
    machine = corpus.machine(corpus.CORPUS / "violated" / "a_lamp_is_late.system")
    answer = verify_system(machine).requirements[0].properties[0].answer
    assert isinstance(answer, Violated)
    assert answer.trace is not None
    taken = answer.trace.steps[-1].taken[0]
    assert taken.region == "switch.contact"
    assert str(taken.transition.place) == "line 12 of switch.machine"
    assert "1.glow" in "".join(answer.trace.steps[-1].modes)


def test_what_a_part_assumes_of_a_connected_input_is_to_be_proved() -> None:
    text = """system s

time
    step 1 ms .. 500 ms

inputs
    start : bool

parts
    one : parts/trusting.machine

connect
    one.first  = start
    one.second = {second}

requirement R1
    always one.both implies start
"""
    for second, expected in (("not start", Verdict.PROVED), ("start", Verdict.VIOLATED)):
        machine = read_text(text.format(second=second), str(corpus.CORPUS / "s.system"))[0]
        assert [each.id for each in machine.requirements] == ["R1", "one.assumes1"]
        assert not machine.assumptions
        assert verdicts(verify_system(machine))[1] is expected
