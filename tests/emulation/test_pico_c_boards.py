"""The C firmware of other boards and machines: nothing of the shipped one is wired in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.boards.samples import board_of, machine_of
from tests.emulation.firmware import Firmware, Pico, build_firmware
from tests.emulation.record import Level
from tests.emulation.smallbms import (
    DROPPED,
    NO_CHARGE,
    OFF,
    ON,
    RUNNING,
    SECOND_US,
    SUPPLY_MV,
    UNSAFE,
    WARNING,
)


@pytest.fixture
def firmware(request: pytest.FixtureRequest, tmp_path: Path) -> Firmware:
    name = str(request.param)
    return build_firmware(machine_of(name), board_of(name), tmp_path / name)


@pytest.mark.parametrize("firmware", ["other"], indirect=True)
def test_the_smallbms_runs_on_another_board(firmware: Firmware) -> None:
    assert set(firmware.outputs.values()) != {16, 17, 18, 19, 25}
    with Pico(firmware, OFF) as pico:
        pico.run(SECOND_US)
        for terminals, high in (
            ({}, set[str]()),
            ({"remote_l": 0}, RUNNING),
            ({"remote_l": SUPPLY_MV, "remote_h": SUPPLY_MV}, RUNNING),
            ({"too_hot": True}, NO_CHARGE),
            ({"too_hot": False, "pre_alarm": True}, WARNING),
            ({"loop_closed": None}, UNSAFE),
            ({**ON, "low_cell": True}, DROPPED),
            (ON, RUNNING),
        ):
            pico.wire(SECOND_US, **terminals)
            assert pico.high == high, terminals
        pico.forget()
        pico.wire(33 * SECOND_US, low_cell=True)
        (warned,) = pico.moments("pre_alarm_output", Level.HIGH)
        (dropped,) = pico.moments("load_disconnect", Level.Z_DOWN)
        assert 30_000_000_000 <= dropped - warned <= 32_000_000_000
        assert pico.read("fault") == 0


@pytest.mark.parametrize("firmware", ["lamp"], indirect=True)
def test_another_machine_runs_on_its_board(firmware: Firmware) -> None:
    # Readings are in 10 mV, and so is what stands at its terminal here.
    with Pico(firmware, {"battery": 1300, "wanted": True}) as pico:
        pico.run(SECOND_US / 2)
        assert pico.high == set()
        pico.run(SECOND_US)
        assert pico.high == {"light"}
        pico.wire(SECOND_US / 5, battery=1000)
        assert pico.high == set()
        pico.wire(2 * SECOND_US, battery=1300)
        assert pico.high == {"light"}
        pico.wire(SECOND_US / 5, wanted=None)
        assert pico.high == set()
