"""The assessment of a bank as text: a sheet to print, and to keep where the batteries are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from smallbms.presenters.lines import Line, counted, plain, wrapped
from smallbms.presenters.paths import shown_path
from spec.bank.assessment import NOT_LOOKED_AT, Assessment, Standby, Supplied
from spec.bank.bank import Attached, Strings
from spec.bank.batteries import LEFT_AT_LOW_CELL_PERCENT
from spec.bank.fuse import Fuse
from spec.bank.outputs import Output
from spec.bank.rules import Finding, Kind
from spec.bank.wording import charge, current, energy, voltage
from spec.units import decimal

_WIDTH = 100
_GAP = "  "
_SOURCES = (
    "Sources: S the datasheet, A the maker's pages, B manuals, C resellers, F arithmetic or "
    "inference; a number behind D is a decision of this toolkit's own. Limits, drops, consumption "
    "and the fuse's range are S; capacities and the voltages of a battery A; what is left at a low "
    "cell A."
)
_FITTED = (
    "Fuse fitted: ________ A      Date: ______________      Name: ____________________________"
)


def assessment_text(assessment: Assessment, path: Path | None) -> str:
    """The sheet of `assessment`, which describes the bank in the file `path`, if in any."""
    return plain(
        [
            Line(_heading(assessment, path)),
            Line(),
            *_figures(assessment),
            Line(),
            *_outputs(assessment.supplied),
            Line(),
            *_receivers(assessment.bank.attached),
            *_standby(assessment.standby),
            Line(),
            *_findings(assessment.findings),
            *wrapped(f"Not looked at: {'; '.join(NOT_LOOKED_AT)}.", _WIDTH),
            Line(),
            *wrapped(_SOURCES, _WIDTH),
            Line(),
            *([Line(_FITTED), Line()] if assessment.is_allowed else []),
            Line(_closing(assessment)),
        ]
    )


def _heading(assessment: Assessment, path: Path | None) -> str:
    title = assessment.bank.title or f"a bank for {assessment.bank.system_v} V"
    where = "" if path is None else f" ({shown_path(str(path))})"
    return f"smallBMS: {title}{where}: {_verdict(assessment)}"


def _figures(assessment: Assessment) -> list[Line]:
    bank = assessment.bank
    strings = "; ".join(_strings(each) for each in bank.strings)
    volts = (
        f"{voltage(bank.nominal_mv)} nominal, {voltage(bank.empty_mv)} empty, "
        f"{voltage(bank.charging_mv)} charging"
    )
    stored = f"{charge(bank.capacity_ah * 1000)}, {energy(bank.energy_mwh)}"
    return [
        *wrapped(f"{bank.system_v} V", _WIDTH, first="System     "),
        *wrapped(strings, _WIDTH, first="Batteries  "),
        *wrapped(f"{stored}; {volts}", _WIDTH, first="Bank       "),
        *wrapped(_fuse(assessment.fuse), _WIDTH, first="Fuse       "),
    ]


def _strings(strings: Strings) -> str:
    arrangement = f"{strings.series} in series, {strings.parallel} in parallel"
    return f"{strings.count} x {strings.battery.name}, {arrangement}"


def _fuse(fuse: Fuse) -> str:
    """The fuse, what it is for, and why this one."""
    if fuse.rating_ua is None:
        return "none: an output is asked for more than it may give"
    return (
        f"{_amperes(fuse.rating_ua)} for at least {voltage(fuse.voltage_mv)} DC, in the supply of "
        f"the smallBMS; load disconnect and pre-alarm take {_amperes(fuse.carried_ua)}, which "
        f"needs {_amperes(fuse.needed_ua)} (S, D34)"
    )


def _amperes(microamperes: int) -> str:
    # In one unit, as fuses are marked.
    return f"{decimal(Fraction(microamperes, 10**6))} A"


def _outputs(supplied: Sequence[Supplied]) -> list[Line]:
    rows = [("Output", "asked for", "limit", "at empty", "nominal", "charging", "")]
    for each in supplied:
        limits = each.limits
        rows.append(
            (
                each.output.title,
                current(each.current_ua) if each.current_ua else "-",
                current(limits.highest_ua),
                voltage(each.empty_mv),
                voltage(each.nominal_mv),
                voltage(each.charging_mv),
                ", ".join(
                    [
                        ("" if limits.is_short_circuit_proof else "not ") + "short-circuit proof",
                        ("" if limits.drives_coils else "no ") + "coils",
                    ]
                ),
            )
        )
    return _table(rows)


def _receivers(attached: Sequence[Attached]) -> list[Line]:
    if not attached:
        return []
    rows = [("Receiver", "on", "number", "each", "for")]
    rows += [
        (
            each.receiver.title,
            each.output.title,
            str(each.count),
            _each(each),
            each.label,
        )
        for each in sorted(attached, key=lambda each: list(Output).index(each.output))
    ]
    return [*_table(rows), Line()]


def _each(attached: Attached) -> str:
    if not attached.current_ua:
        return "-"
    return current(attached.current_ua) + (" at most (F)" if attached.is_bound else "")


def _standby(standby: Sequence[Standby]) -> list[Line]:
    rows = [("Standby", "charge", "itself", "lasts", "with outputs", "lasts")]
    rows += [
        (
            each.condition,
            charge(each.charge_mah),
            current(each.own_ua),
            _days(each.alone_days),
            current(each.own_ua + each.outputs_ua),
            _days(each.days),
        )
        for each in standby
    ]
    note = (
        "Whole days; the charge by the current. Loads and the self-discharge of the batteries are "
        f"not counted. After a low cell {LEFT_AT_LOW_CELL_PERCENT} % of the capacity is left, and "
        "the charge disconnect is still high."
    )
    return [*_table(rows), *wrapped(note, _WIDTH)]


def _days(days: Fraction) -> str:
    # Rounded down: it lasts at least as long.
    return f"{int(days):,} {'day' if int(days) == 1 else 'days'}"


def _table(rows: Sequence[Sequence[str]]) -> list[Line]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        Line(_GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)))
        for row in rows
    ]


def _findings(findings: Sequence[Finding]) -> list[Line]:
    lines = []
    for each in findings:
        first = f"{each.kind.value:<7}{_GAP}{each.rule.id:<17}{_GAP}"
        lines += wrapped(f"{each.message} ({each.source.grade})", _WIDTH, first=first)
        if each.way_out:
            lines += wrapped(each.way_out, _WIDTH, first=" " * len(first))
    return [*lines, Line()] if lines else []


def _verdict(assessment: Assessment) -> str:
    return "ALLOWED" if assessment.is_allowed else "NOT ALLOWED"


def _closing(assessment: Assessment) -> str:
    found = ", ".join(counted(len(assessment.of(each)), each.value) for each in Kind)
    return f"{_verdict(assessment)}: {found}"
