"""A bank as somebody describes it: nothing here says that it is a good one."""

from __future__ import annotations

from dataclasses import dataclass

from spec.bank.batteries import Battery
from spec.bank.outputs import Output
from spec.bank.receivers import Receiver


@dataclass(frozen=True, slots=True)
class Strings:
    """Batteries of one model: `series` of them make a string, `parallel` strings stand together.

    Attributes:
        series: At least 1.
        parallel: At least 1.
    """

    battery: Battery
    series: int
    parallel: int

    @property
    def count(self) -> int:
        """How many batteries there are."""
        return self.series * self.parallel

    @property
    def nominal_mv(self) -> int:
        """The nominal voltage of each string."""
        return self.series * self.battery.nominal_mv


@dataclass(frozen=True, slots=True)
class Attached:
    """Receivers of one kind on one output.

    Attributes:
        count: How many, at least 1.
        current_ua: Of each, at most, pull-in included; 0 of equipment that is refused anyhow.
        is_bound: The current is what the catalogue allows to conclude, nobody measured it.
        is_inductive: It is a coil.
        label: What it switches, or empty.
    """

    receiver: Receiver
    output: Output
    count: int
    current_ua: int
    is_bound: bool
    is_inductive: bool
    label: str

    @property
    def title(self) -> str:
        """As a sentence speaks of it."""
        return f"{self.receiver.title} ({self.label})" if self.label else self.receiver.title


@dataclass(frozen=True, slots=True)
class Bank:
    """A smallBMS, the batteries that it guards, and what hangs on its outputs.

    Attributes:
        title: May be empty.
        system_v: What the loads and chargers are made for: 12, 24 or 48 in a bank that is allowed.
        strings: One group, or several in parallel, which need not be alike.
        attached: In the order of the description.
    """

    title: str
    system_v: int
    strings: tuple[Strings, ...]
    attached: tuple[Attached, ...]

    @property
    def count(self) -> int:
        """How many batteries there are."""
        return sum(each.count for each in self.strings)

    @property
    def capacity_ah(self) -> int:
        """Of all strings, which are in parallel."""
        return sum(each.parallel * each.battery.capacity_ah for each in self.strings)

    @property
    def energy_mwh(self) -> int:
        """Of all batteries, at their nominal voltage."""
        return sum(
            each.count * each.battery.nominal_mv * each.battery.capacity_ah for each in self.strings
        )

    @property
    def nominal_mv(self) -> int:
        """Of the first string: in a bank that is allowed, all are alike."""
        return self.strings[0].nominal_mv

    @property
    def empty_mv(self) -> int:
        """At the end of discharge, at least."""
        return min(each.series * each.battery.empty_mv for each in self.strings)

    @property
    def charging_mv(self) -> int:
        """At the highest charge voltage, at most."""
        return max(each.series * each.battery.charging_mv for each in self.strings)

    def on(self, output: Output) -> tuple[Attached, ...]:
        """What hangs on `output`."""
        return tuple(each for each in self.attached if each.output is output)

    def current_ua(self, output: Output) -> int:
        """What all that hangs on `output` takes from it, at most."""
        return sum(each.count * each.current_ua for each in self.on(output))
