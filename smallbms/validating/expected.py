"""Expected: what each function of a file of generated code must do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from codegen.boards.board import Board
from spec.identifiers import unit_suffix
from spec.lower import lower
from spec.machine import Machine
from verify.translation import readings, routine
from verify.translation.monitoring import Monitoring
from verify.translation.routine import Routine

MONITOR = "_monitor"
READINGS = "readings"


class Expected:
    """What the functions of a machine's code must do, by what they are called in their file.

    Args:
        settable: Parameters with a range are given at run time.
        board: Whose converter counts are read; None if none are.
    """

    def __init__(self, machine: Machine, *, settable: bool, board: Board | None = None) -> None:
        self._machine = machine
        self._settable = settable
        self._board = board

    @property
    def has_readings(self) -> bool:
        """Whether the counts of a converter are read."""
        return self._board is not None

    def of(self, stem: str) -> Mapping[str, Routine]:
        """The functions of the file with that name, without what its language adds to it."""
        if stem == READINGS and self.has_readings:
            return self.readings
        return self.monitor if stem.endswith(MONITOR) else self.controller

    def symbols(self, stem: str) -> dict[str, Routine]:
        """The functions of the C file with that name, by what C calls them."""
        prefix = "" if stem == READINGS and self.has_readings else f"{stem}_"
        return {f"{prefix}{name}": each for name, each in self.of(stem).items()}

    @cached_property
    def controller(self) -> Mapping[str, Routine]:
        """Of the file with the step."""
        system = lower(self._machine)
        made = [routine.init(system), routine.step(system, settable=self._settable)]
        if self._settable and routine.settings_of(system):
            made += [routine.parameters_init(system), routine.parameters_check(system)]
        return {each.name: each for each in made}

    @cached_property
    def monitor(self) -> Mapping[str, Routine]:
        """Of the file with the monitor."""
        monitoring = Monitoring(self._machine, settable=self._settable)
        return {each.name: each for each in (monitoring.init(), monitoring.step())}

    @cached_property
    def readings(self) -> Mapping[str, Routine]:
        """Of the file that makes readings of counts."""
        assert self._board is not None
        inputs = {each.name: each for each in self._machine.inputs}
        made = []
        for each in self._board.analogue:
            member = each.input + unit_suffix(inputs[each.input].type)
            bits = each.chain.converter.bits
            made += [
                readings.reading(f"read_{member}", each.conversion, bits),
                readings.plausible(f"plausible_{member}", each.conversion, bits),
            ]
        return {each.name: each for each in made}
