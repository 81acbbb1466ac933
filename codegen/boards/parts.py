"""Parts: what the tables of a board's document stand for, and whether the machine has it.

Slips are noted with the tables they are in; a board with slips is not to be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from codegen.boards import chip
from codegen.boards.board import Analogue, Board, Digital, Level, Output, Pull
from codegen.boards.measuring import front_end_of
from codegen.boards.scaling import OutOfReach, scale
from codegen.boards.table import Table, offer
from spec.conversion import Bound, Chain, Conversion, Converter, Divider
from spec.expression import Boolean, Enumeration, Quantity, ValueType
from spec.machine import Input, Machine, Span
from spec.units import Dimension

_LONGEST_MS = 2**31 - 1
_MOST_OHM = 10**8
_BAUD = Span(1200, 921_600)
_REFERENCE_MV = Span(2000, 3600)
# An output pin is high or floats, and no more.
_TWO = 2
_FRONT_END = "front_end"
_UNCONNECTED = "unconnected"


def board_of(root: Table, machine: Machine, path: str, text: str) -> Board:
    """The board that the document `root` describes; to be used only if nothing was noted."""
    clock, step, status = (root.take_table(each) for each in ("clock", "step", "status"))
    measured, read = root.take_tables("analogue"), root.take_tables("digital")
    front_end = front_end_of(root.take_table(_FRONT_END), machine) if _has_front_end(root) else None
    unconnected = _unconnected(root, machine)
    converter = _converter(root.take_table("adc")) if measured or "adc" in root.values else None
    board = Board(
        name=root.take_text("name"),
        title=root.take_text("title"),
        machine=_machine(root, machine),
        system_hz=_whole(clock, "system_hz", chip.SYSTEM_HZ),
        crystal_hz=_whole(clock, "crystal_hz", chip.CRYSTAL_HZ),
        crystal_ppm=clock.take_whole("crystal_ppm", 0, 10**6),
        period_ms=step.take_whole("period_ms", 1, _LONGEST_MS),
        watchdog_ms=step.take_whole("watchdog_ms", 1, _LONGEST_MS),
        baud=_whole(status, "baud", _BAUD),
        uart_tx=_gpio(status, "tx_gpio"),
        uart_rx=_gpio(status, "rx_gpio"),
        converter=converter,
        analogue=() if converter is None else tuple(_analogue(measured, machine, converter)),
        digital=tuple(_digital(read, machine)),
        health=_health(root, machine)
        if measured or _has_front_end(root) or "health" in root.values
        else None,
        front_end=front_end,
        outputs=tuple(_outputs(root, machine, unconnected)),
        unconnected=unconnected,
        path=path,
        text=text,
    )
    for table in (clock, step, status, root):
        table.close()
    told = () if front_end is None else front_end.inputs
    for name in told:
        if name in (*measured, *read, board.health):
            root.note(_FRONT_END, f"'{name}' is served twice", "leave one out")
    for each in machine.inputs:
        # A front end that is wrong has been noted.
        if front_end is None and _has_front_end(root):
            break
        if each.name not in (*measured, *read, *told, board.health):
            root.note("", f"nothing serves the machine's input '{each.name}'", _served_by(each))
    return board


def _has_front_end(root: Table) -> bool:
    return _FRONT_END in root.values


def _whole(table: Table, name: str, limits: Span) -> int:
    return table.take_whole(name, limits.lowest, limits.highest)


def _gpio(table: Table, name: str = "gpio") -> int:
    return table.take_whole(name, 0, chip.PINS - 1)


def _machine(root: Table, machine: Machine) -> str:
    name = root.take_text("machine")
    if name and name != machine.name:
        root.note("machine", f"this board is for '{name}', and the machine is '{machine.name}'")
    return name


def _converter(table: Table) -> Converter:
    bits = table.take_whole("bits", chip.CONVERTER_BITS, chip.CONVERTER_BITS)
    made = Converter(
        bits,
        Fraction(_whole(table, "reference_mv", _REFERENCE_MV), 1000),
        table.take_percent("reference_percent"),
        table.take_whole("common_error_counts", 0, 2**bits - 1),
        # Quantisation alone may make one of difference.
        table.take_whole("own_error_counts", 1, 2**bits - 1),
    )
    table.close()
    return made


def _analogue(
    tables: Mapping[str, Table], machine: Machine, converter: Converter
) -> Iterator[Analogue]:
    found = [
        (table, declared, *_measuring(table, declared, converter))
        for table, declared in _wired(tables, machine, _is_voltage)
    ]
    # Nothing is worked out of stand-ins.
    if any(table.problems for table, *_ in found):
        return
    for table, declared, channel, chain, side in found:
        conversion = _conversion(table, declared, chain, side)
        if conversion is not None:
            yield Analogue(declared.name, channel, chain, conversion)


def _measuring(table: Table, declared: Input, converter: Converter) -> tuple[int, Chain, Bound]:
    channel = table.take_whole("channel", 0, chip.CHANNELS - 1)
    divider = Divider(
        table.take_whole("upper_ohm", 0, _MOST_OHM),
        table.take_whole("lower_ohm", 1, _MOST_OHM),
        table.take_percent("resistor_percent"),
    )
    side = table.take_member("reads", Bound)
    table.close()
    return channel, Chain(divider, converter, _resolution(declared)), side


def _conversion(table: Table, declared: Input, chain: Chain, side: Bound) -> Conversion | None:
    if declared.span.lowest < 0:
        table.note("", "a divider measures nothing below 0 V, and the input's range begins there")
        return None
    try:
        return scale(chain, declared.span, side)
    except OutOfReach as error:
        table.note("upper_ohm", str(error), error.way_out)
        return None


def _resolution(declared: Input) -> Fraction:
    return declared.type.resolution if isinstance(declared.type, Quantity) else Fraction(1)


def _digital(tables: Mapping[str, Table], machine: Machine) -> Iterator[Digital]:
    for table, declared in _wired(tables, machine, _is_condition):
        yield Digital(
            declared.name,
            _gpio(table),
            table.take_member("true_level", Level),
            table.take_member("pull", Pull),
            table.take_truth("safe"),
            table.take_flag("unsafe_when_open"),
        )
        table.close()


def _wired(
    tables: Mapping[str, Table], machine: Machine, fits: Callable[[ValueType], bool]
) -> Iterator[tuple[Table, Input]]:
    """The tables that are for inputs that fit, in the order of the machine."""
    inputs = {each.name: each for each in machine.inputs}
    for name, table in tables.items():
        if name not in inputs:
            table.note("", f"the machine has no input '{name}'", offer(name, inputs))
        elif not fits(inputs[name].type):
            kind = "condition" if _is_condition(inputs[name].type) else "quantity"
            table.note("", f"the machine's input is a {kind}", _served_by(inputs[name]))
    for name, declared in inputs.items():
        if name in tables and fits(declared.type):
            yield tables[name], declared


def _is_voltage(type_: ValueType) -> bool:
    return isinstance(type_, Quantity) and type_.dimension is Dimension.VOLTAGE


def _is_condition(type_: ValueType) -> bool:
    return isinstance(type_, Boolean)


def _served_by(declared: Input) -> str:
    if _is_condition(declared.type):
        return f"describe its pin: [digital.{declared.name}]"
    if _is_voltage(declared.type):
        return f"describe its channel: [analogue.{declared.name}]"
    return "a board measures voltages and conditions, and its front end cells and a temperature"


def _health(root: Table, machine: Machine) -> str:
    name = root.take_text("health")
    conditions = [each.name for each in machine.inputs if _is_condition(each.type)]
    if name and name not in conditions:
        root.note(
            "health",
            f"the machine has no condition '{name}' among its inputs",
            offer(name, conditions),
        )
    for kind in ("analogue", "digital"):
        wired = root.values.get(kind)
        if isinstance(wired, Mapping) and name in wired:
            root.note("health", f"'{name}' is what a pin says", f"leave out [{kind}.{name}]")
    return name


def _outputs(root: Table, machine: Machine, unconnected: tuple[str, ...]) -> Iterator[Output]:
    tables = root.take_tables("output")
    declared = {each.name: each for each in machine.outputs}
    for name, table in tables.items():
        if name not in declared:
            table.note("", f"the machine has no output '{name}'", offer(name, declared))
    for name, output in declared.items():
        members = _members(output.type)
        if name not in tables:
            if name in unconnected:
                continue
            root.note(
                "",
                f"nothing serves the machine's output '{name}'",
                f"describe its pin: [output.{name}]",
            )
            continue
        table = tables[name]
        gpio, driven = _gpio(table), table.take_text("driven")
        table.close()
        if len(members) != _TWO:
            table.note("", "the output does not have two values, so it is more than a pin can say")
        elif driven in members:
            yield Output(name, gpio, driven, members.index(driven))
        elif driven:
            table.note("driven", f"the output is never '{driven}'", offer(driven, members))


def _unconnected(root: Table, machine: Machine) -> tuple[str, ...]:
    names = root.take_texts(_UNCONNECTED)
    outputs = [each.name for each in machine.outputs]
    wired = root.values.get("output", {})
    for name in names:
        if name not in outputs:
            root.note(_UNCONNECTED, f"the machine has no output '{name}'", offer(name, outputs))
        elif isinstance(wired, Mapping) and name in wired:
            root.note(_UNCONNECTED, f"'{name}' has a pin", f"leave it, or [output.{name}], out")
    return names


def _members(type_: ValueType) -> tuple[str, ...]:
    match type_:
        case Enumeration(members=members):
            return members
        case Boolean():
            return tuple(type_.show(each) for each in (0, 1))
        case Quantity():
            return ()
