"""Wording: quantities as a sentence speaks of them, exactly."""

from __future__ import annotations

from fractions import Fraction

from spec.units import Dimension, shown


def voltage(millivolts: int) -> str:
    """E.g. ``12.8 V``."""
    return shown(Fraction(millivolts, 1000), Dimension.VOLTAGE)


def current(microamperes: int) -> str:
    """E.g. ``600 mA``."""
    return shown(Fraction(microamperes, 10**6), Dimension.CURRENT)


def charge(milliampere_hours: int) -> str:
    """E.g. ``330 Ah``."""
    return shown(Fraction(milliampere_hours, 1000), Dimension.CHARGE)


def energy(milliwatt_hours: int) -> str:
    """E.g. ``84.48 kWh``."""
    return shown(Fraction(milliwatt_hours, 1000), Dimension.ENERGY)
