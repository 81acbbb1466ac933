"""The harness itself, on a firmware that does no more than the tests need."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulation.emulator import (
    ComplaintError,
    DrivenLowError,
    Emulator,
    EmulatorError,
)
from tests.emulation.metronome import PERIOD_US, Metronome, build_metronome
from tests.emulation.record import Expired, Faulted, Level
from tests.emulation.wiring import Converter, Setting, Watch, Wiring

PINS = (2, 3, 4, 5)
# Of GPIO 26, and of the firmware's UART.
CHANNEL, UART = 0, 0
ONE_BYTE_NS = 10 * 16 * (6 + 33 / 64) / 12e6 * 1e9
READY, FAILED = 0x100, 0x400
TIME_NOW = 0x4005_4028
# It comes before the text, and much else does.
CONVERSION_NS = 20_000


@pytest.fixture(scope="module")
def metronome(tmp_path_factory: pytest.TempPathFactory) -> Metronome:
    return build_metronome(tmp_path_factory.mktemp("metronome"))


@pytest.fixture
def emulator(metronome: Metronome) -> Iterator[Emulator]:
    with Emulator(metronome.image, watched=PINS, may_be_low=PINS) as emulator:
        yield emulator


def test_pins_are_told_apart_by_what_drives_them(metronome: Metronome, emulator: Emulator) -> None:
    emulator.run(3 * PERIOD_US)
    assert emulator.levels(*PINS) == [Level.Z, Level.Z_DOWN, Level.Z_UP, Level.Z_KEEP]
    emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b11_1100, out=0b01_0100)])
    assert emulator.levels(*PINS) == [Level.HIGH, Level.LOW, Level.HIGH, Level.LOW]
    emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b00_1000, out=0b01_0100)])
    assert emulator.levels(*PINS) == [Level.Z, Level.LOW, Level.Z_UP, Level.Z_KEEP]


def test_every_change_of_a_pin_is_recorded_in_order(
    metronome: Metronome, emulator: Emulator
) -> None:
    emulator.run(3 * PERIOD_US)
    emulator.play([metronome.ask(PERIOD_US, enabled=0b100, out=0b100)])
    emulator.play([metronome.ask(PERIOD_US, enabled=0, out=0b100)])
    levels = [each.level for each in emulator.changes(2)]
    assert levels == [Level.Z_DOWN, Level.Z, Level.HIGH, Level.Z]
    times = [each.at_ns for each in emulator.events]
    assert times == sorted(times)
    assert emulator.changes(2)[-1].at_ns - emulator.changes(2)[-2].at_ns == pytest.approx(
        1000 * PERIOD_US, abs=1000
    )


def test_an_output_driven_low_is_noticed_even_for_a_cycle(metronome: Metronome) -> None:
    with Emulator(metronome.image, watched=PINS, may_be_low=[3]) as emulator:
        emulator.run(3 * PERIOD_US)
        emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b1000, out=0)])
        # Enabled before its value is set, so low for a moment.
        emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b1000, out=0b1000)])
        with pytest.raises(DrivenLowError, match="pin 2 is driven low"):
            emulator.play(
                [
                    metronome.ask(2 * PERIOD_US, enabled=0b100, out=0b100),
                    metronome.ask(2 * PERIOD_US, out=0),
                    metronome.ask(2 * PERIOD_US, enabled=0),
                ]
            )


def test_inputs_read_what_is_at_the_pin(metronome: Metronome, emulator: Emulator) -> None:
    emulator.run(3 * PERIOD_US)
    # Open: the one pulled up is high. (A keeper keeps what was there.)
    assert metronome.read(emulator, "pins") & 0b01_1100 == 0b01_0000
    emulator.play([Wiring(PERIOD_US, gpio={2: True, 3: True, 4: False})])
    assert metronome.read(emulator, "pins") & 0b01_1100 == 0b00_1100
    emulator.play([Wiring(PERIOD_US, gpio={2: None, 3: None, 4: None})])
    assert metronome.read(emulator, "pins") & 0b01_1100 == 0b01_0000
    emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b100, out=0b100)])
    assert metronome.read(emulator, "pins") & 0b01_1100 == 0b01_0100


def test_a_pin_driven_from_both_sides_is_a_complaint(metronome: Metronome) -> None:
    with Emulator(metronome.image, watched=PINS, may_be_low=PINS) as emulator:
        emulator.play([Wiring(3 * PERIOD_US, gpio={2: False})])
        with pytest.raises(ComplaintError, match="pin 2: driven from both sides"):
            emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b100, out=0b100)])


def test_the_converter_counts_sticks_and_fails(metronome: Metronome, emulator: Emulator) -> None:
    emulator.play([Wiring(4 * PERIOD_US, adc={CHANNEL: 1234})])
    assert metronome.read(emulator, "count") == 1234
    assert metronome.read(emulator, "status") & (READY | FAILED) == READY
    emulator.play([Wiring(4 * PERIOD_US, adc={CHANNEL: Converter.FAILING})])
    assert metronome.read(emulator, "status") & (READY | FAILED) == READY | FAILED
    emulator.play([Wiring(4 * PERIOD_US, adc={CHANNEL: Converter.STUCK})])
    assert metronome.read(emulator, "status") & READY == 0
    emulator.play([Wiring(4 * PERIOD_US, adc={CHANNEL: 77})])
    assert metronome.read(emulator, "count") == 77


def test_text_leaves_at_the_speed_of_the_line(metronome: Metronome, emulator: Emulator) -> None:
    emulator.play([metronome.ask(4 * PERIOD_US, talking=0)])
    emulator.play([metronome.ask(2 * PERIOD_US, talking=1)])
    assert [each.text for each in emulator.lines] == ["begin", "tick", "tick"]
    first, second = emulator.lines[1:]
    assert second.at_ns - first.at_ns == pytest.approx(1000 * PERIOD_US, abs=1000)
    # The first byte leaves at once, the last one four bytes later and one byte long.
    step_us = metronome.read(emulator, "time_us")
    timer_us = emulator.peek_word(TIME_NOW)
    began_ns = emulator.now_ns - (timer_us - step_us) * 1000
    assert 0 < second.at_ns - began_ns - len("tick\n") * ONE_BYTE_NS < CONVERSION_NS


def test_what_is_received_is_there(metronome: Metronome, emulator: Emulator) -> None:
    emulator.play([Wiring(3 * PERIOD_US), Wiring(PERIOD_US, uart={UART: b"ab"})])
    assert [emulator.peek_word(0x40034000) for _ in "ab"] == [0x61, 0x62]


def test_a_byte_too_many_is_lost_and_a_complaint(metronome: Metronome) -> None:
    with (
        Emulator(metronome.image, watched=PINS) as emulator,
        pytest.raises(ComplaintError, match="lost in a full FIFO"),
    ):
        emulator.play([Wiring(3 * PERIOD_US, uart={UART: bytes(33)})])


def test_the_watchdog_resets_all_but_scratch_and_reason(
    metronome: Metronome, emulator: Emulator
) -> None:
    emulator.run(10 * PERIOD_US)
    assert (metronome.read(emulator, "reason"), metronome.read(emulator, "boots") & 0xFF) == (0, 1)
    emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b100, out=0b100, starving=1)])
    emulator.run(250_000)
    (reset,) = [each for each in emulator.events if isinstance(each, Expired)]
    assert reset.reason == 1
    assert [each.level for each in emulator.changes(2)] == [
        Level.Z_DOWN,
        Level.Z,
        Level.HIGH,
        Level.Z_DOWN,
        Level.Z,
    ]
    up, down = emulator.changes(2)[2:4]
    assert down.at_ns == reset.at_ns
    # It was last fed a period before it was told to starve, at the latest.
    assert 190_000_000 <= reset.at_ns - up.at_ns <= 200_100_000
    assert (metronome.read(emulator, "reason"), metronome.read(emulator, "boots")) == (1, 2)
    # The timer begins anew.
    assert metronome.read(emulator, "time_us") < 250_000


def test_power_forgets_everything_but_what_is_outside(
    metronome: Metronome, emulator: Emulator
) -> None:
    emulator.play([Wiring(5 * PERIOD_US, adc={CHANNEL: 7}, gpio={2: True})])
    emulator.power_cycle()
    emulator.run(5 * PERIOD_US)
    assert (metronome.read(emulator, "reason"), metronome.read(emulator, "boots")) == (0, 1)
    assert (metronome.read(emulator, "count"), metronome.read(emulator, "pins") >> 2 & 1) == (7, 1)


@pytest.mark.parametrize("start_us", [0, 2**30 - 25_000, 2**32 - 25_000, 2**32 - 1])
def test_the_timer_counts_on_from_anywhere(metronome: Metronome, start_us: int) -> None:
    with Emulator(metronome.image, watched=PINS, setting=Setting(timer_us=start_us)) as emulator:
        emulator.run(20 * PERIOD_US)
        # The mask ROM takes 6 ms.
        assert metronome.read(emulator, "steps") == 19
        since = (metronome.read(emulator, "time_us") - start_us) % 2**32
        assert 190_000 < since < 200_000


def test_the_timer_can_run_wrong(metronome: Metronome, emulator: Emulator) -> None:
    emulator.run(5 * PERIOD_US)
    before = metronome.read(emulator, "steps")
    emulator.set_timer_rate(2)
    emulator.run(5 * PERIOD_US)
    assert metronome.read(emulator, "steps") - before == pytest.approx(10, abs=1)


def test_a_processor_that_stands_still_is_late(metronome: Metronome, emulator: Emulator) -> None:
    emulator.run(5 * PERIOD_US)
    before = metronome.read(emulator, "time_us")
    emulator.play([Wiring(PERIOD_US, stall_us=100_000)])
    assert 100_000 < metronome.read(emulator, "time_us") - before < 120_000


def test_a_trace_holds_every_step(metronome: Metronome, emulator: Emulator) -> None:
    emulator.run(3 * PERIOD_US)
    window = metronome.program.symbols["window"]
    watch = Watch(window.address, window.address, 16)
    steps = [Wiring(PERIOD_US, adc={CHANNEL: k}) for k in range(100)]
    copies = emulator.play(steps[:50], watch) + emulator.play(steps[50:], watch)
    rows = list(struct.iter_unpack("<4I", copies))
    assert [row[3] for row in rows] == list(range(100))
    assert [row[0] - rows[0][0] for row in rows] == list(range(100))


def test_bits_turn_over(metronome: Metronome, emulator: Emulator) -> None:
    emulator.run(3 * PERIOD_US)
    address = metronome.address("out") + 1
    emulator.play([metronome.ask(0, out=0x1200), Wiring(0, flip={address: 0x81})])
    assert metronome.read(emulator, "out") == 0x9300


def test_the_same_orders_give_the_same_record(metronome: Metronome) -> None:
    def record() -> object:
        with Emulator(metronome.image, watched=PINS, may_be_low=PINS) as emulator:
            emulator.play([metronome.ask(12_345.6, talking=1, out=0b11_1100)])
            emulator.play([metronome.ask(35_000, enabled=0b11_1100, starving=1)])
            emulator.run(300_000)
            return emulator.events, emulator.lines, emulator.statistics().instructions

    assert record() == record()


def test_faults_are_complaints_unless_they_are_wanted(metronome: Metronome) -> None:
    with Emulator(metronome.image, watched=PINS) as emulator:
        emulator.run(3 * PERIOD_US)
        with pytest.raises(ComplaintError, match="invalid memory address: 60000000"):
            emulator.play([metronome.ask(2 * PERIOD_US, crashing=1)])
    with Emulator(metronome.image, watched=PINS, setting=Setting(faults=True)) as emulator:
        emulator.run(3 * PERIOD_US)
        emulator.play([metronome.ask(2 * PERIOD_US, enabled=0b100, out=0b100, crashing=1)])
        (fault,) = [each for each in emulator.events if isinstance(each, Faulted)]
        up, down = emulator.changes(2)[-2:]
        assert up.level is Level.HIGH
        assert down.level is Level.Z
        assert up.at_ns < fault.at_ns < down.at_ns


@pytest.mark.parametrize(
    ("register", "value", "complaint"),
    [
        (0x4000C000, 1 << 21, "TIMER_BASE: used while held in reset"),
        (0x4005802C, 0, "TIMER: an alarm is set, but no tick"),
        (0x40008060, 0, "ADC: a conversion is started without a clock"),
        (0x4001C004 + 4 * 26, 0xC4, "ADC: channel 0 is pulled by its own pad"),
        (0x40010008, 0x8, "WATCHDOG: resets only the domains 8"),
        (0x40008048, 0, "UART0: a byte is sent, but it is switched off"),
        (0x40014004, 31, "UART0: a byte is sent, but to no pin"),
        (0x40070000, 0, "Write to undefined address"),
    ],
)
def test_what_a_chip_would_not_do_is_a_complaint(
    metronome: Metronome, register: int, value: int, complaint: str
) -> None:
    with Emulator(metronome.image, watched=PINS) as emulator:
        emulator.run(3 * PERIOD_US)
        emulator.play([metronome.ask(0, talking=1, starving=1)])
        poke = {register: value.to_bytes(4, "little")}
        with pytest.raises(ComplaintError, match=complaint):
            emulator.play([Wiring(300_000, poke=poke)])


def test_complaints_may_be_tolerated(metronome: Metronome) -> None:
    setting = Setting(tolerated=["TIMER: an alarm is set"])
    with Emulator(metronome.image, watched=PINS, setting=setting) as emulator:
        emulator.run(3 * PERIOD_US)
        emulator.play([Wiring(3 * PERIOD_US, poke={0x4005802C: bytes(4)})])


@pytest.mark.parametrize(("address", "name"), [(0x10000200, "flash"), (0x100, "mask ROM")])
def test_memory_that_cannot_be_written_is_looked_at_in_the_end(
    metronome: Metronome, address: int, name: str
) -> None:
    # ldr r0, [pc, #4]; str r1, [r0]; b . - in place of the interrupt handler.
    code = bytes.fromhex("01480160fee70000") + address.to_bytes(4, "little")
    handler = metronome.program.symbols["tick"].address & ~1
    with (
        pytest.raises(ComplaintError, match=f"the {name} was written to"),
        Emulator(metronome.image, watched=PINS) as emulator,
    ):
        emulator.play([Wiring(3 * PERIOD_US), Wiring(15_000, poke={handler: code})])


def test_an_image_that_the_mask_rom_refuses_does_not_start(
    metronome: Metronome, tmp_path: Path
) -> None:
    broken = bytearray(metronome.image.read_bytes())
    broken[255] ^= 1
    (tmp_path / "broken.bin").write_bytes(broken)
    with pytest.raises(EmulatorError, match="fails its CRC"):
        Emulator(tmp_path / "broken.bin", watched=PINS)
