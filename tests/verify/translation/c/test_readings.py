"""The arithmetic of what a firmware measures is what was proved safe, for every count."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from codegen.generation import generate
from codegen.options import Options
from tests.codegen.boards.samples import BOARDS, board_of, machine_of
from verify.translation.c.validation import validate
from verify.translation.finding import Finding, Outcome
from verify.translation.readings import plausible, reading

FILE = "readings.c"


def generated(board: str) -> dict[str, str]:
    return generate(machine_of(board), "pico-c", Options(board=board_of(board)))


def findings(board: str, files: dict[str, str]) -> Iterator[Finding]:
    members = re.findall(r"uint32_t read_(\w+)\(", files["readings.h"])
    for measured, member in zip(board_of(board).analogue, members, strict=True):
        assert member.startswith(measured.input)
        for make, name in ((reading, f"read_{member}"), (plausible, f"plausible_{member}")):
            routine = make(name, measured.conversion, measured.chain.converter.bits)
            yield validate(files, FILE, routine, name)


@pytest.mark.parametrize("board", BOARDS)
def test_all_readings_are_proved(board: str) -> None:
    found = list(findings(board, generated(board)))
    assert len(found) == 2 * len(board_of(board).analogue)
    assert [(each.outcome, each.reason) for each in found] == [(Outcome.PROVED, "")] * len(found)


@pytest.mark.parametrize(
    ("old", "new", "differing"),
    [
        ("REMOTE_L_MV_LAST 3974U", "REMOTE_L_MV_LAST 3975U", "read_remote_l_mv"),
        ("REMOTE_L_MV_OFFSET 1590824U", "REMOTE_L_MV_OFFSET 1590823U", "read_remote_l_mv"),
        ("REMOTE_L_MV_SHIFT 13U", "REMOTE_L_MV_SHIFT 12U", "read_remote_l_mv"),
        ("count < REMOTE_H_MV_FIRST", "count <= REMOTE_H_MV_FIRST - 2U", "read_remote_h_mv"),
        ("count >= SUPPLY_MV_LEAST", "count > SUPPLY_MV_LEAST", "plausible_supply_mv"),
        ("SUPPLY_MV_MULTIPLIER 143876U", "SUPPLY_MV_MULTIPLIER 143877U", "read_supply_mv"),
        # Wraps, though only far above the counts of a converter: that makes no difference.
        (
            "uint32_t count)\n{\n    if (count > REMOTE_L",
            "uint16_t count)\n{\n    if (count > REMOTE_L",
            "",
        ),
    ],
)
def test_a_wrong_number_is_found(old: str, new: str, differing: str) -> None:
    files = generated("pico")
    assert files[FILE].count(old) == 1
    files[FILE] = files[FILE].replace(old, new)
    found = list(findings("pico", files))
    wrong = [each.subject for each in found if each.outcome is not Outcome.PROVED]
    assert wrong == ([differing] if differing else [])
    assert all(each.example is not None for each in found if each.subject in wrong)


def test_a_count_that_does_not_fit_is_no_count() -> None:
    files = generated("pico")
    files[FILE] = files[FILE].replace("(uint32_t count)", "(uint8_t count)")
    for each in findings("pico", files):
        assert each.outcome is Outcome.DIFFERS
        assert "no room for 0 to 4095" in each.reason
