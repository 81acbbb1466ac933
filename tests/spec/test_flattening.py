"""A flattened system does what its parts do side by side, each run by itself.

The parts are run one by one, in an order and with connections that are written here once more by
hand, and what one puts out is carried to the next.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from spec.execution import execute
from spec.expression import Boolean
from spec.language.reader import read, shipped
from spec.lower import lower
from spec.machine import Machine
from spec.reference import ReferenceRun
from spec.term import Term
from spec.trace import Step

CORPUS = Path(__file__).parents[1] / "corpus"
STEPS = 1500

Values = Mapping[str, int]


@dataclass
class SideBySide:
    """Parts, each a run of its own machine, and what each reads of the others.

    Attributes:
        reads: For each part, in the order of the steps, its inputs from those of the system and
            the outputs of the parts before it.
    """

    machines: Mapping[str, Machine]
    reads: Mapping[str, Callable[[Values, Mapping[str, Values]], Values]]
    parameters: Mapping[str, Values]
    runs: dict[str, ReferenceRun] = field(default_factory=dict)

    def seen(self, name: str, dt: int, inputs: dict[str, int]) -> Step:
        """One step of one part; the one after a reset is the first of a new run."""
        machine, settings = self.machines[name], self.parameters.get(name, {})
        if inputs.pop("reset", 0):
            self.runs.pop(name, None)
            # It stands in its initial modes, whatever it reads.
            standing = tuple(replace(each, transitions=()) for each in machine.regions)
            still = replace(machine, regions=standing)
            return ReferenceRun(still, settings).step({"dt": 0} | inputs)[0]
        if name not in self.runs:
            self.runs[name] = ReferenceRun(machine, settings)
            dt = 0
        return self.runs[name].step({"dt": dt} | inputs)[0]

    def step(self, inputs: Values) -> tuple[dict[str, int], dict[str, int]]:
        """Modes and outputs of all parts, by the names of the flattened machine."""
        outputs: dict[str, Values] = {}
        modes: dict[str, int] = {}
        for name, reads in self.reads.items():
            seen = self.seen(name, inputs["dt"], dict(reads(inputs, outputs)))
            outputs[name] = seen.outputs
            modes |= {f"{name}.{region}": mode for region, mode in seen.modes.items()}
        return modes, {
            f"{n}.{o}": value for n, each in outputs.items() for o, value in each.items()
        }


def part(name: str) -> Machine:
    return read(CORPUS / "parts" / f"{name}.machine")[0]


def room(warm: int, prefix: str = "") -> SideBySide:
    lamp, switch = part("lamp"), part("switch")

    def lit(inputs: Values, outputs: Mapping[str, Values]) -> Values:
        supply = inputs["mains"]
        return {"button": outputs[f"{prefix}switch"]["closed"], "supply": supply}

    return SideBySide(
        {f"{prefix}switch": switch, f"{prefix}lamp.1": lamp, f"{prefix}lamp.2": lamp},
        {
            f"{prefix}switch": lambda inputs, _: {"lever": inputs[f"{prefix}switch.lever"]},
            f"{prefix}lamp.1": lit,
            f"{prefix}lamp.2": lit,
        },
        {f"{prefix}lamp.{k}": {"warm": warm} for k in (1, 2)},
    )


def house(warm: int) -> SideBySide:
    inside = room(warm, "room.")

    def told(inputs: Values, outputs: Mapping[str, Values]) -> Values:
        return {"told": int(all(outputs[f"room.lamp.{k}"]["lit"] for k in (1, 2)))}

    return SideBySide(
        {**inside.machines, "porch": part("follower")},
        {**inside.reads, "porch": told},
        inside.parameters,
    )


def chain(_: int) -> SideBySide:
    follower = part("follower")
    last = [f"last.{k}" for k in (1, 2, 3)]
    return SideBySide(
        dict.fromkeys(["lead", *last], follower),
        {
            "lead": lambda inputs, _: {"told": inputs["start"]},
            **dict.fromkeys(last, lambda _, outputs: {"told": outputs["lead"]["away"]}),
        },
        {},
    )


def closed_loop(_: int) -> SideBySide:
    """The shipped system, connected once more by hand."""
    folder = shipped().parent
    batteries = [f"battery.{k}" for k in range(1, 21)]
    receivers = {
        "switch": "battery_protect",
        "contactor": "contactor",
        "inverter": "inverter",
        "converter": "dc_dc_converter",
        "charge": "cyrix_li_charge",
        "combiner": "cyrix_li_ct",
        "charger": "charger_ip43",
        "receiver": "alarm_receiver",
    }
    battery, bms = (read(folder / f"{name}.machine")[0] for name in ("battery", "smallbms"))
    machines = dict.fromkeys(batteries, battery) | {"bms": bms}
    for name, file in receivers.items():
        machines[name] = read(folder / "receivers" / f"{file}.machine")[0]

    def own(name: str) -> Callable[[Values, Mapping[str, Values]], dict[str, int]]:
        return lambda inputs, _: {
            each.name: inputs.get(f"{name}.{each.name}", 0) for each in machines[name].inputs
        }

    def resettable(name: str) -> Callable[[Values, Mapping[str, Values]], Values]:
        reads = own(name)
        return lambda inputs, outputs: {
            **reads(inputs, outputs),
            "reset": inputs[f"{name}.reset"],
        }

    def guarded(inputs: Values, outputs: Mapping[str, Values]) -> Values:
        # Of the batteries, the first takes part alone: that is the default.
        return {
            "remote_l": inputs["remote_l"],
            "remote_h": inputs["remote_h"],
            "supply": inputs["bank"],
            "loop_closed": inputs["loop"],
            "valid": inputs["readable"],
            "reset": inputs["restart"],
            **outputs["battery.1"],
        }

    def driven(
        name: str, output: str, wire: str, **also: str
    ) -> Callable[[Values, Mapping[str, Values]], Values]:
        def reads(inputs: Values, outputs: Mapping[str, Values]) -> Values:
            control = outputs["bms"][output] if inputs[wire] else 0
            others = {mine: inputs[theirs] for mine, theirs in also.items()}
            return {**own(name)(inputs, outputs), **others, "control": control}

        return reads

    load = ("load_disconnect", "load_wire")
    charge = ("charge_disconnect", "charge_wire")
    return SideBySide(
        machines,
        {
            **{name: resettable(name) for name in batteries},
            "bms": guarded,
            "switch": driven("switch", *load, battery="bank"),
            "contactor": driven("contactor", *load),
            "inverter": driven("inverter", *load, supply="bank"),
            "converter": driven("converter", *load, supply="bank"),
            "charge": driven("charge", *charge, charger_side="source_side", battery_side="bank"),
            "combiner": driven("combiner", *charge),
            "charger": driven("charger", *charge, supply="bank"),
            "receiver": driven("receiver", "pre_alarm_output", "alarm_wire"),
        },
        {},
    )


SYSTEMS = {
    "two_lamps_and_a_switch": (room, "lamp.warm"),
    "a_system_in_a_system": (house, "room.lamp.warm"),
    "one_to_three_that_follow": (chain, ""),
}


def steps(machine: Machine, rnd: random.Random) -> Iterator[dict[str, int]]:
    values = {each.name: each.span.lowest for each in machine.inputs}
    for k in range(STEPS):
        for each in machine.inputs:
            if rnd.random() < 0.1:
                choices = (each.span.lowest, each.span.highest, rnd.randint(0, each.span.highest))
                values[each.name] = rnd.choice(choices)
        yield {**values, "dt": rnd.choice((1, 40, 500)) if k else 0}


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("warm", [500, 1000, 1999])
def test_a_flattened_system_is_its_parts_side_by_side(name: str, warm: int) -> None:
    machine = read(CORPUS / "proved" / f"{name}.system")[0]
    made, parameter = SYSTEMS[name]
    compare(machine, made(warm), {parameter: warm} if parameter else {}, warm)


def test_the_shipped_system_is_its_parts_side_by_side() -> None:
    machine = read(shipped().with_name("closed_loop.system"))[0]
    compare(machine, closed_loop(0), {}, 1)


def compare(machine: Machine, parts: SideBySide, settings: Values, seed: int) -> None:
    whole = ReferenceRun(machine, settings)
    system = lower(machine)
    watched: list[Term] = [*system.new_modes.values(), *system.outputs.values()]
    execution = execute(system, watched)
    state, constants = execution.initial, execution.parameters(settings)
    changes = set()
    for inputs in steps(machine, random.Random(seed)):
        modes, outputs = parts.step(inputs)
        seen, _ = whole.step(inputs)
        assert {name: seen.modes[name] for name in modes} == modes
        assert set(seen.modes) == set(modes)
        assert {name: seen.outputs[name] for name in outputs} == outputs
        state, terms = execution.step(state, execution.inputs(inputs), constants)
        assert [*map(int, terms)] == [*seen.modes.values(), *seen.outputs.values()]
        changes.add(tuple(modes.values()))
    assert len(changes) > 1, "nothing ever happened"


def test_a_part_sees_the_others_as_they_are_after_their_step() -> None:
    machine = read(CORPUS / "proved" / "one_to_three_that_follow.system")[0]
    assert [each.name for each in machine.parts] == ["lead", "last.1", "last.2", "last.3"]
    seen, _ = ReferenceRun(machine, {}).step({"start": 1, "dt": 0})
    assert seen.modes == {"lead.place": 1, "last.1.place": 1, "last.2.place": 1, "last.3.place": 1}


def test_what_is_written_in_a_part_keeps_its_file_and_its_line() -> None:
    machine = read(CORPUS / "proved" / "a_system_in_a_system.system")[0]
    place = machine.region("room.lamp.2.glow").transitions[1].place
    assert Path(place.file).name == "lamp.machine"
    assert machine.statement(place) == "off -> on when duration(button) >= warm"
    connection = machine.definition("room.lamp.1.button")
    assert machine.statement(connection.place) == "lamp.button = switch.closed"
    assert Path(connection.place.file).name == "two_lamps_and_a_switch.system"
    own = machine.definition("porch.told")
    assert own.place.file == ""
    assert machine.statement(own.place) == "porch.told = room.bright"


def test_parts_of_a_kind_share_their_parameters() -> None:
    machine = read(CORPUS / "violated" / "a_lamp_is_late.system")[0]
    spans = {
        each.name: (each.default, each.span.lowest, each.span.highest)
        for each in machine.parameters
    }
    assert spans == {
        "lamp.count": (1, 1, 2),
        "lamp.warm": (1000, 1000, 1000),
        "lamp.low": (9, 9, 9),
    }


def test_conditions_of_a_connection_keep_their_type() -> None:
    machine = read(CORPUS / "proved" / "two_lamps_and_a_switch.system")[0]
    assert isinstance(machine.definition("lamp.1.button").expression.type, Boolean)
