"""Receivers: what may hang on an output, and what is known of it.

No source gives the current of a control input. Some can be bounded: where the maker connects one to
an output of 10 mA, it takes no more than 10 mA. That is arithmetic (F), and one is meant, not two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spec.machine import Source


class Role(Enum):
    """What a receiver does with what it is told."""

    LOAD = "load"
    CHARGER = "charger"
    EITHER = "load or charger"
    ALARM = "alarm"
    VE_BUS = "VE.Bus equipment"


@dataclass(frozen=True, slots=True)
class Bound:
    """What one control input takes at most, and why."""

    current_ua: int
    source: Source


@dataclass(frozen=True, slots=True)
class Note:
    """How to wire a receiver."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Receiver:
    """A kind of receiver.

    Attributes:
        name: In descriptions and reports.
        title: In sentences.
        is_inductive: Its input is a coil.
        bound: Of its current; None if no source gives one.
        wiring: None if there is nothing to know.
        systems_v: What it is made for, as far as a source says that it is not made for all.
    """

    name: str
    title: str
    role: Role
    is_inductive: bool = False
    bound: Bound | None = None
    wiring: Note | None = None
    systems_v: tuple[int, ...] = (12, 24, 48)


_TEN_MA = 10_000
_ON_CHARGE_DISCONNECT = Bound(
    _TEN_MA,
    Source("F", "the datasheet connects it to the charge disconnect, which gives 10 mA", ""),
)
_ON_SMALLER_BMS = Bound(
    _TEN_MA,
    Source(
        "F",
        "the manual of the Smart BMS CL 12/100 connects it to a load disconnect that gives 10 mA",
        "",
    ),
)
_ON_12_200 = Bound(
    _TEN_MA,
    Source("F", "the appendix of the Smart BMS 12/200 connects it to outputs that give 10 mA", ""),
)
_DATASHEET = Source("S", "functions", "")
_APPENDIX = Source("A", "Smart BMS 12/200, appendix on wiring the same outputs", "")

_ALL = (
    Receiver(
        "battery-protect",
        "BatteryProtect",
        Role.EITHER,
        bound=_ON_CHARGE_DISCONNECT,
        wiring=Note(
            "pin H of a Smart BatteryProtect, pin 2.1 of an older one; Li-ion mode", _APPENDIX
        ),
    ),
    Receiver(
        "phoenix-inverter",
        "Phoenix inverter",
        Role.LOAD,
        bound=_ON_SMALLER_BMS,
        wiring=Note(
            "pin H of the VE.Direct and Smart models; never fed through a BatteryProtect",
            Source("A", "Smart BatteryProtect manual, warning on inverters; wiring appendix", ""),
        ),
    ),
    Receiver(
        "orion-tr",
        "Orion-Tr DC-DC converter",
        Role.EITHER,
        bound=_ON_SMALLER_BMS,
        wiring=Note(
            "pin H; on the load disconnect if it is fed by this bank, on the charge disconnect if "
            "it charges it",
            Source("F", "wiring appendix; it is a load of the side that feeds it", ""),
        ),
    ),
    Receiver(
        "cyrix-li-load",
        "Cyrix-Li-load",
        Role.LOAD,
        bound=_ON_12_200,
        wiring=Note("its control terminal", _APPENDIX),
    ),
    Receiver("contactor", "contactor or high-current relay", Role.EITHER, is_inductive=True),
    Receiver("other-load", "other load", Role.LOAD),
    Receiver(
        "ip43",
        "Phoenix Smart IP43 charger",
        Role.CHARGER,
        bound=_ON_CHARGE_DISCONNECT,
        wiring=Note("pin H alone: its pin L switches it off", _APPENDIX),
    ),
    Receiver(
        "cyrix-li-charge",
        "Cyrix-Li-Charge",
        Role.CHARGER,
        bound=_ON_CHARGE_DISCONNECT,
        wiring=Note("its control terminal; between charger and battery, one way", _DATASHEET),
    ),
    Receiver(
        "cyrix-li-ct",
        "Cyrix-Li-ct",
        Role.CHARGER,
        bound=_ON_CHARGE_DISCONNECT,
        wiring=Note("its control terminal", _DATASHEET),
        systems_v=(12, 24),
    ),
    Receiver(
        "mppt",
        "SmartSolar or BlueSolar charger",
        Role.CHARGER,
        bound=_ON_12_200,
        wiring=Note(
            "pin H of SmartSolar 150/45 and larger; smaller ones through the non-inverting "
            "VE.Direct cable",
            _APPENDIX,
        ),
    ),
    Receiver("other-charger", "other charger", Role.CHARGER),
    Receiver("alarm-lamp", "alarm lamp", Role.ALARM),
    Receiver("alarm-buzzer", "alarm buzzer", Role.ALARM),
    Receiver("alarm-relay", "alarm relay", Role.ALARM, is_inductive=True),
    Receiver("multiplus", "MultiPlus", Role.VE_BUS),
    Receiver("quattro", "Quattro", Role.VE_BUS),
)
RECEIVERS: dict[str, Receiver] = {each.name: each for each in _ALL}
