"""No proved controller is accused, whatever is lost; faulty ones are, by what they tell."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from codegen.boards.status import program_of
from smallbms.watching.judge import Verdict
from smallbms.watching.note import Kind, Note
from smallbms.watching.watch import Watch
from spec.language.reader import read, read_text, shipped
from spec.machine import Machine
from tests.faults.seeded import FAULTS, Fault, seeded
from tests.smallbms.watching.simulated import (
    IN_ORDER,
    QUICK,
    SLOW,
    Controller,
    World,
    run,
    sealed,
)
from tests.verify import corpus

SMALLBMS = read(shipped())[0]
# Nothing is promised where an assumption is broken, and the worlds in here know of none.
UNASSUMING = [path for path in corpus.files("proved") if not read(path)[0].assumptions]
MACHINES = pytest.mark.parametrize("path", [shipped(), *UNASSUMING], ids=corpus.name)
# What no watch can see: what is taken for granted of clock and pins is wrong there, or the
# requirement is about nothing but inputs.
UNSEEN = (
    "the hold-off forgets that the clock may be 2 % off",
    "the hold-off forgets that the pins may be late",
    "H at the supply voltage is not high, as printed (I9)",
)


def watched(machine: Machine, lines: Iterable[bytes]) -> tuple[Watch, list[Note]]:
    watch = Watch(machine)
    return watch, [note for line in lines for note in watch.take(line.rstrip(b"\n"))]


def violated(watch: Watch) -> set[str]:
    return {id_ for id_, each in watch.standings.items() if each.violated}


def steady(machine: Machine) -> dict[str, int]:
    return IN_ORDER if machine.name == "smallbms" else {}


def damaged(lines: Iterable[bytes], chance: random.Random) -> list[bytes]:
    """`lines`, with bytes lost and changed here and there."""
    text = bytearray(b"".join(lines))
    place = 0
    while (place := place + chance.randrange(2000)) < len(text):
        if chance.randrange(2):
            lost = chance.randrange(1, 300)
            del text[place : place + lost]
        else:
            text[place] ^= 1 << chance.randrange(8)
    return bytes(text).split(b"\n")


def restarted(controller: Controller, world: World, chance: random.Random) -> Iterator[bytes]:
    """Several runs, one after the other."""
    for _ in range(6):
        yield from run(controller, world, chance.randrange(1, 1500))


def low_cell_for(seconds: int, machine: Machine) -> Iterator[bytes]:
    """A second in which all is well, and then a low cell."""
    controller = Controller(machine, SMALLBMS)
    yield controller.restart()
    for k in range(seconds * 100):
        if line := controller.step({**IN_ORDER, "low_cell": int(k >= 100)}, 10):
            yield line


@MACHINES
@pytest.mark.parametrize("moods", [QUICK, SLOW], ids=["quick", "slow"])
def test_a_proved_controller_is_not_accused(path: Path, moods: tuple[int, ...]) -> None:
    machine = read(path)[0]
    for seed in range(2):
        world = World(machine, seed, steady(machine), moods)
        watch, notes = watched(machine, run(Controller(machine), world, 3000))
        assert violated(watch) == set()
        told = {note.kind for note in notes}
        assert told <= {Kind.PROGRAM, Kind.STARTED, Kind.CHANGED}


@MACHINES
def test_a_proved_controller_is_not_accused_where_lines_are_lost(path: Path) -> None:
    machine = read(path)[0]
    for seed in range(2):
        chance = random.Random(seed)
        world = World(machine, seed, steady(machine), (QUICK, SLOW)[seed])
        lines = restarted(Controller(machine), world, chance)
        watch, _ = watched(machine, damaged(lines, chance))
        assert violated(watch) == set()
        assert watch.tally.garbled


@MACHINES
def test_a_proved_controller_is_not_accused_by_who_comes_late(path: Path) -> None:
    machine = read(path)[0]
    world = World(machine, 5, steady(machine), QUICK)
    lines = list(run(Controller(machine), world, 1000))
    for missed in range(2, len(lines), max(1, len(lines) // 6)):
        watch, notes = watched(machine, lines[missed:])
        assert violated(watch) == set()
        assert notes[0].kind is Kind.JOINED


def test_everything_is_judged_sooner_or_later() -> None:
    world = World(SMALLBMS, 3, IN_ORDER, SLOW)
    watch, _ = watched(SMALLBMS, run(Controller(SMALLBMS), world, 10000))
    assert [id_ for id_, each in watch.standings.items() if not each.judged] == []
    assert [each.id for each in watch.judge.silent] == ["R12", "R19", "R20"]


def test_time_that_wraps_is_no_gap() -> None:
    controller = Controller(SMALLBMS, wrap_ms=2**32 - 20_000)
    world = World(SMALLBMS, 3, IN_ORDER, SLOW)
    watch, notes = watched(SMALLBMS, run(controller, world, 5000))
    assert violated(watch) == set()
    assert Kind.LOST not in {note.kind for note in notes}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_faulty_controller_is_accused(fault: Fault) -> None:
    faulty = seeded(fault)
    found: set[str] = set()
    for seed in range(4):
        world = World(SMALLBMS, seed, IN_ORDER, (SLOW, QUICK)[seed % 2])
        lines = run(Controller(faulty, SMALLBMS), world, 4000)
        watch, notes = watched(SMALLBMS, lines if seed else low_cell_for(60, faulty))
        if Kind.UNFIT in {note.kind for note in notes}:
            # It remembers something else, so it cannot be taken for the right one.
            return
        found |= violated(watch)
        if found.intersection(fault.refuted):
            return
    assert fault.name in UNSEEN


def test_a_load_that_is_dropped_too_soon_or_too_late_is_seen_at_once() -> None:
    for text, other, id_, at_ms in (
        ("30.5 s in 30.5 s", "29 s in 29 s", "R05", 30_000),
        ("after(hold_off)", "after(hold_off + 2 s)", "R06", 33_000),
    ):
        faulty = read_text(SMALLBMS.text.replace(text, other), "text.machine")[0]
        watch, notes = watched(SMALLBMS, low_cell_for(40, faulty))
        first = next(note for note in notes if note.kind is Kind.VIOLATED)
        assert first.requirement is not None
        assert first.requirement.id == id_
        assert first.time_ms is not None
        assert abs(first.time_ms - at_ms) <= 1000
        assert watch.fails


def test_another_text_is_noticed() -> None:
    other = read_text(SMALLBMS.text + "# and so on\n", "text.machine")[0]
    watch, notes = watched(SMALLBMS, run(Controller(other), World(other, 1, IN_ORDER), 10))
    assert notes[0].kind is Kind.OTHER
    assert notes[0].text == program_of(other)
    assert watch.is_other


def test_a_line_of_another_machine_is_judged_not_at_all() -> None:
    watch, notes = watched(
        SMALLBMS,
        [
            sealed("0 0 i 1,2 s 0 o 0 f 0 b 0"),
            sealed("10 10 i 0,0,48000,1,1,0,0,0,0,0 s 9,0,0,0,0 o 0,0,0,0,0 f 0 b 0"),
        ],
    )
    assert [note.kind for note in notes] == [Kind.UNFIT, Kind.UNFIT]
    assert watch.latest is None
    assert watch.tally.unfit == 2


def test_a_fault_is_told_once_and_nothing_is_judged() -> None:
    controller = Controller(SMALLBMS)
    lines = [controller.restart()]
    lines += [controller.step(IN_ORDER, 10) for _ in range(50)]
    members = len(lines[1].split(b" s ")[1].split(b" o ")[0].split(b","))
    memory = ",".join(["255"] * members)
    inputs = ",".join(map(str, IN_ORDER.values()))
    lines += [
        sealed(f"{time} 10 i {inputs} s {memory} o 0,0,0,0,0 f 1 b 0") for time in (500, 1500)
    ]
    watch, notes = watched(SMALLBMS, (line for line in lines if line))
    told = [note for note in notes if note.kind is Kind.FAULT]
    assert [note.text for note in told] == ["state"]
    assert violated(watch) == set()
    assert {each.now for each in watch.standings.values()} == {Verdict.OPEN}
    assert watch.fails


def test_who_comes_in_the_middle_of_a_line_has_missed_nothing() -> None:
    watch, notes = watched(SMALLBMS, [b"0,0 f 0 b 0*31\n"])
    assert (notes, watch.tally.garbled) == ([], 0)


def test_a_restart_is_a_new_beginning() -> None:
    controller = Controller(SMALLBMS)
    lines = [controller.restart()]
    lines += [controller.step(IN_ORDER, 10) for _ in range(200)]
    lines.append(controller.restart(boot=1))
    lines += [controller.step(IN_ORDER, 10) for _ in range(200)]
    watch, notes = watched(SMALLBMS, (line for line in lines if line))
    started = [note.text for note in notes if note.kind is Kind.STARTED]
    assert started == ["power", "watchdog"]
    assert violated(watch) == set()
    assert watch.since["remote_l"] == 0
