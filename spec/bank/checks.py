"""Checks: what the rules say of one bank.

Each check looks at the description alone and none at the findings of another, so that an installer
sees all that is wrong at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from spec.bank import rules
from spec.bank.bank import Attached, Bank, Strings
from spec.bank.misuse import MISUSES
from spec.bank.outputs import LIMITS, SUPPLY_HIGHEST_MV, SUPPLY_LOWEST_MV, Output
from spec.bank.receivers import Role
from spec.bank.rules import Finding, Kind, Rule
from spec.bank.wording import current, voltage
from spec.machine import Source

_OTHERS = ("other-load", "other-charger")
_FOUR_CELLS = 4


def findings(bank: Bank) -> tuple[Finding, ...]:
    """All that the rules say of `bank`: errors first, then warnings, then remarks."""
    found = (*_of_batteries(bank), *_of_outputs(bank), *_of_receivers(bank))
    order = list(Kind)
    # Two strings that are alike have the same faults.
    return tuple(sorted(dict.fromkeys(found), key=lambda each: order.index(each.kind)))


def _found(
    kind: Kind, rule: Rule, message: str, way_out: str = "", source: Source | None = None
) -> Finding:
    return Finding(kind, rule, message, way_out, source or rule.source)


def _of_batteries(bank: Bank) -> Iterator[Finding]:
    if bank.count > rules.MOST_BATTERIES:
        yield _found(
            Kind.ERROR,
            rules.BATTERIES,
            f"these are {bank.count} batteries, and {rules.MOST_BATTERIES} is the most",
            "take larger batteries, or build two banks with a smallBMS each",
        )
    if len({(each.battery.name, each.series) for each in bank.strings}) > 1:
        listed = ", ".join(f"{each.series} x {each.battery.name}" for each in bank.strings)
        yield _found(
            Kind.ERROR,
            rules.ALIKE,
            f"the strings are not alike: {listed}",
            "build the bank from batteries of one model, in strings of one length",
        )
    for strings in bank.strings:
        yield from _of_strings(bank, strings)
    if bank.charging_mv > SUPPLY_HIGHEST_MV:
        yield _found(
            Kind.ERROR,
            rules.SUPPLY,
            f"the bank has {voltage(bank.empty_mv)} to {voltage(bank.charging_mv)}, and the supply "
            f"may be {voltage(SUPPLY_LOWEST_MV)} to {voltage(SUPPLY_HIGHEST_MV)}",
            "put fewer batteries in series",
        )


def _of_strings(bank: Bank, strings: Strings) -> Iterator[Finding]:
    cells, series = strings.battery.cells, strings.series
    model = f"{voltage(strings.battery.nominal_mv)} batteries"
    if series > rules.MOST_IN_SERIES[cells]:
        yield _found(
            Kind.ERROR,
            rules.SERIES,
            f"{series} of the {model} are in series, and {rules.MOST_IN_SERIES[cells]} is the most",
            "put fewer in series, and more in parallel",
        )
    nominal_mv = rules.NOMINAL_MV.get(bank.system_v)
    if nominal_mv is None:
        yield _found(
            Kind.ERROR,
            rules.SYSTEM_VOLTAGE,
            f"there are no systems of {bank.system_v} V",
            "build one of 12 V, 24 V or 48 V",
        )
    elif strings.nominal_mv != nominal_mv:
        yield _found(
            Kind.ERROR,
            rules.SYSTEM_VOLTAGE,
            f"{series} of the {model} in series make {voltage(strings.nominal_mv)}, and a system "
            f"of {bank.system_v} V has {voltage(nominal_mv)}",
            _ways_to(nominal_mv),
        )
    if cells == _FOUR_CELLS and strings.nominal_mv in (
        rules.NOMINAL_MV[24],
        rules.NOMINAL_MV[48],
    ):
        yield _found(
            Kind.WARNING,
            rules.FEWEST_IN_SERIES,
            f"{series} of the {model} are in series, where {series // 2} of 25.6 V would do",
            "prefer 25.6 V batteries: each battery less in series is less to balance",
        )
    if cells == _FOUR_CELLS and strings.nominal_mv == rules.NOMINAL_MV[48]:
        yield _found(
            Kind.WARNING,
            rules.BALANCING_TIME,
            "four 12.8 V batteries in series work, but need more time for balancing",
            "charge fully, and leave it there, at regular times; no source says how often",
        )


def _ways_to(nominal_mv: int) -> str:
    ways = [
        f"{nominal_mv // each_mv} x {voltage(each_mv)}"
        for each_mv in (25_600, 12_800)
        if nominal_mv % each_mv == 0
    ]
    return f"in series, take {' or '.join(ways)}"


def _of_outputs(bank: Bank) -> Iterator[Finding]:
    for output, limits in LIMITS.items():
        asked_ua, attached = bank.current_ua(output), bank.on(output)
        if asked_ua > limits.highest_ua:
            bounds = [each.title for each in attached if each.is_bound]
            known_ua = sum(each.count * each.current_ua for each in attached if not each.is_bound)
            yield _found(
                Kind.ERROR,
                rules.OUTPUT_CURRENT,
                f"{output.title}: {current(asked_ua)}{' at most' if bounds else ''} is asked for, "
                f"and it may give {current(limits.highest_ua)}",
                _way_out_of_current(output, bounds if known_ua < limits.highest_ua else []),
                limits.source,
            )
    roles = {each: {found.receiver.role for found in bank.on(each)} for each in Output}
    if roles[Output.LOAD_DISCONNECT].isdisjoint((Role.LOAD, Role.EITHER)):
        yield _found(
            Kind.WARNING,
            rules.LOADS_SWITCHED,
            "nothing that switches loads hangs on the load disconnect: they would empty the cells",
            "put a BatteryProtect, a contactor or the remote ports of the loads there",
        )
    if roles[Output.CHARGE_DISCONNECT].isdisjoint((Role.CHARGER, Role.EITHER)):
        yield _found(
            Kind.WARNING,
            rules.CHARGERS_SWITCHED,
            "nothing that stops chargers hangs on the charge disconnect",
            "put the remote ports of the chargers there, or a Cyrix-Li or BatteryProtect",
        )
    if not roles[Output.PRE_ALARM]:
        yield _found(
            Kind.REMARK,
            rules.WARNED,
            "nothing hangs on the pre-alarm: the loads will go off without a warning",
            "put a lamp, a buzzer or a relay there",
        )


def _way_out_of_current(output: Output, bounds: list[str]) -> str:
    if bounds:
        return f"measure the current of {_listed(bounds)}, and give it"
    if output is Output.CHARGE_DISCONNECT:
        return "put one receiver there that switches all chargers, such as a Cyrix-Li-Charge"
    if output is Output.LOAD_DISCONNECT:
        return "let a BatteryProtect, or a relay with a smaller coil, switch the rest"
    return "let a relay with a smaller coil switch it"


def _of_receivers(bank: Bank) -> Iterator[Finding]:
    for each in bank.attached:
        yield from _of_receiver(each, bank)
    bounds = [each.title for each in bank.attached if each.is_bound]
    if bounds:
        yield _found(
            Kind.REMARK,
            rules.CURRENT_MEASURED,
            f"nobody measured the current of {_listed(bounds)}: 10 mA is what the outputs give "
            "that the maker connects it to",
        )
    known = {each.receiver.name: each.receiver for each in bank.attached}
    for receiver in known.values():
        if receiver.wiring is not None:
            message = f"{receiver.title}: {receiver.wiring.text}"
            yield _found(Kind.REMARK, rules.WIRING, message, source=receiver.wiring.source)
    if any(name in known for name in _OTHERS):
        yield _found(
            Kind.REMARK,
            rules.CABLE,
            "a remote port that is not on when pulled high, and off when floating, needs an "
            "inverting or non-inverting cable: see its manual",
        )


def _of_receiver(attached: Attached, bank: Bank) -> Iterator[Finding]:
    output, role = attached.output, attached.receiver.role
    where = f"{attached.title} on the {output.title}"
    if role is Role.VE_BUS:
        yield _found(
            Kind.ERROR,
            rules.VE_BUS,
            f"{where}: the smallBMS has no VE.Bus, and can neither stop its charging nor its "
            "inverting",
            "take a BMS with VE.Bus for it, or an inverter and a charger with remote ports",
        )
        return
    if bank.system_v in rules.NOMINAL_MV and bank.system_v not in attached.receiver.systems_v:
        made = " and ".join(f"{each} V" for each in attached.receiver.systems_v)
        yield _found(
            Kind.WARNING,
            rules.RECEIVER_VOLTAGE,
            f"{attached.title}: sources know it for {made} only, and this is a system of "
            f"{bank.system_v} V",
            "make sure that there is one, or take another receiver",
        )
    misuse = MISUSES.get((role, output))
    if misuse is not None:
        message = f"{where}: {misuse.reason}"
        yield _found(misuse.kind, rules.RIGHT_OUTPUT, message, misuse.way_out)
    if not attached.is_inductive:
        return
    if not LIMITS[output].drives_coils:
        yield _found(
            Kind.ERROR,
            rules.COIL,
            f"{where}: this is a coil, and the {output.title} is not made for one",
            "let a receiver with a control input do it: a Cyrix-Li-Charge, or a BatteryProtect",
        )
    else:
        yield _found(
            Kind.REMARK,
            rules.PULL_IN,
            f"{where}: {current(attached.current_ua)} must be the most that its coil ever "
            f"takes, at {voltage(bank.charging_mv)} and while it pulls in",
        )


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))
