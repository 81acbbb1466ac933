"""Tests of the status line."""

from __future__ import annotations

import re

from codegen.boards import status
from spec.language.reader import read, shipped


def test_the_checksum_has_the_check_value_of_its_kind() -> None:
    assert status.crc8(b"123456789") == 0xF4
    assert status.crc8(b"") == 0


def test_the_example_is_a_line_as_it_is_described() -> None:
    assert status.__doc__ is not None
    (example,) = re.findall(r"^ +(@\d.*)$", status.__doc__, re.MULTILINE)
    shape = r"@(\d+ \d+ i [\d,]+ s [\d,]+ o [\d,]+ f \d b \d)\*([0-9a-f]{2})"
    found = re.fullmatch(shape, example)
    assert found is not None
    assert int(found[2], 16) == status.crc8(found[1].encode())


def test_the_first_line_names_the_machine() -> None:
    machine, _ = read(shipped())
    assert re.fullmatch("smallbms [0-9a-f]{8}", status.program_of(machine))
