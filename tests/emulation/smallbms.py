"""The smallBMS at its terminals, whatever firmware drives them."""

from __future__ import annotations

from tests.emulation.firmware import Terminal

SUPPLY_MV = 26_000
# Open terminals: the board pulls L up and H down.
OPEN_L, OPEN_H = SUPPLY_MV, 0

ALARMS = ("pre_alarm", "low_cell", "high_cell", "too_cold", "too_hot")
CHARGE_ALARMS = ("high_cell", "too_cold", "too_hot")

OFF: dict[str, Terminal] = {
    "remote_l": OPEN_L,
    "remote_h": OPEN_H,
    "supply": SUPPLY_MV,
    "loop_closed": True,
    **dict.fromkeys(ALARMS, False),
}
# Nothing is wrong, and L is pulled to battery minus.
ON: dict[str, Terminal] = {**OFF, "remote_l": 0}

RUNNING = {"load_disconnect", "charge_disconnect", "blue_led"}
WARNING = {*RUNNING, "pre_alarm_output"}
NO_CHARGE = {"load_disconnect", "blue_led", "red_led"}
DROPPED = {"charge_disconnect"}
UNSAFE = {"red_led"}

PERIOD_US = 10_000
# Three periods: whatever a change leads to at once has happened.
SOON_US = 30_000
SECOND_US = 1_000_000
SECOND_NS = 1_000_000_000
# The remote is confirmed for 100 ms before anything is on.
STARTED_US = 300_000
