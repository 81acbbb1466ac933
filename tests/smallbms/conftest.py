"""The stair light, read once a test."""

from __future__ import annotations

import pytest

from spec.machine import Machine
from tests.smallbms import samples


@pytest.fixture
def lamp() -> Machine:
    return samples.lamp()
