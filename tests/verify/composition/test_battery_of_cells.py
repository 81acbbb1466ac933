"""The shipped battery of four to eight cells, of which every one is read."""

from __future__ import annotations

from spec.language.reader import read, read_text, shipped
from verify.composition.verification import verify_system
from verify.verdict import Verdict

CELLS = shipped().with_name("battery_of_cells.system")


def test_every_requirement_of_a_battery_of_four_and_of_eight_cells_is_proved() -> None:
    machine, warnings = read(CELLS)
    assert not warnings
    assert [each.name for each in machine.parts][:-1] == [f"cell.{k}" for k in range(1, 9)]
    [count] = [each for each in machine.parameters if each.name == "cell.count"]
    assert (count.span.lowest, count.span.highest) == (4, 8)
    report = verify_system(machine)
    assert set(report.verdicts) == {Verdict.PROVED}
    assert not report.findings


def test_a_cell_that_is_not_looked_at_is_found() -> None:
    text = CELLS.read_text("utf-8").replace("= min(cell.reading)", "= max(cell.reading)")
    report = verify_system(read_text(text, str(CELLS))[0])
    pairs = zip(report.machine.requirements, report.verdicts, strict=True)
    violated = {each.id for each, verdict in pairs if verdict is Verdict.VIOLATED}
    assert {"C01", "C02"} <= violated
