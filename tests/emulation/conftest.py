"""What the tests of a firmware share: the smallBMS on its board, built once."""

from __future__ import annotations

import pytest

from codegen.boards import description
from spec.language import reader
from tests.codegen.machines import Written, write
from tests.emulation import cells
from tests.emulation.firmware import Firmware, build_firmware


@pytest.fixture(scope="session")
def smallbms(tmp_path_factory: pytest.TempPathFactory) -> Firmware:
    machine, _ = reader.read(reader.shipped())
    board = description.read_board(description.shipped(), machine)
    return build_firmware(machine, board, tmp_path_factory.mktemp("smallbms"))


@pytest.fixture(scope="session")
def all_in_one(tmp_path_factory: pytest.TempPathFactory) -> Firmware:
    machine, board = cells.all_in_one()
    return build_firmware(machine, board, tmp_path_factory.mktemp("all_in_one"))


@pytest.fixture(scope="session")
def written(smallbms: Firmware, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(smallbms.machine, tmp_path_factory.mktemp("written"), settable=False)
