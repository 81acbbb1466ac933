"""What the C firmware does when it is not itself any more: everything floats, and stays so."""

from __future__ import annotations

from pathlib import Path

from codegen.boards.status import Fault
from tests.emulation.firmware import Firmware, Pico
from tests.emulation.record import Expired, Faulted, Level
from tests.emulation.smallbms import (
    ON,
    PERIOD_US,
    RUNNING,
    SECOND_NS,
    SECOND_US,
    SOON_US,
    STARTED_US,
    WARNING,
)
from tests.emulation.status import parse
from tests.emulation.wiring import Setting, Wiring

OUTPUTS_ENABLED, OUTPUTS_VALUE = 0xD000_0020, 0xD000_0010
PAD, CONTROL = 0x4001_C004, 0x4001_4004
# Bits to turn over: the pull; and those that make of the function, 5, none, 31.
PULLED_UP, DISCONNECTED = 0x08, 0x1A
UNDEFINED = bytes.fromhex("00de")
SOON_NS = SOON_US * 1000


def floats_for_ever(pico: Pico, fault: Fault) -> None:
    """All outputs float and stay so, through a reset by the watchdog, until power goes."""
    assert pico.high == set()
    assert pico.read("fault") == fault
    before = len(pico.events)
    pico.wire(2 * SECOND_US, pre_alarm=True)
    pico.wire(2 * SECOND_US, **ON)
    assert len(pico.events) == before
    said = parse(pico.lines[-1].text)
    assert said is not None
    assert said.fault == fault
    assert not any(said.outputs)
    # It is no loop of resets: the program goes on, and says what is wrong.
    pico.forget()
    pico.play([Wiring(SECOND_US, stall_us=250_000)])
    assert [type(each) for each in pico.events] == [Expired]
    assert (pico.high, pico.read("fault"), pico.read("boot")) == (set(), fault, 1)


def test_a_turned_bit_anywhere_in_the_state_floats_everything_for_good(
    smallbms: Firmware,
) -> None:
    state = {
        name: each for name, each in smallbms.window.members.items() if name.startswith("state.")
    }
    addresses = [each.address + k for each in state.values() for k in range(each.size)]
    assert len(addresses) >= 6
    with Pico(smallbms, {**ON, "pre_alarm": True}) as pico:
        pico.run(STARTED_US)
        for address in addresses:
            for bit in range(8):
                assert pico.high == WARNING
                pico.forget()
                turned_ns = pico.now_ns
                pico.play([Wiring(SOON_US, flip={address: 1 << bit})])
                assert pico.high == set()
                assert pico.read("fault") == Fault.STATE
                assert {each.at_ns - turned_ns <= SOON_NS for each in pico.events} == {True}
                pico.run(SOON_US)
                assert len(pico.events) == len(WARNING)
                pico.power_cycle()
                pico.run(STARTED_US)


def test_what_is_wrong_with_the_state_is_said_until_power_goes(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.play([Wiring(SOON_US, flip={smallbms.window.members["state.load"].address: 1})])
        floats_for_ever(pico, Fault.STATE)
        pico.power_cycle()
        pico.run(STARTED_US)
        assert pico.high == RUNNING


def test_an_image_that_is_not_what_was_built_never_drives_anything(
    smallbms: Firmware, tmp_path: Path
) -> None:
    image = bytearray(smallbms.flash.read_bytes())
    text = image.index(b"# smallbms")
    image[text + 2] ^= 0x20
    path = tmp_path / "flash"
    path.write_bytes(image)
    with Pico(smallbms, ON, image=path) as pico:
        pico.run(SECOND_US)
        assert pico.lines[0].text.startswith("# Smallbms")
        floats_for_ever(pico, Fault.IMAGE)


def test_an_image_that_changes_is_noticed_within_seconds(smallbms: Firmware) -> None:
    text = 0x1000_0000 + smallbms.flash.read_bytes().index(b"# smallbms")
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.forget()
        turned_ns = pico.now_ns
        pico.play([Wiring(3 * SECOND_US, flip={text: 1})])
        (floated,) = pico.moments("load_disconnect", Level.Z_DOWN)
        assert floated - turned_ns < 2 * SECOND_NS
        floats_for_ever(pico, Fault.IMAGE)


def test_a_stack_at_its_end_is_noticed_at_once(smallbms: Firmware) -> None:
    bottom = smallbms.program.symbols["stack_bottom"].address
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        pico.play([Wiring(SOON_US, flip={bottom + 15: 1})])
        floats_for_ever(pico, Fault.STACK)


def test_a_timer_that_runs_wrong_is_noticed_at_once(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        for rate in (0.95, 1.05, 0.5, 2):
            pico.run(STARTED_US)
            assert pico.high == RUNNING
            pico.set_timer_rate(rate)
            pico.run(10 * PERIOD_US)
            assert (pico.high, pico.read("fault")) == (set(), Fault.CLOCK)
            pico.power_cycle()
        pico.run(STARTED_US)
        pico.set_timer_rate(2)
        pico.run(10 * PERIOD_US)
        pico.set_timer_rate(1)
        floats_for_ever(pico, Fault.CLOCK)


def test_a_timer_within_its_tolerance_is_right(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        for rate in (0.9999, 1.0001):
            pico.set_timer_rate(rate)
            pico.run(SECOND_US)
        assert pico.high == RUNNING


def test_a_register_of_a_pin_that_changes_is_noticed_at_once(smallbms: Firmware) -> None:
    read = [each.gpio for each in smallbms.board.digital]
    registers = [(PAD + 4 * pin, PULLED_UP) for pin in read]
    registers += [(CONTROL + 8 * pin, DISCONNECTED) for pin in (*read, *smallbms.outputs.values())]
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        for register, mask in registers:
            assert pico.high == RUNNING
            value = pico.peek_word(register) ^ mask
            pico.play([Wiring(SOON_US, poke={register: value.to_bytes(4, "little")})])
            assert pico.high == set()
            assert pico.read("fault") == Fault.PINS
            pico.power_cycle()
            pico.run(STARTED_US)


def test_an_output_whose_pull_changes_floats_all_the_same(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        register = PAD + 4 * smallbms.outputs["load_disconnect"]
        value = pico.peek_word(register) ^ PULLED_UP
        pico.play([Wiring(SOON_US, poke={register: value.to_bytes(4, "little")})])
        assert pico.levels(smallbms.outputs["load_disconnect"]) == [Level.Z_DOWN]


def test_an_output_that_is_not_as_it_was_set_is_noticed_at_once(smallbms: Firmware) -> None:
    with Pico(smallbms, ON) as pico:
        pico.run(STARTED_US)
        wrong = pico.peek_word(OUTPUTS_ENABLED) | 1 << smallbms.outputs["pre_alarm_output"]
        pico.play([Wiring(SOON_US, poke={OUTPUTS_ENABLED: wrong.to_bytes(4, "little")})])
        floats_for_ever(pico, Fault.PINS)


def test_a_program_that_runs_into_nothing_floats_everything_at_once(smallbms: Firmware) -> None:
    step = smallbms.program.symbols["smallbms_step"].address & ~1
    with Pico(smallbms, ON, Setting(faults=True)) as pico:
        pico.run(STARTED_US)
        pico.forget()
        pico.play([Wiring(SECOND_US, poke={step: UNDEFINED})])
        fault, *rest = pico.events
        assert isinstance(fault, Faulted)
        assert {each.at_ns - fault.at_ns < 10_000 for each in rest[:3]} == {True}
        assert isinstance(rest[3], Expired)
        # The program is not what was built, which the next start finds out.
        floats_for_ever(pico, Fault.IMAGE)
