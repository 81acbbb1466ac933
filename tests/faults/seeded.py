"""Faults seeded into the smallBMS, each a small change of its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spec.language.reader import read_text, shipped
from spec.machine import Machine


@dataclass(frozen=True, slots=True)
class Fault:
    """A change that some requirement must refute.

    Attributes:
        name: What was done wrong.
        changes: Passages and what stands in their place; blanks count as one.
        refuted: Ids of all requirements that no longer hold, R20 ("all of this") left out.
        steps: How many steps the shortest run takes that refutes the first property that a
            run refutes; where a time is waited for, some three more or less may be found.
    """

    name: str
    changes: tuple[tuple[str, str], ...]
    refuted: tuple[str, ...]
    steps: int


_DROP = "off -> dropped when low_cell for R14, R17\n"
_OFF = "any -> off when not enabled for R07, R16, R17\n off -> dropped"
_WARN_AGAIN = "off, dropped -> warning when pre_alarm and not low_cell"
_CONNECT = "off, dropped, warning -> connected when not pre_alarm and not low_cell"
_CUT = "warning -> dropped when low_cell and after(hold_off)"
_CHARGE = "any -> blocked when no_charge"
_LOAD_PIN = "high when load in {connected, warning} else floating"
_CLOSED = "remote_h <= supply + h_over) for"

FAULTS = (
    Fault(
        "the cold is forgotten where charging is decided",
        (("high_cell or too_cold or too_hot for R03", "high_cell or too_hot for R03"),),
        ("R03", "R18"),
        2,
    ),
    Fault(
        "the hold-off is 29 s",
        (
            ("30.5 s in 30.5 s .. 60 s", "29 s in 29 s .. 60 s"),
            ("hold_off == 30.5 s", "hold_off == 29 s"),
        ),
        ("R05",),
        60,
    ),
    Fault(
        "the hold-off forgets that the clock may be 2 % off",
        (("clock tolerance 1 %", "clock tolerance 2 %"),),
        ("R05",),
        63,
    ),
    Fault(
        "the hold-off forgets that the pins may be late",
        (("0 ms .. 50 ms", "0 ms .. 250 ms"),),
        ("R05",),
        63,
    ),
    Fault(
        "the load is dropped at once on a plunge",
        (
            (
                "connected -> warning when pre_alarm or low_cell",
                "connected -> dropped when low_cell\n    connected -> warning when pre_alarm",
            ),
        ),
        ("R05", "R19"),
        3,
    ),
    Fault(
        "the load is dropped too late",
        ((_CUT, "warning -> dropped when low_cell and after(hold_off + 2 s)"),),
        ("R06",),
        67,
    ),
    Fault(
        "the hold-off runs on while the BMS is off",
        ((_CUT, "warning -> dropped when low_cell and duration(pre_alarm) >= hold_off"),),
        ("R05", "R06"),
        62,
    ),
    Fault(
        "the hold-off is not restarted by a pre-alarm that clears",
        ((_CUT, "warning -> dropped when low_cell and duration(enabled) >= hold_off"),),
        ("R05",),
        63,
    ),
    Fault(
        "the pre-alarm enters its own mode again and again",
        ((_CUT, f"warning -> warning when low_cell and after(1 s)\n    {_CUT}"),),
        ("R02", "R05", "R06", "R19"),
        67,
    ),
    Fault(
        "remote off floats one output only",
        ((_LOAD_PIN, "high when load in {connected, warning} or not remote_on else floating"),),
        ("R04", "R05", "R07", "R08", "R10", "R14", "R16", "R17", "R18"),
        1,
    ),
    Fault(
        "a comparison is flipped",
        (("remote_l < l_on or", "remote_l > l_on or"),),
        ("R08", "R09"),
        2,
    ),
    Fault(
        "H at the supply voltage is not high, as printed (I9)",
        ((_CLOSED, "remote_h < supply) for"),),
        ("R08", "R09"),
        2,
    ),
    Fault(
        "the load comes back while the cell is low",
        ((_WARN_AGAIN, "off, dropped -> warning when pre_alarm"),),
        ("R06", "R14", "R17", "R19"),
        66,
    ),
    Fault(
        "the load comes back as the voltage rebounds",
        ((_CONNECT, f"dropped -> warning when after(10 s)\n    {_CONNECT}"),),
        ("R04", "R06", "R14", "R17", "R19"),
        22,
    ),
    Fault(
        "off and on buys a second 30 s",
        ((_DROP, "off -> warning when low_cell\n"),),
        ("R14", "R17"),
        4,
    ),
    Fault(
        "off and on connects a low cell",
        ((_DROP, "off -> connected when low_cell\n"),),
        ("R04", "R14", "R17"),
        2,
    ),
    Fault(
        "too low a cell cuts the charge, as printed (I1)",
        ((_CHARGE, "any -> blocked when low_cell"),),
        ("R03", "R12", "R18"),
        2,
    ),
    Fault(
        "a low cell blocks the charge that alone could clear it",
        ((_CHARGE, f"{_CHARGE} or low_cell"),),
        ("R03", "R12"),
        2,
    ),
    Fault(
        "the pre-alarm switches off, as printed (I2)",
        (("high when load is warning else", "high when load is connected else"),),
        ("R04", "R05"),
        2,
    ),
    Fault(
        "the blue LED looks at the cell, as printed (I7)",
        (
            (
                "lit when load in {connected, warning} else dark",
                "lit when load in {connected, warning} and not low_cell else dark",
            ),
        ),
        ("R10",),
        3,
    ),
    Fault(
        "the red LED is lit when off",
        (("lit when remote_on and charge is not allowed", "lit when charge is not allowed"),),
        ("R11",),
        1,
    ),
    Fault(
        "two outputs are decided by two different tests",
        (
            (
                "blue_led : {dark, lit} = lit when load in",
                "blue_led : {dark, lit} = lit when enabled and low_cell or load in",
            ),
        ),
        ("R10",),
        2,
    ),
    Fault(
        "the charge side ignores an open loop",
        (
            (
                "any -> off when not enabled for R07, R16, R17\n any -> blocked",
                "any -> off when not (remote_on and valid) for R07\n    any -> blocked",
            ),
        ),
        ("R16", "R18"),
        2,
    ),
    Fault(
        "readings that are not valid are believed",
        (("remote_on and loop_closed and valid", "remote_on and loop_closed"),),
        ("R16", "R17", "R18"),
        2,
    ),
    Fault(
        "power-up connects at once",
        (
            ("confirm : 100 ms", "confirm : 0 ms"),
            (
                "mode off initial, safe\n mode connected",
                "mode off safe\n    mode connected initial",
            ),
        ),
        ("R07", "R08", "R14", "R17", "R18"),
        1,
    ),
    Fault(
        "a dropped load has no way back",
        (
            (_WARN_AGAIN, "off -> warning when pre_alarm and not low_cell"),
            (_CONNECT, "off, warning -> connected when not pre_alarm and not low_cell"),
        ),
        ("R02", "R08", "R15"),
        3,
    ),
    Fault(
        "a wait skips the error checks",
        (
            (
                _OFF,
                "warning -> dropped when low_cell and after(hold_off)\n"
                "    connected, dropped -> off when not enabled\n    off -> off when not enabled\n"
                "    off -> dropped",
            ),
        ),
        ("R07", "R08", "R16", "R18", "R19"),
        3,
    ),
    Fault(
        "the remote has to be on for 3 s",
        (("confirm : 100 ms", "confirm : 3 s"),),
        ("R15",),
        5,
    ),
    Fault(
        "a high cell drops the load",
        ((_DROP, "off -> dropped when low_cell or high_cell for R14, R17\n"),),
        ("R02", "R12", "R19"),
        2,
    ),
    Fault(
        "a low cell without a pre-alarm raises none",
        (
            (
                "connected -> warning when pre_alarm or low_cell",
                "connected -> warning when pre_alarm",
            ),
        ),
        ("R04", "R06"),
        3,
    ),
)

# Not every change is a fault: what reads the level of its inputs does not care where it starts.
HARMLESS = (
    Fault(
        "the load starts connected, and the confirmation still keeps it off",
        (("mode off initial, safe\n mode connected", "mode off safe\n    mode connected initial"),),
        (),
        0,
    ),
)


def seeded(fault: Fault) -> Machine:
    """The smallBMS with `fault` in it; every change changes something."""
    return read_text(changed(shipped(), fault.changes), "smallbms.machine")[0]


def changed(path: Path, changes: Iterable[tuple[str, str]]) -> str:
    """The text at `path` with other passages in it; blanks count as one."""
    text = path.read_text(encoding="utf-8")
    for passage, other in changes:
        pattern = re.sub(r"(\\ )+", " +", re.escape(passage))
        text, count = re.subn(pattern, lambda _, other=other: other, text)  # type: ignore[misc]
        assert count, (path.stem, passage)
    return text
