"""A board is read as it is written, or refused with everything that is wrong with it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from codegen.boards.board import Level, Output, Pull
from codegen.boards.description import BoardError, read_board, shipped
from codegen.boards.table import Problem
from spec.conversion import Bound
from spec.expression import Enumeration
from spec.machine import Machine
from tests.codegen.boards.samples import BOARDS, board_of, machine_of, spoilt, text_of

SMALLBMS = machine_of("pico")
PICO = text_of("pico")

Refuse = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def refuse(tmp_path: Path) -> Refuse:
    """What is wrong with a text as a board for a machine."""

    def problems(text: str, machine: Machine = SMALLBMS) -> tuple[Problem, ...]:
        path = tmp_path / "board.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BoardError) as caught:
            read_board(path, machine)
        assert caught.value.path == str(path)
        return caught.value.problems

    return problems


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_serves_every_input_and_output_of_its_machine(name: str) -> None:
    board, machine = board_of(name), machine_of(name)
    measured = [each.input for each in board.analogue]
    read = [each.input for each in board.digital]
    order = [each.name for each in machine.inputs]
    told = () if board.front_end is None else board.front_end.inputs
    assert {*measured, *read, *told, board.health} == {*order}
    wired_outputs = [each.output for each in board.outputs]
    assert wired_outputs == [
        each.name for each in machine.outputs if each.name not in board.unconnected
    ]
    for wired in (measured, read):
        assert wired == sorted(wired, key=order.index)


def test_the_shipped_board_is_that_of_the_smallbms_on_a_pico() -> None:
    board = board_of("pico")
    assert (board.name, board.machine, board.health) == ("pico", "smallbms", "valid")
    assert (board.period_ms, board.watchdog_ms, board.baud) == (10, 200, 115_200)
    assert (board.system_hz, board.crystal_hz) == (48_000_000, 12_000_000)
    assert board.crystal_tolerance == Fraction(1, 10_000)
    assert (board.uart_tx, board.uart_rx) == (0, 1)
    assert [(each.input, each.gpio) for each in board.analogue] == [
        ("remote_l", 26),
        ("remote_h", 27),
        ("supply", 28),
    ]
    assert {each.input: each.gpio for each in board.digital} == {
        "pre_alarm": 6,
        "low_cell": 7,
        "high_cell": 8,
        "too_cold": 9,
        "too_hot": 10,
        "loop_closed": 11,
    }
    assert board.outputs == (
        Output("load_disconnect", 16, "high", 1),
        Output("charge_disconnect", 17, "high", 1),
        Output("pre_alarm_output", 18, "high", 1),
        Output("blue_led", 25, "lit", 1),
        Output("red_led", 19, "lit", 1),
    )
    assert (board.path, board.text) == (str(shipped()), PICO)


def test_an_open_wire_of_the_shipped_board_is_an_alarm_or_an_open_loop() -> None:
    for each in board_of("pico").digital:
        assert each.reads_safe_when_open
        assert each.safe is (each.input != "loop_closed")


@pytest.mark.parametrize("pull", list(Pull))
@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("safe", [False, True])
def test_an_open_wire_reads_what_it_is_pulled_to(pull: Pull, level: Level, safe: bool) -> None:
    wired = replace(board_of("pico").digital[0], pull=pull, level=level, safe=safe)
    at_open = {Pull.UP: Level.HIGH, Pull.DOWN: Level.LOW}.get(pull)
    assert wired.reads_safe_when_open is (at_open is not None and (at_open is level) is safe)


def test_tolerances_are_read_without_rounding() -> None:
    board = board_of("pico")
    assert board.converter is not None
    assert board.converter.tolerance == Fraction(6, 1000)
    assert board.analogue[0].chain.divider.tolerance == Fraction(2, 1000)
    assert board.analogue[0].conversion.side is Bound.UP


# What is changed, the key that is named, and how the message begins or what it tells.
SLIPS = [
    ('title   = "Raspberry Pi Pico as smallBMS"', "", "title", "missing"),
    ('name    = "pico"', 'name = ""', "name", '"" cannot stand here'),
    ('machine = "smallbms"', 'machine = "lamp"', "machine", "this board is for 'lamp'"),
    ("crystal_hz  = 12_000_000", "crystal_hz = 12.0", "clock.crystal_hz", "12.0 cannot stand here"),
    ("crystal_hz  = 12_000_000", "crystal_hz = true", "clock.crystal_hz", "true cannot stand here"),
    ("period_ms   = 10", "period_ms = []", "step.period_ms", "a list cannot stand here"),
    ("period_ms   = 10", "periods_ms = 10", "step.periods_ms", "there is no such key"),
    ("period_ms   = 10", "period_ms = {}", "step.period_ms", "a table cannot stand here"),
    ("[clock]", "clock = 3\n[clocks]", "clock", "3 cannot stand here"),
    ("[clock]", "[clocks]", "clock", "missing"),
    ("[clock]", "[clocks]", "clocks", "there is no such key"),
    ("bits                 = 12", "bits = 10", "adc.bits", "10 cannot stand here"),
    ("reference_percent    = 0.6", "reference_percent = nan", "adc.reference_percent", "NaN"),
    ("reference_percent    = 0.6", "reference_percent = -1", "adc.reference_percent", "-1"),
    ("reference_percent    = 0.6", "reference_percent = 50", "adc.reference_percent", "50"),
    ("reference_percent    = 0.6", "reference_percent = true", "adc.reference_percent", "true"),
    ("own_error_counts     = 3", "own_error_counts = 0", "adc.own_error_counts", "0"),
    ("[adc]", "[acd]", "adc", "missing"),
    ("[analogue.supply]", "[analogue.suply]", "analogue.suply", "the machine has no input 'suply'"),
    ("[analogue.supply]", "[analogue.suply]", "", "nothing serves the machine's input 'supply'"),
    ("channel          = 2", "channel = 3", "analogue.supply.channel", "3 cannot stand here"),
    ("[digital.too_hot]", "[digital.hot]", "digital.hot", "the machine has no input 'hot'"),
    ("[digital.too_hot]", "[analogue.too_hot]", "analogue.too_hot", "is a condition"),
    ("[analogue.supply]", "[digital.supply]", "digital.supply", "is a quantity"),
    ("gpio       = 11", "gpio = 30", "digital.loop_closed.gpio", "30 cannot stand here"),
    ('true_level = "low"', 'true_level = "lo"', "digital.loop_closed.true_level", '"lo" cannot'),
    ("safe       = false", "safe = 0", "digital.loop_closed.safe", "0 cannot stand here"),
    ("safe       = false", "", "digital.loop_closed.safe", "missing"),
    ('health  = "valid"', 'health = "vali"', "health", "the machine has no condition 'vali'"),
    ('health  = "valid"', 'health = "supply"', "health", "the machine has no condition 'supply'"),
    ('health  = "valid"', 'health = "too_hot"', "health", "'too_hot' is what a pin says"),
    ('health  = "valid"', 'health = "too_hot"', "", "nothing serves the machine's input 'valid'"),
    ('health  = "valid"', "#", "health", "missing"),
    ("[output.red_led]", "[output.red]", "output.red", "the machine has no output 'red'"),
    ("[output.red_led]", "[output.red]", "", "nothing serves the machine's output 'red_led'"),
    ("gpio   = 19\ndriven = \"lit\"", "gpio = 19\ndriven = \"on\"", "output.red_led.driven",
     "the output is never 'on'"),
    ("gpio   = 19\ndriven = \"lit\"", "gpio = 19\ndriven = true", "output.red_led.driven", "true"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "message"), SLIPS)
def test_a_slip_in_the_file_is_named(
    refuse: Refuse, old: str, new: str, key: str, message: str
) -> None:
    found = [each.message for each in refuse(spoilt(PICO, old, new)) if each.key == key]
    assert any(message in each for each in found), found


UPPER = 'upper_ohm        = 232_000\nlower_ohm        = 10_200\nresistor_percent = 0.2\nreads            = "down"'  # noqa: E501
PITFALLS = [
    ("gpio       = 11", "gpio = 10", "digital.too_hot.gpio", "GPIO 10 is in use: digital.loop_"),
    ("gpio       = 11", "gpio = 0", "digital.loop_closed.gpio", "GPIO 0 is in use: status.tx_gpio"),
    ("gpio       = 11", "gpio = 26", "digital.loop_closed.gpio", "in use: analogue.remote_l.chann"),
    ("gpio       = 11", "gpio = 23", "digital.loop_closed.gpio", "is used by the Pico itself"),
    ("gpio       = 11", "gpio = 24", "digital.loop_closed.gpio", "is used by the Pico itself"),
    ("gpio       = 11", "gpio = 29", "digital.loop_closed.gpio", "is used by the Pico itself"),
    ("gpio   = 19", "gpio = 23", "output.red_led.gpio", "is used by the Pico itself"),
    ("gpio   = 19", "gpio = 25", "output.red_led.gpio", "GPIO 25 is in use: output.blue_led.gpio"),
    ("channel          = 2", "channel = 1", "analogue.supply.channel", "GPIO 27 is in use"),
    ("tx_gpio = 0", "tx_gpio = 2", "status.tx_gpio", "GPIO 2 is no such pin of UART 0"),
    ("rx_gpio = 1", "rx_gpio = 2", "status.rx_gpio", "GPIO 2 is no such pin of UART 0"),
    ("crystal_ppm = 100", "crystal_ppm = 10_001", "clock.crystal_ppm", "no more than 10000 ppm"),
    ("crystal_hz  = 12_000_000", "crystal_hz = 12_288_000", "clock.crystal_hz", "a microsecond is"),
    ("crystal_hz  = 12_000_000", "crystal_hz = 11_000_000", "clock.system_hz", "the chip cannot"),
    ("system_hz   = 48_000_000", "system_hz = 44_100_000", "clock.system_hz", "the chip cannot"),
    ("period_ms   = 10", "period_ms = 501", "step.period_ms", "proved for steps of 1 ms to 500 ms"),
    ("watchdog_ms = 200", "watchdog_ms = 19", "step.watchdog_ms", "shorter than two periods"),
    ("watchdog_ms = 200", "watchdog_ms = 8_389", "step.watchdog_ms", "waits 8388 ms at most"),
    ('true_level = "low"', 'true_level = "high"', "digital.loop_closed.pull", "not read as false"),
    ("safe       = false", "safe = true", "digital.loop_closed.pull", "not read as true"),
    ("safe       = false", "safe = false\nunsafe_when_open = true",
     "digital.loop_closed.unsafe_when_open", "an open wire does read as false"),
    ('true_level = "low"\npull       = "up"', 'true_level = "low"\npull = "none"',
     "digital.loop_closed.pull", "an open wire reads as anything"),
    (UPPER, UPPER.replace("232_000", "230_000"), "analogue.remote_h.upper_ohm", "count"),
    (UPPER, UPPER.replace("0.2", "1"), "analogue.remote_h.upper_ohm", "count"),
    ("reference_percent    = 0.6", "reference_percent = 2", "analogue.supply.upper_ohm", "count"),
    ("reference_mv         = 3000", "reference_mv = 2900", "analogue.supply.upper_ohm", "count"),
    ("common_error_counts  = 8", "common_error_counts = 40", "analogue.supply.upper_ohm", "count"),
    (UPPER, UPPER.replace("232_000", "100_000_000").replace("10_200", "1"),
     "analogue.remote_h.upper_ohm", "one count stands for more than the whole range"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "message"), PITFALLS)
def test_a_board_that_cannot_work_is_refused(
    refuse: Refuse, old: str, new: str, key: str, message: str
) -> None:
    problems = refuse(spoilt(PICO, old, new))
    found = [each.message for each in problems if each.key == key]
    assert any(message in each for each in found), problems


def test_what_is_taken_on_knowingly_is_no_problem(tmp_path: Path) -> None:
    text = spoilt(PICO, "safe       = false", "safe = true\nunsafe_when_open = true")
    path = tmp_path / "board.toml"
    path.write_text(text, encoding="utf-8")
    wired = read_board(path, SMALLBMS).digital
    assert [each.input for each in wired if each.unsafe_when_open] == ["loop_closed"]


def test_the_longest_watchdog_is_that_of_the_chip(tmp_path: Path) -> None:
    path = tmp_path / "board.toml"
    path.write_text(spoilt(PICO, "watchdog_ms = 200", "watchdog_ms = 8_388"), encoding="utf-8")
    assert read_board(path, SMALLBMS).watchdog_ms == 8_388


def test_all_slips_of_a_file_are_told_in_one_run(refuse: Refuse) -> None:
    text = spoilt(PICO, "channel          = 2", "channel = 7")
    text = spoilt(text, "[output.red_led]", "[output.red]")
    text = spoilt(text, "baud    = 115_200", "")
    assert {each.key for each in refuse(text)} == {
        "status.baud",
        "analogue.supply.channel",
        "output.red",
        "",
    }


def test_an_error_names_the_file_the_key_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "board.toml"
    path.write_text(spoilt(PICO, "[output.red_led]", "[output.red_let]"), encoding="utf-8")
    with pytest.raises(BoardError) as caught:
        read_board(path, SMALLBMS)
    assert str(caught.value) == (
        f"{path}: output.red_let: the machine has no output 'red_let'\n"
        "    did you mean 'red_led'?\n"
        f"{path}: nothing serves the machine's output 'red_led'\n"
        "    describe its pin: [output.red_led]"
    )


def test_what_is_no_board_at_all_is_said_to_be_none(refuse: Refuse, tmp_path: Path) -> None:
    assert next(each.message for each in refuse("name = ")).startswith("this is no TOML: ")
    assert [each.message for each in refuse("#" * 100_001)] == [
        "this is too long to describe a board"
    ]
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    for name, message in (
        ("bytes.toml", "byte 0xff is no UTF-8"),
        ("missing.toml", "cannot be read: no such file or directory"),
        ("", "cannot be read: is a directory"),
    ):
        with pytest.raises(BoardError) as caught:
            read_board(tmp_path / name, SMALLBMS)
        assert [each.message for each in caught.value.problems] == [message]


def test_a_machine_with_more_than_a_board_can_say_is_refused(refuse: Refuse) -> None:
    machine = machine_of("lamp")
    lamp = text_of("lamp")
    battery, light = machine.inputs[0], machine.outputs[0]
    assert "below 0 V" in str(
        refuse(
            lamp,
            replace(
                machine,
                inputs=(
                    replace(battery, span=replace(battery.span, lowest=-1)),
                    *machine.inputs[1:],
                ),
            ),
        )
    )
    three = replace(light, type=Enumeration(("a", "b", "c")))
    assert "does not have two values" in str(refuse(lamp, replace(machine, outputs=(three,))))
