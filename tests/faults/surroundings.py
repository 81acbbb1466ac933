"""Faults seeded into the machines around the smallBMS, each a small change of one text."""

from __future__ import annotations

from dataclasses import dataclass

from spec.language.reader import read_text, shipped
from spec.machine import Machine
from tests.faults.seeded import changed


@dataclass(frozen=True, slots=True)
class Slip:
    """A change that some requirement must refute.

    Attributes:
        machine: The file it is made in, beside the smallBMS.
        name: What was done wrong.
        changes: Passages and what stands in their place; blanks count as one.
        refuted: Ids of all requirements that no longer hold, the last ("all of this") left out.
    """

    machine: str
    name: str
    changes: tuple[tuple[str, str], ...]
    refuted: tuple[str, ...]


_BATTERY = "battery.machine"
_PROTECT = "receivers/battery_protect.machine"
_CHARGE = "receivers/cyrix_li_charge.machine"
_COMBINER = "receivers/cyrix_li_ct.machine"
_CONTACTOR = "receivers/contactor.machine"

SLIPS = (
    Slip(
        _BATTERY,
        "the pre-alarm waits for the low level",
        (
            (
                "good -> warning when lowest_cell < pre_alarm_level",
                "good -> warning when lowest_cell < low_level + 50 mV",
            ),
        ),
        ("B01",),
    ),
    Slip(
        _BATTERY,
        "a comparison is flipped",
        (("not valid or lowest_cell < low_level", "not valid or lowest_cell > low_level"),),
        ("B01", "B02", "B03", "B09", "B11", "B14"),
    ),
    Slip(
        _BATTERY,
        "low cell is withdrawn as the voltage rebounds",
        (
            (
                "low -> good when lowest_cell >= clear_level",
                "low -> good when lowest_cell >= low_level + 100 mV",
            ),
        ),
        ("B01", "B03", "B08"),
    ),
    Slip(
        _BATTERY,
        "low cell is never withdrawn",
        (("warning, low -> good when", "warning -> good when"),),
        ("B01", "B02", "B03", "B09", "B11", "B14"),
    ),
    Slip(
        _BATTERY,
        "frost is compared as if it were warm",
        (
            (
                "valid and temperature < coldest for",
                "valid and temperature < coldest and temperature >= 0 °C for",
            ),
        ),
        ("B05", "B06", "B13"),
    ),
    Slip(
        _BATTERY,
        "a missing sensor is read as a temperature",
        (
            (
                "no -> yes when valid and temperature < coldest",
                "no -> yes when not valid or temperature < coldest",
            ),
        ),
        ("B05", "B07", "B11"),
    ),
    Slip(
        _BATTERY,
        "the last good cells are believed for ever",
        (("when not valid or lowest_cell < low_level", "when valid and lowest_cell < low_level"),),
        ("B02", "B03", "B07", "B08", "B13"),
    ),
    Slip(
        _BATTERY,
        "a missing reading withdraws high cell",
        (
            (
                "high -> good when highest_cell < high_clear",
                "high -> good when highest_cell < high_clear or not valid",
            ),
            ("any -> high when not valid or", "good -> high when"),
        ),
        ("B04", "B07", "B08", "B13"),
    ),
    Slip(
        _BATTERY,
        "charge toggles in the cold",
        (("valid and temperature >= coldest + inside", "valid and temperature >= coldest"),),
        ("B05", "B08"),
    ),
    Slip(
        _BATTERY,
        "a reset forgets the cold",
        (
            (
                'region cold "is it too cold to charge?"\n    mode no\n    mode yes initial, safe',
                "region cold\n    mode no initial\n    mode yes safe",
            ),
        ),
        ("B08",),
    ),
    Slip(
        _BATTERY,
        "a low cell blocks the charge that alone could clear it",
        (
            (
                "not valid or highest_cell > high_level",
                "not valid or highest_cell > high_level or lowest_cell < low_level",
            ),
        ),
        ("B04", "B11", "B12"),
    ),
    Slip(
        _BATTERY,
        "the levels may be set too close",
        (("in 2.60 V .. 2.80 V", "in 2.60 V .. 2.84 V"),),
        ("B10", "B11"),
    ),
    Slip(
        _PROTECT,
        "there is no dead time",
        (("control is high and after(dead_time) and cuts", "control is high and cuts"),),
        ("P02",),
    ),
    Slip(
        _PROTECT,
        "it is never locked out",
        ((" and cuts is not fourth", ""),),
        ("P04",),
    ),
    Slip(
        _PROTECT,
        "it opens a moment late",
        (
            (
                "any -> dead when switch is closed and control is floating",
                "closed -> dead when control is floating and duration(control is floating) >= 5 ms",
            ),
        ),
        ("P01", "P04", "P06"),
    ),
    Slip(
        _CHARGE,
        "it closes before its delay",
        (("duration(asked) >= delay", "duration(asked) >= 2 s"),),
        ("C02", "C07"),
    ),
    Slip(
        _CHARGE,
        "it pauses after one quick try",
        (("cut and tries is second", "cut and tries is first"),),
        ("C05",),
    ),
    Slip(
        _CHARGE,
        "an empty battery is never charged",
        (("battery_side >= present for", "battery_side >= 10 V for"),),
        ("C02",),
    ),
    Slip(
        _COMBINER,
        "it looks at the lithium battery alone, as printed",
        (
            (
                "starter_side < resting_level and battery_side < resting_level for",
                "battery_side < resting_level for",
            ),
        ),
        ("T02", "T03", "T05"),
    ),
    Slip(
        _COMBINER,
        "start assist outlasts its control",
        (("any -> spent when control is floating", "released -> spent when control is floating"),),
        ("T01", "T06"),
    ),
    Slip(
        _COMBINER,
        "start assist lasts as long as it is held",
        (
            (
                "assisting -> spent when after(assist) and start_assist",
                "assisting -> spent when false",
            ),
        ),
        ("T04", "T06"),
    ),
    Slip(
        _CONTACTOR,
        "it is slower than was thought",
        (("travel : 50 ms", "travel : 60 ms"),),
        ("K01", "K02"),
    ),
    Slip(
        _CONTACTOR,
        "its contact welds",
        (
            (
                "pulled, releasing -> released when control is floating and arrived",
                "releasing -> released when control is floating and arrived",
            ),
            (
                "pulled -> releasing when control is floating and not arrived",
                "pulled -> releasing when control is floating and false",
            ),
        ),
        ("K01", "K04"),
    ),
    Slip(
        "receivers/dc_dc_converter.machine",
        "it runs while its control floats",
        (("when control is high else 0 V", "when control is floating else 0 V"),),
        ("O01", "O02"),
    ),
    Slip(
        "receivers/inverter.machine",
        "the output loses too much",
        (("drop : 0.1 V", "drop : 6 V"),),
        ("N02",),
    ),
    Slip(
        "receivers/charger_ip43.machine",
        "it charges without mains",
        (("mains and h > h_on", "h > h_on"),),
        ("G01",),
    ),
    Slip(
        "receivers/alarm_receiver.machine",
        "the pre-alarm switches off, as printed (I2)",
        (("warning : bool = control is high", "warning : bool = control is floating"),),
        ("A01", "A02", "A03"),
    ),
)


def slipped(slip: Slip) -> Machine:
    """The machine with `slip` in it; every change changes something."""
    path = shipped().parent / slip.machine
    return read_text(changed(path, slip.changes), path.name)[0]
