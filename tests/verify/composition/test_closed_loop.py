"""The shipped system: everything proved, and twenty batteries are no more work than two."""

from __future__ import annotations

from pathlib import Path

from spec.language.reader import read, read_text, shipped
from spec.machine import Always
from verify.composition.abstraction import abstract, always
from verify.composition.shapes import form
from verify.composition.splitting import pieces
from verify.composition.surroundings import Surroundings
from verify.composition.verification import verify_system
from verify.verdict import Verdict

CLOSED_LOOP = shipped().with_name("closed_loop.system")


def test_every_requirement_of_the_closed_loop_is_proved() -> None:
    machine, warnings = read(CLOSED_LOOP)
    assert not warnings
    report = verify_system(machine)
    assert set(report.verdicts) == {Verdict.PROVED}
    assert not report.findings


def problems(count: int) -> set[object]:
    """What has to be proved with up to `count` batteries, each kind of problem once."""
    text = CLOSED_LOOP.read_text(encoding="utf-8").replace("[1 .. 20]", f"[1 .. {count}]")
    machine = read_text(text, str(Path(CLOSED_LOOP)))[0]
    kept, *_ = Surroundings(machine).choices()
    return {
        form(abstract(machine, always([piece]), kept(piece)))
        for requirement in machine.requirements
        for each in requirement.properties
        if isinstance(each, Always)
        for piece in pieces(machine, each.expression)
    }


def test_the_number_of_proofs_does_not_depend_on_the_number_of_batteries() -> None:
    assert len(problems(20)) == len(problems(2))
