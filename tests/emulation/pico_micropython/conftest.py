"""The image that the tests share, which is built once; without `ASKED` nothing is collected."""

from __future__ import annotations

import os

import pytest

from codegen.boards import description
from spec.language import reader
from tests.emulation.pico_micropython.image import Image, build_image

# What `make test-pico-micropython` sets.
ASKED = "SMALLBMS_TEST_PICO_MICROPYTHON"
collect_ignore_glob = [] if os.environ.get(ASKED) else ["test_*.py"]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    machine, _ = reader.read(reader.shipped())
    board = description.read_board(description.shipped(), machine)
    return build_image(machine, board, tmp_path_factory.mktemp("image"))
